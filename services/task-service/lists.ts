import type { Query } from '../kit/database.ts'
import type { Person } from '../kit/identity.ts'
import { instantKey, keysOf, nullable, page, positionKey } from '../kit/page.ts'
import { notFound } from '../kit/problem.ts'
import { isId } from '../kit/schema.ts'
import { byIdOrKey, type Place } from './access.ts'
import type { Board, MyTasks, Priority, TaskPage, TaskQuery } from './contract.ts'
import { asProject, type ProjectRow, projectColumns } from './projects.ts'
import { asSummary, type SummaryRow, summaryColumns } from './task-row.ts'

/** A row with what its place in a list is decided by. */
type Listed = SummaryRow & { status_position: string; due_order: Date | null; deleted_at: Date | null }

/** The columns of such a row, of `tasks t` joined with its `projects p` and `statuses s`. */
const listedColumns = (sql: Query) => sql`
  ${summaryColumns(sql)}, s.position as status_position, t.due_order, t.deleted_at`

type Sort = {
  /** The rows after a cursor, as a part of `where` on `tasks t` and `statuses s`. Throws 422 `bad_cursor`. */
  after: (sql: Query, cursor: string | undefined) => ReturnType<Query>
  order: (sql: Query) => ReturnType<Query>
  keys: (row: Listed) => (string | null)[]
}

const priorityKey = (key: string) =>
  (['none', 'low', 'medium', 'high', 'urgent'] satisfies Priority[] as string[]).includes(key)

const sorts: Record<NonNullable<TaskQuery['sort']>, Sort> = {
  position: {
    after: (sql, cursor) => {
      const keys = keysOf(cursor, [positionKey, isId, positionKey, isId])
      return keys
        ? sql`and (s.position, s.id, t.position, t.id) > (${keys[0]}, ${keys[1]}::uuid, ${keys[2]}, ${keys[3]}::uuid)`
        : sql``
    },
    order: sql => sql`s.position, s.id, t.position, t.id`,
    keys: row => [row.status_position, row.status_id, row.position, row.id],
  },
  updated: {
    after: (sql, cursor) => {
      const keys = keysOf(cursor, [instantKey, isId])
      return keys ? sql`and (t.updated_at, t.id) < (${keys[0]}::timestamptz, ${keys[1]}::uuid)` : sql``
    },
    order: sql => sql`t.updated_at desc, t.id desc`,
    keys: row => [row.updated_at.toISOString(), row.id],
  },
  created: {
    after: (sql, cursor) => {
      const keys = keysOf(cursor, [instantKey, isId])
      return keys ? sql`and (t.created_at, t.id) < (${keys[0]}::timestamptz, ${keys[1]}::uuid)` : sql``
    },
    order: sql => sql`t.created_at desc, t.id desc`,
    keys: row => [row.created_at.toISOString(), row.id],
  },
  due: {
    after: (sql, cursor) => {
      const keys = keysOf(cursor, [nullable(instantKey), isId])
      if (!keys) return sql``
      const [due, id] = keys
      return due === null
        ? sql`and t.due_order is null and t.id > ${id}::uuid`
        : sql`and ((t.due_order, t.id) > (${due}::timestamptz, ${id}::uuid) or t.due_order is null)`
    },
    order: sql => sql`t.due_order, t.id`,
    keys: row => [row.due_order?.toISOString() ?? null, row.id],
  },
  priority: {
    after: (sql, cursor) => {
      const keys = keysOf(cursor, [priorityKey, isId])
      return keys ? sql`and (t.priority, t.id) < (${keys[0]}::priority, ${keys[1]}::uuid)` : sql``
    },
    order: sql => sql`t.priority desc, t.id desc`,
    keys: row => [row.priority, row.id],
  },
}

/** The order of the trash: what was put into it last comes first. */
const lastTrashed: Sort = {
  after: (sql, cursor) => {
    const keys = keysOf(cursor, [instantKey, isId])
    return keys ? sql`and (t.deleted_at, t.id) < (${keys[0]}::timestamptz, ${keys[1]}::uuid)` : sql``
  },
  order: sql => sql`t.deleted_at desc, t.id desc`,
  keys: row => [row.deleted_at!.toISOString(), row.id],
}

/** Text that LIKE finds as it is. */
const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&')

