import { type Static, t } from 'elysia'
import type { Event } from '../kit/events.ts'
import { Day, Id, Instant, object, Page, pageQuery, Role, Zone } from '../kit/schema.ts'

// Projects ---------------------------------------------------------------------------------------------------------------------

/** Short upper-case name of a project, the first half of `OPS-42`. Unique in the installation. */
export const ProjectKey = t.String({ pattern: '^[A-Z][A-Z0-9]{1,9}$' })
/** One of the hues that the design knows; each is shown with a shape or a word, never alone. */
export const Color = t.Union([
  t.Literal('gray'),
  t.Literal('sky'),
  t.Literal('teal'),
  t.Literal('green'),
  t.Literal('lime'),
  t.Literal('amber'),
  t.Literal('rose'),
  t.Literal('violet'),
])
export type Color = Static<typeof Color>

/** What a status means for flow: decides its shape, and what counts as open and done. */
export const Category = t.Union([
  t.Literal('backlog'),
  t.Literal('ready'),
  t.Literal('doing'),
  t.Literal('review'),
  t.Literal('done'),
])
export type Category = Static<typeof Category>

/** A column of the board, in the order of `position`. `limit`: how many tasks should be in it at most. */
export const Status = object({
  id: Id,
  name: t.String(),
  category: Category,
  limit: t.Nullable(t.Integer()),
  position: t.String(),
  taskCount: t.Integer(),
  version: t.Integer(),
})
export type Status = Static<typeof Status>

/** A name and a hue that tasks may carry. The name is the only one of the project, whatever its case. */
export const Label = object({ id: Id, name: t.String(), color: Color, version: t.Integer() })
export type Label = Static<typeof Label>

/** A person's place in a project. Names are user-service's to tell. */
export const Member = object({ userId: Id, role: Role, addedAt: Instant, version: t.Integer() })
export type Member = Static<typeof Member>

/** Somebody who is known by name only, from an import: can be assigned and have written, cannot sign in. */
export const Placeholder = object({ id: Id, name: t.String() })
export type Placeholder = Static<typeof Placeholder>

/** A project as lists show it. */
export const ProjectSummary = object({
  id: Id,
  key: t.String(),
  name: t.String(),
  color: Color,
  role: Role,
  /** Tasks that are not in a status of category done. */
  openCount: t.Integer(),
})
export type ProjectSummary = Static<typeof ProjectSummary>
/** GET /api/v1/projects → 200: those that the caller is a member of, by name. */
export const Projects = object({ items: t.Array(ProjectSummary) })

/** GET /api/v1/projects/:project (its id or its key) → 200 with ETag: everything that a board or a form needs besides tasks. */
export const Project = object({
  id: Id,
  key: t.String(),
  name: t.String(),
  description: t.String(),
  color: Color,
  role: Role,
  statuses: t.Array(Status),
  labels: t.Array(Label),
  members: t.Array(Member),
  placeholders: t.Array(Placeholder),
  createdAt: Instant,
  version: t.Integer(),
})
export type Project = Static<typeof Project>

export const ProjectName = t.String({ minLength: 1, maxLength: 100 })
/** POST /api/v1/projects → 201 Project with five statuses; the caller is its admin. Their names are in the caller's language. 409 `conflict` on a taken key. */
export const NewProject = object({
  name: ProjectName,
  /** Made from the name when not given. */
  key: t.Optional(ProjectKey),
  description: t.Optional(t.String({ maxLength: 2000 })),
  color: t.Optional(Color),
})
export type NewProject = Static<typeof NewProject>
/** PATCH /api/v1/projects/:project with If-Match → 200 Project. Admins. DELETE the same → 204 (it goes to the trash; nothing in it is shown any more). */
export const ProjectChange = object({
  name: t.Optional(ProjectName),
  description: t.Optional(t.String({ maxLength: 2000 })),
  color: t.Optional(Color),
})
export type ProjectChange = Static<typeof ProjectChange>

/** GET /api/v1/projects/:project/access and GET /api/v1/tasks/:task/access → 200: what the caller may do. 404 for everybody else. */
export const AccessAnswer = object({ projectId: Id, role: Role })
export type AccessAnswer = Static<typeof AccessAnswer>

