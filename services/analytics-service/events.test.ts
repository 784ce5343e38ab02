import { afterAll, afterEach, beforeAll, beforeEach, expect, setDefaultTimeout, test } from 'bun:test'
import { eventLog, eventLogRoute, Consumer, type Log, Relay, remoteLog, stream } from '../kit/events.ts'
import { Client } from '../kit/client.ts'
import { serviceTokens } from '../kit/identity.ts'
import { connectRedis, type Redis } from '../kit/redis.ts'
import { service } from '../kit/service.ts'
import { door, testDatabase, testRedisUrl, testSecret, testVerifier, until } from '../kit/testing.ts'
import type { TaskServiceEvent } from '../task-service/contract.ts'
import { dashboard } from './dashboard.ts'
import { project } from './projection.ts'
import { rebuild } from './rebuild.ts'
import { putIntoOutbox, randomNumbers, randomStory, Story, workedOut } from './testing.ts'

let tasks: Awaited<ReturnType<typeof testDatabase>>
let analytics: Awaited<ReturnType<typeof testDatabase>>
let redis: Redis
let way: Awaited<ReturnType<typeof door>>
/** task-service as far as its log of events. */
let producer: ReturnType<typeof Bun.serve>
let log: Log
let running: { stop(): Promise<void> }[]

beforeAll(async () => {
  redis = connectRedis(`${testRedisUrl()}/5`)
  await until(() => redis.status === 'ready')
})
afterAll(() => redis.disconnect())

beforeEach(async () => {
  await redis.flushdb()
  ;[tasks, analytics] = await Promise.all([testDatabase('task-service'), testDatabase('analytics-service')])
  way = await door(Number(new URL(testRedisUrl()).port))
  const app = eventLog(
    service({
      name: 'task-service',
      verify: testVerifier(),
      ready: async () => true,
      internal: [eventLogRoute],
    }),
    tasks.sql,
    'task-service',
  )
  producer = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: app.fetch })
  log = remoteLog(
    { 'task-service': new Client(producer.url.origin) },
    serviceTokens('analytics-service', testSecret),
  )
  running = []
})
setDefaultTimeout(30_000)
afterEach(async () => {
  await Promise.all(running.map(loop => loop.stop()))
  await way.shut()
  await producer.stop(true)
  await Promise.all([tasks.drop(), analytics.drop()])
})

/** The Redis database of this file, by the way that can be shut. */
const redisUrlThrough = (port: number) => {
  const url = new URL(testRedisUrl())
  url.port = String(port)
  url.pathname = '/5'
  return url.href
}
const startRelay = () => running.push(new Relay(tasks.sql, redis, 'task-service'))
const startConsumer = () =>
  running.push(
    new Consumer({
      sql: analytics.sql,
      redisUrl: redisUrlThrough(way.port),
      group: 'analytics-service',
      producers: ['task-service'],
      log,
      apply: project,
    }),
  )

const counted = async () => {
  const [row] = await analytics.sql<{ position: number }[]>`select position from consumed`
  return row?.position ?? 0
}
const now = new Date('2026-11-20T03:00:00.000Z')
const question = { weeks: 8, zone: 'Asia/Seoul', now }
const read = (story: Story) => dashboard(analytics.sql, story.id, question)

test('a change shows on the dashboard after it went through the outbox and the stream', async () => {
  startRelay()
  startConsumer()
  const story = new Story('2026-11-16T00:00:00.000Z')
  const task = story.create('2026-11-16T09:00:00.000Z', { category: 'doing' })
  await putIntoOutbox(tasks.sql, story.events)
  await until(async () => (await read(story)).totals.open === 1, 'the task being counted')
  story.move('2026-11-17T09:00:00.000Z', task, story.status('done'))
  await putIntoOutbox(tasks.sql, story.events.slice(-1))
  await until(async () => (await read(story)).totals.done === 1, 'the move being counted')
})

test('each event counts once, through repeats, two replicas, and a Redis that goes away and comes back empty', async () => {
  const random = randomNumbers(7)
  const story = randomStory(7, 300, '2026-09-25T00:00:00.000Z', now.toISOString())
  startRelay()
  startConsumer()
  startConsumer()
  const parts = chunks(story.events, 30)
  for (const [index, part] of parts.entries()) {
    await putIntoOutbox(tasks.sql, part)
    // Old entries of the stream, said once more and out of order.
    for (const [, fields] of await redis.xrange(stream, '-', '+', 'COUNT', 20))
      if (random() < 0.5) await redis.xadd(stream, '*', ...fields)
    if (index === 3) await redis.flushdb()
    if (index === 5) await way.shut()
    if (index === 7) {
      await redis.flushdb()
      await way.open()
    }
  }
  await until(async () => (await counted()) === story.events.length, 'all events being counted')
  const figures = await read(story)
  expect(figures).toEqual(workedOut(story.events, story.id, question))

  await analytics.sql`update tasks set title = 'wrong', category = 'review'`
  await analytics.sql`delete from spans where category = 'done'`
  expect(await read(story)).not.toEqual(figures)
  expect(await rebuild(analytics.sql, log)).toBe(story.events.length)
  expect(await read(story)).toEqual(figures)
})

test('events that came while nobody consumed and Redis lost them are read from the log', async () => {
  startRelay()
  const story = randomStory(8, 100, '2026-11-01T00:00:00.000Z', now.toISOString())
  await putIntoOutbox(tasks.sql, story.events)
  await until(async () => {
    const [sent] = await tasks.sql<{ sent: number }[]>`select sent from outbox_position`
    return sent?.sent === story.events.length
  }, 'all events being published')
  await redis.flushdb()
  startConsumer()
  await until(async () => (await counted()) === story.events.length, 'all events being counted')
  expect(await read(story)).toEqual(workedOut(story.events, story.id, question))
})

test('a rebuild that cannot read the log to its end leaves the figures as they were', async () => {
  startRelay()
  startConsumer()
  const story = randomStory(9, 600, '2026-11-01T00:00:00.000Z', now.toISOString())
  await putIntoOutbox(tasks.sql, story.events)
  await until(async () => (await counted()) === story.events.length, 'all events being counted')
  const figures = await read(story)
  const breaking: Log = (producer, after) => {
    if (after > 0) throw new Error('the log went away')
    return log(producer, after)
  }
  await expect(rebuild(analytics.sql, breaking)).rejects.toThrow('the log went away')
  expect(await read(story)).toEqual(figures)
})

function chunks(events: readonly TaskServiceEvent[], size: number): TaskServiceEvent[][] {
  return Array.from({ length: Math.ceil(events.length / size) }, (_, index) =>
    events.slice(index * size, (index + 1) * size),
  )
}
