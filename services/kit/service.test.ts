import { describe, expect, test } from 'bun:test'
import { t } from 'elysia'
import { notFound } from './problem.ts'
import { createHeaders, Day, Id, object, pageQuery } from './schema.ts'
import { service } from './service.ts'
import { call, routesOpenToAnyone, somebody, testVerifier } from './testing.ts'

const open = ['POST /open'] as const
let databaseAnswers = true
const app = service({
  name: 'task-service',
  verify: testVerifier(),
  ready: async () => databaseAnswers,
  open,
  internal: ['GET /internal/log'],
  bodyLimits: { 'POST /large': 3 * 1024 * 1024 },
})
  .post('/open', ({ body }) => ({ ok: body.name }), {
    body: object({ name: t.String({ minLength: 3 }), password: t.Optional(t.String({ minLength: 10 })) }),
  })
  .post('/large', ({ body }) => ({ length: body.text.length }), { body: object({ text: t.String() }) })
  .post('/due', ({ body }) => body, {
    body: object({
      due: t.Nullable(t.Union([object({ date: Day }), object({ at: t.String(), zone: t.String() })])),
    }),
    headers: createHeaders,
  })
  .get(
    '/things/:id',
    () => {
      throw notFound()
    },
    { params: object({ id: Id }) },
  )
  .get('/list', ({ query }) => query, { query: object(pageQuery) })
  .get('/who', ({ person }) => ({ name: person.name }))
  .get('/broken', () => {
    throw new Error('password=hunter2 at 10.0.0.7')
  })
  .get('/internal/log', () => [])
const mina = somebody()

describe('errors', () => {
  test('are problem details with a code, the request id and each wrong field, and never repeat a value', async () => {
    const answer = await call(app)(
      'POST',
      '/open',
      { name: 'x', password: 'sekret' },
      { 'x-request-id': 'trace-0001' },
    )
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('x-request-id')).toBe('trace-0001')
    expect(answer.json).toMatchObject({ code: 'validation_failed', status: 422, requestId: 'trace-0001' })
    expect(answer.json.errors.map((error: any) => [error.field, error.code])).toEqual([
      ['name', 'too_short'],
      ['password', 'too_short'],
    ])
    expect(JSON.stringify(answer.json)).not.toContain('sekret')
  })

  test('speak the language that was asked for', async () => {
    const answer = await call(app)('POST', '/open', { name: 'x' }, { 'accept-language': 'ko-KR,en;q=0.5' })
    expect(answer.json.title).toBe('고칠 곳이 있어요')
    expect(answer.json.errors[0].message).toBe('3자 이상 써 주세요.')
  })

  test('name a field that is not known', async () => {
    const { json } = await call(app)('POST', '/open', { name: 'Mina', nmae: 'x' })
    expect(json.errors).toMatchObject([{ field: 'nmae', in: 'body', code: 'unexpected' }])
  })

  test('point into the shape that a value resembles most', async () => {
    const { json } = await call(app, mina)('POST', '/due', { due: { date: '2026-02-30' } })
    expect(json.errors).toMatchObject([{ field: 'due.date', code: 'not_a_day' }])
  })

  test('name the parameter of a query that is out of range', async () => {
    const { status, json } = await call(app, mina)('GET', '/list?limit=0')
    expect(status).toBe(422)
    expect(json.errors).toMatchObject([{ field: 'limit', in: 'query', code: 'too_small' }])
  })

  test('of our own say nothing of the inside', async () => {
    const { status, json } = await call(app, mina)('GET', '/broken')
    expect(status).toBe(500)
    expect(JSON.stringify(json)).not.toMatch(/hunter2|10\.0\.0\.7|Error/)
  })

  test('are 4xx for a bad id, an unknown path, broken JSON, bad UTF-8 and another content type', async () => {
    const as = call(app, mina)
    const bytes = (body: BodyInit, type = 'application/json') =>
      app.handle(
        new Request('http://localhost/open', { method: 'POST', body, headers: { 'content-type': type } }),
      )
    expect((await as('GET', '/things/1')).status).toBe(422)
    expect((await as('GET', '/nowhere')).status).toBe(404)
    expect((await as('POST', '/open', '{"name":')).json.code).toBe('invalid_json')
    expect(((await (await bytes(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]))).json()) as any).code).toBe(
      'invalid_encoding',
    )
    expect((await bytes('name: Mina', 'text/yaml')).status).toBe(415)
    expect((await as('POST', '/open', '"text"')).status).toBe(422)
    expect((await as('POST', '/open', undefined)).status).toBe(422)
  })
})

describe('bodies', () => {
  test('above the limit are refused while they stream, without a Content-Length too', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 64 * 1024
        controller.enqueue(new Uint8Array(64 * 1024).fill(97))
      },
    })
    const request = new Request('http://localhost/open', {
      method: 'POST',
      body: endless,
      headers: { 'content-type': 'application/json' },
    })
    const answer = await app.handle(request)
    expect(answer.status).toBe(413)
    expect(sent).toBeLessThan(2 * 1024 * 1024)
  })

  test('have the limit of their own route', async () => {
    const text = 'a'.repeat(2 * 1024 * 1024)
    expect((await call(app, mina)('POST', '/large', { text })).json).toEqual({ length: text.length })
    expect((await call(app, mina)('POST', '/open', { name: text })).status).toBe(413)
  })
})

describe('identity', () => {
  test('is asked for on every route that was not opened by name', async () => {
    expect(await routesOpenToAnyone(app, open)).toEqual([])
  })

  test('of a person opens routes for people and not those for services', async () => {
    expect((await call(app, mina)('GET', '/who')).json).toEqual({ name: 'Mina Seo' })
    expect((await call(app, mina)('GET', '/internal/log')).status).toBe(401)
  })

  test('of a service opens routes for services and not those for people', async () => {
    expect((await call(app, 'analytics-service')('GET', '/internal/log')).status).toBe(200)
    expect((await call(app, 'analytics-service')('GET', '/who')).status).toBe(401)
  })
})

test('a service is up without asking anybody, and ready only while its database answers', async () => {
  databaseAnswers = false
  expect((await call(app)('GET', '/up')).status).toBe(200)
  expect((await call(app)('GET', '/ready')).status).toBe(503)
  databaseAnswers = true
  expect((await call(app)('GET', '/ready')).status).toBe(200)
})

test('the OpenAPI paths hold the body, the parameters and the error shape, and nothing hidden', async () => {
  const { json } = await call(app)('GET', '/openapi.json')
  expect(json.paths['/open'].post.requestBody.content['application/json'].schema.required).toEqual(['name'])
  expect(json.paths['/open'].post.responses.default.content).toHaveProperty('application/problem+json')
  expect(json.paths['/list'].get.parameters[0].schema).toMatchObject({
    type: 'integer',
    minimum: 1,
    maximum: 200,
  })
  expect(json.paths).not.toHaveProperty('/up')
})
