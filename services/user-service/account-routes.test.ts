import { afterAll, beforeAll, expect, test } from 'bun:test'
import { call, until } from '../kit/testing.ts'
import { sessionKey, type SignedIn } from './contract.ts'
import { identified, password, signUp, testUserService, verify } from './testing.ts'

const { app, sql, redis, close } = await testUserService()
beforeAll(() => until(() => redis.status === 'ready', 'a connection to Redis'))
afterAll(close)

const newPassword = 'seven herons over the weir'
const signIn = (email: string, secret: string) =>
  call(app)<SignedIn>('POST', '/api/v1/auth/sign-in', { email, password: secret })

test('the profile carries its version as ETag and changes with If-Match', async () => {
  const { user, as } = await signUp(app)
  const read = await as('GET', '/api/v1/me')
  expect(read.json).toEqual(user)
  expect(read.headers.get('etag')).toBe('"1"')
  const changed = await as('PATCH', '/api/v1/me', { name: ' 서민아 ', language: 'ko' }, { 'if-match': '"1"' })
  expect(changed.status).toBe(200)
  expect(changed.json).toEqual({ ...user, name: '서민아', language: 'ko', version: 2 })
  expect(changed.headers.get('etag')).toBe('"2"')
})

test('a change of a profile that was read before another change gets the current one and changes nothing', async () => {
  const { as } = await signUp(app)
  await as('PATCH', '/api/v1/me', { name: 'First' }, { 'if-match': '"1"' })
  const late = await as('PATCH', '/api/v1/me', { name: 'Second' }, { 'if-match': '"1"' })
  expect(late.status).toBe(412)
  expect(late.headers.get('etag')).toBe('"2"')
  expect(late.json).toMatchObject({ code: 'stale', current: { name: 'First', version: 2 } })
  expect((await as('PATCH', '/api/v1/me', { name: 'Third' })).status).toBe(428)
  expect((await as('GET', '/api/v1/me')).json.name).toBe('First')
})

test.each([
  [{ name: '   ' }, 'blank'],
  [{ timeZone: 'Mars/Olympus' }, 'not_a_zone'],
  [{ email: 'new@example.com' }, 'unexpected'],
])('the profile change %j is refused', async (body, code) => {
  const { as } = await signUp(app)
  const { status, json } = await as('PATCH', '/api/v1/me', body, { 'if-match': '"1"' })
  expect(status).toBe(422)
  expect(json.errors).toMatchObject([{ field: Object.keys(body)[0], code }])
})

test('a change of the profile is told to the others and is in the next identity of every session', async () => {
  const { user, session, as } = await signUp(app)
  const other = (await signIn(user.email, password)).json.session
  await verify(app, other.token)
  await as('PATCH', '/api/v1/me', { name: 'Mina Kim', timeZone: 'Europe/Berlin' }, { 'if-match': '"1"' })
  expect(await redis.exists(sessionKey(session.token), sessionKey(other.token))).toBe(0)
  expect((await verify(app, other.token)).json.user).toMatchObject({
    name: 'Mina Kim',
    timeZone: 'Europe/Berlin',
  })
  const events = await sql`select type, data from outbox where actor_id = ${user.id} order by sequence`
  expect(events.at(-1)).toEqual({
    type: 'user.changed',
    data: { id: user.id, name: 'Mina Kim', language: 'en', timeZone: 'Europe/Berlin' },
  })
})

test('a new password ends every other session and keeps this one', async () => {
  const { user, session, as } = await signUp(app)
  const other = (await signIn(user.email, password)).json.session
  const answer = await as('POST', '/api/v1/me/password', { currentPassword: password, newPassword })
  expect(answer.status).toBe(204)
  expect((await verify(app, session.token)).status).toBe(200)
  expect((await verify(app, other.token)).status).toBe(401)
  expect((await signIn(user.email, password)).status).toBe(401)
  expect((await signIn(user.email, newPassword)).status).toBe(200)
})

test('the password changes only for who knows the current one, to one that is not common', async () => {
  const { user, as } = await signUp(app)
  const change = (currentPassword: string, next: string) =>
    as('POST', '/api/v1/me/password', { currentPassword, newPassword: next })
  const wrong = await change('not the one', newPassword)
  expect(wrong.status).toBe(422)
  expect(wrong.json.errors).toMatchObject([{ field: 'currentPassword', code: 'wrong_password' }])
  expect((await change(password, 'password1234')).json.errors).toMatchObject([
    { field: 'newPassword', code: 'common_password' },
  ])
  expect((await signIn(user.email, password)).status).toBe(200)
})