/** Part of a `where`: the text is in the title, or it is the number (`42`, `#42` or `OPS-42`). */
function matches(sql: Query, { key }: Place, text: string) {
  const number = Number(new RegExp(`^(?:#|${key}-)?(\\d{1,9})$`, 'i').exec(text)?.[1] ?? 0)
  return sql`(t.title ilike ${`%${literally(text)}%`} or t.number = ${number})`
}

/** A page of a project's tasks, or of those in its trash, for a caller who may see it. Throws 422 for a cursor that is not one of this list. */
export async function listTasks(sql: Query, place: Place, query: TaskQuery): Promise<TaskPage> {
  const { limit = 50, status, category, open, assignee, label, priority, trash } = query
  const text = query.q?.trim()
  const sort = trash ? lastTrashed : sorts[query.sort ?? 'position']
  const rows = await sql<Listed[]>`
    select ${listedColumns(sql)}
    from tasks t join projects p on p.id = t.project_id join statuses s on s.id = t.status_id
    where t.project_id = ${place.projectId} and t.deleted_at ${trash ? sql`is not null` : sql`is null`}
    ${status ? sql`and t.status_id = ${status}` : sql``}
    ${category ? sql`and s.category = ${category}` : sql``}
    ${open === undefined ? sql`` : open ? sql`and s.category <> 'done'` : sql`and s.category = 'done'`}
    ${
      assignee === undefined
        ? sql``
        : assignee === 'none'
          ? sql`and not exists (select from task_assignees where task_id = t.id)`
          : sql`and exists (select from task_assignees where task_id = t.id and person_id = ${assignee})`
    }
    ${
      label === undefined
        ? sql``
        : label === 'none'
          ? sql`and not exists (select from task_labels where task_id = t.id)`
          : sql`and exists (select from task_labels where task_id = t.id and label_id = ${label})`
    }
    ${priority ? sql`and t.priority = ${priority}` : sql``}
    ${text ? sql`and ${matches(sql, place, text)}` : sql``}
    ${sort.after(sql, query.after)}
    order by ${sort.order(sql)}
    limit ${limit + 1}`
  return page(rows, limit, sort.keys, asSummary)
}

/**
 * A project with the first `limit` tasks of each of its statuses, for a member (404 for everybody else). Two queries, however many tasks and
 * statuses there are. A column's `next` continues the list with `sort=position`.
 */
export async function readBoard(sql: Query, person: Person, idOrKey: string, limit = 50): Promise<Board> {
  const [row] = await sql<ProjectRow[]>`
    select ${projectColumns(sql)}
    from projects p join members m on m.project_id = p.id and m.user_id = ${person.userId}
    where ${byIdOrKey(sql, idOrKey)}`
  if (!row) throw notFound()
  const tasks = await sql<Listed[]>`
    select ${listedColumns(sql)}
    from statuses s
    join projects p on p.id = s.project_id
    cross join lateral (
      select * from tasks where status_id = s.id and deleted_at is null order by position, id limit ${limit + 1}
    ) t
    where s.project_id = ${row.id}
    order by s.position, s.id, t.position, t.id`
  const project = asProject(row)
  const byStatus = Map.groupBy(tasks, task => task.status_id)
  return {
    project,
    columns: project.statuses.map(({ id }) => ({
      statusId: id,
      ...page(byStatus.get(id) ?? [], limit, sorts.position.keys, asSummary),
    })),
  }
}

/** A page of the open tasks that are assigned to the caller, in all projects that they are a member of, earliest due first. */
export async function listMyTasks(
  sql: Query,
  person: Person,
  { limit = 50, after }: { limit?: number | undefined; after?: string | undefined },
): Promise<MyTasks> {
  const rows = await sql<
    (Listed & { project_name: string; color: MyTasks['items'][0]['project']['color']; status_name: string })[]
  >`
    select ${listedColumns(sql)},
      p.name as project_name, p.color, s.name as status_name
    from task_assignees a
    join tasks t on t.id = a.task_id and t.deleted_at is null
    join statuses s on s.id = t.status_id and s.category <> 'done'
    join projects p on p.id = t.project_id and p.deleted_at is null
    join members m on m.project_id = p.id and m.user_id = a.person_id
    where a.person_id = ${person.userId} ${sorts.due.after(sql, after)}
    order by ${sorts.due.order(sql)}
    limit ${limit + 1}`
  return page(rows, limit, sorts.due.keys, row => ({
    task: asSummary(row),
    project: { id: row.project_id, key: row.project_key, name: row.project_name, color: row.color },
    statusName: row.status_name,
  }))
}
