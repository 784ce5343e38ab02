import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Sql } from './database.ts'
import { Consumer, emit, type Event, eventsAfter, Relay, stream } from './events.ts'
import { migrate } from './migrate.ts'
import { connectRedis, type Redis } from './redis.ts'
import { emptyDatabase, testRedisUrl, until } from './testing.ts'

const schema = `
  create table outbox (
    id uuid primary key, type text not null, version integer not null, project_id uuid, actor_id uuid,
    at timestamptz not null default now(), data jsonb not null,
    sequence bigint generated always as identity, position bigint unique
  );
  create index outbox_unpublished on outbox (sequence) where position is null;
  create table outbox_position (last bigint not null, sent bigint not null);
  insert into outbox_position values (0, 0);
  create table consumed (producer text primary key, position bigint not null);
  create table seen (position bigint, n integer);`

// A Redis database of its own: this test empties it.
const redisUrl = `${testRedisUrl()}/1`
let empty: Awaited<ReturnType<typeof emptyDatabase>>
let sql: Sql
let redis: Redis

beforeAll(async () => {
  empty = await emptyDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'events-'))
  await writeFile(join(directory, '0001_events.sql'), schema)
  await migrate(empty.database, directory)
  sql = connect(empty.database)
  redis = connectRedis(redisUrl)
  await until(() => redis.status === 'ready')
  await redis.flushdb()
})

afterAll(async () => {
  redis.disconnect()
  await sql.end({ timeout: 2 })
  await empty.drop()
})

const say = (n: number) => sql.begin(tx => emit(tx, { type: 'thing.happened', data: { n } }))
const seen = async () =>
  (await sql<{ n: number; position: number }[]>`select n, position from seen order by position`).map(
    row => row.n,
  )
const consumer = (log = (_: string, after: number) => eventsAfter(sql, 'task-service', after, 500)) =>
  new Consumer({
    sql,
    redisUrl,
    group: 'test',
    producers: ['task-service'],
    log,
    apply: async (tx, event) => {
      await tx`insert into seen values (${event.position}, ${(event as Event<string, { n: number }>).data.n})`
    },
  })

test('an event is written with its change or not at all', async () => {
  const change = sql.begin(async tx => {
    await emit(tx, { type: 'thing.happened', data: { n: -1 } })
    throw new Error('the change failed')
  })
  await expect(change).rejects.toThrow('the change failed')
  expect(await sql`select 1 from outbox`).toHaveLength(0)
})

test('two relays and two consumers deliver each event once and in order, through a loss of everything in Redis', async () => {
  const relays = [new Relay(sql, redis, 'task-service'), new Relay(sql, redis, 'task-service')]
  const consumers = [consumer(), consumer()]
  const count = 300
  for (let n = 1; n <= count; n += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, i) => say(n + i)))
    if (n === 101) await redis.flushdb()
  }
  await until(async () => (await seen()).length >= count, 'all events being consumed')
  const all = await seen()
  expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 1))
  const log = await eventsAfter(sql, 'task-service', 0, 1000)
  expect(log.map(event => event.position)).toEqual(Array.from({ length: count }, (_, i) => i + 1))
  expect(all).toEqual(log.map(event => (event.data as { n: number }).n))
  await Promise.all([...relays, ...consumers].map(part => part.stop()))
})

test('what is sent twice counts once', async () => {
  const before = (await seen()).length
  const [last] = (await redis.xrevrange(stream, '+', '-', 'COUNT', 1)) as [string, string[]][]
  const one = consumer()
  await redis.xadd(stream, '*', ...(last![1] as [string, string]))
  await redis.xadd(stream, '*', ...(last![1] as [string, string]))
  const relay = new Relay(sql, redis, 'task-service')
  await say(9999)
  await until(async () => (await seen()).at(-1) === 9999, 'the newest event')
  expect((await seen()).length).toBe(before + 1)
  await Promise.all([one.stop(), relay.stop()])
})
