import { generateKeyBetween } from 'fractional-indexing'
import type { Query, Sql, Tx } from '../kit/database.ts'
import { emit } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { invalid, notFound, Problem, stale } from '../kit/problem.ts'
import { newId } from '../kit/schema.ts'
import { lockProject, type Place } from './access.ts'
import type { NewStatus, Status, StatusChange, TaskServiceEvent } from './contract.ts'
import { recordChanges } from './history.ts'
import { trimmed } from './text.ts'

const columns = (sql: Query) => sql`
  s.id, s.name, s.category, s.task_limit as limit, s.position, s.version,
  (select count(*)::integer from tasks where status_id = s.id and deleted_at is null) as "taskCount"`

const tell = (
  tx: Tx,
  person: Person,
  projectId: string,
  type: `status.${'created' | 'changed' | 'deleted'}`,
  { taskCount: _, ...data }: Status,
) => emit<TaskServiceEvent>(tx, { type, projectId, actorId: person.userId, data })

/** The statuses of a project in board order, under its lock: their order is changed by one transaction at a time. */
async function lockedStatuses(tx: Tx, projectId: string): Promise<Status[]> {
  await lockProject(tx, projectId)
  const rows = await tx<Status[]>`
    select ${columns(tx)} from statuses s where project_id = ${projectId} order by s.position, s.id`
  return rows
}

/** A position before a status, or at the end. Throws 422 when the status is not among them. */
function positionAmong(statuses: readonly Status[], beforeId: string | null | undefined): string {
  const index = beforeId
    ? statuses.findIndex(status => status.id === beforeId.toLowerCase())
    : statuses.length
  if (index < 0) throw invalid('beforeId', 'not_in_project')
  return generateKeyBetween(statuses[index - 1]?.position ?? null, statuses[index]?.position ?? null)
}

/** Adds a status at the end, or before another. The caller is an admin. */
export async function addStatus(
  tx: Tx,
  person: Person,
  { projectId }: Place,
  fields: NewStatus,
): Promise<Status> {
  const statuses = await lockedStatuses(tx, projectId)
  const status: Status = {
    id: newId(),
    name: trimmed('name', fields.name),
    category: fields.category,
    limit: fields.limit ?? null,
    position: positionAmong(statuses, fields.beforeId),
    taskCount: 0,
    version: 1,
  }
  await tx`
    insert into statuses (id, project_id, name, category, task_limit, position)
    values (${status.id}, ${projectId}, ${status.name}, ${status.category}, ${status.limit}, ${status.position})`
  await tell(tx, person, projectId, 'status.created', status)
  return status
}

/**
 * Changes what differs; without a difference the version stays. With another category its tasks are finished or reopened in the same
 * transaction: their `completedAt` follows. Their versions stay, since nobody edited them, and consumers learn it from the one `status.changed`,
 * not from an event of each task. The caller is an admin. 412 with the current status when `version` is not the current one.
 */
export const changeStatus = (
  sql: Sql,
  person: Person,
  { projectId }: Place,
  statusId: string,
  version: number,
  fields: StatusChange,
): Promise<Status> =>
  sql.begin(async tx => {
    const statuses = await lockedStatuses(tx, projectId)
    const status = current(statuses, statusId, version)
    const name = fields.name === undefined ? status.name : trimmed('name', fields.name)
    const category = fields.category ?? status.category
    const limit = fields.limit === undefined ? status.limit : fields.limit
    const position =
      fields.beforeId === undefined || fields.beforeId === nextId(statuses, status)
        ? status.position
        : positionAmong(
            statuses.filter(other => other !== status),
            fields.beforeId,
          )
    if (
      name === status.name &&
      category === status.category &&
      limit === status.limit &&
      position === status.position
    )
      return status
    const [changed] = await tx<Status[]>`
      update statuses s
      set name = ${name}, category = ${category}, task_limit = ${limit}, position = ${position}, version = version + 1
      where id = ${status.id}
      returning ${columns(tx)}`
    // Of tasks in the trash too: they may come back.
    if ((category === 'done') !== (status.category === 'done'))
      await tx`
        update tasks set completed_at = ${category === 'done' ? tx`coalesce(completed_at, now())` : null}
        where id in (select id from tasks where status_id = ${status.id} order by id for no key update)`
    await tell(tx, person, projectId, 'status.changed', changed!)
    return changed!
  })

/** The status after this one in board order, or null: moving it before that leaves it where it is. */
const nextId = (statuses: readonly Status[], status: Status) =>
  statuses[statuses.indexOf(status) + 1]?.id ?? null

/**
 * Deletes a status without tasks. Those in the trash that came from it will come back to another: one of the same category if there is one, else
 * the first. The caller is an admin. 409 `status_in_use` while it has tasks or is the last one; 412 as `changeStatus`.
 */
export const deleteStatus = (
  sql: Sql,
  person: Person,
  { projectId }: Place,
  statusId: string,
  version: number,
): Promise<void> =>
  sql.begin(async tx => {
    const statuses = await lockedStatuses(tx, projectId)
    const status = current(statuses, statusId, version)
    // Whoever was putting a task into it has finished when this lock is given; whoever comes later finds it gone.
    await tx`select from statuses where id = ${status.id} for update`
    const [used] = await tx`
      select true as used from tasks where status_id = ${status.id} and deleted_at is null limit 1`
    const others = statuses.filter(other => other !== status)
    const heir = others.find(other => other.category === status.category) ?? others[0]
    if (used || !heir) throw new Problem(409, 'status_in_use')
    const trashed = await tx<{ id: string }[]>`
      select id from tasks where status_id = ${status.id} order by id for no key update`
    const changes = trashed.map(({ id }) => ({ taskId: id, field: 'status', from: status.id, to: heir.id }))
    await tx`
      with changed as (
        update tasks set
          status_id = ${heir.id}, version = version + 1, updated_at = now(),
          completed_at = ${heir.category === 'done' ? tx`coalesce(completed_at, now())` : null}
        where id = any(${trashed.map(task => task.id)}::uuid[])
        returning id, project_id
      )
      ${recordChanges(tx, person.userId, changes)}`
    await tx`delete from statuses where id = ${status.id}`
    await tell(tx, person, projectId, 'status.deleted', status)
  })

function current(statuses: readonly Status[], statusId: string, version: number): Status {
  const status = statuses.find(status => status.id === statusId.toLowerCase())
  if (!status) throw notFound()
  if (status.version !== version) throw stale(status)
  return status
}
