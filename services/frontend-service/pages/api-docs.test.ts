import { afterAll, beforeAll, expect, test } from 'bun:test'
import { sentences } from '../../kit/messages.ts'
import { client, type TestFrontend, testBackends, testFrontend } from '../testing.ts'

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

const read = async (language: string) => {
  const answer = await client(frontend.url)('/docs/api', { headers: { 'accept-language': language } })
  expect(answer.status).toBe(200)
  return answer.text()
}

test('whoever wants to write a program reads every operation, without signing in', async () => {
  const page = await read('en')
  const { paths } = await (await client(frontend.url)('/openapi.json')).json()
  const operations = Object.values<object>(paths).flatMap(path => Object.values(path))
  expect(page.match(/<details class="operation"/g)).toHaveLength(operations.length)
  for (const { summary } of operations) expect(page.includes(summary), summary).toBe(true)
})

test('the type of a problem leads to what its code means, in the language of the reader', async () => {
  const problem = await (await client(frontend.url)('/api/v1/me')).json()
  const [path, code] = problem.type.split('#')
  expect([path, code]).toEqual(['/docs/api', 'unauthenticated'])
  const page = await read('ko')
  for (const [code, { title }] of Object.entries(sentences.ko)) {
    expect(page.includes(`id="${code}"`), code).toBe(true)
    expect(page.includes(title), title).toBe(true)
  }
})

test('a service that is away leaves a notice in place of its part', async () => {
  const alone = testFrontend({})
  const page = await (await client(alone.url)('/docs/api')).text()
  expect(page.includes('A part of the reference is missing for now.')).toBe(true)
  expect(page.includes('id="stale"')).toBe(true)
  await alone.stop()
})

const characters: Record<string, string> = { '#x27': "'", quot: '"', lt: '<', gt: '>' }
test('an example can be typed as it stands', async () => {
  const page = (await read('en')).replaceAll(/&(#x27|quot|lt|gt);/g, (_, name) => characters[name]!)
  const example = `curl -s -X PATCH 'http://taskmate.test/api/v1/tasks/<task>' \\
  -H "Authorization: Bearer $TOKEN" \\
  -H 'If-Match: "1"' \\
  -H 'Content-Type: application/json' \\
  -d '{"title":"title"}'`
  expect(page.includes(example)).toBe(true)
})
