import type { Query, Tx } from '../kit/database.ts'
import type { Person } from '../kit/identity.ts'
import { forbidden, notFound } from '../kit/problem.ts'
import { isId, type Role, reaches } from '../kit/schema.ts'

/** A project in which the caller may do what they asked for. */
export type Place = { projectId: string; key: string; role: Role }
/** A task in such a project. It may be in the trash. */
export type TaskPlace = Place & { taskId: string; deletedAt: Date | null }

/**
 * The project by its id or its key, for a member. The lookup is the authorization: 404 for everybody who is no member, so that nobody
 * learns what exists, and 403 for a member whose role is below `needed`.
 */
export async function projectFor(
  sql: Query,
  person: Person,
  idOrKey: string,
  needed: Role = 'viewer',
): Promise<Place> {
  const [row] = await sql<{ id: string; key: string; role: Role }[]>`
    select p.id, p.key, m.role
    from projects p join members m on m.project_id = p.id and m.user_id = ${person.userId}
    where ${byIdOrKey(sql, idOrKey)}`
  if (!row) throw notFound()
  if (!reaches(row.role, needed)) throw forbidden()
  return { projectId: row.id, key: row.key, role: row.role }
}

/** Part of a `where` on `projects p`: the one that is meant, unless it is in the trash. */
export const byIdOrKey = (sql: Query, idOrKey: string) => sql`
  ${isId(idOrKey) ? sql`p.id = ${idOrKey}` : sql`p.key = ${idOrKey.toUpperCase()}`} and p.deleted_at is null`

/** The place of a task, for a member of its project. 404 and 403 as `projectFor`; with `live` a task in the trash is 404 too. */
export async function taskFor(
  sql: Query,
  person: Person,
  taskId: string,
  needed: Role = 'viewer',
  { live = false } = {},
): Promise<TaskPlace> {
  const [row] = await sql<{ project_id: string; key: string; role: Role; deleted_at: Date | null }[]>`
    select t.project_id, p.key, m.role, t.deleted_at
    from tasks t
    join projects p on p.id = t.project_id and p.deleted_at is null
    join members m on m.project_id = p.id and m.user_id = ${person.userId}
    where t.id = ${taskId}`
  if (!row) throw notFound()
  if (!reaches(row.role, needed)) throw forbidden()
  if (live && row.deleted_at) throw notFound()
  return { taskId, projectId: row.project_id, key: row.key, role: row.role, deletedAt: row.deleted_at }
}

/**
 * Lets one transaction at a time change the members and statuses of a project. Whoever locks more keeps this order, so that no two wait for
 * each other: project, status, labels and members, tasks by id.
 */
export const lockProject = (tx: Tx, projectId: string) =>
  tx`select from projects where id = ${projectId} for no key update`
