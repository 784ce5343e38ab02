import { t } from 'elysia'
import { DataTable } from '../../../views/charts/data-table.tsx'
import { Figure } from '../../../views/charts/figure.tsx'
import {
  flowFinding,
  meanThroughput,
  overdueFinding,
  statusFinding,
  throughputFinding,
  workloadFinding,
} from '../../../views/charts/findings.ts'
import { FlowChart } from '../../../views/charts/flow-chart.tsx'
import { StatusBars } from '../../../views/charts/status-bars.tsx'
import { ThroughputChart } from '../../../views/charts/throughput-chart.tsx'
import { withoutEmptyStart } from '../../../views/charts/scale.ts'
import { WorkloadBars } from '../../../views/charts/workload-bars.tsx'
import { Avatars } from '../../../views/components/avatar.tsx'
import { ButtonLink } from '../../../views/components/button.tsx'
import { Empty } from '../../../views/components/empty.tsx'
import { Icon } from '../../../views/components/icon.tsx'
import { Away } from '../../../views/components/notice.tsx'
import { dateWords, moment } from '../../../views/format.ts'
import { Html } from '../../../views/html.ts'
import { ProjectTop, Top } from '../../../views/layouts/frame.tsx'
import type { Reader } from '../../../views/reader.ts'
import { type Dashboard, DashboardQuery } from '../../analytics-service/contract.ts'
import { ProjectKey } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import { page, unlessAway } from '../page.tsx'
import { requireVisitor } from '../session.ts'

const periods = [4, 12, 26, 52]
const usual = 12
/** How many bars of people, and of late tasks, are seen at once. */
const mostPeople = 12
const mostLate = 6

type Shown = {
  reader: Reader
  /** Key of the project. */
  project: string
  figures: Dashboard
  nameOf: (personId: string) => string
}

/** GET /projects/:key/dashboard?weeks=: how the work of a project goes, as sentences, charts and their tables. */
export const dashboardPage = (app: Frontend) =>
  app.get(
    '/projects/:key/dashboard',
    async ctx => {
      const { caller, reader } = requireVisitor(ctx)
      const { weeks = usual } = ctx.query
      const { text } = reader
      const title = text.common.dashboard
      const project = await unlessAway(ctx.backends.tasks.project(caller, ctx.params.key))
      if (project === null)
        return page(ctx, {
          title,
          top: <Top title={title} />,
          main: (
            <main class="view page" id="main" tabindex="-1">
              <Away reader={reader} part="projects" />
            </main>
          ),
        })
      const figures = await unlessAway(ctx.backends.analytics.dashboard(caller, project.id, { weeks }))
      const names = await ctx.backends.users.names(caller, figures ? peopleIn(figures) : [])
      for (const { id, name } of project.placeholders) names.set(id, name)
      const nameOf = (id: string) => names.get(id) ?? text.common.unknownPerson
      return page(ctx, {
        title: `${title} · ${project.name}`,
        top: <ProjectTop reader={reader} project={project} current="/dashboard" />,
        main: (
          <main class="view dash" id="main" tabindex="-1">
            {figures === null ? (
              <Away reader={reader} part="dashboard" />
            ) : figures.totals.open + figures.totals.done === 0 ? (
              <Nothing reader={reader} project={project.key} />
            ) : (
              <Figures
                reader={reader}
                project={project.key}
                figures={figures}
                nameOf={nameOf}
                weeks={weeks}
              />
            )}
          </main>
        ),
      })
    },
    { params: t.Object({ key: ProjectKey }), query: t.Object({ weeks: DashboardQuery.properties.weeks }) },
  )

const peopleIn = ({ workload, overdue }: Dashboard): Set<string> =>
  new Set([
    ...workload.flatMap(({ personId }) => personId ?? []),
    ...overdue.flatMap(({ assigneeIds }) => assigneeIds),
  ])

const Nothing = ({ reader, project }: { reader: Reader; project: string }) => {
  const { dashboard } = reader.text
  return (
    <Empty title={dashboard.emptyTitle} detail={dashboard.emptyDetail}>
      <p class="acts">
        <ButtonLink kind="primary" icon="board" text={dashboard.emptyAction} href={`/projects/${project}`} />
      </p>
    </Empty>
  )
}

const Figures = ({ weeks, ...shown }: Shown & { weeks: number }) => {
  const { reader, project, figures } = shown
  const { dashboard } = reader.text
  return (
    <>
      <div class="lede">
        <div>
          <h2 safe>{dashboard.headline(figures.totals.open, figures.totals.overdue)}</h2>
          {figures.asOf !== null && <p safe>{dashboard.asOf(moment(reader, figures.asOf))}</p>}
        </div>
        <nav class="periods" aria-label={dashboard.period}>
          {periods.map(period => (
            <a
              href={`/projects/${project}/dashboard?weeks=${period}`}
              aria-current={period === weeks ? 'page' : undefined}
              safe
            >
              {dashboard.weeks(period)}
            </a>
          ))}
        </nav>
      </div>
      <div class="figs">
        <Flow {...shown} />
        <ByStatus {...shown} />
        <Throughput {...shown} />
        <Overdue {...shown} />
        <Workload {...shown} />
      </div>
    </>
  )
}