test('guesses at the current password are bounded', async () => {
  const { as } = await signUp(app)
  const guess = () => as('POST', '/api/v1/me/password', { currentPassword: 'wrong', newPassword })
  for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(422)
  expect((await guess()).status).toBe(429)
})

test('of two changes from the same password one wins', async () => {
  const { as } = await signUp(app)
  const answers = await Promise.all(
    ['seven herons over the weir', 'eight herons over the weir'].map(next =>
      as('POST', '/api/v1/me/password', { currentPassword: password, newPassword: next }),
    ),
  )
  expect(answers.map(answer => answer.status).sort()).toEqual([204, 422])
})

test('sessions are listed with where they came from, and the asking one is marked', async () => {
  const { user, session, as } = await signUp(app)
  const other = (await signIn(user.email, password)).json.session
  const { json } = await as('GET', '/api/v1/sessions')
  expect(json.items).toHaveLength(2)
  const current = new Map(json.items.map((item: { id: string; current: boolean }) => [item.id, item.current]))
  expect(current).toEqual(
    new Map([
      [other.id, false],
      [session.id, true],
    ]),
  )
  expect(JSON.stringify(json)).not.toContain('tm_s_')
})

test('signing out is the end of the own session', async () => {
  const { session, as } = await signUp(app)
  expect((await as('DELETE', `/api/v1/sessions/${session.id}`)).status).toBe(204)
  expect((await verify(app, session.token)).status).toBe(401)
  expect((await as('GET', '/api/v1/me')).status).toBe(401)
})

test("nobody ends another person's session, nor one that has ended", async () => {
  const [mina, juno] = [await signUp(app), await signUp(app)]
  expect((await juno.as('DELETE', `/api/v1/sessions/${mina.session.id}`)).status).toBe(404)
  expect((await verify(app, mina.session.token)).status).toBe(200)
  const other = (await signIn(mina.user.email, password)).json.session
  expect((await mina.as('DELETE', `/api/v1/sessions/${other.id}`)).status).toBe(204)
  expect((await mina.as('DELETE', `/api/v1/sessions/${other.id}`)).status).toBe(404)
})

test('all other sessions end at once, and how many is said', async () => {
  const { user, session, as } = await signUp(app)
  const others = [(await signIn(user.email, password)).json, (await signIn(user.email, password)).json]
  expect((await as('POST', '/api/v1/sessions/revoke-others')).json).toEqual({ revoked: 2 })
  for (const other of others) expect((await verify(app, other.session.token)).status).toBe(401)
  expect((await verify(app, session.token)).status).toBe(200)
  expect((await as('POST', '/api/v1/sessions/revoke-others')).json).toEqual({ revoked: 0 })
})

test('people are found by ids and by an exact email, with nothing but their names', async () => {
  const [mina, juno] = [await signUp(app), await signUp(app, { name: 'Juno Park' })]
  const nobody = crypto.randomUUID()
  const found = (query: string) => mina.as('GET', `/api/v1/users?${query}`)
  const both = (await found(`ids=${mina.user.id},${juno.user.id},${nobody},${juno.user.id}`)).json.items
  expect(both).toHaveLength(2)
  expect(both).toContainEqual({ id: juno.user.id, name: 'Juno Park' })
  expect((await found(`email=${juno.user.email.toUpperCase()}`)).json.items).toEqual([
    { id: juno.user.id, name: 'Juno Park' },
  ])
  expect((await found('email=nobody@example.com')).json.items).toEqual([])
  expect((await found('email=%25@example.com')).json.items).toEqual([])
})

test.each([
  ['', 'required'],
  ['ids=', 'not_an_id'],
  ['ids=1,2', 'not_an_id'],
  [`ids=${Array(201).fill('01890000-0000-7000-8000-000000000000').join(',')}`, undefined],
])('the search %s is refused', async (query, code) => {
  const { as } = await signUp(app)
  const { status, json } = await as('GET', `/api/v1/users?${query}`)
  expect(status).toBe(422)
  if (code) expect(json.errors).toMatchObject([{ field: 'ids', in: 'query', code }])
})

test('an identity outlives its session nowhere here, whatever Redis knows', async () => {
  const { session } = await signUp(app)
  const as = await identified(app, session.token)
  await sql`update sessions set revoked_at = now() where id = ${session.id}`
  expect((await as('GET', '/api/v1/me')).status).toBe(401)
})