/** POST /api/v1/projects/:project/members → 201 Member. 409 `conflict` when already one. Admins. */
export const NewMember = object({ userId: Id, role: Role })
export type NewMember = Static<typeof NewMember>
/** PATCH /api/v1/projects/:project/members/:userId with If-Match → 200 Member. DELETE the same → 204; people may remove themselves. 409 `last_admin`. */
export const MemberChange = object({ role: Role })

export const StatusName = t.String({ minLength: 1, maxLength: 60 })
/** POST /api/v1/projects/:project/statuses → 201 Status, at the end or before `beforeId`. Admins. */
export const NewStatus = object({
  name: StatusName,
  category: Category,
  limit: t.Optional(t.Nullable(t.Integer({ minimum: 1, maximum: 999 }))),
  beforeId: t.Optional(Id),
})
export type NewStatus = Static<typeof NewStatus>
/** PATCH /api/v1/projects/:project/statuses/:id with If-Match → 200 Status. DELETE the same → 204; 409 `status_in_use` while it has tasks or is the last one. */
export const StatusChange = object({
  name: t.Optional(StatusName),
  category: t.Optional(Category),
  limit: t.Optional(t.Nullable(t.Integer({ minimum: 1, maximum: 999 }))),
  beforeId: t.Optional(t.Nullable(Id)),
})
export type StatusChange = Static<typeof StatusChange>

export const LabelName = t.String({ minLength: 1, maxLength: 40 })
/** POST /api/v1/projects/:project/labels → 201 Label. Editors. 409 `conflict` on a taken name. */
export const NewLabel = object({ name: LabelName, color: Color })
export type NewLabel = Static<typeof NewLabel>
/** PATCH /api/v1/projects/:project/labels/:id with If-Match → 200 Label. DELETE the same → 204; tasks lose the label. */
export const LabelChange = object({ name: t.Optional(LabelName), color: t.Optional(Color) })

// Tasks ------------------------------------------------------------------------------------------------------------------------

/** How much a task matters, least first. */
export const Priority = t.Union([
  t.Literal('none'),
  t.Literal('low'),
  t.Literal('medium'),
  t.Literal('high'),
  t.Literal('urgent'),
])
export type Priority = Static<typeof Priority>

/** When a task is due: a day, which is the same day everywhere, or an instant with the IANA zone in which it was meant. */
export const Due = t.Union([object({ date: Day }), object({ at: Instant, zone: Zone })])
export type Due = Static<typeof Due>

const taskFields = {
  id: Id,
  projectId: Id,
  /** What people call it: `OPS-42`. */
  key: t.String(),
  number: t.Integer(),
  title: t.String(),
  statusId: Id,
  /** The category of its status. */
  category: Category,
  priority: Priority,
  labelIds: t.Array(Id),
  /** Members and placeholders. */
  assigneeIds: t.Array(Id),
  due: t.Nullable(Due),
  /** Its place within its status: compare as bytes, then by id. */
  position: t.String(),
  hasDescription: t.Boolean(),
  commentCount: t.Integer(),
  linkCount: t.Integer(),
  createdBy: Id,
  createdAt: Instant,
  updatedAt: Instant,
  /** When it last entered a status of category done; null while open. */
  completedAt: t.Nullable(Instant),
  version: t.Integer(),
}
/** A task as lists and cards show it. */
export const TaskSummary = object(taskFields)
export type TaskSummary = Static<typeof TaskSummary>

/** An address that belongs to a task. */
export const Link = object({ id: Id, url: t.String(), title: t.String(), addedAt: Instant })
export type Link = Static<typeof Link>

/** GET /api/v1/tasks/:task (id) and GET /api/v1/projects/:project/tasks/:number → 200 with ETag. `deletedAt` is set for one in the trash. */
export const Task = object({
  ...taskFields,
  description: t.String(),
  links: t.Array(Link),
  deletedAt: t.Nullable(Instant),
})
export type Task = Static<typeof Task>

export const Title = t.String({ minLength: 1, maxLength: 500 })
export const Markdown = t.String({ maxLength: 50_000 })
const idList = t.Array(Id, { maxItems: 50, uniqueItems: true })
const givenFields = {
  description: t.Optional(Markdown),
  statusId: t.Optional(Id),
  priority: t.Optional(Priority),
  labelIds: t.Optional(idList),
  assigneeIds: t.Optional(idList),
  due: t.Optional(t.Nullable(Due)),
}

