import { t } from 'elysia'
import { Html } from '../../../views/html.ts'
import { ProjectTop } from '../../../views/layouts/frame.tsx'
import { type ListFilter, ListView } from '../../../views/list/list.tsx'
import { peopleOf } from '../../../views/people.ts'
import { Id } from '../../kit/schema.ts'
import { Priority } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import { page, type Page, unlessAway } from '../page.tsx'
import { requireVisitor, type SignedInVisitor } from '../session.ts'
import { awayBehind, type Behind } from './board.tsx'

const none = t.Literal('')
const tasksAtOnce = 100

/** GET /projects/:key/list: the tasks of a project as a list, which its form filters and orders. A form sends what was not chosen as empty. */
export const listPage = (app: Frontend) =>
  app.get(
    '/projects/:key/list',
    async ctx => page(ctx, await listBehind(ctx, requireVisitor(ctx), ctx.params.key, chosen(ctx.query))),
    {
      query: t.Object({
        status: t.Optional(t.Union([Id, t.Literal('trash'), none])),
        assignee: t.Optional(t.Union([Id, t.Literal('none'), none])),
        label: t.Optional(t.Union([Id, t.Literal('none'), none])),
        priority: t.Optional(t.Union([Priority, none])),
        q: t.Optional(t.String({ maxLength: 200 })),
        sort: t.Optional(
          t.Union([
            t.Literal('position'),
            t.Literal('updated'),
            t.Literal('created'),
            t.Literal('due'),
            t.Literal('priority'),
            none,
          ]),
        ),
        after: t.Optional(t.String({ maxLength: 500 })),
      }),
    },
  )

/** What was chosen; the order of the board is no choice. Nothing else narrows or orders the trash. */
function chosen(query: Record<string, string | undefined>): ListFilter {
  const filter: ListFilter = Object.fromEntries(
    Object.entries(query).filter(([name, value]) => value && !(name === 'sort' && value === 'position')),
  )
  return filter.status === 'trash' ? { status: 'trash', after: filter.after } : filter
}

/** The list as a page, to which a panel may be added. Says so while task-service is away. */
export async function listBehind(
  { backends, live }: Behind,
  { caller, reader }: SignedInVisitor,
  key: string,
  filter: ListFilter,
): Promise<Page> {
  const { position } = live
  const { status, ...others } = filter
  const answers = await unlessAway(
    Promise.all([
      backends.tasks.project(caller, key),
      backends.tasks.list(caller, key, {
        ...(status === 'trash' ? { trash: true } : { status }),
        ...others,
        limit: tasksAtOnce,
      }),
    ]),
  )
  if (!answers) return awayBehind(reader, key)
  const [project, tasks] = answers
  const people = [
    ...project.members.map(({ userId }) => userId),
    ...tasks.items.flatMap(task => task.assigneeIds),
  ]
  return {
    title: `${project.name}, ${reader.text.common.list}`,
    top: <ProjectTop reader={reader} project={project} current="/list" />,
    main: (
      <ListView
        reader={reader}
        project={project}
        names={await backends.users.names(caller, peopleOf(project, people))}
        page={tasks}
        filter={filter}
        after={position}
      />
    ),
  }
}
