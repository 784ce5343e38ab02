import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../kit/schema.ts'
import { somebody, tokenFor } from '../kit/testing.ts'
import type { Project } from './contract.ts'
import { type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

const values: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  '   ',
  'a\0b',
  '\ud800',
  "' or 1=1 --",
  'x'.repeat(60_000),
  [],
  {},
  [null],
  { date: '2026-02-30' },
  { date: '0000-00-00' },
  { at: '2026-13-01T00:00:00Z', zone: 'UTC' },
  { at: '9999-12-31T23:59:59.999-23:59', zone: 'UTC' },
  { at: '2026-12-31T09:00:00Z', zone: '../etc' },
  newId(),
  [newId()],
  [newId().toUpperCase()],
  Array.from({ length: 60 }, newId),
]
const fields = {
  projects: ['name', 'key', 'description', 'color'],
  members: ['userId', 'role'],
  statuses: ['name', 'category', 'limit', 'beforeId'],
  labels: ['name', 'color'],
  tasks: ['title', 'description', 'statusId', 'priority', 'labelIds', 'assigneeIds', 'due'],
  move: ['statusId', 'beforeId', 'afterId'],
  links: ['url', 'title'],
  comments: ['body'],
}

test('whatever is put into a field of a body, no answer is a failure of ours', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const [task, other] = [await service.task(mina, project), await service.task(mina, project)]
  const [status] = project.statuses
  const label = (
    await service.as(mina)('POST', `/api/v1/projects/${project.id}/labels`, { name: 'Bug', color: 'rose' })
  ).json
  const base = `/api/v1/projects/${project.id}`
  const routes: [string, string, readonly string[], object][] = [
    ['POST', '/api/v1/projects', fields.projects, { name: 'Ops' }],
    ['PATCH', base, fields.projects, {}],
    ['POST', `${base}/members`, fields.members, { userId: newId(), role: 'viewer' }],
    ['PATCH', `${base}/members/${mina.userId}`, fields.members, { role: 'admin' }],
    ['POST', `${base}/statuses`, fields.statuses, { name: 'New', category: 'doing' }],
    ['PATCH', `${base}/statuses/${status!.id}`, fields.statuses, {}],
    ['POST', `${base}/labels`, fields.labels, { name: 'New', color: 'sky' }],
    ['PATCH', `${base}/labels/${label.id}`, fields.labels, {}],
    ['POST', `${base}/tasks`, fields.tasks, { title: 'New' }],
    ['PATCH', `/api/v1/tasks/${task.id}`, fields.tasks, {}],
    ['POST', `/api/v1/tasks/${other.id}/move`, fields.move, { statusId: status!.id }],
    ['POST', `/api/v1/tasks/${task.id}/links`, fields.links, { url: 'https://example.com' }],
    ['POST', `/api/v1/tasks/${task.id}/comments`, fields.comments, { body: 'Hello' }],
  ]
  const failures: string[] = []
  for (const [method, path, names, good] of routes) {
    let version = 1
    for (const name of [...names, 'unknown', '__proto__'])
      for (const value of values) {
        const body = JSON.stringify({ ...good, [name]: value })
        const { status, json } = await service.as(mina)(method, path, body, { 'if-match': `"${version}"` })
        if (status === 200) version = json.version
        if (status === 412) failures.push(`${method} ${path}: the test lost its way`)
        if (status >= 500) failures.push(`${method} ${path} ${body.slice(0, 200)} → ${status}`)
        if (name === 'unknown' && status !== 422) failures.push(`${method} ${path} took an unknown field`)
        if (status >= 400 && typeof json.code !== 'string')
          failures.push(`${method} ${path}: no problem details`)
      }
  }
  expect(failures).toEqual([])
}, 60_000)

test('bodies that are no JSON objects, too large, in another encoding or of another type get 4xx', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const token = await tokenFor(mina)
  const send = async (body: BodyInit | null, type = 'application/json') =>
    (
      await service.app.handle(
        new Request(`http://localhost/api/v1/projects/${project.id}/tasks`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': type },
          body,
        }),
      )
    ).status
  expect(await send('{"title":')).toBe(400)
  expect(await send('[]')).toBe(422)
  expect(await send('"title"')).toBe(422)
  expect(await send(null)).toBe(422)
  expect(await send(JSON.stringify({ title: 'x', description: 'x'.repeat(2_000_000) }))).toBe(413)
  expect(await send(new Uint8Array([0x7b, 0x22, 0xff, 0xfe]))).toBe(400)
  expect(await send('<title/>', 'application/xml')).toBe(415)
})

test('paths, queries and headers that make no sense get 4xx', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const { id } = await service.task(mina, project)
  const base = `/api/v1/projects/${project.id}`
  const status = async (method: string, path: string, headers = {}) =>
    (await service.as(mina)(method, path, method === 'GET' ? undefined : {}, headers)).status
  for (const bad of ['x', '%00', '..%2f', "'--", '%ff', 'a'.repeat(3000), newId().slice(1)])
    for (const path of [`/api/v1/projects/${bad}`, `/api/v1/tasks/${bad}`, `${base}/tasks/${bad}`])
      expect([400, 404, 422]).toContain(await status('GET', path))
  for (const path of [`/api/v1/projects/${newId()}`, `/api/v1/tasks/${newId()}`, `${base}/tasks/99`])
    expect(await status('GET', path)).toBe(404)
  for (const query of [
    'limit=0',
    'limit=201',
    'limit=x',
    'limit=1e400',
    'status=x',
    'category=x',
    'open=perhaps',
    'assignee=nobody',
    'label=x',
    'priority=x',
    'sort=title',
    'after=%00',
    'after=x',
    'unknown=1',
    `q=${'x'.repeat(201)}`,
    'q=%00',
    'status=x&status=y',
  ])
    expect({ query, status: await status('GET', `${base}/tasks?${query}`) }).toEqual({ query, status: 422 })
  for (const value of ['1', '*', '"x"', '"99999999999999999999"', '""'])
    expect(await status('PATCH', `/api/v1/tasks/${id}`, { 'if-match': value })).toBe(400)
  expect(await status('PATCH', `/api/v1/tasks/${id}`, { 'if-match': 'W/"1"' })).toBe(200)
  expect(await status('POST', `${base}/tasks`, { 'idempotency-key': 'x'.repeat(256) })).toBe(422)
})

test('ids are the same in upper case', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const task = await service.task(mina, project)
  const upper = (id: string) => id.toUpperCase()
  const read = await service.as(mina)<Project>('GET', `/api/v1/projects/${upper(project.id)}`)
  expect(read.json.id).toBe(project.id)
  const same = await service.as(mina)(
    'PATCH',
    `/api/v1/tasks/${upper(task.id)}`,
    { statusId: upper(task.statusId), assigneeIds: [upper(mina.userId)] },
    { 'if-match': '"1"' },
  )
  expect(same).toMatchObject({ status: 200, json: { statusId: task.statusId, assigneeIds: [mina.userId] } })
  const again = await service.as(mina)(
    'PATCH',
    `/api/v1/tasks/${task.id}`,
    { assigneeIds: [upper(mina.userId)] },
    { 'if-match': '"2"' },
  )
  expect(again.json.version).toBe(2)
})
