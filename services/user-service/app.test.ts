import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect } from '../kit/database.ts'
import { door, call, routesOpenToAnyone, until } from '../kit/testing.ts'
import { open } from './contract.ts'
import { newEmail, password, signUp, testUserService, userServiceOn, verify } from './testing.ts'

const { app, redis, database, close } = await testUserService()
beforeAll(() => until(() => redis.status === 'ready', 'a connection to Redis'))
afterAll(close)

test('every route but the open ones refuses a caller without identity', async () => {
  expect(app.routes.length).toBeGreaterThan(12)
  expect(await routesOpenToAnyone(app, open)).toEqual([])
})

test('a person may not read the log of events; a service may', async () => {
  const { user, as } = await signUp(app)
  expect((await as('GET', '/internal/events?after=0')).status).toBe(401)
  const { status, json } = await call(app, 'analytics-service')('GET', '/internal/events?after=0')
  expect(status).toBe(200)
  expect(JSON.stringify(json)).not.toContain(user.email)
})

const id = crypto.randomUUID()
const huge = 'x'.repeat(2_000_000)
const match = { 'if-match': '"1"' }
const account = { email: newEmail(), password, name: 'Mina' }
const strange: [method: string, path: string, body?: unknown, headers?: Record<string, string>][] = [
  ...[
    null,
    7,
    'text',
    [],
    {},
    { ...account, email: 7 },
    { ...account, name: null },
    { ...account, isAdmin: true },
  ].flatMap(body =>
    ['sign-up', 'sign-in'].map(way => ['POST', `/api/v1/auth/${way}`, body] as [string, string, unknown]),
  ),
  ['POST', '/api/v1/auth/sign-up', { ...account, name: huge }],
  ['POST', '/api/v1/auth/sign-up', { ...account, email: 'a@b.c\0' }],
  ['POST', '/api/v1/auth/sign-up', { ...account, timeZone: 'Asia/Seoul\0' }],
  ['POST', '/api/v1/auth/sign-up', '{"email":'],
  ['POST', '/api/v1/auth/sign-up', account, { 'content-type': 'text/xml' }],
  ['POST', '/api/v1/auth/sign-in', { email: 'a\0b', password: '\0' }],
  ['POST', '/api/v1/auth/sign-in', { email: "' or 1=1 --", password }],
  ['POST', '/api/v1/auth/sign-in', { email: '\ud800', password: '\ud800' }],
  ['PATCH', '/api/v1/me', { name: 7 }, match],
  ['PATCH', '/api/v1/me', { name: huge }, match],
  ['PATCH', '/api/v1/me', { timeZone: '\0' }, match],
  ['PATCH', '/api/v1/me', { language: ['ko'] }, match],
  ['PATCH', '/api/v1/me', { version: 3 }, match],
  ['PATCH', '/api/v1/me', { name: 'Mina' }, { 'if-match': 'W/"999999999999"' }],
  ['PATCH', '/api/v1/me', { name: 'Mina' }, { 'if-match': '"999999999"' }],
  ['PATCH', '/api/v1/me', { name: 'Mina' }, { 'if-match': '*' }],
  ['POST', '/api/v1/me/password', { currentPassword: {}, newPassword: [] }],
  ['POST', '/api/v1/me/password', { currentPassword: password, newPassword: 'y'.repeat(257) }],
  ['DELETE', `/api/v1/sessions/${id}`],
  ['DELETE', '/api/v1/sessions/1'],
  ['DELETE', '/api/v1/sessions/%00'],
  ['DELETE', '/api/v1/sessions/%ff'],
  ['GET', '/api/v1/users?email=%00'],
  ['GET', '/api/v1/users?ids=%00'],
  ['GET', `/api/v1/users?ids=${id}&ids=${id}&unknown=1`],
  ['GET', `/api/v1/users?email=${'a'.repeat(300)}`],
  ['GET', '/api/v1/nothing'],
]

test('whatever strange thing is sent is refused, and never a failure of ours', async () => {
  const { as } = await signUp(app)
  const taken = []
  for (const [method, path, body, headers] of strange) {
    const { status, json } = await as(method, path, body, headers)
    if (status < 400 || status >= 500 || json.status !== status || !json.code)
      taken.push(`${method} ${path.slice(0, 80)} ${JSON.stringify(body)?.slice(0, 80)} answered ${status}`)
  }
  expect(taken).toEqual([])
})

test('bytes that are not UTF-8 are refused', async () => {
  const response = await app.handle(
    new Request('http://localhost/api/v1/auth/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    }),
  )
  expect(response.status).toBe(400)
})

test('while its database is away it says so, is not ready, still publishes its keys, and serves again when it is back', async () => {
  const { session } = await signUp(app)
  const way = await door(database.port)
  // One connection, known to be idle when the door shuts: the driver does not catch what breaks while it sets one up.
  const through = connect({ ...database, port: way.port }, { max: 1 })
  const apart = userServiceOn(through)
  await until(() => apart.redis.status === 'ready', 'a connection to Redis')
  const status = async (path: string) => (await call(apart.app)('GET', path)).status
  expect(await status('/api/v1/auth/keys')).toBe(200)
  await way.shut()
  const refused = await verify(apart.app, session.token)
  expect(refused.status).toBe(503)
  expect(refused.json).toMatchObject({ code: 'unavailable' } as never)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(
    (await call(apart.app)('POST', '/api/v1/auth/sign-in', { email: newEmail(), password })).status,
  ).toBe(503)
  expect(await status('/ready')).toBe(503)
  expect(await status('/up')).toBe(200)
  expect(await status('/api/v1/auth/keys')).toBe(200)
  await way.open()
  await until(async () => (await verify(apart.app, session.token)).status === 200, 'the service')
  expect(await status('/ready')).toBe(200)
  apart.close()
  await through.end()
  await way.shut()
})

test('the public routes are documented', async () => {
  const { paths } = (await call(app)('GET', '/openapi.json')).json
  expect(Object.keys(paths).sort()).toEqual([
    '/api/v1/auth/keys',
    '/api/v1/auth/sign-in',
    '/api/v1/auth/sign-up',
    '/api/v1/auth/verify',
    '/api/v1/me',
    '/api/v1/me/password',
    '/api/v1/sessions',
    '/api/v1/sessions/revoke-others',
    '/api/v1/sessions/{id}',
    '/api/v1/users',
  ])
  for (const operation of Object.values(paths).flatMap(path => Object.values(path as object)))
    expect(operation).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] })
})
