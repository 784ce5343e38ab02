import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { ApiDocument } from './openapi.ts'
import { client, type TestFrontend, testBackends, testFrontend } from './testing.ts'

let backends: Awaited<ReturnType<typeof testBackends>>
let frontend: TestFrontend
let document: ApiDocument
beforeAll(async () => {
  backends = await testBackends()
  frontend = testFrontend(backends.urls)
  document = await (await client(frontend.url)('/openapi.json')).json()
})
afterAll(async () => {
  await frontend.stop()
  await backends.stop()
})

test('one document holds the public API of all services, and nothing of the inside', () => {
  expect(document.openapi).toStartWith('3.1.')
  expect(document.servers).toEqual([{ url: 'http://taskmate.test' }])
  expect(Object.keys(document.paths)).toContainValues([
    '/api/v1/auth/sign-in',
    '/api/v1/projects/{project}/tasks',
  ])
  for (const path of Object.keys(document.paths)) expect(path).toStartWith('/api/v1/')
})

test('a service that is away is named, and the rest is there', () => {
  expect(document['x-away']).toEqual(['analytics-service'])
})

test('signing in needs no session, everything else does', () => {
  expect(document.security).toEqual([{ session: [] }, { cookie: [] }])
  expect(document.paths['/api/v1/auth/sign-in']!.post!.security).toEqual([])
  expect(document.paths['/api/v1/projects']!.get!.security).toBeUndefined()
})

test('every operation says what it does, under a tag, with its answers and the shape of errors', () => {
  const names = new Set(document.tags.map(tag => tag.name))
  for (const [path, operations] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const where = `${method} ${path}`
      expect(operation.summary, where).toBeTruthy()
      expect(operation.tags?.length, where).toBe(1)
      expect(names.has(operation.tags![0]!), where).toBe(true)
      expect(JSON.stringify(operation.responses.default), where).toContain('ProblemDetails')
      expect(Object.keys(operation.responses).join(), where).toMatch(/\b2\d\d\b/)
      expect(operation.responses[204]?.content, where).toBeUndefined()
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]!)
      const documented = (operation.parameters ?? []).filter(parameter => parameter.in === 'path')
      expect(documented.map(parameter => parameter.name).toSorted(), where).toEqual(inPath.toSorted())
    }
})

test('the document says what the services check', () => {
  const { post } = document.paths['/api/v1/projects/{project}/tasks']!
  const body = post!.requestBody!.content['application/json']!.schema
  expect(body).toMatchObject({ additionalProperties: false, required: ['title'] })
  expect(body.properties!.title).toMatchObject({ minLength: 1, maxLength: 500 })
})

test('no two operations share an id', () => {
  const ids = Object.values(document.paths)
    .flatMap(operations => Object.values(operations))
    .map(operation => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
})
