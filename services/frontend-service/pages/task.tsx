import { t } from 'elysia'
import { Html } from '../../../views/html.ts'
import { Toast } from '../../../views/components/toast.tsx'
import { NoPanel } from '../../../views/layouts/frame.tsx'
import { peopleOf, person } from '../../../views/people.ts'
import { TaskPanel } from '../../../views/task/panel.tsx'
import { dueOf, dueText, type Field, valueOf } from '../../../views/task/value.ts'
import type { Attempt, TaskView } from '../../../views/task/view.ts'
import { invalid, Problem, unavailable } from '../../kit/problem.ts'
import { Id } from '../../kit/schema.ts'
import { Color, Priority, type Task, type TaskChange } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import type { Backends } from '../backends.ts'
import { refusal } from '../form.ts'
import type { Live } from '../live.ts'
import { type Asked, page, redirect, unlessAway, wantedPart } from '../page.tsx'
import { requireVisitor, type SignedInVisitor } from '../session.ts'
import { attachFiles } from '../upload.ts'
import { boardBehind } from './board.tsx'
import { listBehind } from './list.tsx'

const params = t.Object({ key: t.String(), number: t.Integer({ minimum: 1, maximum: 2_147_483_647 }) })
const withId = t.Object({ ...params.properties, id: Id })
/** `in=list`: the view behind the panel is the list. The cursors are for long activity. */
const query = t.Object({
  in: t.Optional(t.Literal('list')),
  commentsAfter: t.Optional(t.String({ maxLength: 500 })),
  changesAfter: t.Optional(t.String({ maxLength: 500 })),
})
const Version = t.Numeric({ minimum: 1 })
const Text = t.String({ maxLength: 60_000 })
/** What checkboxes send: nothing, one value, or several. */
const Ids = t.Optional(t.Union([Id, t.Array(Id, { maxItems: 500 })]))
const Chosen = t.Object({ base: t.String({ maxLength: 40_000 }), ids: Ids })

type Context = Asked & {
  backends: Backends
  live: Live
  params: { key: string; number: number }
  query: { in?: 'list'; commentsAfter?: string; changesAfter?: string }
}

/**
 * GET /projects/:key/tasks/:number: a task beside its board (or list, with `in=list`). Every form of it posts to a path below and gets the panel again; without script
 * it is sent back to the task.
 */
