import type { Query, Sql, Tx } from '../kit/database.ts'
import { emit, emitAll } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { forbidden, invalid, notFound, stale } from '../kit/problem.ts'
import { isZone, newId, reaches, type Role } from '../kit/schema.ts'
import { lockProject, type Place, type TaskPlace } from './access.ts'
import type { Due, Move, NewTask, Task, TaskChange, TaskServiceEvent } from './contract.ts'
import { type FieldChange, recordChanges } from './history.ts'
import { type Column, lockColumn, positionIn } from './positions.ts'
import { asTask, type TaskRow, taskColumns } from './task-row.ts'
import { trimmed } from './text.ts'

type TaskEvent = Extract<TaskServiceEvent, { data: { task: unknown } }>

// Reading ----------------------------------------------------------------------------------------------------------------------

/** Tasks by their ids, in the trash too, in the order of their ids. Asks nobody's role: look them up with `taskFor` first. */
async function readTasks(sql: Query, ids: string[]): Promise<Task[]> {
  const rows = await sql<TaskRow[]>`
    select ${taskColumns(sql)}
    from tasks t join projects p on p.id = t.project_id join statuses s on s.id = t.status_id
    where t.id = any(${ids}::uuid[])
    order by t.id`
  return rows.map(asTask)
}

/** One task as `readTasks`; 404 without one. */
export async function readTask(sql: Query, taskId: string): Promise<Task> {
  const [task] = await readTasks(sql, [taskId])
  if (!task) throw notFound()
  return task
}

/** A task by the number that people call it by. Throws 404. */
export async function readTaskByNumber(sql: Query, { projectId }: Place, number: number): Promise<Task> {
  const [row] = await sql<TaskRow[]>`
    select ${taskColumns(sql)}
    from tasks t join projects p on p.id = t.project_id join statuses s on s.id = t.status_id
    where t.project_id = ${projectId} and t.number = ${number}`
  if (!row) throw notFound()
  return asTask(row)
}

/** The task as it is before an edit, for whoever may edit it: 404 and 403 as `taskFor`, 404 in the trash, 412 when `version` is not the current one. */
async function taskToEdit(tx: Tx, person: Person, taskId: string, version: number): Promise<Task> {
  const [row] = await tx<(TaskRow & { role: Role })[]>`
    select ${taskColumns(tx)}, m.role
    from tasks t
    join projects p on p.id = t.project_id and p.deleted_at is null
    join members m on m.project_id = p.id and m.user_id = ${person.userId}
    join statuses s on s.id = t.status_id
    where t.id = ${taskId}`
  if (!row) throw notFound()
  if (!reaches(row.role, 'editor')) throw forbidden()
  if (row.deleted_at) throw notFound()
  const task = asTask(row)
  if (task.version !== version) throw stale(task)
  return task
}

// Creating ---------------------------------------------------------------------------------------------------------------------

