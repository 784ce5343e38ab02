import { t } from 'elysia'
import { Html } from '../../../views/html.ts'
import { BoardView } from '../../../views/board/board.tsx'
import { Card } from '../../../views/board/card.tsx'
import { Cards } from '../../../views/board/column.tsx'
import type { QuickAdded } from '../../../views/board/quick-add.tsx'
import { Away } from '../../../views/components/notice.tsx'
import { Toast } from '../../../views/components/toast.tsx'
import { ProjectTop } from '../../../views/layouts/frame.tsx'
import { peopleOf, person, type Surroundings } from '../../../views/people.ts'
import type { Reader } from '../../../views/reader.ts'
import { Problem } from '../../kit/problem.ts'
import { Id } from '../../kit/schema.ts'
import type { Board, Task } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import type { Backends } from '../backends.ts'
import { refusal } from '../form.ts'
import type { Live } from '../live.ts'
import { type Asked, page, type Page, parts, redirect, unlessAway } from '../page.tsx'
import { requireVisitor, type SignedInVisitor } from '../session.ts'

const Optional = t.Optional(t.Union([Id, t.Literal('')]))

/**
 * GET /projects/:key: the board. POST /projects/:key/tasks adds a task, POST /projects/:key/tasks/:number/move moves one; both answer htmx with
 * its card.
 */
