import { afterAll, beforeAll, expect, test } from 'bun:test'
import { until } from '../kit/testing.ts'
import type { Project, Task } from '../task-service/contract.ts'
import { client, signUp, type TestFrontend, testBackends, testFrontend } from './testing.ts'

let backends: Awaited<ReturnType<typeof testBackends>>
let frontend: TestFrontend
/** A file-service that shows what reaches it, and answers as the path says. */
let files: ReturnType<typeof fakeFileService>

beforeAll(async () => {
  backends = await testBackends()
  files = fakeFileService()
  frontend = testFrontend({ ...backends.urls, 'file-service': files.url })
})
afterAll(async () => {
  await frontend.stop()
  await files.stop()
  await backends.stop()
})

function fakeFileService() {
  const seen = { requests: [] as { method: string; path: string; headers: Headers }[], aborted: 0, chunks: 0 }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: async request => {
      const { pathname, search, searchParams } = new URL(request.url)
      seen.requests.push({ method: request.method, path: pathname + search, headers: request.headers })
      if (searchParams.has('endless'))
        return new Response(
          new ReadableStream({
            async pull(controller) {
              seen.chunks++
              controller.enqueue(new Uint8Array(65_536))
              await Bun.sleep(1)
            },
            cancel() {
              seen.aborted++
            },
          }),
        )
      if (request.method === 'POST') {
        const hash = new Bun.CryptoHasher('sha256')
        let size = 0
        for await (const chunk of request.body ?? []) {
          hash.update(chunk)
          size += chunk.byteLength
        }
        return Response.json({ size, sha256: hash.digest('hex') }, { status: 201, headers: { etag: '"1"' } })
      }
      const compressed = Bun.gzipSync('the content')
      return new Response(request.method === 'HEAD' ? null : compressed, {
        status: 206,
        headers: {
          'content-encoding': 'gzip',
          'content-length': String(compressed.byteLength),
          'content-range': 'bytes 0-10/11',
          'content-security-policy': "default-src 'none'; sandbox",
          'cache-control': 'private, max-age=60',
          'set-cookie': 'session=stolen',
        },
      })
    },
  })
  return { seen, url: server.url.origin, stop: () => server.stop(true) }
}

test('a program signs up, makes a project and a task, and reads them with its token', async () => {
  const mina = await signUp(frontend.url)
  const made = await mina.program('/api/v1/projects', { body: { name: 'Operations' } })
  expect(made.status).toBe(201)
  const project: Project = await made.json()
  const created = await mina.program(`/api/v1/projects/${project.id}/tasks`, { body: { title: '물 주기' } })
  expect(created.status).toBe(201)
  const task: Task = await created.json()
  const read = await mina.program(`/api/v1/tasks/${task.id}`)
  expect(await read.json()).toMatchObject({ title: '물 주기', key: `${project.key}-1` })
  expect(read.headers.get('etag')).toBe('"1"')
  const list = await mina.program(`/api/v1/projects/${project.key}/tasks?limit=1`)
  expect((await list.json()).items).toHaveLength(1)
})

test('the cookie of a browser does what a token does', async () => {
  const mina = await signUp(frontend.url)
  expect((await mina.browser('/api/v1/me')).status).toBe(200)
  expect((await mina.browser('/api/v1/projects', { body: { name: 'Operations' } })).status).toBe(201)
})