/** Creates a task at the end of its status, numbered without a gap. The caller is an editor of `place`. Throws 422 for foreign ids. */
export async function createTask(
  tx: Tx,
  person: Person,
  { projectId }: Place,
  fields: NewTask,
): Promise<Task> {
  const title = trimmed('title', fields.title)
  const { day, at, zone } = dueColumns(checkedDue(fields.due ?? null))
  const [counted] = await tx<(Column & { number: number })[]>`
    with counter as (
      update projects set next_number = next_number + 1
      where id = ${projectId} and deleted_at is null
      returning next_number - 1 as number
    )
    select counter.number, s.id, s.category
    from counter, statuses s
    where s.project_id = ${projectId} ${fields.statusId ? tx`and s.id = ${fields.statusId}` : tx``}
    order by s.category = 'done', s.position, s.id
    limit 1
    for no key update of s`
  if (!counted) throw fields.statusId ? invalid('statusId', 'not_in_project') : notFound()
  const labelIds = ids(fields.labelIds ?? [])
  await holdLabels(tx, projectId, labelIds)
  const assigneeIds = ids(fields.assigneeIds ?? [])
  await holdPeople(tx, projectId, assigneeIds)
  const position = await positionIn(tx, counted)
  const id = newId()
  const created: FieldChange = { field: 'created', from: null, to: title }
  // The row comes back from the statement that writes it; its labels and assignees the statement cannot see yet.
  const [row] = await tx<TaskRow[]>`
    with t as (
      insert into tasks (
        id, project_id, number, status_id, title, description, priority, due_day, due_at, due_zone, position, created_by, completed_at
      ) values (
        ${id}, ${projectId}, ${counted.number}, ${counted.id}, ${title}, ${fields.description ?? ''},
        ${fields.priority ?? 'none'}, ${day}, ${at}, ${zone},
        ${position}, ${person.userId}, case when ${counted.category} = 'done' then now() end
      ) returning *
    ), changed as (
      select id, project_id from t
    ), labelled as (
      insert into task_labels select t.id, unnest(${labelIds}::uuid[]) from t
    ), assigned as (
      insert into task_assignees select t.id, unnest(${assigneeIds}::uuid[]) from t
    ), recorded as (
      ${recordChanges(tx, person.userId, [{ taskId: id, ...created }])}
    )
    select ${taskColumns(tx)} from t join projects p on p.id = t.project_id join statuses s on s.id = t.status_id`
  const task = { ...asTask(row!), labelIds, assigneeIds }
  await emit<TaskServiceEvent>(tx, taskEvent(person, 'task.created', task, [created]))
  return task
}

// Changing ---------------------------------------------------------------------------------------------------------------------

/**
 * Changes the fields of a task that differ from what is there; without a difference nothing happens and the version stays. A task that enters
 * another status goes to its end. Throws 412 with the current task when `version` is not the current one, 422 for foreign ids.
 */
export const changeTask = (
  sql: Sql,
  person: Person,
  taskId: string,
  version: number,
  fields: TaskChange,
): Promise<Task> =>
  sql.begin(async tx => edit(tx, person, await taskToEdit(tx, person, taskId, version), fields))

/** Moves a task into a status, directly before or after a task in it, or to its end. Errors as `changeTask`, 422 when the neighbour is not there. */
export const moveTask = (
  sql: Sql,
  person: Person,
  taskId: string,
  version: number,
  { statusId, ...where }: Move,
): Promise<Task> =>
  sql.begin(async tx => edit(tx, person, await taskToEdit(tx, person, taskId, version), { statusId }, where))

async function edit(
  tx: Tx,
  person: Person,
  task: Task,
  fields: TaskChange,
  where?: Pick<Move, 'beforeId' | 'afterId'>,
): Promise<Task> {
  const { id, projectId } = task
  const changes: (FieldChange & { taskId: string })[] = []
  /** What the field will be; notes the change when it differs from what it is. */
  const changed = <T>(field: string, from: T, to: T | undefined): T => {
    if (to === undefined || Bun.deepEquals(from, to)) return from
    changes.push({ taskId: id, field, from, to })
    return to
  }
  const title = changed('title', task.title, fields.title && trimmed('title', fields.title))
  const description = changed('description', task.description, fields.description)
  const statusId = changed('status', task.statusId, fields.statusId?.toLowerCase())
  const priority = changed('priority', task.priority, fields.priority)
  const due = changed('due', task.due, fields.due && checkedDue(fields.due))
  const labelIds = changed('labels', task.labelIds, fields.labelIds && ids(fields.labelIds))
  const assigneeIds = changed('assignees', task.assigneeIds, fields.assigneeIds && ids(fields.assigneeIds))

  let { position, category } = task
  if (statusId !== task.statusId || where) {
    const column = await lockColumn(tx, projectId, statusId)
    if (!column) throw invalid('statusId', 'not_in_project')
    position = await positionIn(tx, column, where, task)
    category = column.category
    if (statusId === task.statusId) changed('position', task.position, position)
  }
  if (changes.length === 0) return task
  if (labelIds !== task.labelIds) await holdLabels(tx, projectId, labelIds)
  if (assigneeIds !== task.assigneeIds) await holdPeople(tx, projectId, assigneeIds)

  const { day, at, zone } = dueColumns(due)
  const [written] = await tx`
    with changed as (
      update tasks set
        title = ${title}, description = ${description}, status_id = ${statusId}, priority = ${priority},
        due_day = ${day}, due_at = ${at}, due_zone = ${zone},
        position = ${position},
        completed_at = ${
          statusId === task.statusId
            ? tx`completed_at`
            : tx`case when ${category} = 'done' then coalesce(completed_at, now()) end`
        },
        updated_at = now(), version = version + 1
      where id = ${id} and version = ${task.version} and deleted_at is null
      returning id, project_id
    ), unlabelled as (
      delete from task_labels where task_id in (select id from changed) and label_id <> all(${labelIds}::uuid[])
    ), labelled as (
      insert into task_labels select id, unnest(${labelIds}::uuid[]) from changed on conflict do nothing
    ), unassigned as (
      delete from task_assignees
      where task_id in (select id from changed) and person_id <> all(${assigneeIds}::uuid[])
    ), assigned as (
      insert into task_assignees select id, unnest(${assigneeIds}::uuid[]) from changed on conflict do nothing
    ), recorded as (
      ${recordChanges(tx, person.userId, changes)}
    )
    select id from changed`
  if (!written) throw await overtaken(tx, id)
  return tell(tx, person, 'task.changed', id, changes)
}

