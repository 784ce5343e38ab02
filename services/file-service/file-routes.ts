import { t } from 'elysia'
import { type Asked, onBehalfOf } from '../kit/client.ts'
import { etag, seenVersion } from '../kit/etag.ts'
import { forbidden, invalid } from '../kit/problem.ts'
import { createHeaders, Id, ifMatchHeaders, object, type Role, reaches } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import type { AccessAnswer } from '../task-service/contract.ts'
import type { Deps } from './app.ts'
import { needCategory } from './categories.ts'
import { content } from './content.ts'
import { ContentQuery, File, FileChange, FilePage, FileQuery, UploadQuery } from './contract.ts'
import { changeFile, fileName, listFiles, readFile, removeFile } from './files.ts'
import { needRoom, upload } from './upload.ts'

const tags = ['Files']
const bytes = { schema: { type: 'string', format: 'binary' } } as const
/** Answered as the type that was found in the bytes. */
const bytesOfTheirType = { '*/*': bytes }

/** A file is seen and changed by the role in its project alone: it outlives the trash of its task, which may be restored. */
export function fileRoutes(app: App, deps: Deps) {
  const { sql, store, access, tasks, uploadLimit } = deps

  const fileFor = async (asked: Asked, id: string, needed: Role) => {
    const file = await readFile(sql, id)
    await access.require(asked, file.projectId, needed)
    return file
  }
  const accessToTask = (asked: Asked, taskId: string) =>
    tasks.get<AccessAnswer>(`/api/v1/tasks/${taskId}/access`, onBehalfOf(asked))

  return app
    .get(
      '/api/v1/files',
      async ({ request, person, query }) => {
        let { projectId } = query
        if (projectId) await access.require({ request, person }, projectId, 'viewer')
        else if (query.taskId) projectId = (await accessToTask({ request, person }, query.taskId)).projectId
        else throw invalid('projectId', 'required', undefined, 'query')
        return listFiles(sql, projectId, query)
      },
      {
        query: FileQuery,
        response: { 200: FilePage },
        detail: { summary: 'List the files of a project or of a task', tags },
      },
    )
    .post(
      '/api/v1/files',
      async ({ request, person, query, headers, set }) => {
        needRoom(request, uploadLimit)
        const name = fileName(query.name, 'query')
        const { projectId, role } = await accessToTask({ request, person }, query.taskId)
        if (!reaches(role, 'editor')) throw forbidden()
        if (query.categoryId) await needCategory(sql, query.categoryId, projectId)
        const file = await upload(
          deps,
          {
            projectId,
            taskId: query.taskId,
            name,
            categoryId: query.categoryId ?? null,
            uploadedBy: person.userId,
          },
          request,
          headers['idempotency-key'],
        )
        set.status = 201
        set.headers.etag = etag(file.version)
        return file
      },
      {
        query: UploadQuery,
        headers: createHeaders,
        response: { 201: File },
        detail: {
          summary: 'Attach a file to a task',
          description: 'The body is the bytes of the file, streamed, of any type.',
          tags,
          requestBody: { required: true, content: { 'application/octet-stream': bytes } },
        },
      },
    )
    .get(
      '/api/v1/files/:id',
      async ({ request, person, params, set }) => {
        const file = await fileFor({ request, person }, params.id, 'viewer')
        set.headers.etag = etag(file.version)
        return file
      },
      {
        params: object({ id: Id }),
        response: { 200: File },
        detail: { summary: 'Read what is known of a file', tags },
      },
    )
    .patch(
      '/api/v1/files/:id',
      async ({ request, person, params, body, headers, set }) => {
        await fileFor({ request, person }, params.id, 'editor')
        const file = await changeFile(sql, person, params.id, seenVersion(headers), body)
        set.headers.etag = etag(file.version)
        return file
      },
      {
        params: object({ id: Id }),
        body: FileChange,
        headers: ifMatchHeaders,
        response: { 200: File },
        detail: { summary: 'Rename a file or move it to another category', tags },
      },
    )
    .delete(
      '/api/v1/files/:id',
      async ({ request, person, params, headers, set }) => {
        await fileFor({ request, person }, params.id, 'editor')
        await removeFile(sql, store, person, params.id, seenVersion(headers))
        set.status = 204
      },
      {
        params: object({ id: Id }),
        headers: ifMatchHeaders,
        response: { 204: t.Void() },
        detail: { summary: 'Delete a file for good', tags },
      },
    )
    .get(
      '/api/v1/files/:id/content',
      async ({ request, person, params, query }) =>
        content(
          store,
          await fileFor({ request, person }, params.id, 'viewer'),
          request,
          query.inline ?? false,
        ),
      {
        params: object({ id: Id }),
        query: ContentQuery,
        detail: {
          summary: 'Download a file, whole or one range of it',
          tags,
          responses: {
            200: { description: 'The whole file', content: bytesOfTheirType },
            206: { description: 'The range that was asked for', content: bytesOfTheirType },
            304: { description: 'The caller has these bytes (If-None-Match)' },
          },
        },
      },
    )
}
