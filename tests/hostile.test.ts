import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '../scripts/services.ts'
import type { ApiDocument } from '../services/frontend-service/openapi.ts'
import type { ProblemDetails } from '../services/kit/problem.ts'
import { newId } from '../services/kit/schema.ts'
import type { File } from '../services/file-service/contract.ts'
import type { Project, Task } from '../services/task-service/contract.ts'
import { type Answer, type Somebody, sender, signUp } from './people.ts'
import { startSystem, type System } from './system.ts'

setDefaultTimeout(60_000)

let system: System
let mallory: Somebody
let project: Project
let task: Task
let file: File

beforeAll(async () => {
  system = await startSystem({ settings: { API_RATE_LIMIT: '1000000' } })
  mallory = await signUp(system.publicUrl, 'Mallory')
  project = await mallory.ask<Project>('POST', '/api/v1/projects', { name: 'Harbour' })
  task = await mallory.ask<Task>('POST', `/api/v1/projects/${project.id}/tasks`, { title: 'Mend' })
  file = await mallory.ask<File>('POST', `/api/v1/files?taskId=${task.id}&name=a`, new Uint8Array(10))
})
afterAll(() => system?.stop())

/** Puts ids of what exists into a path. */
const filled = (path: string) =>
  path
    .replace('{project}', project.id)
    .replace('{projectId}', project.id)
    .replace('{task}', task.id)
    .replace('{number}', '1')
    .replace(/\{\w+\}/, file.id)

/** Method, path and body of a create, of what is edited, and of an upload that is read as JSON: by each service that takes some. */
const writes = () =>
  [
    ['POST', '/api/v1/auth/sign-in'],
    ['PATCH', '/api/v1/me'],
    ['POST', '/api/v1/projects'],
    ['POST', `/api/v1/projects/${project.id}/tasks`],
    ['PATCH', `/api/v1/tasks/${task.id}`],
    ['POST', `/api/v1/tasks/${task.id}/comments`],
    ['POST', '/api/v1/imports/trello'],
    ['PATCH', `/api/v1/files/${file.id}`],
    ['POST', '/api/v1/file-categories'],
  ] as const

/** What is wrong with an answer to something that must be refused: not one of `statuses`, no problem details, or a great many words. */
function wrong({ status, headers, text }: Answer, statuses?: number[]): string | null {
  const expected = statuses ? statuses.includes(status) : status >= 400 && status < 500
  if (!expected) return `${status} ${text.slice(0, 200)}`
  if (headers.get('content-type') !== 'application/problem+json') return `${status} without problem details`
  if (text.length > 20_000) return `${status} with ${text.length} characters`
  const problem = JSON.parse(text) as ProblemDetails
  const whole = problem.status === status && problem.code && problem.title && problem.requestId
  return whole ? null : `${status} with ${text.slice(0, 200)}`
}