/** Puts a task into the trash. Errors as `changeTask`. */
export const deleteTask = (sql: Sql, person: Person, taskId: string, version: number): Promise<void> =>
  sql.begin(async tx => {
    const task = await taskToEdit(tx, person, taskId, version)
    const deletion: FieldChange = { field: 'deleted', from: false, to: true }
    const [written] = await tx`
      with changed as (
        update tasks set deleted_at = now(), updated_at = now(), version = version + 1
        where id = ${task.id} and version = ${task.version} and deleted_at is null
        returning id, project_id
      ), recorded as (
        ${recordChanges(tx, person.userId, [{ taskId: task.id, ...deletion }])}
      )
      select id from changed`
    if (!written) throw await overtaken(tx, task.id)
    await tell(tx, person, 'task.deleted', task.id, [deletion])
  })

/** Takes a task out of the trash, to where it was. One that is not in the trash stays as it is. The caller is an editor of its project. */
export const restoreTask = (sql: Sql, person: Person, { taskId, projectId }: TaskPlace): Promise<Task> =>
  sql.begin(async tx => {
    // Nobody deletes its status meanwhile.
    await lockProject(tx, projectId)
    const restoration: FieldChange = { field: 'deleted', from: true, to: false }
    const [written] = await tx`
      with changed as (
        update tasks set deleted_at = null, updated_at = now(), version = version + 1
        where id = ${taskId} and deleted_at is not null
        returning id, project_id
      ), recorded as (
        ${recordChanges(tx, person.userId, [{ taskId, ...restoration }])}
      )
      select id from changed`
    return written ? tell(tx, person, 'task.restored', taskId, [restoration]) : readTask(tx, taskId)
  })

/**
 * Takes a label, or a person's assignments, off all tasks of a project, with history and events: what happens to tasks when a label is deleted
 * and when a member leaves. The caller holds a lock that keeps others from giving it again.
 */