export const taskPage = (app: Frontend) =>
  app
    .get('/projects/:key/tasks/:number', ctx => show(ctx, requireVisitor(ctx)), { params, query })
    .post(
      '/projects/:key/tasks/:number',
      ctx => (ctx.body.preview ? preview(ctx, ctx.body) : change(ctx, ctx.body)),
      {
        params,
        query,
        body: t.Object({
          field: t.Union([
            t.Literal('title'),
            t.Literal('description'),
            t.Literal('status'),
            t.Literal('priority'),
            t.Literal('due'),
          ]),
          /** The value that the writer saw, and the new one. */
          base: Text,
          value: t.Optional(Text),
          /** The new value of `due`. */
          day: t.Optional(t.String({ maxLength: 20 })),
          time: t.Optional(t.String({ maxLength: 20 })),
          clear: t.Optional(t.String()),
          preview: t.Optional(t.String()),
        }),
      },
    )
    .post('/projects/:key/tasks/:number/labels', ctx => choose(ctx, 'labelIds', ctx.body), {
      params,
      query,
      body: Chosen,
    })
    .post('/projects/:key/tasks/:number/assignees', ctx => choose(ctx, 'assigneeIds', ctx.body), {
      params,
      query,
      body: Chosen,
    })
    .post(
      '/projects/:key/tasks/:number/labels/new',
      ctx =>
        act(ctx, { field: 'label', value: ctx.body.name }, async (tasks, { caller }, task) => {
          const label = await tasks.addLabel(caller, ctx.params.key, ctx.body)
          await edit(tasks, caller, task, ({ labelIds }) => ({ labelIds: [...labelIds, label.id] }))
        }),
      { params, query, body: t.Object({ name: t.String(), color: Color }) },
    )
    .post(
      '/projects/:key/tasks/:number/links',
      ctx =>
        act(ctx, { field: 'link', value: ctx.body.url }, (tasks, { caller }, task) => {
          const { url, title } = ctx.body
          return tasks.addLink(caller, task.id, { url, ...(title && { title }) })
        }),
      { params, query, body: t.Object({ url: t.String(), title: t.Optional(t.String()) }) },
    )
    .post(
      '/projects/:key/tasks/:number/links/:id/delete',
      ctx =>
        act(ctx, { field: 'link', value: '' }, (tasks, { caller }, task) =>
          tasks.deleteLink(caller, task.id, ctx.params.id),
        ),
      { params: withId, query },
    )
    .post(
      '/projects/:key/tasks/:number/comments',
      ctx =>
        act(ctx, { field: 'comment', value: ctx.body.value }, (tasks, { caller }, task) =>
          tasks.addComment(caller, task.id, lines(ctx.body.value), ctx.body.key),
        ),
      {
        params,
        query,
        body: t.Object({ value: Text, key: t.Optional(t.String({ minLength: 1, maxLength: 100 })) }),
      },
    )
    .post(
      '/projects/:key/tasks/:number/comments/:id',
      ctx =>
        act(ctx, { field: 'comment', value: ctx.body.value, base: ctx.params.id }, (tasks, { caller }) =>
          tasks.changeComment(caller, ctx.params.id, ctx.body.version, lines(ctx.body.value)),
        ),
      { params: withId, query, body: t.Object({ value: Text, version: Version, base: t.Optional(Text) }) },
    )
    .post(
      '/projects/:key/tasks/:number/comments/:id/delete',
      ctx =>
        act(ctx, { field: 'comment', value: '' }, (tasks, { caller }) =>
          tasks.deleteComment(caller, ctx.params.id, ctx.body.version),
        ),
      { params: withId, query, body: t.Object({ version: Version }) },
    )
    .post(
      '/projects/:key/tasks/:number/files',
      ctx =>
        act(ctx, { field: 'file', value: '' }, (_, { caller }, task) =>
          attachFiles(ctx.request, caller, ctx.backends.files, task.id),
        ),
      { params, query },
    )
    .post(
      '/projects/:key/tasks/:number/files/:id/delete',
      ctx =>
        act(ctx, { field: 'file', value: '' }, (_, { caller }) =>
          ctx.backends.files.deleteFile(caller, ctx.params.id, ctx.body.version),
        ),
      { params: withId, query, body: t.Object({ version: Version }) },
    )
    .post('/projects/:key/tasks/:number/delete', ctx => remove(ctx), { params, query })
    .post(
      '/projects/:key/tasks/:number/restore',
      ctx =>
        act(ctx, { field: 'status', value: '' }, (tasks, { caller }, task) =>
          tasks.restoreTask(caller, task.id),
        ),
      { params, query },
    )

const pathOf = ({ params: { key, number }, query }: Context) =>
  `/projects/${key}/tasks/${number}${query.in === 'list' ? '?in=list' : ''}`
const backOf = ({ params: { key }, query }: Context) =>
  `/projects/${key}${query.in === 'list' ? '/list' : ''}`

/** Browsers end lines of a form with CR LF (HTML, form submission); texts are kept with LF. */
const lines = (text: string) => text.replaceAll('\r\n', '\n')

// Showing ----------------------------------------------------------------------------------------------------------------------

async function show(ctx: Context, visitor: SignedInVisitor, attempt?: Attempt, status = 200) {
  const onlyPanel = wantedPart(ctx.request) === 'panel'
  const [view, behind] = await Promise.all([
    unlessAway(taskView(ctx, visitor, attempt)),
    onlyPanel
      ? null
      : ctx.query.in === 'list'
        ? listBehind(ctx, visitor, ctx.params.key, {})
        : boardBehind(ctx, visitor, ctx.params.key),
  ])
  // Where nothing is known of the task, its page says what the board says then; a panel stays as it is, with a toast.
  if (!view) {
    if (!behind || attempt) throw unavailable()
    return page(ctx, behind)
  }
  return page(ctx, {
    ...(behind ?? { main: <></> }),
    title: `${view.task.key} ${view.task.title}`,
    panel: <TaskPanel {...view} />,
    status,
  })
}