async function send(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) {
  const signsIn = path.startsWith('/api/v1/auth/')
  const answer = await fetch(system.publicUrl + path, {
    method,
    headers: {
      ...(!signsIn && { authorization: `Bearer ${mallory.session.token}` }),
      'content-type': 'application/json',
      'if-match': '"1"',
      ...headers,
    },
    ...(body !== undefined && { body }),
    redirect: 'manual',
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

const bytes = (...codes: number[]) => new Uint8Array(codes)
const around = (middle: Uint8Array) => new Blob(['{"name":"', middle as Uint8Array<ArrayBuffer>, '"}'])
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)

const bodies: Record<string, [body: () => BodyInit, statuses: number[], headers?: Record<string, string>]> = {
  'more than anything may have': [() => `{"name":"${'x'.repeat(21 * 1024 * 1024)}"}`, [413]],
  'more than it says': [
    () =>
      new ReadableStream({
        pull: controller => controller.enqueue(new Uint8Array(1024 * 1024).fill(32)),
      }),
    [413],
  ],
  nothing: [() => '', [422]],
  'bytes that are no UTF-8': [() => around(bytes(0xff, 0xfe)), [400]],
  'a character that is cut off': [() => around(bytes(0xea, 0xb0)), [400]],
  'a surrogate as UTF-8': [() => around(bytes(0xed, 0xa0, 0x80)), [400]],
  'an overlong slash': [() => around(bytes(0xc0, 0xaf)), [400]],
  'broken JSON': [() => '{"name":', [400]],
  'JSON with a null byte': [() => '{"name":"a"}\0', [400]],
  'a number': [() => '7', [422]],
  'a list': [() => '[1]', [422]],
  'lists in lists': [() => nested('[', ']', 100_000), [400]],
  'objects in objects': [() => `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, [400]],
  'a part with a great many fields': [
    () => JSON.stringify({ due: Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`a${n}`, n])) }),
    [422],
  ],
  'a prototype': [() => '{"__proto__":{"role":"admin"},"constructor":{"prototype":{"x":1}}}', [422]],
  'a null character in a text': [
    () => JSON.stringify({ name: 'a\0b', title: 'a\0b', body: 'a\0b', email: 'a\0b', password: 'x' }),
    [422],
  ],
  'numbers for texts': [
    () => JSON.stringify({ name: 1e308, title: 1e308, body: 1e308, email: 1, password: [] }),
    [422],
  ],
  XML: [() => '<a/>', [415], { 'content-type': 'application/xml' }],
  'no type': [() => new Blob(['{}']), [415], { 'content-type': '' }],
  'a compressed body': [
    () => Bun.gzipSync('{"name":"x"}') as Uint8Array<ArrayBuffer>,
    [400, 415],
    { 'content-encoding': 'gzip' },
  ],
}
describe('a body that is', () => {
  test.each(Object.keys(bodies))('%s is refused with problem details', async what => {
    const [body, statuses, headers] = bodies[what]!
    const found = await Promise.all(
      writes().map(async ([method, path]) => {
        const complaint = wrong(await send(method, path, body(), headers), statuses)
        return complaint && `${method} ${path} answered ${complaint}`
      }),
    )
    expect(found.filter(each => each !== null)).toEqual([])
  })
})

const long = 'x'.repeat(4_000)
test('ids, cursors, numbers and texts in an address that cannot be are refused with problem details', async () => {
  const of = `/api/v1/projects/${project.id}`
  const found: string[] = []
  for (const path of [
    ...[
      long,
      '%00',
      'a%00b',
      '..%2f..',
      '%ff%fe',
      "';drop table tasks;--",
      '00000000-0000-0000-0000-000000000000',
      '-1',
      '{}',
    ].flatMap(id => [
      `/api/v1/tasks/${id}`,
      `/api/v1/tasks/${id}/comments`,
      `/api/v1/projects/${id}`,
      `/api/v1/files/${id}`,
      `/api/v1/files/${id}/content`,
      `/api/v1/files?taskId=${id}`,
      `/api/v1/file-categories?projectId=${id}`,
      `/api/v1/analytics/projects/${id}/dashboard`,
    ]),
    ...['0', '-1', '1.5', '9'.repeat(30), '2147483648', '1e3', 'NaN', '%00', 'x'].map(
      number => `${of}/tasks/${number}`,
    ),
    ...['0', '-1', '201', '9'.repeat(30), '1e309', 'NaN', ''].flatMap(limit => [
      `${of}/tasks?limit=${limit}`,
      `/api/v1/my/tasks?limit=${limit}`,
      `/api/v1/files?taskId=${task.id}&limit=${limit}`,
    ]),
    ...[
      'x',
      '%00',
      long,
      btoa('null'),
      btoa('[]'),
      btoa('{"a":1}'),
      btoa('["9999999999999999999999"]'),
      '%ff',
    ].flatMap(after => [
      `${of}/tasks?after=${after}`,
      `/api/v1/my/tasks?after=${after}`,
      `/api/v1/tasks/${task.id}/comments?after=${after}`,
      `/api/v1/tasks/${task.id}/history?after=${after}`,
      `/api/v1/files?taskId=${task.id}&after=${after}`,
    ]),
    `${of}/tasks?q=%00`,
    `${of}/tasks?q=${long}`,
    `${of}/tasks?sort=nothing`,
    `${of}/tasks?unknown=1`,
    `/api/v1/users?ids=${long}`,
    `/api/v1/users?email=%00`,
    `/api/v1/analytics/projects/${project.id}/dashboard?zone=Mars/Olympus`,
    `/api/v1/analytics/projects/${project.id}/dashboard?zone=%00`,
    `/api/v1/analytics/projects/${project.id}/dashboard?weeks=53`,
    '/api/v1/nothing',
    '/api/v1/',
    '/api/v1/%',
  ]) {
    const complaint = wrong(await send('GET', path))
    if (complaint) found.push(`${path.slice(0, 100)} answered ${complaint}`)
  }
  expect(found).toEqual([])
})

test('headers that cannot be are refused with problem details', async () => {
  const found: string[] = []
  for (const tag of ['*', '1', '""', '"x"', '"-1"', '"99999999999999999999"', '"1", "2"', 'W/"x"', long]) {
    const complaint = wrong(
      await send('PATCH', `/api/v1/tasks/${task.id}`, '{"title":"x"}', { 'if-match': tag }),
      [400, 422],
    )
    if (complaint) found.push(`If-Match ${tag.slice(0, 50)} was answered ${complaint}`)
  }
  for (const key of [long, ' ']) {
    const complaint = wrong(
      await send('POST', `/api/v1/projects/${project.id}/tasks`, '{"title":"x"}', { 'idempotency-key': key }),
      [400, 422],
    )
    if (complaint) found.push(`Idempotency-Key ${key.slice(0, 50)} was answered ${complaint}`)
  }
  for (const range of ['bytes=10-', 'bytes=9999999999999999999999-'])
    if ((await send('GET', `/api/v1/files/${file.id}/content`, undefined, { range })).status !== 416)
      found.push(`Range ${range}`)
  expect(found).toEqual([])
})

test('methods that a path does not have are refused with problem details', async () => {
  const { paths } = JSON.parse((await sender(system.publicUrl)('GET', '/openapi.json')).text) as ApiDocument
  const found: string[] = []
  for (const [path, operations] of Object.entries(paths))
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      if (method.toLowerCase() in operations) continue
      const complaint = wrong(
        await send(method, filled(path), method === 'GET' ? undefined : '{}'),
        // What another path takes for an id is no id.
        [404, 405, 422],
      )
      if (complaint) found.push(`${method} ${path} answered ${complaint}`)
    }
  expect(found).toEqual([])
})

test('forms that cannot be are refused with a page', async () => {
  const cookie = `session=${mallory.session.token}`
  const form = 'application/x-www-form-urlencoded'
  const found: string[] = []
  for (const path of [
    '/projects',
    '/settings',
    '/import',
    `/projects/${project.key}/tasks`,
    `/projects/${project.key}/tasks/1`,
    `/projects/${project.key}/tasks/1/comments`,
    `/projects/${project.key}/tasks/1/files`,
    `/projects/${project.key}/file-categories`,
  ])
    for (const [type, body] of [
      [form, `name=${'x'.repeat(2 * 1024 * 1024)}`],
      [form, 'name=%ff%fe&title=%ff&field=title&base=%ff&value=%ff'],
      [form, 'name=%00&title=%00&field=title&base=Mend&value=a%00b'],
      [form, bytes(0xff, 0xfe)],
      [form, '__proto__=1&constructor=2'],
      [form, 'name=a&name=b&title=a&title=b&value=a&value=b&field=title&field=title'],
      ['application/json', nested('[', ']', 100_000)],
      ['multipart/form-data', 'x'],
      ['multipart/form-data; boundary=x', '--x\r\n'],
      [
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="file"; filename="\0"\r\n\r\n--x--',
      ],
      ['text/plain', 'name=a'],
    ] as [string, BodyInit][]) {
      const { status, text } = await send('POST', path, body, {
        authorization: '',
        cookie,
        origin: system.publicUrl,
        'content-type': type,
      })
      if (status < 400 || status >= 500 || !text.includes('</html>'))
        found.push(
          `${path} with ${type} ${String(body).slice(0, 40)} answered ${status} ${text.slice(0, 60)}`,
        )
    }
  expect(found).toEqual([])
})

test('all of this is no failure of any service, and everything goes on', async () => {
  const failures = services.flatMap(service =>
    readFileSync(join(system.crew.home, 'logs', `${service}.log`), 'utf8')
      .split('\n')
      .filter(line => line !== '' && !/"level":"(info|warn)"/.test(line))
      .map(line => `${service}: ${line.slice(0, 300)}`),
  )
  expect(failures).toEqual([])
  expect(await mallory.ask<Task>('GET', `/api/v1/tasks/${task.id}`)).toMatchObject({
    title: 'Mend',
    version: 1,
  })
  expect((await mallory.send('GET', `/api/v1/tasks/${newId()}`)).status).toBe(404)
})
