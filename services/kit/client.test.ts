import { afterAll, beforeEach, expect, test } from 'bun:test'
import { Client, type RemoteProblem } from './client.ts'

let answer: (request: Request, call: number) => Response | Promise<Response>
let calls = 0
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: request => answer(request, ++calls) })
afterAll(() => server.stop(true))
beforeEach(() => {
  calls = 0
})
const client = () => new Client(`http://127.0.0.1:${server.port}`)
const caller = { token: 'a.b.c', requestId: 'request-1', language: 'ko' }

test('a call says on whose behalf it is made, and what its version and key are', async () => {
  let seen: Headers | undefined
  answer = request => {
    seen = request.headers
    return Response.json({ ok: true })
  }
  await client().post('/things', caller, {
    body: { a: 1 },
    version: 7,
    idempotencyKey: 'k',
    query: { q: '가', none: null },
  })
  expect(Object.fromEntries(seen!)).toMatchObject({
    authorization: 'Bearer a.b.c',
    'x-request-id': 'request-1',
    'accept-language': 'ko',
    'if-match': '"7"',
    'idempotency-key': 'k',
  })
})

test("a sibling's problem is thrown whole, with its current state", async () => {
  answer = () =>
    Response.json({ code: 'stale', status: 412, title: 't', current: { version: 3 } }, { status: 412 })
  const failure = (await client()
    .patch('/things/1', caller)
    .catch((error: RemoteProblem) => error)) as RemoteProblem
  expect(failure).toMatchObject({ status: 412, code: 'stale', more: { current: { version: 3 } } })
  expect(failure.details()).toMatchObject({ title: 't' })
})

test('what is safe to repeat is tried twice, what is not once', async () => {
  answer = (_, call) => (call === 1 ? new Response('', { status: 503 }) : Response.json({ call }))
  expect(await client().get<{ call: number }>('/things', caller)).toEqual({ call: 2 })
  calls = 0
  await expect(client().post('/things', caller, { body: {} })).rejects.toMatchObject({ status: 503 })
})

test('a call that takes longer than its deadline is given up', async () => {
  answer = () => new Promise(() => {})
  await expect(client().post('/slow', caller, { deadline: 50 })).rejects.toMatchObject({
    status: 503,
    code: 'unavailable',
  })
})

test('after five failures in a row calls fail at once, without a request', async () => {
  const gone = new Client('http://127.0.0.1:9')
  for (let i = 0; i < 5; i++) await gone.post('/x', caller).catch(() => {})
  const original = globalThis.fetch
  let requests = 0
  globalThis.fetch = Object.assign(
    (...args: Parameters<typeof fetch>) => {
      requests++
      return original(...args)
    },
    { preconnect: original.preconnect },
  )
  await expect(gone.get('/x', caller)).rejects.toMatchObject({ status: 503 })
  await gone.get('/x', caller).catch(() => {})
  globalThis.fetch = original
  expect(requests).toBe(0)
})