test('a change that another site makes with the cookie is refused; a program needs to say nothing', async () => {
  const mina = await signUp(frontend.url)
  const forged = await mina.browser('/api/v1/projects', {
    body: { name: 'Forged' },
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  expect(forged.status).toBe(403)
  const noted = await mina.program('/api/v1/projects', {
    body: { name: 'Mine' },
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  expect(noted.status).toBe(201)
  expect(await (await mina.program('/api/v1/projects')).json()).toMatchObject({ items: [{ name: 'Mine' }] })
})

test('who has no session is refused by the owner of the path, in their language', async () => {
  const answer = await client(frontend.url)('/api/v1/projects', { headers: { 'accept-language': 'ko-KR' } })
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ code: 'unauthenticated', title: '로그인이 필요해요' })
})

test('a token that is no session, or has ended, is refused; an ended cookie still lets sign in', async () => {
  const mina = await signUp(frontend.url)
  const ended = await mina.program(`/api/v1/sessions/${mina.session.id}`, { method: 'DELETE' })
  expect(ended.status).toBe(204)
  await until(async () => (await mina.program('/api/v1/me')).status === 401, 'the refusal')
  for (const authorization of ['Bearer nonsense', 'Bearer tm_s_0000000000000000000000000', 'Basic eDp5'])
    expect((await client(frontend.url)('/api/v1/me', { headers: { authorization } })).status).toBe(401)
  const { email, password } = mina
  const again = await mina.browser('/api/v1/auth/sign-in', { body: { email, password } })
  expect(again.status).toBe(200)
})

test('an identity of our own making is no way in from outside', async () => {
  const mina = await signUp(frontend.url)
  const cached = await frontend.deps.sessions.of(mina.session.token)
  const authorization = `Bearer ${cached!.identity.token}`
  expect((await client(frontend.url)('/api/v1/me', { headers: { authorization } })).status).toBe(401)
})

test('a session is listed with the address and the program that it was made from', async () => {
  const phone = client(frontend.url, { 'x-forwarded-for': '6.6.6.6, 203.0.113.9', 'user-agent': 'Phone/1' })
  const { email, password, program, session } = await signUp(frontend.url)
  // Also where somebody is signed in already.
  const ways: Record<string, string>[] = [
    { 'x-client-address': '6.6.6.6' },
    { authorization: `Bearer ${session.token}` },
  ]
  for (const headers of ways) await phone('/api/v1/auth/sign-in', { body: { email, password }, headers })
  const { items } = await (await program('/api/v1/sessions')).json()
  const phones = items.filter((item: { userAgent: string }) => item.userAgent === 'Phone/1')
  expect(phones.map((item: { address: string }) => item.address)).toEqual(['203.0.113.9', '203.0.113.9'])
})

test('paths that nobody owns are not found, and none leads out of the public API', async () => {
  const { program } = await signUp(frontend.url)
  for (const path of [
    '/api/v1/nothing',
    '/api/v1/',
    '/api/v1/internal/events',
    '/api/v1/constructor',
    '/api/v1/tasks/..%2f..%2f..%2finternal/events?after=0',
    '/api/v1/tasks/../../../internal/events?after=0',
    '/internal/events?after=0',
  ])
    expect((await program(path)).status, path).toBe(404)
})

test('a backend that is away is 503, and the others answer on', async () => {
  const alone = testFrontend({ 'user-service': backends.urls['user-service'] })
  const mina = await signUp(alone.url)
  const answer = await mina.program('/api/v1/projects')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await answer.json()).toMatchObject({ code: 'unavailable' })
  expect((await mina.program('/api/v1/me')).status).toBe(200)
  await alone.stop()
})

test('headers that only the gateway may say are not taken from outside', async () => {
  const mina = await signUp(frontend.url)
  await mina.program('/api/v1/files/1', {
    headers: {
      cookie: 'session=mine',
      'x-client-address': '6.6.6.6',
      'x-forwarded-host': 'evil.test',
      'x-request-id': 'from-the-client',
      'accept-language': 'ko',
      'if-none-match': '"1"',
    },
  })
  const { headers } = files.seen.requests.at(-1)!
  expect(headers.get('authorization')).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/)
  expect(headers.get('x-client-address')).toStartWith('fd00:')
  expect(headers.get('x-request-id')).toBe('from-the-client')
  expect(headers.get('accept-language')).toBe('ko')
  expect(headers.get('if-none-match')).toBe('"1"')
  for (const name of ['cookie', 'x-forwarded-for', 'x-forwarded-host'])
    expect(headers.has(name), name).toBe(false)
})

