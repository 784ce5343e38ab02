import type { Query, Sql, Tx } from '../kit/database.ts'
import type { Category } from '../task-service/contract.ts'
import { type Calendar, calendar, dayOf, startOfDay } from './calendar.ts'
import type { Dashboard } from './contract.ts'

const overdueShown = 50

/**
 * The figures of a project, all of one moment, in a constant number of queries. Tasks in the trash count in nothing but the days of the flow
 * on which they were not there yet.
 */
export async function dashboard(
  sql: Sql,
  projectId: string,
  { weeks, zone, now }: { weeks: number; zone: string; now: Date },
): Promise<Dashboard> {
  const days = calendar(now, zone, weeks)
  return sql.begin('isolation level repeatable read read only', async tx => {
    const [asOf, byStatus, totals, throughput, flow, overdue, workload] = await Promise.all([
      freshness(tx, projectId),
      countByStatus(tx, projectId),
      countTotals(tx, projectId, days.today, now),
      weeklyThroughput(tx, projectId, days),
      dailyFlow(tx, projectId, days),
      longestOverdue(tx, projectId, zone, days.today, now),
      workloads(tx, projectId, days.today, now),
    ])
    return { projectId, asOf, byStatus, totals, throughput, flow, overdue, workload }
  }) as Promise<Dashboard>
}

/** A task is late when its day has gone in the reader's zone, or its time has passed. A fragment of SQL over `tasks`. */
const late = (sql: Query, today: string, now: Date) =>
  sql`(category <> 'done' and (due_day < ${today}::date or due_at < ${now}))`

async function freshness(tx: Tx, projectId: string): Promise<string | null> {
  const [row] = await tx<{ asOf: Date }[]>`select as_of as "asOf" from projects where id = ${projectId}`
  return row?.asOf.toISOString() ?? null
}

const countByStatus = (tx: Tx, projectId: string) =>
  tx<Dashboard['byStatus']>`
    select statuses.id as "statusId", name, statuses.category, count(tasks.id)::integer as count
    from statuses left join tasks on tasks.status_id = statuses.id
    where statuses.project_id = ${projectId}
    group by statuses.id
    order by statuses.position, statuses.id`

async function countTotals(tx: Tx, projectId: string, today: string, now: Date) {
  const [row] = await tx<[Dashboard['totals']]>`
    select
      count(*) filter (where category <> 'done')::integer as open,
      count(*) filter (where category = 'done')::integer as done,
      count(*) filter (where ${late(tx, today, now)})::integer as overdue,
      count(*) filter (where category <> 'done' and assignee_ids = '{}')::integer as unassigned
    from tasks where project_id = ${projectId}`
  return row
}

async function weeklyThroughput(tx: Tx, projectId: string, { weeks, weekStarts }: Calendar) {
  const rows = await tx<{ week: number; created: number; done: number }[]>`
    select width_bucket(moment, ${weekStarts}::timestamptz[]) as week,
      sum(created)::integer as created, sum(done)::integer as done
    from (
      select created_at as moment, 1 as created, 0 as done from tasks where project_id = ${projectId}
      union all
      select completed_at, 0, 1 from tasks where project_id = ${projectId} and completed_at is not null
    ) as moments
    where moment >= ${weekStarts[0]!}
    group by week`
  const found = new Map(rows.map(row => [row.week, row]))
  return weeks.map((weekStart, index) => {
    const { created = 0, done = 0 } = found.get(index + 1) ?? {}
    return { weekStart, created, done }
  })
}

/** Each span adds a task to its category on its first day and takes it away on the day it ends; the running sums are the flow. */
async function dailyFlow(
  tx: Tx,
  projectId: string,
  { days, dayStarts }: Calendar,
): Promise<Dashboard['flow']> {
  const rows = await tx<{ day: number; category: Category; change: number }[]>`
    select greatest(width_bucket(moment, ${dayStarts}::timestamptz[]), 1) as day, category,
      sum(change)::integer as change
    from (
      select since as moment, category, 1 as change from spans where project_id = ${projectId}
      union all
      select until, category, -1 from spans where project_id = ${projectId} and until is not null
    ) as moves
    group by day, category`
  const changes = Map.groupBy(rows, row => row.day)
  const counts = { backlog: 0, ready: 0, doing: 0, review: 0, done: 0 }
  return days.map((day, index) => {
    for (const { category, change } of changes.get(index + 1) ?? []) counts[category] += change
    return { day, ...counts }
  })
}

/** Days and times are each read in their order, and put into one order here, where the zone is known. */
async function longestOverdue(
  tx: Tx,
  projectId: string,
  zone: string,
  today: string,
  now: Date,
): Promise<Dashboard['overdue']> {
  const shown = tx`id as "taskId", key, title, assignee_ids as "assigneeIds", due_day as "dueDay", due_at as "dueAt"`
  type Row = {
    taskId: string
    key: string
    title: string
    assigneeIds: string[]
    dueDay: string | null
    dueAt: Date | null
  }
  const rows = await tx<Row[]>`
    (select ${shown} from tasks where project_id = ${projectId} and ${late(tx, today, now)} and due_day is not null
      order by due_day, id limit ${overdueShown})
    union all
    (select ${shown} from tasks where project_id = ${projectId} and ${late(tx, today, now)} and due_at is not null
      order by due_at, id limit ${overdueShown})`
  return rows
    .map(({ dueDay, dueAt, ...task }) => {
      const day = dueAt ? dayOf(dueAt, zone) : Temporal.PlainDate.from(dueDay!)
      const lateSince = dueAt ? dueAt.getTime() : startOfDay(day.add({ days: 1 }), zone).epochMilliseconds
      return { lateSince, task: { ...task, dueDay: day.toString(), daysLate: day.until(today).days } }
    })
    .sort((a, b) => a.lateSince - b.lateSince || (a.task.taskId < b.task.taskId ? -1 : 1))
    .slice(0, overdueShown)
    .map(({ task }) => task)
}

const workloads = (tx: Tx, projectId: string, today: string, now: Date) =>
  tx<Dashboard['workload']>`
    select person as "personId",
      count(*) filter (where category = 'backlog')::integer as backlog,
      count(*) filter (where category = 'ready')::integer as ready,
      count(*) filter (where category = 'doing')::integer as doing,
      count(*) filter (where category = 'review')::integer as review,
      count(*) filter (where ${late(tx, today, now)})::integer as overdue,
      count(*)::integer as total
    from tasks left join lateral unnest(assignee_ids) as person on true
    where project_id = ${projectId} and category <> 'done'
    group by person
    order by total desc, person`