/** POST /api/v1/projects/:project/tasks (Idempotency-Key) → 201 Task, at the end of its status (the first open one unless told). Editors. */
export const NewTask = object({ title: Title, ...givenFields })
export type NewTask = Static<typeof NewTask>

/**
 * PATCH /api/v1/tasks/:task with If-Match → 200 Task. 412 `stale` carries the current Task. Editors. Every changed field is written to the history.
 * DELETE with If-Match → 204 (to the trash); POST /api/v1/tasks/:task/restore → 200 Task.
 */
export const TaskChange = object({ title: t.Optional(Title), ...givenFields })
export type TaskChange = Static<typeof TaskChange>

/** POST /api/v1/tasks/:task/move with If-Match → 200 Task: into a status, directly before or after a task in it, or at its end when neither is given. */
export const Move = object({ statusId: Id, beforeId: t.Optional(Id), afterId: t.Optional(Id) })
export type Move = Static<typeof Move>

/**
 * GET /api/v1/projects/:project/tasks → 200. Filters are joined by "and"; `assignee` and `label` take an id or `none`; `q` finds text in the title or the
 * number. `sort`: `position` (statuses in board order, then place; the default), `updated`, `created` (both newest first), `due` (earliest first, none last),
 * `priority` (urgent first). `trash`: only what is in the trash instead, newest first whatever `sort` says; open to all members.
 */
export const TaskQuery = object({
  ...pageQuery,
  status: t.Optional(Id),
  category: t.Optional(Category),
  open: t.Optional(t.BooleanString()),
  assignee: t.Optional(t.Union([Id, t.Literal('none')])),
  label: t.Optional(t.Union([Id, t.Literal('none')])),
  priority: t.Optional(Priority),
  q: t.Optional(t.String({ maxLength: 200 })),
  trash: t.Optional(t.BooleanString()),
  sort: t.Optional(
    t.Union([
      t.Literal('position'),
      t.Literal('updated'),
      t.Literal('created'),
      t.Literal('due'),
      t.Literal('priority'),
    ]),
  ),
})
export type TaskQuery = Static<typeof TaskQuery>
export const TaskPage = Page(TaskSummary)
export type TaskPage = Static<typeof TaskPage>

/**
 * GET /api/v1/projects/:project/board?limit= → 200: the first `limit` tasks of each status (50 unless told), in one constant number of queries. The rest of a column:
 * the list with `status=<id>&sort=position&after=<next>`.
 */
export const Board = object({
  project: Project,
  columns: t.Array(object({ statusId: Id, items: t.Array(TaskSummary), next: t.Nullable(t.String()) })),
})
export type Board = Static<typeof Board>

/** GET /api/v1/my/tasks → 200: open tasks assigned to the caller in all projects, earliest due first. With the names that a list needs. */
export const MyTasks = object({
  items: t.Array(
    object({
      task: TaskSummary,
      project: object({ id: Id, key: t.String(), name: t.String(), color: Color }),
      statusName: t.String(),
    }),
  ),
  next: t.Nullable(t.String()),
})
export type MyTasks = Static<typeof MyTasks>
export const MyTasksQuery = object(pageQuery)

/** POST /api/v1/tasks/:task/links → 201 Link (editors); http and https only. DELETE /api/v1/tasks/:task/links/:id → 204. */
export const NewLink = object({
  url: t.String({ minLength: 1, maxLength: 2000 }),
  title: t.Optional(t.String({ maxLength: 200 })),
})
export type NewLink = Static<typeof NewLink>

/** A comment. `authorId` is a user or a placeholder. */
export const Comment = object({
  id: Id,
  taskId: Id,
  authorId: Id,
  body: t.String(),
  createdAt: Instant,
  editedAt: t.Nullable(Instant),
  version: t.Integer(),
})
export type Comment = Static<typeof Comment>
/** GET /api/v1/tasks/:task/comments → 200, oldest first. */
export const CommentPage = Page(Comment)
export type CommentPage = Static<typeof CommentPage>
/** POST /api/v1/tasks/:task/comments (Idempotency-Key) → 201 Comment. Commenters. PATCH /api/v1/comments/:id with If-Match → 200 (its author); DELETE → 204 (its author, or an admin). */
export const NewComment = object({ body: t.String({ minLength: 1, maxLength: 20_000 }) })
export type NewComment = Static<typeof NewComment>