test('an answer comes back as the backend packed it, without its cookies', async () => {
  const mina = await signUp(frontend.url)
  for (const path of ['/api/v1/files/1/content', '/files/1']) {
    const answer = await mina.program(path, { headers: { 'accept-encoding': 'gzip', range: 'bytes=0-10' } })
    expect(answer.status).toBe(206)
    expect(await answer.text()).toBe('the content')
    expect(answer.headers.get('content-range')).toBe('bytes 0-10/11')
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(answer.headers.get('cache-control')).toBe('private, max-age=60')
    expect(answer.headers.has('set-cookie')).toBe(false)
    expect(files.seen.requests.at(-1)).toMatchObject({ method: 'GET', path: '/api/v1/files/1/content' })
    const head = await mina.program(path, { method: 'HEAD' })
    expect(head.status).toBe(206)
    expect(Number(head.headers.get('content-length'))).toBe(Bun.gzipSync('the content').byteLength)
    expect(files.seen.requests.at(-1)!.method).toBe('HEAD')
  }
})

test('a client that unpacks nothing is sent nothing packed', async () => {
  const mina = await signUp(frontend.url)
  await mina.program('/api/v1/files/1', { headers: { 'accept-encoding': 'identity' } })
  expect(files.seen.requests.at(-1)!.headers.get('accept-encoding')).toBe('identity')
})

test('an upload streams through, byte by byte the same', async () => {
  const mina = await signUp(frontend.url)
  const hash = new Bun.CryptoHasher('sha256')
  let chunks = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (chunks++ === 200) return controller.close()
      const chunk = crypto.getRandomValues(new Uint8Array(65_536))
      hash.update(chunk)
      controller.enqueue(chunk)
    },
  })
  const answer = await fetch(`${frontend.url}/api/v1/files?taskId=1`, {
    method: 'POST',
    headers: { authorization: `Bearer ${mina.session.token}` },
    body,
  })
  expect(answer.status).toBe(201)
  expect(answer.headers.get('etag')).toBe('"1"')
  expect(await answer.json()).toEqual({ size: 200 * 65_536, sha256: hash.digest('hex') })
})

test('a client that goes away ends what the backend does for it', async () => {
  const mina = await signUp(frontend.url)
  const leaving = new AbortController()
  const answer = await mina.program('/api/v1/files/1?endless', { signal: leaving.signal })
  await answer.body!.getReader().read()
  const before = files.seen.aborted
  leaving.abort()
  await until(() => files.seen.aborted > before, 'the end of the stream behind')
})

test('a session may send so many requests a minute, and is told how many are left', async () => {
  const busy = testFrontend(backends.urls, { apiRateLimit: 3 })
  const mina = await signUp(frontend.url)
  const through = client(busy.url, { authorization: `Bearer ${mina.session.token}` })
  const answers = []
  for (let i = 0; i < 4; i++) answers.push(await through('/api/v1/me'))
  expect(answers.map(answer => answer.status)).toEqual([200, 200, 200, 429])
  expect(answers.map(answer => answer.headers.get('ratelimit-remaining'))).toEqual(['2', '1', '0', '0'])
  const refused = answers[3]!
  expect(refused.headers.get('ratelimit-limit')).toBe('3')
  expect(Number(refused.headers.get('retry-after'))).toBeWithin(1, 61)
  expect(await refused.json()).toMatchObject({ code: 'too_many_requests' })
  const somebodyElse = await signUp(frontend.url)
  const others = client(busy.url, { authorization: `Bearer ${somebodyElse.session.token}` })
  expect((await others('/api/v1/me')).status).toBe(200)
  await busy.stop()
})

test('what is wrong with a body is said by its owner', async () => {
  const { program } = await signUp(frontend.url)
  const broken = await program('/api/v1/projects', { body: '{"name":' })
  expect([broken.status, (await broken.json()).code]).toEqual([400, 'invalid_json'])
  const large = await program('/api/v1/projects', { body: { name: 'x'.repeat(2 * 1024 * 1024) } })
  expect([large.status, (await large.json()).code]).toEqual([413, 'too_large'])
})
