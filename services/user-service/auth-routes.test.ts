import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { audience, verifier } from '../kit/identity.ts'
import { call, testSecret, until } from '../kit/testing.ts'
import { sessionKey, type SignedIn, type Verified } from './contract.ts'
import { identified, newEmail, password, signUp, testUserService, verify } from './testing.ts'

const { app, sql, redis, close } = await testUserService()
const anybody = call(app)
const frontend = call(app, 'frontend-service')
beforeAll(() => until(() => redis.status === 'ready', 'a connection to Redis'))
afterAll(close)

const signInFrom = (clientAddress: string) => (email: string, secret: string) =>
  frontend<SignedIn>(
    'POST',
    '/api/v1/auth/sign-in',
    { email, password: secret },
    {
      'x-client-address': clientAddress,
      'user-agent': 'A browser/1.0',
    },
  )
/** An address of 198.18.0.0/15 (RFC 2544) or its like that hardly any other test has. */
const newAddress = () => `198.18.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`
const fields = (json: { errors: { field: string; code: string }[] }) =>
  json.errors.map(({ field, code }) => `${field}: ${code}`)

test('signing up answers the account and a session whose token only the answer shows', async () => {
  const email = newEmail()
  const { status, json } = await anybody<SignedIn>('POST', '/api/v1/auth/sign-up', {
    email,
    password,
    name: '  Mina \n Seo ',
    language: 'ko',
    timeZone: 'Asia/Seoul',
  })
  expect(status).toBe(201)
  expect(json.user).toMatchObject({
    email,
    name: 'Mina Seo',
    language: 'ko',
    timeZone: 'Asia/Seoul',
    version: 1,
  })
  expect(json.session.token).toMatch(/^tm_s_[\w-]{43}$/)
  const days = (Date.parse(json.session.expiresAt) - Date.parse(json.user.createdAt)) / 86_400_000
  expect(days).toBeCloseTo(30, 3)
  const rows =
    await sql`select users.*, sessions.* from users join sessions on sessions.user_id = users.id where email = ${email}`
  expect(JSON.stringify(rows)).not.toContain(json.session.token)
  expect(JSON.stringify(rows)).not.toContain(password)
  expect(rows[0]!.password_hash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
})

test('who does not choose gets the language of their browser and UTC', async () => {
  const { json } = await anybody<SignedIn>(
    'POST',
    '/api/v1/auth/sign-up',
    { email: newEmail(), password, name: '민아' },
    { 'accept-language': 'ko-KR,ko;q=0.9' },
  )
  expect(json.user).toMatchObject({ language: 'ko', timeZone: 'UTC' })
})

test('signing up tells the others who came, without the email', async () => {
  const { user } = await signUp(app)
  const [event] = await sql`select type, actor_id, data from outbox where actor_id = ${user.id}`
  expect(event).toEqual({
    type: 'user.created',
    actor_id: user.id,
    data: { id: user.id, name: 'Mina Seo', language: 'en', timeZone: 'UTC' },
  })
})

test('an email is used once, whatever its case, also when two come at the same time', async () => {
  const email = newEmail()
  const answers = await Promise.all(
    [email, email.toUpperCase()].map(each =>
      anybody('POST', '/api/v1/auth/sign-up', { email: each, password, name: 'Mina' }),
    ),
  )
  expect(answers.map(answer => answer.status).sort()).toEqual([201, 409])
  expect(answers.find(answer => answer.status === 409)!.json.code).toBe('email_taken')
})

test.each([
  ['a blank name', { name: ' \u200b\t' }, ['name: blank']],
  ['an unknown zone', { timeZone: 'Asia/Atlantis' }, ['timeZone: not_a_zone']],
  ['a common password', { password: 'password12345' }, ['password: common_password']],
  ['a password like the name', { password: 'mina seo 2024' }, ['password: common_password']],
  ['a short password', { password: 'x7#Kq2!vZ' }, ['password: too_short']],
  ['an email that is none', { email: 'mina@' }, ['email: not_an_email']],
  ['another language', { language: 'fr' }, ['language: not_one_of']],
])('%s is refused by its field', async (_, wrong, expected) => {
  const { status, json } = await anybody('POST', '/api/v1/auth/sign-up', {
    email: newEmail(),
    password,
    name: 'Mina Seo',
    ...wrong,
  })
  expect(status).toBe(422)
  expect(fields(json)).toEqual(expected)
})

test('a password never comes back in an answer that refuses it', async () => {
  const secret = 'x7#Kq2!vZp'.repeat(30)
  const { status, json } = await anybody('POST', '/api/v1/auth/sign-up', {
    email: 'no',
    password: secret,
    name: '',
  })
  expect(status).toBe(422)
  expect(JSON.stringify(json)).not.toContain('x7#')
})

test('signing in takes the email in any case and with spaces around', async () => {
  const { user } = await signUp(app)
  const { status, json } = await signInFrom(newAddress())(` ${user.email.toUpperCase()} `, password)
  expect(status).toBe(200)
  expect(json.user).toEqual(user)
})

test('a wrong password and an unknown email get the same answer', async () => {
  const { user } = await signUp(app)
  const signIn = signInFrom(newAddress())
  const [wrong, unknown] = [await signIn(user.email, 'not the one'), await signIn(newEmail(), password)]
  expect(wrong.status).toBe(401)
  expect(unknown.status).toBe(401)
  const said = ({ requestId, ...rest }: Record<string, unknown>) => rest
  expect(said(wrong.json)).toEqual(said(unknown.json))
  expect(wrong.json).toMatchObject({ code: 'wrong_credentials' })
})

test('after ten wrong passwords even the right one has to wait, but not from elsewhere', async () => {
  const { user } = await signUp(app)
  const [here, elsewhere] = [newAddress(), newAddress()]
  for (let i = 0; i < 10; i++) expect((await signInFrom(here)(user.email, 'wrong')).status).toBe(401)
  const refused = await signInFrom(here)(user.email, password)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeWithin(1, 901)
  expect(refused.json).toMatchObject({ code: 'too_many_requests' })
  expect((await signInFrom(elsewhere)(user.email, password)).status).toBe(200)
})

test('the address of a browser is believed only from a service', async () => {
  const { user, as } = await signUp(app)
  await signInFrom('198.51.100.9')(user.email, password)
  await anybody(
    'POST',
    '/api/v1/auth/sign-in',
    { email: user.email, password },
    { 'x-client-address': '203.0.113.5' },
  )
  await signInFrom('not an address')(user.email, password)
  const { items } = (await as('GET', '/api/v1/sessions')).json
  const addresses = items.map((session: { address: string }) => session.address)
  expect(addresses).toContain('198.51.100.9')
  expect(addresses.filter((address: string) => address !== '198.51.100.9')).toEqual(['', '', ''])
  expect(items.map((session: { userAgent: string }) => session.userAgent)).toContain('A browser/1.0')
})

test('fifty people sign in at once', async () => {
  const { user } = await signUp(app)
  const [{ password_hash: hash }] =
    (await sql`select password_hash from users where id = ${user.id}`) as never as [{ password_hash: string }]
  const emails = Array.from({ length: 50 }, newEmail)
  for (const email of emails)
    await sql`
      insert into users (id, email, password_hash, name, language, time_zone)
      values (${crypto.randomUUID()}, ${email}, ${hash}, 'Mina', 'en', 'UTC')`
  const answers = await Promise.all(emails.map(email => signInFrom(newAddress())(email, password)))
  expect(answers.map(answer => answer.status)).toEqual(Array(50).fill(200))
}, 30_000)

test('verify turns a session into an identity that every service can check with the published keys', async () => {
  const { user, session } = await signUp(app, { language: 'ko', timeZone: 'Asia/Seoul' })
  const { status, json } = await verify(app, session.token)
  expect(status).toBe(200)
  expect(json.user).toEqual(user)
  expect(json.session).toEqual({ id: session.id })
  const keys = await anybody<JSONWebKeySet>('GET', '/api/v1/auth/keys')
  expect(keys.headers.get('cache-control')).toBe('public, max-age=60')
  const set = createLocalJWKSet(keys.json)
  const { payload } = await jwtVerify(json.identity!.token, set, { audience })
  expect(payload.exp! - payload.iat!).toBe(60)
  const elsewhere = verifier({ keys: set, secret: testSecret, isRevoked: () => false })
  expect(await elsewhere(`Bearer ${json.identity!.token}`)).toEqual({
    kind: 'person',
    userId: user.id,
    sessionId: session.id,
    name: 'Mina Seo',
    language: 'ko',
    timeZone: 'Asia/Seoul',
  })
})

test('verify leaves a copy in Redis that ends well before its identity', async () => {
  const { session } = await signUp(app)
  const { json } = await verify(app, session.token)
  const copy = JSON.parse((await redis.get(sessionKey(session.token)))!) as Verified
  expect(copy).toEqual(json)
  const copyEnds = Date.now() + (await redis.pttl(sessionKey(session.token)))
  expect(Date.parse(copy.identity!.expiresAt) - copyEnds).toBeGreaterThan(10_000)
})

test('verify says who an identity is, without a new one', async () => {
  const { user, session } = await signUp(app)
  const { identity } = (await verify(app, session.token)).json
  expect((await verify(app, identity!.token)).json).toEqual({ user, session: { id: session.id } })
})

test('verify without a token, with an unknown one, or from a service answers 401 problem details', async () => {
  const answers = [
    await anybody('GET', '/api/v1/auth/verify'),
    await verify(app, `tm_s_${'x'.repeat(43)}`),
    await verify(app, 'nonsense'),
    await frontend('GET', '/api/v1/auth/verify'),
  ]
  for (const answer of answers) {
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json).toMatchObject({ code: 'unauthenticated', status: 401 })
  }
})

test("a session's token is no identity: only verify takes it", async () => {
  const { session } = await signUp(app)
  const authorization = `Bearer ${session.token}`
  expect((await anybody('GET', '/api/v1/me', undefined, { authorization })).status).toBe(401)
  const as = await identified(app, session.token)
  expect((await as('GET', '/api/v1/me')).status).toBe(200)
})
