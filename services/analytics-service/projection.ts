import type { Tx } from '../kit/database.ts'
import type { Event } from '../kit/events.ts'
import type { TaskServiceEvent } from '../task-service/contract.ts'

/**
 * Counts one event of task-service, in the transaction that also remembers its position. Events that change no figure only say how fresh
 * the project's figures are.
 *
 * A task's category on a past day is that of its status on that day: when a status changes its category, its tasks change theirs from then
 * on, and days that have gone stay as they were.
 */
export async function project(tx: Tx, event: Event): Promise<void> {
  if (event.projectId)
    await tx`
      insert into projects (id, as_of) values (${event.projectId}, ${event.at})
      on conflict (id) do update set as_of = greatest(projects.as_of, excluded.as_of)`
  const known = event as TaskServiceEvent
  switch (known.type) {
    case 'status.created':
    case 'status.changed':
      return changeStatus(tx, known)
    case 'status.deleted':
      await tx`delete from statuses where id = ${known.data.id}`
      return
    case 'task.created':
    case 'task.changed':
    case 'task.deleted':
    case 'task.restored':
      return changeTask(tx, known)
  }
}

type StatusEvent = Extract<TaskServiceEvent, { data: { category: unknown } }>
type TaskEvent = Extract<TaskServiceEvent, { data: { task: unknown } }>

async function changeStatus(tx: Tx, { data: status, projectId, at }: StatusEvent) {
  await tx`
    insert into statuses (id, project_id, name, category, position)
    values (${status.id}, ${projectId}, ${status.name}, ${status.category}, ${status.position})
    on conflict (id) do update
    set name = excluded.name, category = excluded.category, position = excluded.position`
  const moved = await tx<{ id: string }[]>`
    update tasks
    set category = ${status.category}, completed_at = ${status.category === 'done' ? at : null}
    where status_id = ${status.id} and category <> ${status.category}
    returning id`
  if (moved.length === 0) return
  const ids = moved.map(task => task.id)
  await moveSpans(tx, ids, at)
}

async function changeTask(tx: Tx, { type, data: { task }, at }: TaskEvent) {
  if (task.deletedAt) {
    await tx`delete from tasks where id = ${task.id}`
    return moveSpans(tx, [task.id], at)
  }
  const dueDay = task.due && 'date' in task.due ? task.due.date : null
  const dueAt = task.due && 'at' in task.due ? task.due.at : null
  // The category is the one that this log told for the status, so that it follows the status wherever that goes.
  await tx`
    insert into tasks (
      id, project_id, status_id, category, key, title, assignee_ids, due_day, due_at, created_at, completed_at
    ) values (
      ${task.id}, ${task.projectId}, ${task.statusId},
      coalesce((select category from statuses where id = ${task.statusId}), ${task.category}),
      ${task.key}, ${task.title}, ${task.assigneeIds}, ${dueDay}, ${dueAt}, ${task.createdAt}, ${task.completedAt}
    )
    on conflict (id) do update
    set status_id = excluded.status_id, category = excluded.category, title = excluded.title,
      assignee_ids = excluded.assignee_ids, due_day = excluded.due_day, due_at = excluded.due_at,
      completed_at = excluded.completed_at`
  if (type !== 'task.created') return moveSpans(tx, [task.id], at)

  // An import brings tasks that are older than their event. Of one that was finished before, nothing tells where it waited: the backlog.
  const { createdAt, completedAt } = task
  if (completedAt && completedAt > createdAt)
    await tx`
      insert into spans (task_id, project_id, category, since, until)
      values (${task.id}, ${task.projectId}, 'backlog', ${createdAt}, ${completedAt})`
  await moveSpans(tx, [task.id], completedAt ?? createdAt)
}

/**
 * Ends the open span of each task that has left its category (or is gone) at `moment`, and opens one for where it is now. Transactions
 * that waited for each other may tell of their moments out of order: a span never starts before the last one ended.
 */
async function moveSpans(tx: Tx, taskIds: string[], moment: string) {
  await tx`
    update spans set until = greatest(since, ${moment})
    where task_id = any(${taskIds}) and until is null
      and not exists (select from tasks where tasks.id = spans.task_id and tasks.category = spans.category)`
  await tx`
    insert into spans (task_id, project_id, category, since)
    select id, project_id, category,
      greatest(${moment}, (select max(until) from spans where spans.task_id = tasks.id))
    from tasks
    where id = any(${taskIds})
      and not exists (select from spans where spans.task_id = tasks.id and spans.until is null)`
}

/** Forgets everything that was counted. Rows are deleted, not truncated, so that readers go on seeing them until the commit. */
export async function forget(tx: Tx) {
  await tx`delete from projects`
  await tx`delete from statuses`
  await tx`delete from tasks`
  await tx`delete from spans`
}
