import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newId } from '../kit/schema.ts'
import { somebody } from '../kit/testing.ts'
import type { Member, Project } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

const path = (project: Project, person: { userId: string }) =>
  `/api/v1/projects/${project.id}/members/${person.userId}`
const first = seen({ version: 1 })

test('somebody is added once, gets another role, and consumers are told', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const userId = newId()
  const add = () =>
    service.as(mina)<Member>('POST', `/api/v1/projects/${project.id}/members`, { userId, role: 'viewer' })
  expect(await add()).toMatchObject({ status: 201, json: { userId, role: 'viewer', version: 1 } })
  expect(await add()).toMatchObject({ status: 409, json: { code: 'conflict' } })
  const changed = await service.as(mina)('PATCH', path(project, { userId }), { role: 'editor' }, first)
  expect(changed).toMatchObject({ status: 200, json: { role: 'editor', version: 2 } })
  expect(await service.as(mina)('PATCH', path(project, { userId }), { role: 'admin' }, first)).toMatchObject({
    status: 412,
    json: { current: changed.json },
  })
  expect(
    (await service.as(mina)('PATCH', path(project, { userId: newId() }), { role: 'admin' }, first)).status,
  ).toBe(404)
  const told = (await service.events(project)).filter(event => event.type.startsWith('member.'))
  expect(told.map(event => [event.type, event.data])).toEqual([
    ['member.added', { userId: mina.userId, role: 'admin' }],
    ['member.added', { userId, role: 'viewer' }],
    ['member.changed', { userId, role: 'editor' }],
  ])
})

test('who leaves keeps what they wrote, and loses their assignments with history and events', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const jun = await service.member(mina, project, 'editor')
  const both = await service.task(jun, project, { assigneeIds: [jun.userId, mina.userId] })
  const trashed = await service.task(jun, project, { assigneeIds: [jun.userId] })
  const other = await service.task(mina, project, { assigneeIds: [mina.userId] })
  await service.as(jun)('POST', `/api/v1/tasks/${both.id}/comments`, { body: 'Mine' })
  await service.as(mina)('DELETE', `/api/v1/tasks/${trashed.id}`, undefined, seen(trashed))

  expect((await service.as(jun)('DELETE', path(project, jun), undefined, first)).status).toBe(204)

  expect((await service.as(jun)('GET', `/api/v1/projects/${project.id}`)).status).toBe(404)
  const call = service.as(mina)
  expect((await call('GET', `/api/v1/tasks/${both.id}`)).json).toMatchObject({
    createdBy: jun.userId,
    assigneeIds: [mina.userId],
    commentCount: 1,
    version: 2,
  })
  expect((await call('GET', `/api/v1/tasks/${trashed.id}`)).json).toMatchObject({ assigneeIds: [] })
  expect((await call('GET', `/api/v1/tasks/${other.id}`)).json).toEqual(other)
  const [change] = (await call('GET', `/api/v1/tasks/${both.id}/history`)).json.items
  const taken = {
    field: 'assignees',
    from: [jun.userId, mina.userId].toSorted(),
    to: [mina.userId],
  }
  expect(change).toMatchObject({ ...taken, actorId: jun.userId })
  const events = (await service.events(project)).slice(-3)
  expect(events.map(event => event.type)).toEqual(['task.changed', 'task.changed', 'member.removed'])
  const about = events.find(event => event.data.task?.id === both.id)!
  const { description: _, links: __, ...now } = (await call('GET', `/api/v1/tasks/${both.id}`)).json
  // The comment is counted as it was then, too.
  expect(about.data).toEqual({ task: now, changes: [taken] })
})

test('the last admin can neither leave nor be demoted', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  await service.member(mina, project, 'editor')
  for (const answer of [
    await service.as(mina)('PATCH', path(project, mina), { role: 'editor' }, first),
    await service.as(mina)('DELETE', path(project, mina), undefined, first),
  ])
    expect(answer).toMatchObject({ status: 409, json: { code: 'last_admin' } })
})

test('two admins who demote or remove each other at once leave one', async () => {
  for (let round = 0; round < 10; round++) {
    const mina = somebody()
    const project = await service.project(mina)
    const jun = await service.member(mina, project, 'admin')
    const answers = await Promise.all([
      service.as(mina)('PATCH', path(project, jun), { role: 'viewer' }, first),
      service.as(jun)('DELETE', path(project, mina), undefined, first),
    ])
    // The slower one has lost its role, or finds that the other is the last.
    const done = answers.filter(answer => answer.status < 300)
    expect(done).toHaveLength(1)
    const [admins] = await service.sql`
      select count(*)::integer as count from members where project_id = ${project.id} and role = 'admin'`
    expect(admins!.count).toBe(1)
  }
})

test('a task given to somebody while they are removed is theirs or not, but never a stranger’s', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  for (let round = 0; round < 10; round++) {
    const jun = await service.member(mina, project, 'editor')
    const [task] = await Promise.all([
      service.as(mina)('POST', `/api/v1/projects/${project.id}/tasks`, {
        title: 'Whose?',
        assigneeIds: [jun.userId],
      }),
      service.as(mina)('DELETE', path(project, jun), undefined, first),
    ])
    expect([201, 422]).toContain(task.status)
    expect(await service.sql`select from task_assignees where person_id = ${jun.userId}`).toHaveLength(0)
  }
})
