import { t } from 'elysia'
import { Html } from '../../../views/html.ts'
import { ButtonLink } from '../../../views/components/button.tsx'
import { Empty } from '../../../views/components/empty.tsx'
import { Dot } from '../../../views/components/labels.tsx'
import { Away } from '../../../views/components/notice.tsx'
import { PriorityIcon, StatusIcon } from '../../../views/components/status.tsx'
import { Due } from '../../../views/components/time.tsx'
import { dueDay, isLate, number, today } from '../../../views/format.ts'
import { Top } from '../../../views/layouts/frame.tsx'
import type { Reader } from '../../../views/reader.ts'
import type { MyTasks } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import { page, unlessAway } from '../page.tsx'
import { requireVisitor } from '../session.ts'

type Mine = MyTasks['items'][number]
const groups = ['overdue', 'today', 'week', 'later', 'none'] as const
type Group = (typeof groups)[number]

/** GET /: what is assigned to the person in all projects, most urgent first. */
export const homePage = (app: Frontend) =>
  app.get(
    '/',
    async ctx => {
      const { caller, reader, projects } = requireVisitor(ctx)
      const [mine, known] = await Promise.all([
        unlessAway(ctx.backends.tasks.mine(caller, { limit: 200, after: ctx.query.after })),
        projects(),
      ])
      return page(ctx, {
        title: reader.text.home.title,
        top: (
          <Top title={reader.text.home.title}>
            {mine !== null && mine.items.length > 0 && <Summary reader={reader} items={mine.items} />}
          </Top>
        ),
        main: (
          <main class="view page wide" id="main" tabindex="-1">
            {mine === null ? (
              <Away reader={reader} part="tasks" />
            ) : mine.items.length > 0 ? (
              <Tasks reader={reader} mine={mine} />
            ) : (
              <Nothing reader={reader} hasProjects={known === null || known.length > 0} />
            )}
          </main>
        ),
      })
    },
    { query: t.Object({ after: t.Optional(t.String({ maxLength: 500 })) }) },
  )

/** When a task is due, as people plan: the week ends on Sunday. */
export function groupOf(reader: Pick<Reader, 'now' | 'timeZone'>, { task: { due } }: Mine): Group {
  if (!due) return 'none'
  if (isLate(reader, due)) return 'overdue'
  const now = today(reader)
  const days = now.until(dueDay(reader, due)).days
  return days <= 0 ? 'today' : days <= 7 - now.dayOfWeek ? 'week' : 'later'
}

const Summary = ({ reader, items }: { reader: Reader; items: Mine[] }) => {
  const count = (group: Group) => items.filter(item => groupOf(reader, item) === group).length
  return (
    <p class="muted text-13 max-phone:hidden" safe>
      {reader.text.home.summary(number(reader, items.length), count('overdue'), count('today'))}
    </p>
  )
}

const Tasks = ({ reader, mine }: { reader: Reader; mine: MyTasks }) => {
  const { common, home } = reader.text
  const grouped = Map.groupBy(mine.items, item => groupOf(reader, item))
  return (
    <>
      {groups
        .filter(group => grouped.has(group))
        .map(group => (
          <section aria-labelledby={`due-${group}`}>
            <h2 class={['rows-head', group === 'overdue' && 'late']} id={`due-${group}`}>
              <span safe>{home.groups[group]}</span>{' '}
              <span class="count" safe>
                {number(reader, grouped.get(group)!.length)}
              </span>
            </h2>
            <ul class="rows">
              {grouped.get(group)!.map(item => (
                <Row reader={reader} item={item} />
              ))}
            </ul>
          </section>
        ))}
      {mine.next !== null && (
        <p class="acts">
          <ButtonLink text={common.showMore} href={`/?after=${encodeURIComponent(mine.next)}`} />
        </p>
      )}
    </>
  )
}

const Row = ({ reader, item: { task, project, statusName } }: { reader: Reader; item: Mine }) => (
  <li class="row">
    <span class="row-status" title={statusName}>
      <StatusIcon category={task.category} named={statusName} />
    </span>
    <span class="row-key" safe>
      {task.key}
    </span>
    <a class="row-title" href={`/projects/${project.key}/tasks/${task.number}`} safe>
      {task.title}
    </a>
    <span class="row-project with">
      <Dot color={project.color} square />
      <span safe>{project.name}</span>
    </span>
    <span class="row-priority">
      {task.priority !== 'none' && <PriorityIcon reader={reader} priority={task.priority} />}
    </span>
    <span class="row-due">{task.due !== null && <Due reader={reader} due={task.due} />}</span>
  </li>
)

const Nothing = ({ reader, hasProjects }: { reader: Reader; hasProjects: boolean }) => {
  const { common, home } = reader.text
  return hasProjects ? (
    <Empty title={home.emptyTitle} detail={home.emptyDetail}>
      <p class="acts">
        <ButtonLink kind="primary" icon="projects" text={home.emptyAction} href="/projects" />
      </p>
    </Empty>
  ) : (
    <Empty
      title={home.firstTitle(reader.user?.name ?? '')}
      detail={home.firstDetail(reader.user?.email ?? '')}
    >
      <p class="acts">
        <ButtonLink kind="primary" icon="add" text={home.firstAction} href="/projects#new" />
        <ButtonLink icon="import" text={common.importBoard} href="/import" />
      </p>
    </Empty>
  )
}
