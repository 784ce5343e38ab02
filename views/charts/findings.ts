import type { Dashboard } from '../../services/analytics-service/contract.ts'
import type { Reader } from '../reader.ts'

/** The sentence above each chart: what the picture shows, worked out from the same figures. */

type Telling = Pick<Reader, 'text'>

export function statusFinding({ text }: Telling, { byStatus, totals }: Dashboard): string {
  const { status } = text.dashboard
  const open = byStatus.filter(({ category }) => category !== 'done')
  const [fullest] = open.toSorted((a, b) => b.count - a.count)
  return fullest && fullest.count > 0
    ? status.finding(fullest.name, fullest.count, totals.open)
    : status.nothing
}

const openOn = ({ backlog, ready, doing, review }: Dashboard['flow'][number]) =>
  backlog + ready + doing + review

export function flowFinding({ text }: Telling, { flow }: Dashboard): string {
  const [first, last] = [flow[0]!, flow.at(-1)!]
  return text.dashboard.flow.finding(last.done, openOn(first), openOn(last))
}

/** Tasks finished in a week on average, over the whole weeks since the first in which something happened; null before one has gone. */
export function meanThroughput({ throughput }: Dashboard): number | null {
  const whole = throughput.slice(0, -1)
  const first = whole.findIndex(({ created, done }) => created + done > 0)
  if (first < 0) return null
  const weeks = whole.slice(first)
  return weeks.reduce((sum, { done }) => sum + done, 0) / weeks.length
}

export const throughputFinding = ({ text }: Telling, figures: Dashboard): string =>
  text.dashboard.throughput.finding(meanThroughput(figures), figures.throughput.at(-1)!.done)

export const overdueFinding = ({ text }: Telling, { totals, overdue }: Dashboard): string =>
  text.dashboard.overdue.finding(totals.overdue, overdue[0]?.daysLate ?? 0)

export function workloadFinding(
  { text }: Telling,
  { workload, totals }: Dashboard,
  nameOf: (personId: string) => string,
): string {
  const people = workload.filter(load => load.personId !== null)
  const most = people.filter(({ total }) => total === people[0]!.total)
  return text.dashboard.workload.finding(
    most.map(({ personId }) => nameOf(personId!)),
    people[0]?.total ?? 0,
    most.reduce((sum, { overdue }) => sum + overdue, 0),
    totals.unassigned,
  )
}
