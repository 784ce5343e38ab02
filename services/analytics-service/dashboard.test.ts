import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { newId } from '../kit/schema.ts'
import { testDatabase } from '../kit/testing.ts'
import { dashboard } from './dashboard.ts'
import { randomStory, Story, workedOut } from './testing.ts'

setDefaultTimeout(30_000)
let database: Awaited<ReturnType<typeof testDatabase>>
beforeAll(async () => {
  database = await testDatabase('analytics-service')
})
afterAll(() => database.drop())

/** The dashboard of a story after all that it told, read in a zone at an instant. */
async function read(story: Story, now: string, { zone = 'UTC', weeks = 2 } = {}) {
  await story.tell(database.sql)
  return dashboard(database.sql, story.id, { weeks, zone, now: new Date(now) })
}

test('a project without events has empty figures and no moment', async () => {
  const figures = await dashboard(database.sql, newId(), {
    weeks: 1,
    zone: 'UTC',
    now: new Date('2026-11-24T12:00:00Z'),
  })
  expect(figures).toMatchObject({
    asOf: null,
    byStatus: [],
    totals: { open: 0, done: 0, overdue: 0, unassigned: 0 },
    throughput: [{ weekStart: '2026-11-23', created: 0, done: 0 }],
    overdue: [],
    workload: [],
  })
  expect(figures.flow.map(({ day }) => day)).toEqual(['2026-11-23', '2026-11-24'])
})

test('tasks are counted by status in board order, and statuses without tasks are shown', async () => {
  const story = new Story('2026-11-23T00:00:00.000Z')
  story.create('2026-11-24T08:00:00.000Z', { category: 'doing' })
  story.create('2026-11-24T09:00:00.000Z', { category: 'doing' })
  const gone = story.create('2026-11-24T09:00:00.000Z', { category: 'ready' })
  story.trash('2026-11-24T09:30:00.000Z', gone)
  const first = { id: newId(), name: 'Ideas', category: 'backlog' as const, position: 'Zz' }
  story.say('status.created', '2026-11-24T10:00:00.000Z', { ...first, limit: null, version: 1 })
  story.say('status.deleted', '2026-11-24T10:00:00.000Z', {
    ...story.status('review'),
    limit: null,
    version: 1,
  })
  const { byStatus, asOf } = await read(story, '2026-11-24T12:00:00Z')
  expect(byStatus.map(({ name, count }) => [name, count])).toEqual([
    ['Ideas', 0],
    ['backlog', 0],
    ['ready', 0],
    ['doing', 2],
    ['done', 0],
  ])
  expect(asOf).toBe('2026-11-24T10:00:00.000Z')
})

test('a day is overdue when it has gone in the reader’s zone, and a time when it has passed', async () => {
  const story = new Story('2026-11-01T00:00:00.000Z')
  const day = story.create('2026-11-02T00:00:00.000Z', { category: 'ready', due: { date: '2026-11-24' } })
  const time = story.create('2026-11-02T00:00:00.000Z', {
    category: 'doing',
    due: { at: '2026-11-24T15:10:00.000Z', zone: 'Asia/Seoul' },
  })
  story.create('2026-11-02T00:00:00.000Z', { category: 'done', due: { date: '2026-11-02' } })
  // In Seoul the 25th has just begun; in Los Angeles it is the morning of the 24th.
  const now = '2026-11-24T15:20:00Z'
  const seoul = await read(story, now, { zone: 'Asia/Seoul' })
  expect(seoul.overdue).toMatchObject([
    { taskId: day.id, dueDay: '2026-11-24', daysLate: 1 },
    { taskId: time.id, dueDay: '2026-11-25', daysLate: 0 },
  ])
  expect(seoul.totals.overdue).toBe(2)
  const losAngeles = await read(story, now, { zone: 'America/Los_Angeles' })
  expect(losAngeles.overdue).toMatchObject([{ taskId: time.id, dueDay: '2026-11-24', daysLate: 0 }])
  expect(losAngeles.totals.overdue).toBe(1)
})

test('the fifty that are late for longest are listed, days and times in one order', async () => {
  const story = new Story('2026-09-01T00:00:00.000Z')
  for (let day = 10; day < 30; day++)
    for (const time of ['T05:00:00.000Z', 'T20:00:00.000Z', null])
      story.create('2026-09-01T00:00:00.000Z', {
        category: 'ready',
        title: time ? `time ${day}` : `day ${day}`,
        due: time
          ? { at: `2026-10-${day}${time}`, zone: 'Asia/Seoul' }
          : { date: `2026-10-${String(day).padStart(2, '0')}` },
      })
  const { overdue, totals } = await read(story, '2026-11-24T15:20:00Z', { zone: 'Asia/Seoul' })
  expect(totals.overdue).toBe(60)
  expect(overdue).toHaveLength(50)
  // 05:00 UTC is in the afternoon in Seoul, and 20:00 UTC the next morning, after the day has ended.
  expect(overdue.slice(0, 4).map(({ title }) => title)).toEqual(['time 10', 'day 10', 'time 10', 'time 11'])
})

