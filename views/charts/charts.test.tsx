import { expect, test } from 'bun:test'
import { freshenAssets } from '../../scripts/services.ts'
import type { Dashboard } from '../../services/analytics-service/contract.ts'
import { Html } from '../html.ts'
import { messages } from '../messages/index.ts'
import type { Language, Reader } from '../reader.ts'
import { DataTable } from './data-table.tsx'
import {
  flowFinding,
  meanThroughput,
  overdueFinding,
  statusFinding,
  throughputFinding,
  workloadFinding,
} from './findings.ts'
import { FlowChart } from './flow-chart.tsx'
import { StatusBars } from './status-bars.tsx'
import { ThroughputChart } from './throughput-chart.tsx'
import { WorkloadBars } from './workload-bars.tsx'

await freshenAssets()

const readerOf = (language: Language): Reader => ({
  language,
  timeZone: 'Asia/Seoul',
  theme: 'system',
  text: messages[language],
  now: new Date('2026-11-24T03:00:00Z'),
  path: '/projects/OPS/dashboard',
  user: null,
  projects: null,
})
const reader = readerOf('en')

const day = (day: string, backlog: number, ready: number, doing: number, review: number, done: number) => ({
  day,
  backlog,
  ready,
  doing,
  review,
  done,
})
const figures: Dashboard = {
  projectId: 'p',
  asOf: '2026-11-24T02:00:00.000Z',
  byStatus: [
    { statusId: 's1', name: 'R&D <b>', category: 'backlog', count: 4 },
    { statusId: 's2', name: 'Ready', category: 'ready', count: 2 },
    { statusId: 's3', name: 'Done', category: 'done', count: 1_500 },
  ],
  totals: { open: 6, done: 1_500, overdue: 2, unassigned: 1 },
  throughput: [
    { weekStart: '2026-11-02', created: 0, done: 0 },
    { weekStart: '2026-11-09', created: 4, done: 3 },
    { weekStart: '2026-11-16', created: 1, done: 4 },
    { weekStart: '2026-11-23', created: 2, done: 1 },
  ],
  flow: [
    day('2026-11-22', 1, 1, 0, 0, 0),
    day('2026-11-23', 3, 1, 1, 0, 1),
    day('2026-11-24', 4, 2, 0, 0, 1_500),
  ],
  overdue: [
    { taskId: 't', key: 'OPS-1', title: 'Fold', dueDay: '2026-11-20', daysLate: 4, assigneeIds: ['jun'] },
    { taskId: 'u', key: 'OPS-2', title: 'Glue', dueDay: '2026-11-24', daysLate: 0, assigneeIds: [] },
  ],
  workload: [
    { personId: 'jun', backlog: 2, ready: 2, doing: 0, review: 0, overdue: 1, total: 4 },
    { personId: 'mina', backlog: 1, ready: 0, doing: 0, review: 0, overdue: 0, total: 1 },
    { personId: null, backlog: 1, ready: 0, doing: 0, review: 0, overdue: 1, total: 1 },
  ],
}
const nameOf = (id: string) => ({ jun: 'Jun <i>', mina: '서미나' })[id] ?? '?'

const charts = (reader: Reader, shown = figures) => ({
  flow: <FlowChart reader={reader} flow={shown.flow} label={flowFinding(reader, shown)} />,
  status: <StatusBars reader={reader} byStatus={shown.byStatus} label={statusFinding(reader, shown)} />,
  throughput: (
    <ThroughputChart
      reader={reader}
      throughput={shown.throughput}
      mean={meanThroughput(shown)}
      label={throughputFinding(reader, shown)}
    />
  ),
  workload: (
    <WorkloadBars
      reader={reader}
      workload={shown.workload}
      nameOf={nameOf}
      label={workloadFinding(reader, shown, nameOf)}
    />
  ),
})

test('each chart says in a sentence what it shows, escapes what people wrote, and needs no inline style', () => {
  for (const language of ['en', 'ko'] as const)
    for (const [name, chart] of Object.entries(charts(readerOf(language)))) {
      const html = String(chart)
      expect([name, /role="img" aria-label="[^"]{10,}"/.test(html)]).toEqual([name, true])
      expect(html).not.toMatch(/style=|<b>|<i>|NaN|Infinity|undefined/)
    }
})

test('names stand at the end of the areas, with what there is now', () => {
  const html = String(charts(reader).flow)
  expect(html).toContain('Backlog 4')
  expect(html).toContain('Done 1,500')
  expect(html).not.toContain('In review 0')
})

test('the bars of open statuses are to one scale, and what is done is a number', () => {
  const html = String(charts(reader).status)
  expect(html).toContain('<rect class="fill-backlog" width="84%"')
  expect(html).toContain('<rect class="fill-ready" width="42%"')
  expect(html).toContain('<rect class="fill-done" width="0%"')
  expect(html).toContain('1,500')
  expect(html.split('not counted as open')).toHaveLength(2)
})

test('charts of one day, one week, one task or nothing at all are drawn too', () => {
  const empty: Dashboard = {
    ...figures,
    byStatus: [],
    totals: { open: 0, done: 0, overdue: 0, unassigned: 0 },
    throughput: [{ weekStart: '2026-11-23', created: 0, done: 0 }],
    flow: [day('2026-11-23', 0, 0, 0, 0, 0)],
    overdue: [],
    workload: [],
  }
  for (const chart of Object.values(charts(reader, empty)))
    expect(String(chart)).not.toMatch(/NaN|Infinity|undefined/)
  const one = String(charts(reader, { ...empty, flow: [day('2026-11-23', 1, 0, 0, 0, 0)] }).flow)
  expect(one).toContain('<path class="fill-backlog" d="M0.00,3.85 100.00,3.85')
})

test('the findings tell what the figures say', () => {
  const english = [
    statusFinding(reader, figures),
    flowFinding(reader, figures),
    throughputFinding(reader, figures),
    overdueFinding(reader, figures),
    workloadFinding(reader, figures, nameOf),
  ]
  expect(english).toEqual([
    '“R&D <b>” holds the most open work: 4 of 6 tasks.',
    '1,500 tasks are done. Open work grew from 2 to 6.',
    'About 3.5 tasks are finished a week; 1 so far this week.',
    '2 tasks are late, the longest by 4 days.',
    'Jun <i> carries the most: 4 tasks. 1 of those is late. One task belongs to nobody yet.',
  ])
  const korean = readerOf('ko')
  expect(flowFinding(korean, figures)).toBe('태스크 1,500개를 끝냈어요. 남은 작업은 2개에서 6개로 늘었어요.')
  expect(workloadFinding(korean, figures, nameOf)).toBe(
    'Jun <i> 님이 태스크 4개로 가장 많이 맡고 있어요. 그중 1개는 마감이 지났어요. 아직 담당자가 없는 태스크는 1개예요.',
  )
})

test('the average is over whole weeks, from the first in which something happened', () => {
  expect(meanThroughput(figures)).toBe(3.5)
  expect(meanThroughput({ ...figures, throughput: figures.throughput.slice(-1) })).toBeNull()
})

test('a table names its rows and columns and writes numbers as the reader does', () => {
  const html = String(
    <DataTable reader={reader} caption="By <x>" columns={['Status', 'Tasks']} rows={[['R&D', 1_500]]} />,
  )
  expect(html).toContain('<th scope="row">R&amp;D</th><td class="num">1,500</td>')
  expect(html).toContain(`<caption class="sr-only">By &lt;x&gt;</caption>`)
})