const commentsAtOnce = 200

async function taskView(ctx: Context, visitor: SignedInVisitor, attempt?: Attempt): Promise<TaskView> {
  const { backends, params, query } = ctx
  const { caller, reader } = visitor
  const { tasks } = backends
  const [task, project] = await Promise.all([
    tasks.taskByNumber(caller, params.key, params.number),
    tasks.project(caller, params.key),
  ])
  const [comments, history, files] = await Promise.all([
    unlessAway(tasks.comments(caller, task.id, { limit: commentsAtOnce, after: query.commentsAfter })),
    unlessAway(tasks.history(caller, task.id, { after: query.changesAfter })),
    unlessAway(backends.files.list(caller, { taskId: task.id })),
  ])
  const changes = history?.items ?? []
  const people = [
    ...project.members.map(member => member.userId),
    ...task.assigneeIds,
    ...(comments?.items ?? []).map(comment => comment.authorId),
    ...changes.map(change => change.actorId),
    ...changes
      .filter(change => change.field === 'assignees')
      .flatMap(({ from, to }) => [...((from ?? []) as string[]), ...((to ?? []) as string[])]),
    ...(files?.items ?? []).map(file => file.uploadedBy),
  ]
  const view: TaskView = {
    reader,
    project,
    names: await backends.users.names(caller, peopleOf(project, people)),
    task,
    comments,
    history,
    files,
    back: backOf(ctx),
    suffix: query.in === 'list' ? '?in=list' : '',
  }
  if (!attempt?.conflict) return { ...view, attempt }
  // Newest first: the first change of the field is the one that came between.
  const change = changes.find(({ field }) => field === attempt.field)
  const who = change ? person(view, change.actorId).name : reader.text.common.unknownPerson
  return { ...view, attempt: { ...attempt, conflict: { who, at: change?.at ?? null } } }
}

// Changing ---------------------------------------------------------------------------------------------------------------------

/** Does something to a task and shows it again. What was refused about the input is told in the panel, where the input still is. */
async function act(
  ctx: Context,
  attempt: Attempt,
  what: (tasks: Backends['tasks'], visitor: SignedInVisitor, task: Task) => Promise<unknown>,
) {
  const visitor = requireVisitor(ctx)
  const { tasks } = ctx.backends
  try {
    await what(tasks, visitor, await tasks.taskByNumber(visitor.caller, ctx.params.key, ctx.params.number))
  } catch (error) {
    const refused = refusal(error, visitor)
    const [detail = refused.detail] = Object.values(refused.fields)
    return show(ctx, visitor, { ...attempt, refused: { ...refused, detail } }, refused.status)
  }
  return done(ctx, visitor)
}

/** The panel for htmx, which has left alone what else is being written; everybody else comes back to the task. */
const done = (ctx: Context, visitor: SignedInVisitor) =>
  ctx.request.headers.has('hx-request') ? show(ctx, visitor) : redirect(ctx.request, pathOf(ctx))

const tries = 5

/** Changes a task on top of what it is now, again when somebody is faster. `next` gives the change, or null when nothing is to be done. */
async function edit(
  tasks: Backends['tasks'],
  caller: SignedInVisitor['caller'],
  task: Task,
  next: (current: Task) => TaskChange | null,
): Promise<void> {
  for (let current = task, left = tries; ; left--) {
    const body = next(current)
    if (body === null) return
    try {
      await tasks.changeTask(caller, current.id, current.version, body)
      return
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412 || left === 1) throw error
      current = error.more.current as Task
    }
  }
}

type FieldForm = {
  field: Field
  base: string
  value?: string
  day?: string
  time?: string
  clear?: string
}

/**
 * Saves one field. Changes of other fields in the meantime do not matter. When this one is no longer what the writer saw, nothing is saved and both versions
 * are shown.
 */