const Flow = ({ reader, figures }: Shown) => {
  const { common, dashboard } = reader.text
  const finding = flowFinding(reader, figures)
  const columns = ['backlog', 'ready', 'doing', 'review', 'done'] as const
  /** One row a week is enough to read: the last days of weeks, back from today. */
  const flow = withoutEmptyStart(figures.flow, day => columns.every(column => day[column] === 0), 7)
  const days = flow.toReversed().filter((_, index) => index % 7 === 0)
  return (
    <Figure
      reader={reader}
      id="flow"
      title={dashboard.flow.title}
      finding={finding}
      width="most"
      table={
        <DataTable
          reader={reader}
          caption={dashboard.flow.title}
          columns={[dashboard.flow.day, ...columns.map(column => common.categories[column])]}
          rows={days
            .toReversed()
            .map(day => [
              dateWords(reader, Temporal.PlainDate.from(day.day)),
              ...columns.map(column => day[column]),
            ])}
        />
      }
    >
      <FlowChart reader={reader} flow={flow} label={finding} />
    </Figure>
  )
}

const ByStatus = ({ reader, figures }: Shown) => {
  const { common, dashboard } = reader.text
  const finding = statusFinding(reader, figures)
  return (
    <Figure
      reader={reader}
      id="by-status"
      title={dashboard.status.title}
      finding={finding}
      width="rest"
      table={
        <DataTable
          reader={reader}
          caption={dashboard.status.title}
          columns={[common.status, dashboard.tasks]}
          rows={figures.byStatus.map(({ name, count }) => [name, count])}
        />
      }
    >
      <StatusBars reader={reader} byStatus={figures.byStatus} label={finding} />
    </Figure>
  )
}

const Throughput = ({ reader, figures }: Shown) => {
  const { throughput: words } = reader.text.dashboard
  const finding = throughputFinding(reader, figures)
  const mean = meanThroughput(figures)
  const weeks = withoutEmptyStart(figures.throughput, ({ created, done }) => created + done === 0, 4)
  return (
    <Figure
      reader={reader}
      id="throughput"
      title={words.title}
      finding={finding}
      width="most"
      note={mean === null ? undefined : words.mean(mean)}
      table={
        <DataTable
          reader={reader}
          caption={words.title}
          columns={[words.week, words.created, words.done]}
          rows={weeks.map(({ weekStart, created, done }) => [
            dateWords(reader, Temporal.PlainDate.from(weekStart)),
            created,
            done,
          ])}
        />
      }
    >
      <ThroughputChart reader={reader} throughput={weeks} mean={mean} label={finding} />
    </Figure>
  )
}

const Overdue = (shown: Shown) => {
  const { reader, figures } = shown
  const { overdue: words } = reader.text.dashboard
  const [first, rest] = [figures.overdue.slice(0, mostLate), figures.overdue.slice(mostLate)]
  return (
    <Figure
      reader={reader}
      id="overdue"
      title={words.title}
      finding={overdueFinding(reader, figures)}
      width="rest"
    >
      {first.length > 0 && <LateTasks {...shown} tasks={first} />}
      {rest.length > 0 && (
        <details>
          <summary>
            <Icon name="right" small />
            <span class="grow" safe>
              {words.more(rest.length)}
            </span>
          </summary>
          <LateTasks {...shown} tasks={rest} />
          {figures.totals.overdue > figures.overdue.length && (
            <p class="muted" safe>
              {words.longest(figures.overdue.length)}
            </p>
          )}
        </details>
      )}
    </Figure>
  )
}

const LateTasks = ({ reader, project, nameOf, tasks }: Shown & { tasks: Dashboard['overdue'] }) => {
  const { common, dashboard } = reader.text
  return (
    <ul class="late-tasks">
      {tasks.map(({ key, title, daysLate, dueDay, assigneeIds }) => (
        <li>
          <a href={`/projects/${project}/tasks/${key.split('-').at(-1)}`} title={`${key} ${title}`}>
            <span class="truncate" safe>
              {title}
            </span>
          </a>
          <Avatars people={assigneeIds.map(id => ({ id, name: nameOf(id) }))} />
          <span class="with with-4 late">
            <Icon name="late" small />
            <time datetime={dueDay} safe>
              {daysLate === 0 ? dashboard.overdue.today : common.daysLate(daysLate)}
            </time>
          </span>
        </li>
      ))}
    </ul>
  )
}

const Workload = ({ reader, figures, nameOf }: Shown) => {
  const { common, dashboard } = reader.text
  const { workload: words } = dashboard
  const columns = ['doing', 'review', 'ready', 'backlog'] as const
  const finding = workloadFinding(reader, figures, nameOf)
  // What is nobody's comes after the people, however much it is.
  const loads = figures.workload.toSorted((a, b) => Number(a.personId === null) - Number(b.personId === null))
  const people = loads.filter(({ personId }) => personId !== null)
  const seen = [...people.slice(0, mostPeople), ...loads.slice(people.length)]
  if (loads.length === 0) return null
  return (
    <Figure
      reader={reader}
      id="workload"
      title={words.title}
      finding={finding}
      width="row"
      note={people.length > mostPeople ? words.shown(mostPeople, people.length) : undefined}
      table={
        <DataTable
          reader={reader}
          caption={words.title}
          columns={[
            words.person,
            ...columns.map(column => common.categories[column]),
            words.total,
            dashboard.overdue.title,
          ]}
          rows={loads.map(load => [
            load.personId === null ? words.nobody : nameOf(load.personId),
            ...columns.map(column => load[column]),
            load.total,
            load.overdue,
          ])}
        />
      }
    >
      <WorkloadBars reader={reader} workload={seen} nameOf={nameOf} label={finding} />
    </Figure>
  )
}
