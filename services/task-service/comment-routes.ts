import { t } from 'elysia'
import { etag, seenVersion } from '../kit/etag.ts'
import { createOnce } from '../kit/idempotency.ts'
import { createHeaders, Id, ifMatchHeaders, object } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import { taskFor } from './access.ts'
import type { Deps } from './app.ts'
import { addComment, changeComment, commentsOf, deleteComment } from './comments.ts'
import { Comment, CommentPage, NewComment, PageQuery } from './contract.ts'
import { ofTask } from './params.ts'

const tags = ['Comments']
const ofComment = object({ id: Id })

export const commentRoutes = (app: App, { sql }: Deps) =>
  app
    .get(
      '/api/v1/tasks/:task/comments',
      async ({ params, query, person }) =>
        commentsOf(sql, (await taskFor(sql, person, params.task)).taskId, query),
      {
        params: ofTask,
        query: PageQuery,
        response: { 200: CommentPage },
        detail: { summary: 'List the comments of a task, oldest first', tags },
      },
    )
    .post(
      '/api/v1/tasks/:task/comments',
      async context => {
        const { params, person, body, set } = context
        const place = await taskFor(sql, person, params.task, 'commenter', { live: true })
        const comment = await createOnce(sql, context, tx => addComment(tx, person, place, body.body))
        set.status = 201
        set.headers.etag = etag(comment.version)
        return comment
      },
      {
        params: ofTask,
        headers: createHeaders,
        body: NewComment,
        response: { 201: Comment },
        detail: { summary: 'Comment on a task', tags },
      },
    )
    .patch(
      '/api/v1/comments/:id',
      async ({ params, person, headers, body, set }) => {
        const comment = await changeComment(sql, person, params.id, seenVersion(headers), body.body)
        set.headers.etag = etag(comment.version)
        return comment
      },
      {
        params: ofComment,
        headers: ifMatchHeaders,
        body: NewComment,
        response: { 200: Comment },
        detail: { summary: 'Change a comment of yours', tags },
      },
    )
    .delete(
      '/api/v1/comments/:id',
      async ({ params, person, set }) => {
        await deleteComment(sql, person, params.id)
        set.status = 204
      },
      {
        params: ofComment,
        response: { 204: t.Void() },
        detail: { summary: 'Delete a comment of yours, or as an admin', tags },
      },
    )
