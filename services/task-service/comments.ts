import type { Static } from 'elysia'
import type { Query, Sql, Tx } from '../kit/database.ts'
import { emit } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { instantKey, keysOf, page } from '../kit/page.ts'
import { forbidden, notFound, stale } from '../kit/problem.ts'
import { isId, newId, reaches, type Role } from '../kit/schema.ts'
import type { TaskPlace } from './access.ts'
import type { Comment, CommentPage, PageQuery, TaskServiceEvent } from './contract.ts'
import { trimmed } from './text.ts'

type CommentRow = {
  id: string
  task_id: string
  author_id: string
  body: string
  created_at: Date
  edited_at: Date | null
  version: number
}
const columns = (sql: Query) => sql`
  c.id, c.task_id, c.author_id, c.body, c.created_at, c.edited_at, c.version`
const asComment = (row: CommentRow): Comment => ({
  id: row.id,
  taskId: row.task_id,
  authorId: row.author_id,
  body: row.body,
  createdAt: row.created_at.toISOString(),
  editedAt: row.edited_at?.toISOString() ?? null,
  version: row.version,
})

const tell = (
  tx: Tx,
  person: Person,
  projectId: string,
  type: `comment.${'added' | 'changed' | 'deleted'}`,
  { taskId, id }: Comment,
) => emit<TaskServiceEvent>(tx, { type, projectId, actorId: person.userId, data: { taskId, commentId: id } })

/** The comments of a task, oldest first. */
export async function commentsOf(
  sql: Query,
  taskId: string,
  { limit = 50, after }: Static<typeof PageQuery>,
): Promise<CommentPage> {
  const keys = keysOf(after, [instantKey, isId])
  const rows = await sql<CommentRow[]>`
    select ${columns(sql)}
    from comments c
    where c.task_id = ${taskId} and c.deleted_at is null
    ${keys ? sql`and (c.created_at, c.id) > (${keys[0]}::timestamptz, ${keys[1]}::uuid)` : sql``}
    order by c.created_at, c.id
    limit ${limit + 1}`
  return page(rows, limit, row => [row.created_at.toISOString(), row.id], asComment)
}

/** Writes a comment. The caller is a commenter. It leaves the task's row alone: nobody who edits the task becomes stale by it. */
export async function addComment(
  tx: Tx,
  person: Person,
  { projectId, taskId }: TaskPlace,
  body: string,
): Promise<Comment> {
  const [row] = await tx<CommentRow[]>`
    insert into comments as c (id, task_id, author_id, body)
    values (${newId()}, ${taskId}, ${person.userId}, ${trimmed('body', body)})
    returning ${columns(tx)}`
  const comment = asComment(row!)
  await tell(tx, person, projectId, 'comment.added', comment)
  return comment
}

/** Changes one's own comment; the same text changes nothing. 403 for another's, 412 with the current comment when `version` is not the current one. */
export const changeComment = (
  sql: Sql,
  person: Person,
  commentId: string,
  version: number,
  body: string,
): Promise<Comment> =>
  sql.begin(async tx => {
    const { comment, projectId, role } = await lockedComment(tx, person, commentId)
    if (!reaches(role, 'commenter') || comment.authorId !== person.userId) throw forbidden()
    if (comment.version !== version) throw stale(comment)
    const text = trimmed('body', body)
    if (text === comment.body) return comment
    const [row] = await tx<CommentRow[]>`
      update comments c set body = ${text}, edited_at = now(), version = version + 1 where id = ${comment.id}
      returning ${columns(tx)}`
    const changed = asComment(row!)
    await tell(tx, person, projectId, 'comment.changed', changed)
    return changed
  })

/** Deletes a comment: its author's or an admin's to do, 403 for others. */
export const deleteComment = (sql: Sql, person: Person, commentId: string): Promise<void> =>
  sql.begin(async tx => {
    const { comment, projectId, role } = await lockedComment(tx, person, commentId)
    const own = comment.authorId === person.userId && reaches(role, 'commenter')
    if (!own && role !== 'admin') throw forbidden()
    await tx`update comments set deleted_at = now(), version = version + 1 where id = ${comment.id}`
    await tell(tx, person, projectId, 'comment.deleted', comment)
  })

/** A comment for a member of its project, held by this transaction; 404 for everybody else, and when its task is in the trash. */
async function lockedComment(tx: Tx, person: Person, commentId: string) {
  const [row] = await tx<(CommentRow & { project_id: string; role: Role })[]>`
    select ${columns(tx)}, t.project_id, m.role
    from comments c
    join tasks t on t.id = c.task_id and t.deleted_at is null
    join projects p on p.id = t.project_id and p.deleted_at is null
    join members m on m.project_id = p.id and m.user_id = ${person.userId}
    where c.id = ${commentId} and c.deleted_at is null
    for no key update of c`
  if (!row) throw notFound()
  return { comment: asComment(row), projectId: row.project_id, role: row.role }
}