export async function takeFromTasks(
  tx: Tx,
  person: Person,
  projectId: string,
  what: { labelId: string } | { assigneeId: string },
): Promise<void> {
  const isLabel = 'labelId' in what
  const taken = isLabel ? what.labelId : what.assigneeId
  const having = isLabel
    ? tx`select task_id from task_labels where label_id = ${taken}`
    : tx`select task_id from task_assignees where person_id = ${taken}`
  // Locked before they are read: what is read then stays.
  const locked = await tx<{ id: string }[]>`
    select id from tasks where project_id = ${projectId} and id in (${having}) order by id for no key update`
  const listOf = (task: Task) => (isLabel ? task.labelIds : task.assigneeIds)
  const tasks = await readTasks(
    tx,
    locked.map(task => task.id),
  )
  const changes = tasks
    // One that had it when the wait for its lock began may have lost it when the lock was given.
    .filter(task => listOf(task).includes(taken))
    .map(task => ({
      taskId: task.id,
      field: isLabel ? 'labels' : 'assignees',
      from: listOf(task),
      to: listOf(task).filter(id => id !== taken),
    }))
  if (changes.length === 0) return
  const ids = changes.map(change => change.taskId)
  await tx`
    with changed as (
      update tasks set updated_at = now(), version = version + 1 where id = any(${ids}::uuid[])
      returning id, project_id
    ), taken as (
      ${
        isLabel
          ? tx`delete from task_labels where label_id = ${taken} and task_id in (select id from changed)`
          : tx`delete from task_assignees where person_id = ${taken} and task_id in (select id from changed)`
      }
    )
    ${recordChanges(tx, person.userId, changes)}`
  const after = await readTasks(tx, ids)
  await emitAll<TaskServiceEvent>(
    tx,
    after.map((task, index) => taskEvent(person, 'task.changed', task, [changes[index]!])),
  )
}

// Parts ------------------------------------------------------------------------------------------------------------------------

/** Tells consumers what happened to a task and gives it, read after it was written: what others did meanwhile is in it. */
export async function tell(
  tx: Tx,
  person: Person,
  type: TaskEvent['type'],
  taskId: string,
  changes: readonly FieldChange[],
): Promise<Task> {
  const task = await readTask(tx, taskId)
  await emit<TaskServiceEvent>(tx, taskEvent(person, type, task, changes))
  return task
}

/** Why a write met no row: somebody was faster since the task was read. */
async function overtaken(tx: Tx, taskId: string) {
  const current = await readTask(tx, taskId)
  return current.deletedAt ? notFound() : stale(current)
}

/** An event of a task, whole but for its long parts. */
export function taskEvent(
  person: Person,
  type: TaskEvent['type'],
  { description: _, links: __, ...task }: Task,
  changes: readonly FieldChange[],
) {
  const data: TaskEvent['data'] = {
    task,
    changes: changes.map(({ field, from, to }) => ({ field, from, to })),
  }
  return { type, projectId: task.projectId, actorId: person.userId, data }
}

/** A due date that exists, its instant in UTC. Throws 422. */
function checkedDue(due: Due | null): Due | null {
  if (!due) return null
  if ('date' in due) {
    const day = new Date(`${due.date}T00:00:00Z`)
    if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(due.date))
      throw invalid('due.date', 'not_a_day')
    return due
  }
  const at = new Date(due.at)
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() < 1 || at.getUTCFullYear() > 9999)
    throw invalid('due.at', 'not_an_instant')
  if (!isZone(due.zone)) throw invalid('due.zone', 'not_a_zone')
  return { at: at.toISOString(), zone: due.zone }
}

function dueColumns(due: Due | null) {
  if (!due) return { day: null, at: null, zone: null }
  return 'date' in due ? { day: due.date, at: null, zone: null } : { day: null, at: due.at, zone: due.zone }
}

/** Ids as the database writes and sorts them. */
const ids = (given: readonly string[]) => given.map(id => id.toLowerCase()).toSorted()

/** Holds labels, so that none is deleted before the task has it. Throws 422 unless all are of the project. */
async function holdLabels(tx: Tx, projectId: string, labelIds: string[]) {
  if (labelIds.length === 0) return
  const held = await tx`
    select from labels where project_id = ${projectId} and id = any(${labelIds}::uuid[]) for key share`
  if (held.length !== labelIds.length) throw invalid('labelIds', 'not_in_project')
}

/** Holds members, so that none is removed before the task is theirs. Throws 422 unless all are members or placeholders of the project. */
async function holdPeople(tx: Tx, projectId: string, personIds: string[]) {
  if (personIds.length === 0) return
  const held = await tx`
    select from members where project_id = ${projectId} and user_id = any(${personIds}::uuid[]) for key share`
  if (held.length === personIds.length) return
  const placeholders = await tx`
    select from placeholders where project_id = ${projectId} and id = any(${personIds}::uuid[])`
  if (held.length + placeholders.length !== personIds.length) throw invalid('assigneeIds', 'not_in_project')
}
