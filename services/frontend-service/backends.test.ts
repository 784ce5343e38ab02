import { afterAll, beforeAll, expect, setSystemTime, test } from 'bun:test'
import { newId } from '../kit/schema.ts'
import { door } from '../kit/testing.ts'
import { backendsOn, clientsOf } from './backends.ts'
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

const callerOf = async (token: string) => {
  const session = await frontend.deps.sessions.of(token)
  return { token: session!.identity.token }
}

test('names are asked for once, those of nobody too, however many there are', async () => {
  const [mina, jun] = [await signUp(frontend.url), await signUp(frontend.url, { name: 'Jun Park' })]
  const caller = await callerOf(mina.session.token)
  const { users } = frontend.deps.backends
  const strangers = Array.from({ length: 450 }, newId)
  const ids = [mina.user.id, ...strangers, jun.user.id, jun.user.id]
  const expected = new Map([
    [mina.user.id, 'Mina Seo'],
    [jun.user.id, 'Jun Park'],
  ])
  expect(await users.names(caller, ids)).toEqual(expected)
  const asked = backends.users.queries.length
  expect(await users.names(caller, ids)).toEqual(expected)
  expect(backends.users.queries.length).toBe(asked)
})

test('while user-service is away the names that are known are given, and nothing fails', async () => {
  const [mina, jun] = [await signUp(frontend.url), await signUp(frontend.url, { name: 'Jun Park' })]
  const caller = await callerOf(mina.session.token)
  const { urls } = frontend.deps.config
  const way = await door(Number(new URL(urls['user-service']).port))
  const { users } = backendsOn(clientsOf({ ...urls, 'user-service': `http://127.0.0.1:${way.port}` }))
  const known = new Map([[mina.user.id, 'Mina Seo']])
  expect(await users.names(caller, [mina.user.id])).toEqual(known)
  await way.shut()
  setSystemTime(Date.now() + 10 * 60_000)
  expect(await users.names(caller, [mina.user.id, jun.user.id])).toEqual(known)
  setSystemTime()
})

test('a problem that a backend answers comes through as its own, in the language of the caller', async () => {
  const mina = await signUp(frontend.url, { language: 'ko' })
  const caller = { ...(await callerOf(mina.session.token)), language: 'ko' }
  const { tasks } = frontend.deps.backends
  await tasks.createProject(caller, { name: 'Operations', key: 'TAKEN' })
  const refused = await tasks
    .createProject(caller, { name: 'Operations', key: 'TAKEN' })
    .catch(error => error)
  expect(refused).toMatchObject({ status: 409, code: 'conflict' })
  expect(refused.details().title).toBe('이미 있어요')
})

test('an upload streams to file-service; what it refuses is thrown', async () => {
  const files = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async request => {
      const size = (await request.bytes()).byteLength
      const name = new URL(request.url).searchParams.get('name')
      return size > 100
        ? Response.json({ status: 413, code: 'too_large', title: 'Too large' }, { status: 413 })
        : Response.json({ name, size }, { status: 201 })
    },
  })
  const { upload } = backendsOn(
    clientsOf({ ...frontend.deps.config.urls, 'file-service': files.url.origin }),
  ).files
  const send = (size: number) =>
    upload(
      { token: 'anyone' },
      { taskId: newId(), name: '보고서 & 표.pdf' },
      new Blob([new Uint8Array(size)]).stream(),
    )
  expect(await send(100)).toMatchObject({ name: '보고서 & 표.pdf', size: 100 })
  expect(await send(101).catch(error => error)).toMatchObject({ status: 413, code: 'too_large' })
  await files.stop(true)
})

test('the sidebar says that projects are away, and the page stands', async () => {
  const mina = await signUp(frontend.url)
  const alone = testFrontend({ 'user-service': backends.urls['user-service'] })
  const browser = client(alone.url, { cookie: `session=${mina.session.token}`, accept: 'text/html' })
  const page = await browser('/settings')
  expect(page.status).toBe(200)
  expect((await page.text()).includes('can’t be listed just now')).toBe(true)
  await alone.stop()
})
