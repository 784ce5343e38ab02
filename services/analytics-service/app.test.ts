import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { Access, forgetAccess } from '../kit/access.ts'
import { Client } from '../kit/client.ts'
import { connect } from '../kit/database.ts'
import { connectRedis, type Redis } from '../kit/redis.ts'
import { newId } from '../kit/schema.ts'
import {
  call,
  routesOpenToAnyone,
  somebody,
  testDatabase,
  testRedisUrl,
  testVerifier,
  until,
} from '../kit/testing.ts'
import { analyticsService } from './app.ts'
import { Story } from './testing.ts'

const [mina, outsider] = [somebody(), somebody()]
const story = new Story('2026-01-01T00:00:00.000Z')
const path = `/api/v1/analytics/projects/${story.id}/dashboard`

let database: Awaited<ReturnType<typeof testDatabase>>
let redis: Redis
/** Answers like task-service whether somebody may see the story's project. */
let tasks: ReturnType<typeof Bun.serve>
let questions: string[]
let app: ReturnType<typeof analyticsService>

beforeAll(async () => {
  database = await testDatabase('analytics-service')
  redis = connectRedis(`${testRedisUrl()}/5`)
  await until(() => redis.status === 'ready')
  tasks = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const { sub } = decodeJwt(request.headers.get('authorization')!.slice('Bearer '.length))
      questions.push(new URL(request.url).pathname)
      return sub === mina.userId
        ? Response.json({ projectId: story.id, role: 'viewer' })
        : Response.json({ code: 'not_found', status: 404 }, { status: 404 })
    },
  })
  app = analyticsService({
    sql: database.sql,
    verify: testVerifier(),
    access: new Access(new Client(tasks.url.origin), redis),
  })
  story.create('2026-01-01T09:00:00.000Z', { category: 'doing', assigneeIds: [mina.userId] })
  await story.tell(database.sql)
})
afterAll(async () => {
  redis.disconnect()
  await tasks.stop(true)
  await database.drop()
})
beforeEach(async () => {
  questions = []
  await forgetAccess(redis, { type: 'member.changed', projectId: story.id })
})

test('a member reads the dashboard, of twelve weeks in their own zone unless they ask for others', async () => {
  const { status, json } = await call(app, mina)('GET', path)
  expect(status).toBe(200)
  expect(json).toMatchObject({ projectId: story.id, totals: { open: 1 }, asOf: '2026-01-01T09:00:00.000Z' })
  expect(json.throughput).toHaveLength(12)

  const today = (zone: string) => new Intl.DateTimeFormat('sv', { timeZone: zone }).format(new Date())
  // One of the two is on another day than the other at any time.
  for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    const before = today(zone)
    const own = await call(app, { ...mina, timeZone: zone })('GET', `${path}?weeks=1`)
    const asked = await call(app, mina)('GET', `${path}?weeks=1&zone=${zone}`)
    for (const { json } of [own, asked]) expect([before, today(zone)]).toContain(json.flow.at(-1).day)
    expect(asked.json.throughput).toHaveLength(1)
  }
})

test('who is no member learns nothing, not even whether the project exists', async () => {
  const foreign = await call(app, outsider)('GET', path)
  const nowhere = await call(app, outsider)('GET', `/api/v1/analytics/projects/${newId()}/dashboard`)
  expect([foreign.status, foreign.json.code]).toEqual([404, 'not_found'])
  expect(nowhere.json).toEqual({ ...foreign.json, requestId: nowhere.json.requestId })
})

test('the membership is asked once, and again after it was forgotten', async () => {
  for (const _ of [1, 2]) expect((await call(app, mina)('GET', path)).status).toBe(200)
  expect(questions).toEqual([`/api/v1/projects/${story.id}/access`])
  await forgetAccess(redis, { type: 'member.changed', projectId: story.id })
  await call(app, mina)('GET', path)
  expect(questions).toHaveLength(2)
})

test('no route lets in somebody without identity, nor a service without a person', async () => {
  expect(await routesOpenToAnyone(app, [])).toEqual([])
  expect((await call(app, 'frontend-service')('GET', path)).status).toBe(401)
})

test('what is wrong with a question is told by field, and never fails the service', async () => {
  const get = (query: string, id = story.id) =>
    call(app, mina)('GET', `/api/v1/analytics/projects/${id}/dashboard?${query}`)
  for (const [query, field] of [
    ['weeks=0', 'weeks'],
    ['weeks=53', 'weeks'],
    ['weeks=1.5', 'weeks'],
    ['weeks=many', 'weeks'],
    ['weeks=', 'weeks'],
    ['weeks=99999999999999999999', 'weeks'],
    ['zone=Mars/Olympus', 'zone'],
    ['zone=%00', 'zone'],
    ['zone=', 'zone'],
    [`zone=${'x'.repeat(65)}`, 'zone'],
    ["zone=UTC';select", 'zone'],
    ['unknown=1', 'unknown'],
  ] as const) {
    const { status, json } = await get(query)
    expect([query, status, json.errors?.[0]?.field]).toEqual([query, 422, field])
  }
  for (const id of ['x', '%00', '%FF', "1' or '1", 'x'.repeat(5_000), '00000000-0000-0000-0000-00000000000g'])
    expect((await get('', id)).status).toBeOneOf([400, 404, 422])
  expect((await call(app, mina)('POST', path, {})).status).toBe(404)
})

test('without task-service or the database the answer is 503, and the service stays', async () => {
  const apart = (parts: Partial<Parameters<typeof analyticsService>[0]>) =>
    analyticsService({
      sql: database.sql,
      verify: testVerifier(),
      access: new Access(new Client(tasks.url.origin), redis),
      ...parts,
    })
  const nobody = new Access(new Client('http://127.0.0.1:9'), redis)
  expect((await call(apart({ access: nobody }), mina)('GET', path)).json).toMatchObject({
    status: 503,
    code: 'unavailable',
  })
  const sql = connect({ ...database.database, port: 9 })
  const withoutDatabase = apart({ sql })
  expect((await call(withoutDatabase, mina)('GET', path)).json).toMatchObject({ status: 503 })
  expect((await call(withoutDatabase)('GET', '/ready')).status).toBe(503)
  expect((await call(withoutDatabase)('GET', '/up')).status).toBe(200)
  await sql.end()
  expect((await call(app)('GET', '/ready')).status).toBe(200)
})
