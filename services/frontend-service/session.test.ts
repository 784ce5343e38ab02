import { afterAll, beforeAll, expect, test } from 'bun:test'
import { door, until } from '../kit/testing.ts'
import { sessionKey } from '../user-service/contract.ts'

import { client, signUp, type TestFrontend, testBackends, testFrontend } from './testing.ts'

let backends: Awaited<ReturnType<typeof testBackends>>
let frontend: TestFrontend
beforeAll(async () => {
  backends = await testBackends()
  frontend = testFrontend(backends.urls)
})
afterAll(async () => {
  await frontend.stop()
  await backends.stop()
})

const verifications = () => {
  const { users } = frontend.deps.backends
  const verify = users.verify
  const counted = { times: 0, restore: () => (users.verify = verify) }
  users.verify = caller => {
    counted.times++
    return verify(caller)
  }
  return counted
}

test('a page knows who reads it, in their language and zone', async () => {
  const { session, user } = await signUp(frontend.url, { language: 'ko', timeZone: 'America/New_York' })
  const request = new Request('http://taskmate.test/projects?x=1', {
    headers: { cookie: `session=${session.token}; lang=en; theme=dark` },
  })
  const { reader, caller } = await frontend.deps.visitors.of(request)
  expect(reader).toMatchObject({
    language: 'ko',
    timeZone: 'America/New_York',
    theme: 'dark',
    path: '/projects?x=1',
    user: { id: user.id, name: 'Mina Seo' },
  })
  expect(caller).toMatchObject({ language: 'ko' })
})

test('before sign-in the language is what the cookie, then the browser says', async () => {
  const visit = async (headers: Record<string, string>) => {
    const { reader, session } = await frontend.deps.visitors.of(
      new Request('http://taskmate.test/', { headers }),
    )
    expect([session, reader.user]).toEqual([null, null])
    return reader.language
  }
  expect(await visit({ 'accept-language': 'fr, ko-KR;q=0.8, en;q=0.5' })).toBe('ko')
  expect(await visit({ 'accept-language': 'ko', cookie: 'lang=en' })).toBe('en')
  expect(await visit({})).toBe('en')
})

test('user-service is asked once for the many requests of a page, and then Redis knows', async () => {
  const { session } = await signUp(frontend.url)
  await backends.redis.del(sessionKey(session.token))
  const counted = verifications()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => frontend.deps.sessions.of(session.token)),
  )
  expect(answers.every(answer => answer?.session.id === session.id)).toBe(true)
  expect(counted.times).toBe(1)
  await frontend.deps.sessions.of(session.token)
  expect(counted.times).toBe(1)
  counted.restore()
})

test('signing out ends the session for everyone who holds its token, and the cookie', async () => {
  const mina = await signUp(frontend.url)
  const answer = await mina.browser('/sign-out', { method: 'POST' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/sign-in')
  expect(answer.headers.get('set-cookie')).toContain('Max-Age=0')
  await until(async () => (await mina.program('/api/v1/me')).status === 401, 'the refusal')
  const again = await mina.browser('/sign-out', { method: 'POST' })
  expect(again.status).toBe(303)
})

test('a session that was ended elsewhere is refused, also where it is still cached', async () => {
  const mina = await signUp(frontend.url)
  const cached = await frontend.deps.sessions.of(mina.session.token)
  await mina.program(`/api/v1/sessions/${mina.session.id}`, { method: 'DELETE' })
  await backends.redis.set(sessionKey(mina.session.token), JSON.stringify(cached), 'EX', 30)
  await until(async () => (await frontend.deps.sessions.of(mina.session.token)) === null, 'the refusal')
})

test('who is not signed in is led to the sign-in page and back', async () => {
  const anyone = client(frontend.url)
  const answer = await anyone('/projects?x=1', { headers: { accept: 'text/html' } })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fprojects%3Fx%3D1'])
  const part = await anyone('/projects', {
    headers: { 'hx-request': 'true', 'hx-current-url': 'http://taskmate.test/projects/OPS' },
  })
  expect(part.headers.get('hx-redirect')).toBe('/sign-in?next=%2Fprojects%2FOPS')
})

test('while user-service is away, who is known stays signed in; others are told, and the sign-in page shows', async () => {
  const mina = await signUp(frontend.url)
  const jun = await signUp(frontend.url)
  await mina.browser('/api/v1/me')
  const alone = testFrontend({ 'task-service': backends.urls['task-service'] })
  await until(() => alone.deps.redis.status === 'ready', 'Redis')
  const cookie = (token: string) => ({ cookie: `session=${token}` })
  const anyone = client(alone.url)
  expect((await anyone('/projects', { headers: cookie(mina.session.token) })).status).toBe(200)
  await backends.redis.del(sessionKey(jun.session.token))
  const unknown = await anyone('/projects', { headers: cookie(jun.session.token) })
  expect(unknown.status).toBe(503)
  expect(unknown.headers.get('content-type')).toStartWith('text/html')
  expect(await unknown.text()).toContain(unknown.headers.get('x-request-id')!)
  expect((await anyone('/sign-in')).status).toBe(200)
  await alone.stop()
})

test('while Redis is away everybody stays signed in, and when it is back it is used again', async () => {
  const mina = await signUp(frontend.url)
  const target = new URL(frontend.deps.config.redisUrl)
  const way = await door(Number(target.port))
  target.port = String(way.port)
  const shaky = testFrontend(backends.urls, { redisUrl: target.href })
  const through = client(shaky.url, { authorization: `Bearer ${mina.session.token}` })
  await until(() => shaky.deps.redis.status === 'ready', 'Redis')
  expect((await through('/api/v1/me')).status).toBe(200)
  await way.shut()
  await until(() => shaky.deps.redis.status !== 'ready', 'the loss of Redis')
  for (let i = 0; i < 3; i++) expect((await through('/api/v1/me')).status).toBe(200)
  await way.open()
  await until(() => shaky.deps.redis.status === 'ready', 'Redis')
  expect((await through('/api/v1/me')).status).toBe(200)
  await shaky.stop()
  await way.shut()
})

test('every answer carries the headers that keep other sites out', async () => {
  const anyone = client(frontend.url)
  for (const path of ['/sign-in', '/nowhere', '/api/v1/me', '/up', '/openapi.json']) {
    const { headers } = await anyone(path)
    expect(headers.get('content-security-policy'), path).toContain("default-src 'none'")
    expect(headers.get('content-security-policy'), path).not.toContain('unsafe')
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
    expect(headers.get('x-request-id'), path).toMatch(/^[\w-]{36}$/)
  }
})

test('a form from another site changes nothing', async () => {
  const mina = await signUp(frontend.url)
  const forged = await mina.browser('/sign-out', {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' },
  })
  expect(forged.status).toBe(403)
  expect((await mina.program('/api/v1/me')).status).toBe(200)
})