export const boardPage = (app: Frontend) =>
  app
    .get(
      '/projects/:key',
      async ctx => {
        const visitor = requireVisitor(ctx)
        const { more, after, add } = ctx.query
        if (more && after && ctx.request.headers.has('hx-request'))
          return moreCards(ctx, visitor, more, after)
        const typed = add === undefined ? undefined : { statusId: add, focus: true }
        return page(ctx, await boardBehind(ctx, visitor, ctx.params.key, { more, after, typed }))
      },
      {
        query: t.Object({
          more: t.Optional(Id),
          after: t.Optional(t.String({ maxLength: 500 })),
          add: t.Optional(Id),
        }),
      },
    )
    .post(
      '/projects/:key/tasks',
      async ctx => {
        const visitor = requireVisitor(ctx)
        const { key } = ctx.params
        const { title, statusId, key: once } = ctx.body
        try {
          const task = await ctx.backends.tasks.createTask(
            visitor.caller,
            key,
            { title, ...(statusId && { statusId }) },
            once,
          )
          return ctx.request.headers.has('hx-request')
            ? cardOf(ctx, visitor, task)
            : redirect(ctx.request, `/projects/${key}`)
        } catch (error) {
          if (ctx.request.headers.has('hx-request')) throw error
          const refused = refusal(error, visitor)
          const typed = {
            title,
            ...(statusId && { statusId }),
            error: refused.fields.title ?? refused.detail,
          }
          return page(ctx, {
            ...(await boardBehind(ctx, visitor, key, { typed })),
            status: refused.status,
          })
        }
      },
      {
        body: t.Object({
          title: t.String(),
          statusId: Optional,
          key: t.Optional(t.String({ minLength: 1, maxLength: 100 })),
        }),
      },
    )
    .post(
      '/projects/:key/tasks/:number/move',
      async ctx => {
        const visitor = requireVisitor(ctx)
        const { body, backends, params } = ctx
        const seen = await backends.tasks.taskByNumber(visitor.caller, params.key, params.number)
        const moved = await moveFrom(backends, visitor, seen, body)
        if (!ctx.request.headers.has('hx-request')) return redirect(ctx.request, `/projects/${params.key}`)
        return moved.done ? cardOf(ctx, visitor, moved.task) : movedByOthers(ctx, visitor, moved.task)
      },
      {
        params: t.Object({ key: t.String(), number: t.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
        body: t.Object({
          /** Where the card was when it was lifted. */
          fromStatusId: Id,
          fromPosition: t.String({ maxLength: 500 }),
          statusId: Id,
          /** Its neighbours where it was dropped. */
          afterId: Optional,
          beforeId: Optional,
        }),
      },
    )

/** What a view needs of a request, also behind a panel. */
export type Behind = Asked & { backends: Backends; live: Live }

/** The board as a page, to which a panel may be added. Says so while task-service is away. */
export async function boardBehind(
  { request, backends, live }: Behind,
  { caller, reader }: SignedInVisitor,
  key: string,
  { more, after, typed }: { more?: string; after?: string; typed?: QuickAdded } = {},
): Promise<Page> {
  // Taken first: what happens while the board is read comes again as an event, and is told apart by its version.
  const { position } = live
  const board = await unlessAway(backends.tasks.board(caller, key))
  if (!board) return awayBehind(reader, key)
  const { project } = board
  const column = more && after ? board.columns.find(({ statusId }) => statusId === more) : undefined
  if (column)
    Object.assign(column, await backends.tasks.list(caller, key, { status: more, sort: 'position', after }))
  return {
    title: project.name,
    top: <ProjectTop reader={reader} project={project} current="" />,
    main: (
      <BoardView
        board={board}
        names={await namesFor(backends, caller, board)}
        reader={reader}
        after={position}
        more={column && more}
        folded={foldedIn(request)}
        typed={typed}
      />
    ),
  }
}

/** The columns that this browser has folded: ids of statuses, joined by dots, in a cookie that the page's script writes. */
function foldedIn(request: Request): string[] {
  const header = request.headers.get('cookie')
  return (header && new Bun.CookieMap(header).get('folded')?.split('.')) || []
}

/** The page of a project while task-service is away. */
export const awayBehind = (reader: Reader, key: string): Page => ({
  title: key,
  main: (
    <main class="view page" id="main" tabindex="-1">
      <Away reader={reader} part="tasks" />
    </main>
  ),
})

const namesFor = (backends: Backends, caller: SignedInVisitor['caller'], board: Board) =>
  backends.users.names(
    caller,
    peopleOf(
      board.project,
      board.columns.flatMap(column => column.items.flatMap(task => task.assigneeIds)),
    ),
  )

/** A project with the names of some people in it. */
export async function surroundings(
  { backends }: Behind,
  { caller, reader }: SignedInVisitor,
  key: string,
  people: string[],
): Promise<Surroundings> {
  const project = await backends.tasks.project(caller, key)
  return { reader, project, names: await backends.users.names(caller, peopleOf(project, people)) }
}

async function moreCards(
  ctx: Behind & { params: { key: string } },
  visitor: SignedInVisitor,
  statusId: string,
  after: string,
) {
  const { key } = ctx.params
  const list = await ctx.backends.tasks.list(visitor.caller, key, {
    status: statusId,
    sort: 'position',
    after,
  })
  const around = await surroundings(
    ctx,
    visitor,
    key,
    list.items.flatMap(task => task.assigneeIds),
  )
  const status = around.project.statuses.find(({ id }) => id === statusId)
  if (!status) throw new Problem(404, 'not_found')
  return parts(ctx.request, <Cards {...around} status={status} column={{ statusId, ...list }} />)
}

async function cardOf(ctx: Behind, visitor: SignedInVisitor, task: Task) {
  const around = await surroundings(ctx, visitor, task.projectId, task.assigneeIds)
  return parts(ctx.request, <Card {...around} task={task} />)
}

type MoveForm = {
  fromStatusId: string
  fromPosition: string
  statusId: string
  afterId?: string
  beforeId?: string
}

const moveTries = 5

/**
 * Moves a task, whoever else changed it meanwhile, unless they moved it: `done` is false then and `task` is how it is now. A neighbour that has gone
 * leaves the other one, or the end of the status.
 */
async function moveFrom(
  { tasks }: Backends,
  { caller }: SignedInVisitor,
  seen: Task,
  { fromStatusId, fromPosition, statusId, afterId, beforeId }: MoveForm,
): Promise<{ done: boolean; task: Task }> {
  const places = [...(afterId ? [{ afterId }] : []), ...(beforeId ? [{ beforeId }] : []), {}]
  let task = seen
  for (let tries = 0; tries < moveTries; tries++) {
    if (task.statusId !== fromStatusId || task.position !== fromPosition) return { done: false, task }
    try {
      return {
        done: true,
        task: await tasks.moveTask(caller, task.id, task.version, { statusId, ...places[0] }),
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status === 412) task = error.more.current as Task
      else if (error.status === 422 && places.length > 1) places.shift()
      else throw error
    }
  }
  throw new Problem(409, 'conflict')
}

/** The card where it is now, and who moved it there. */
async function movedByOthers(ctx: Behind, visitor: SignedInVisitor, task: Task) {
  const { reader, caller } = visitor
  const history = await unlessAway(ctx.backends.tasks.history(caller, task.id, { limit: 20 }))
  const actorId = history?.items.find(
    change => change.field === 'status' && change.to === task.statusId,
  )?.actorId
  const around = await surroundings(ctx, visitor, task.projectId, [
    ...task.assigneeIds,
    ...(actorId ? [actorId] : []),
  ])
  const column = around.project.statuses.find(({ id }) => id === task.statusId)?.name ?? ''
  const { board } = reader.text
  return parts(
    ctx.request,
    <>
      <Card {...around} task={task} />
      <Toast
        reader={reader}
        bad
        text={actorId ? board.movedMeanwhile(person(around, actorId).name, column) : board.movedWithin}
        detail={board.stays}
      />
    </>,
    409,
  )
}