async function change(ctx: Context, form: FieldForm) {
  const { field } = form
  const base = lines(form.base)
  let value = lines(form.value ?? '')
  let isDisputed = false
  const attempt = (): Attempt => ({ field, value, base })
  const visitor = requireVisitor(ctx)
  const { tasks } = ctx.backends
  try {
    if (field === 'due') value = dueText(chosenDue(form, visitor))
    const body = changeOf(field, value)
    const task = await tasks.taskByNumber(visitor.caller, ctx.params.key, ctx.params.number)
    await edit(tasks, visitor.caller, task, current => {
      const now = valueOf(current, field)
      isDisputed = now !== base && now !== value
      return isDisputed || now === value ? null : body
    })
  } catch (error) {
    const refused = refusal(error, visitor)
    const [detail = refused.detail] = Object.values(refused.fields)
    return show(ctx, visitor, { ...attempt(), refused: { ...refused, detail } }, refused.status)
  }
  if (isDisputed) return show(ctx, visitor, { ...attempt(), conflict: { who: '', at: null } }, 409)
  return done(ctx, visitor)
}

function changeOf(field: Field, value: string): TaskChange {
  switch (field) {
    case 'title':
      return { title: value }
    case 'description':
      return { description: value }
    case 'status':
      return { statusId: value }
    case 'priority':
      return { priority: value as Priority }
    case 'due':
      return { due: dueOf(value) }
  }
}

/** The due date that the fields of the form say. A value from a choice of versions is one already. */
function chosenDue({ day = '', time = '', clear, value }: FieldForm, { reader }: SignedInVisitor) {
  if (value !== undefined) return dueOf(value)
  if (clear || (day === '' && time === '')) return null
  if (day === '') throw invalid('day', 'required')
  if (time === '') return { date: day }
  try {
    const at = Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(reader.timeZone)
    return { at: new Date(at.epochMilliseconds).toISOString(), zone: reader.timeZone }
  } catch {
    throw invalid('time', 'not_an_instant')
  }
}

/** Labels or assignees: what was ticked or unticked since the form was shown, on top of what others did in the meantime. */
async function choose(
  ctx: Context,
  field: 'labelIds' | 'assigneeIds',
  { base, ids = [] }: { base: string; ids?: string | string[] },
) {
  const chosen = [ids].flat()
  const seen = base.split(' ').filter(id => id !== '')
  return act(ctx, { field: 'label', value: '' }, (tasks, { caller }, task) =>
    edit(tasks, caller, task, current => {
      const kept = current[field].filter(id => chosen.includes(id) || !seen.includes(id))
      const added = chosen.filter(id => !seen.includes(id) && !kept.includes(id))
      return { [field]: [...kept, ...added] }
    }),
  )
}

/** The description as it would look; nothing is saved. */
const preview = (ctx: Context, { field, base, value = '' }: FieldForm) =>
  show(ctx, requireVisitor(ctx), { field, base: lines(base), value: lines(value), preview: true })

/** Puts the task into the trash, from where the toast takes it back. */
async function remove(ctx: Context) {
  const visitor = requireVisitor(ctx)
  const { caller, reader } = visitor
  const { tasks } = ctx.backends
  const { key, number } = ctx.params
  let task = await tasks.taskByNumber(caller, key, number)
  for (let left = tries; ; left--)
    try {
      await tasks.deleteTask(caller, task.id, task.version)
      break
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412 || left === 1) throw error
      task = error.more.current as Task
    }
  if (!ctx.request.headers.has('hx-request')) return redirect(ctx.request, pathOf(ctx))
  const restore = `/projects/${key}/tasks/${number}/restore${ctx.query.in === 'list' ? '?in=list' : ''}`
  const answer = await page(ctx, {
    title: reader.text.common.board,
    main: <></>,
    panel: <NoPanel />,
    toast: (
      <Toast reader={reader} text={reader.text.task.deleted(task.key)}>
        <form method="post" action={restore} hx-post={restore} hx-target="#panel" hx-swap="outerMorph">
          <button class="btn btn-sm" safe>
            {reader.text.common.undo}
          </button>
        </form>
      </Toast>
    ),
  })
  answer.headers.set('hx-push-url', backOf(ctx))
  return answer
}
