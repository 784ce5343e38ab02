import type { Query } from '../kit/database.ts'
import type { Category, Due, Link, Priority, Task, TaskSummary } from './contract.ts'

/** What `summaryColumns` reads. */
export type SummaryRow = {
  id: string
  project_id: string
  project_key: string
  number: number
  title: string
  status_id: string
  category: Category
  priority: Priority
  label_ids: string[]
  assignee_ids: string[]
  due_day: string | null
  due_at: Date | null
  due_zone: string | null
  position: string
  has_description: boolean
  comment_count: number
  link_count: number
  created_by: string
  created_at: Date
  updated_at: Date
  completed_at: Date | null
  version: number
}
/** What `taskColumns` reads. */
export type TaskRow = SummaryRow & { description: string; links: Link[]; deleted_at: Date | null }

/**
 * The columns of a summary, of `tasks t` joined with its `projects p` and `statuses s`. Comments and links are counted here and not in a column
 * of the task: a comment then never waits for the task's row, and never makes an open editor stale.
 */
export const summaryColumns = (sql: Query) => sql`
  t.id, t.project_id, p.key as project_key, t.number, t.title, t.status_id, s.category, t.priority,
  array(select label_id from task_labels where task_id = t.id order by label_id) as label_ids,
  array(select person_id from task_assignees where task_id = t.id order by person_id) as assignee_ids,
  t.due_day, t.due_at, t.due_zone, t.position, t.description <> '' as has_description,
  (select count(*)::integer from comments where task_id = t.id and deleted_at is null) as comment_count,
  (select count(*)::integer from links where task_id = t.id) as link_count,
  t.created_by, t.created_at, t.updated_at, t.completed_at, t.version`

/** The columns of a whole task. */
export const taskColumns = (sql: Query) => sql`
  ${summaryColumns(sql)}, t.description, t.deleted_at, (
    select coalesce(jsonb_agg(
      jsonb_build_object('id', l.id, 'url', l.url, 'title', l.title, 'addedAt', l.added_at) order by l.added_at, l.id
    ), '[]')
    from links l where l.task_id = t.id
  ) as links`

function due(row: Pick<SummaryRow, 'due_day' | 'due_at' | 'due_zone'>): Due | null {
  if (row.due_day !== null) return { date: row.due_day }
  return row.due_at && { at: row.due_at.toISOString(), zone: row.due_zone! }
}

export const asSummary = (row: SummaryRow): TaskSummary => ({
  id: row.id,
  projectId: row.project_id,
  key: `${row.project_key}-${row.number}`,
  number: row.number,
  title: row.title,
  statusId: row.status_id,
  category: row.category,
  priority: row.priority,
  labelIds: row.label_ids,
  assigneeIds: row.assignee_ids,
  due: due(row),
  position: row.position,
  hasDescription: row.has_description,
  commentCount: row.comment_count,
  linkCount: row.link_count,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  completedAt: row.completed_at?.toISOString() ?? null,
  version: row.version,
})

export const asTask = (row: TaskRow): Task => ({
  ...asSummary(row),
  description: row.description,
  // Inside JSON the database writes an instant in its own way.
  links: row.links.map(link => ({ ...link, addedAt: new Date(link.addedAt).toISOString() })),
  deletedAt: row.deleted_at?.toISOString() ?? null,
})
