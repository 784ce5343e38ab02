import { afterAll, beforeAll, expect, test } from 'bun:test'
import { somebody } from '../kit/testing.ts'
import type { Project } from './contract.ts'
import { keyFromName } from './project-key.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

test('a key is made of the first letters of a name, Korean ones by their sound', () => {
  const keys = {
    'Website relaunch': 'WR',
    Operations: 'OPER',
    'Q3 plan & budget': 'QPB',
    '2027 roadmap': 'P2R',
    'Élan vital': 'EV',
    '마케팅 캠페인': 'MK',
    마케팅: 'MKT',
    '운영 업무': 'UE',
    '🚀🚀': 'P',
    '100': 'P100',
  }
  for (const [name, key] of Object.entries(keys))
    expect({ name, key: keyFromName(name) }).toEqual({ name, key })
})

test('a project starts with five statuses in the caller’s language and the caller as its admin', async () => {
  const mina = somebody({ language: 'ko' })
  const project = await service.project(mina, { name: '운영', description: '가게' })
  expect(project).toMatchObject({
    name: '운영',
    description: '가게',
    color: 'sky',
    role: 'admin',
    version: 1,
  })
  expect(project.statuses.map(status => [status.name, status.category, status.taskCount])).toEqual([
    ['백로그', 'backlog', 0],
    ['준비', 'ready', 0],
    ['진행 중', 'doing', 0],
    ['검토 중', 'review', 0],
    ['완료', 'done', 0],
  ])
  expect(project.members).toMatchObject([{ userId: mina.userId, role: 'admin' }])
  const english = await service.project(somebody())
  expect(english.statuses.map(status => status.name)).toEqual([
    'Backlog',
    'Ready',
    'In progress',
    'In review',
    'Done',
  ])
  expect((await service.events(project)).map(event => event.type)).toEqual([
    'project.created',
    'member.added',
    ...Array.from({ length: 5 }, () => 'status.created'),
  ])
})

test('projects of one name that come at once each get a key of their own; a key that is asked for is got or refused', async () => {
  const mina = somebody()
  const many = await Promise.all(
    Array.from({ length: 16 }, () => service.project(mina, { name: 'Garden party' })),
  )
  expect(new Set(many.map(project => project.key)).size).toBe(16)
  for (const { key } of many) expect(key).toMatch(/^GP\d{0,8}$/)
  const create = (name: string) => service.as(mina)('POST', '/api/v1/projects', { name, key: 'ASKED' })
  expect(await create('One')).toMatchObject({ status: 201, json: { key: 'ASKED' } })
  expect(await create('Two')).toMatchObject({
    status: 409,
    json: { code: 'conflict', errors: [{ field: 'key', code: 'taken' }] },
  })
})

test('a create with an Idempotency-Key happens once', async () => {
  const mina = somebody()
  const create = () =>
    service.as(mina)('POST', '/api/v1/projects', { name: 'Once' }, { 'idempotency-key': 'x' })
  const answers = await Promise.all([create(), create(), create()])
  expect(new Set(answers.map(answer => answer.json.id)).size).toBe(1)
  expect((await service.as(mina)('GET', '/api/v1/projects')).json.items).toHaveLength(1)
})

test('a change writes what differs, and a stale one gets the current project', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const change = (fields: object) =>
    service.as(mina)<Project>('PATCH', `/api/v1/projects/${project.key}`, fields, seen(project))
  expect((await change({ name: ' Operations ' })).json).toEqual(project)
  const changed = await change({ name: 'Works', color: 'amber' })
  expect(changed).toMatchObject({ status: 200, json: { name: 'Works', color: 'amber', version: 2 } })
  expect(await change({ name: 'Late' })).toMatchObject({ status: 412, json: { current: changed.json } })
  expect((await service.events(project)).at(-1)).toMatchObject({
    type: 'project.changed',
    data: { id: project.id, key: project.key, name: 'Works', color: 'amber' },
  })
})

test('projects are listed by name, with their open tasks counted', async () => {
  const mina = somebody()
  const [b, a] = [await service.project(mina, { name: 'b' }), await service.project(mina, { name: 'A' })]
  await service.task(mina, b)
  await service.task(mina, b, { statusId: b.statuses[4]!.id })
  expect((await service.as(mina)('GET', '/api/v1/projects')).json.items).toEqual([
    { id: a.id, key: a.key, name: 'A', color: 'sky', role: 'admin', openCount: 0 },
    { id: b.id, key: b.key, name: 'b', color: 'sky', role: 'admin', openCount: 1 },
  ])
})