test('weeks begin on Monday in the asked zone, through a change of the clocks', async () => {
  const story = new Story('2026-10-01T00:00:00.000Z')
  // Los Angeles goes from UTC-7 to UTC-8 on Sunday, 1 November: that day has 25 hours.
  story.create('2026-10-26T06:59:59.999Z', { category: 'done' }) // Sunday 23:59 there
  story.create('2026-10-26T07:00:00.000Z', { category: 'done' }) // Monday 00:00
  story.create('2026-11-02T07:59:59.999Z', { category: 'done' }) // Sunday 23:59, the 25th hour
  story.create('2026-11-02T08:00:00.000Z', { category: 'done' }) // Monday 00:00
  const { throughput, flow } = await read(story, '2026-11-03T20:00:00Z', {
    zone: 'America/Los_Angeles',
    weeks: 3,
  })
  expect(throughput).toEqual([
    { weekStart: '2026-10-19', created: 1, done: 1 },
    { weekStart: '2026-10-26', created: 2, done: 2 },
    { weekStart: '2026-11-02', created: 1, done: 1 },
  ])
  expect(flow).toHaveLength(16)
  expect(flow.filter(({ day }) => day >= '2026-10-31').map(({ day, done }) => [day, done])).toEqual([
    ['2026-10-31', 2],
    ['2026-11-01', 3],
    ['2026-11-02', 4],
    ['2026-11-03', 4],
  ])
  const seoul = await read(story, '2026-11-03T20:00:00Z', { zone: 'Asia/Seoul', weeks: 3 })
  expect(seoul.throughput.map(({ done }) => done)).toEqual([0, 2, 2])
})

test('a task that was reopened counts where it was last finished, and one in the trash nowhere', async () => {
  const story = new Story('2026-11-01T00:00:00.000Z')
  const [again, open, trashed] = [1, 2, 3].map(() =>
    story.create('2026-11-10T09:00:00.000Z', { category: 'doing' }),
  ) as [Story['tasks'][0], Story['tasks'][0], Story['tasks'][0]]
  for (const task of [again, open, trashed])
    story.move('2026-11-11T09:00:00.000Z', task, story.status('done'))
  for (const task of [again, open]) story.move('2026-11-12T09:00:00.000Z', task, story.status('doing'))
  story.move('2026-11-18T09:00:00.000Z', again, story.status('done'))
  story.trash('2026-11-18T09:00:00.000Z', trashed)
  const before = await read(story, '2026-11-20T12:00:00Z')
  expect(before.throughput).toEqual([
    { weekStart: '2026-11-09', created: 2, done: 0 },
    { weekStart: '2026-11-16', created: 0, done: 1 },
  ])
  story.restore('2026-11-19T09:00:00.000Z', trashed)
  const after = await read(story, '2026-11-20T12:00:00Z')
  expect(after.throughput).toEqual([
    { weekStart: '2026-11-09', created: 3, done: 1 },
    { weekStart: '2026-11-16', created: 0, done: 1 },
  ])
})

test('the flow has each day as it was: moves, the trash and a status that changes its category change no day before', async () => {
  const story = new Story('2026-11-16T00:00:00.000Z')
  const moved = story.create('2026-11-16T09:00:00.000Z', { category: 'backlog' })
  const trashed = story.create('2026-11-16T09:00:00.000Z', { category: 'backlog' })
  story.move('2026-11-17T09:00:00.000Z', moved, story.status('ready'))
  story.move('2026-11-17T09:30:00.000Z', moved, story.status('review'))
  story.trash('2026-11-18T09:00:00.000Z', trashed)
  story.restore('2026-11-19T09:00:00.000Z', trashed)
  story.recategorize('2026-11-20T09:00:00.000Z', story.status('review'), 'done')
  const { flow, throughput, totals } = await read(story, '2026-11-20T12:00:00Z', { weeks: 1 })
  expect(flow).toEqual([
    { day: '2026-11-16', backlog: 2, ready: 0, doing: 0, review: 0, done: 0 },
    { day: '2026-11-17', backlog: 1, ready: 0, doing: 0, review: 1, done: 0 },
    { day: '2026-11-18', backlog: 0, ready: 0, doing: 0, review: 1, done: 0 },
    { day: '2026-11-19', backlog: 1, ready: 0, doing: 0, review: 1, done: 0 },
    { day: '2026-11-20', backlog: 1, ready: 0, doing: 0, review: 0, done: 1 },
  ])
  expect(throughput).toEqual([{ weekStart: '2026-11-16', created: 2, done: 1 }])
  expect(totals).toMatchObject({ open: 1, done: 1 })
})