/** One field that changed: `created`, `title`, `description`, `status`, `priority`, `labels`, `assignees`, `due`, `links`, `deleted`. Values are as the API writes them. */
export const Change = object({
  id: Id,
  actorId: Id,
  at: Instant,
  field: t.String(),
  from: t.Unknown(),
  to: t.Unknown(),
})
export type Change = Static<typeof Change>
/** GET /api/v1/tasks/:task/history → 200, newest first. */
export const ChangePage = Page(Change)
export type ChangePage = Static<typeof ChangePage>
export const PageQuery = object(pageQuery)

// Import -----------------------------------------------------------------------------------------------------------------------

/**
 * POST /api/v1/imports/trello?dryRun=true → 200 ImportReport, nothing written; without dryRun → 201. The body is Trello's own JSON export (20 MiB at most). A board goes into a new
 * project of the caller, or the one that it went into before: importing twice adds nothing. 422 `not_a_trello_board`.
 */
export const ImportQuery = object({ dryRun: t.Optional(t.BooleanString()) })
/**
 * What of a board could not come along as it is:
 * `archived_lists` are no statuses here; `archived_cards` went to a status "Archived"; `due_complete`: due dates that are marked complete in Trello on cards
 * that are not done; `start_dates`, `custom_fields`, `votes` have no place here; `uploads_in_trello`: links to files that only Trello has and shows to its
 * members; `links_refused` are neither http nor https, or too long; `text_cut` was too long; `unused_labels` have no name and no card;
 * `comments_not_exported`: Trello counts them and left them out, since it exports the latest 1,000 actions; `empty_comments` have no text; `missing`: a card, list,
 * label or member that something names and the export lacks; `repeated`: things that it has twice.
 */
export const ImportNote = t.Union([
  t.Literal('archived_lists'),
  t.Literal('archived_cards'),
  t.Literal('due_complete'),
  t.Literal('start_dates'),
  t.Literal('custom_fields'),
  t.Literal('votes'),
  t.Literal('uploads_in_trello'),
  t.Literal('links_refused'),
  t.Literal('text_cut'),
  t.Literal('unused_labels'),
  t.Literal('comments_not_exported'),
  t.Literal('empty_comments'),
  t.Literal('missing'),
  t.Literal('repeated'),
])
export type ImportNote = Static<typeof ImportNote>
const counted = object({ found: t.Integer(), added: t.Integer(), present: t.Integer() })
/** What an import did, or in a dry run would do: of each kind how many the export has (`found`), how many came along (`added`) and were there already (`present`). */
export const ImportReport = object({
  dryRun: t.Boolean(),
  project: object({ id: t.Nullable(Id), key: t.Nullable(t.String()), name: t.String(), isNew: t.Boolean() }),
  lists: counted,
  cards: counted,
  labels: counted,
  members: counted,
  checklists: counted,
  comments: counted,
  dueDates: counted,
  attachments: counted,
  notes: t.Array(object({ code: ImportNote, count: t.Integer() })),
})
export type ImportReport = Static<typeof ImportReport>

// Events -----------------------------------------------------------------------------------------------------------------------

/** The events of task-service, all in the stream with `producer: 'task-service'`. Task events carry the whole task as it is after the change. */
export type TaskServiceEvent =
  | Event<'project.created' | 'project.changed', { id: string; key: string; name: string; color: Color }>
  | Event<'project.deleted', { id: string }>
  | Event<'member.added' | 'member.changed' | 'member.removed', { userId: string; role: Role }>
  | Event<'status.created' | 'status.changed' | 'status.deleted', Omit<Status, 'taskCount'>>
  | Event<'label.created' | 'label.changed' | 'label.deleted', Label>
  | Event<
      'task.created' | 'task.changed' | 'task.deleted' | 'task.restored',
      { task: Omit<Task, 'description' | 'links'>; changes: { field: string; from: unknown; to: unknown }[] }
    >
  | Event<'comment.added' | 'comment.changed' | 'comment.deleted', { taskId: string; commentId: string }>