test('what an import brings counts from the day on which it was made, and as done from the day on which it was finished', async () => {
  const story = new Story('2026-11-20T00:00:00.000Z')
  story.create('2026-11-20T09:00:00.000Z', { category: 'doing', createdAt: '2026-11-17T09:00:00.000Z' })
  story.create('2026-11-20T09:00:00.000Z', {
    category: 'done',
    createdAt: '2026-09-01T09:00:00.000Z',
    completedAt: '2026-11-18T09:00:00.000Z',
  })
  const { flow, throughput } = await read(story, '2026-11-20T12:00:00Z', { weeks: 1 })
  expect(flow.map(({ backlog, doing, done }) => [backlog, doing, done])).toEqual([
    [1, 0, 0],
    [1, 1, 0],
    [0, 1, 1],
    [0, 1, 1],
    [0, 1, 1],
  ])
  expect(throughput).toEqual([{ weekStart: '2026-11-16', created: 1, done: 1 }])
})

test('events whose moments are out of order leave no task in two categories at once', async () => {
  const story = new Story('2026-11-16T00:00:00.000Z')
  const task = story.create('2026-11-16T09:00:00.000Z', { category: 'backlog' })
  story.move('2026-11-18T09:00:00.000Z', task, story.status('doing'))
  // Began before the move, and waited for it.
  story.move('2026-11-17T09:00:00.000Z', task, story.status('done'))
  const { flow } = await read(story, '2026-11-18T12:00:00Z', { weeks: 1 })
  expect(flow.map(({ backlog, doing, done }) => [backlog, doing, done])).toEqual([
    [1, 0, 0],
    [1, 0, 0],
    [0, 0, 1],
  ])
})

test('a task of two people counts for both, and what is nobody’s is told too', async () => {
  const [jun, mina] = [newId(), newId()]
  const story = new Story('2026-11-16T00:00:00.000Z')
  const at = '2026-11-16T09:00:00.000Z'
  story.create(at, { category: 'doing', assigneeIds: [jun, mina], due: { date: '2026-11-16' } })
  story.create(at, { category: 'review', assigneeIds: [jun] })
  story.create(at, { category: 'backlog' })
  story.create(at, { category: 'done', assigneeIds: [mina] })
  const { workload, totals } = await read(story, '2026-11-18T12:00:00Z')
  expect(workload).toEqual([
    { personId: jun, backlog: 0, ready: 0, doing: 1, review: 1, overdue: 1, total: 2 },
    { personId: mina, backlog: 0, ready: 0, doing: 1, review: 0, overdue: 1, total: 1 },
    { personId: null, backlog: 1, ready: 0, doing: 0, review: 0, overdue: 0, total: 1 },
  ])
  expect(totals).toEqual({ open: 3, done: 1, overdue: 1, unassigned: 1 })
})

test('the number of queries is the same for one task and for a thousand', async () => {
  const count = async (tasks: number) => {
    const story = new Story('2026-11-16T00:00:00.000Z')
    for (let n = 0; n < tasks; n++)
      story.create('2026-11-16T09:00:00.000Z', {
        category: 'doing',
        due: { date: '2026-11-16' },
        assigneeIds: [newId()],
      })
    await story.tell(database.sql)
    database.queries.length = 0
    await dashboard(database.sql, story.id, { weeks: 52, zone: 'UTC', now: new Date('2026-11-24T12:00:00Z') })
    return database.queries.length
  }
  const one = await count(1)
  expect(one).toBeLessThanOrEqual(9)
  expect(await count(1_000)).toBe(one)
})

test('random histories give what plain loops over their events give', async () => {
  const now = '2026-11-20T03:00:00.000Z'
  for (const [seed, zone] of [
    [1, 'Asia/Seoul'],
    [2, 'America/Los_Angeles'],
    [3, 'Europe/Berlin'],
    [4, 'Asia/Calcutta'],
  ] as const) {
    const story = randomStory(seed, 250, '2026-09-20T00:00:00.000Z', now)
    const figures = await read(story, now, { zone, weeks: 8 })
    expect(figures).toEqual(workedOut(story.events, story.id, { weeks: 8, zone, now: new Date(now) }))
  }
})
