import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Person } from '../kit/identity.ts'
import { newId } from '../kit/schema.ts'
import { somebody } from '../kit/testing.ts'
import type { Project, Status, Task } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

async function team() {
  const mina = somebody()
  const project = await service.project(mina)
  const base = `/api/v1/projects/${project.id}/statuses`
  return { mina, project, base, call: service.as(mina) }
}
const names = async (person: Person, project: Project) =>
  (await service.as(person)<Project>('GET', `/api/v1/projects/${project.id}`)).json.statuses.map(s => s.name)

test('a status is added at the end or before another, and moved along the board', async () => {
  const { mina, project, base, call } = await team()
  const [backlog, ready] = project.statuses as [Status, Status]
  const last = await call('POST', base, { name: 'Archive', category: 'done' })
  expect(last).toMatchObject({
    status: 201,
    json: { name: 'Archive', limit: null, taskCount: 0, version: 1 },
  })
  await call('POST', base, { name: 'Ideas', category: 'backlog', limit: 9, beforeId: ready.id })
  expect(await names(mina, project)).toEqual([
    'Backlog',
    'Ideas',
    'Ready',
    'In progress',
    'In review',
    'Done',
    'Archive',
  ])
  const to = (status: Status, beforeId: string | null) =>
    call<Status>('PATCH', `${base}/${status.id}`, { beforeId }, seen(status))
  expect((await to(last.json, null)).json.version).toBe(1)
  expect((await to(last.json, backlog.id)).json.version).toBe(2)
  expect((await to(backlog, null)).json.version).toBe(2)
  expect(await names(mina, project)).toEqual([
    'Archive',
    'Ideas',
    'Ready',
    'In progress',
    'In review',
    'Done',
    'Backlog',
  ])
  expect((await to(ready, newId())).status).toBe(422)
  expect((await to(ready, ready.id)).status).toBe(422)
})

test('a change is told once, and a stale one gets the current status', async () => {
  const { project, base, call } = await team()
  const [backlog] = project.statuses as [Status]
  const change = (fields: object, status: Status = backlog) =>
    call<Status>('PATCH', `${base}/${backlog.id}`, fields, seen(status))
  expect((await change({ name: 'Backlog', limit: null })).json).toEqual(backlog)
  const { json: changed } = await change({ name: 'Inbox', limit: 5 })
  expect(changed).toMatchObject({ name: 'Inbox', limit: 5, version: 2 })
  expect(await change({ name: 'Again' })).toMatchObject({ status: 412, json: { current: changed } })
  const { taskCount: _, ...told } = changed
  expect((await service.events(project)).filter(event => event.type === 'status.changed')).toMatchObject([
    { data: told },
  ])
})

test('another category finishes or reopens the tasks of a status, without making their editors stale', async () => {
  const { mina, project, base, call } = await team()
  const [backlog] = project.statuses as [Status]
  const task = await service.task(mina, project)
  const read = async () => (await call<Task>('GET', `/api/v1/tasks/${task.id}`)).json
  const done = (await call('PATCH', `${base}/${backlog.id}`, { category: 'done' }, seen(backlog))).json
  const finished = await read()
  expect(finished).toMatchObject({ category: 'done', version: 1, completedAt: expect.any(String) })
  const ready = (await call('PATCH', `${base}/${backlog.id}`, { category: 'ready' }, seen(done))).json
  expect(await read()).toMatchObject({ category: 'ready', version: 1, completedAt: null })
  await call('PATCH', `${base}/${backlog.id}`, { category: 'doing' }, seen(ready))
  expect(await read()).toMatchObject({ category: 'doing', completedAt: null })
})

test('a status with tasks, and the last one, cannot be deleted', async () => {
  const { mina, project, base, call } = await team()
  const [backlog, ...others] = project.statuses as [Status, ...Status[]]
  const task = await service.task(mina, project)
  const remove = (status: Status) => call('DELETE', `${base}/${status.id}`, undefined, seen(status))
  expect(await remove(backlog)).toMatchObject({ status: 409, json: { code: 'status_in_use' } })
  for (const status of others) expect((await remove(status)).status).toBe(204)
  await call('DELETE', `/api/v1/tasks/${task.id}`, undefined, seen(task))
  expect(await remove(backlog)).toMatchObject({ status: 409, json: { code: 'status_in_use' } })
  expect((await remove(others[0]!)).status).toBe(404)
})

test('a task in the trash whose status was deleted comes back to one that is left', async () => {
  const { mina, project, base, call } = await team()
  const [backlog, , , , done] = project.statuses as Status[]
  const task = await service.task(mina, project, { statusId: done!.id })
  await call('DELETE', `/api/v1/tasks/${task.id}`, undefined, seen(task))
  expect((await call('DELETE', `${base}/${done!.id}`, undefined, seen(done!))).status).toBe(204)
  expect(await call('POST', `/api/v1/tasks/${task.id}/restore`)).toMatchObject({
    status: 200,
    json: { statusId: backlog!.id, category: 'backlog', completedAt: null },
  })
})

test('a status that is deleted while tasks come into it ends with tasks or gone, and nothing breaks', async () => {
  const { mina, project, base, call } = await team()
  const tasks = await Promise.all(Array.from({ length: 8 }, () => service.task(mina, project)))
  const trashed = await service.task(mina, project, { statusId: project.statuses[1]!.id })
  await call('DELETE', `/api/v1/tasks/${trashed.id}`, undefined, seen(trashed))
  const target = project.statuses[1]!
  const answers = await Promise.all([
    ...tasks
      .slice(0, 4)
      .map(task => call('POST', `/api/v1/tasks/${task.id}/move`, { statusId: target.id }, seen(task))),
    call('DELETE', `${base}/${target.id}`, undefined, seen(target)),
    call('POST', `/api/v1/tasks/${trashed.id}/restore`),
    ...tasks
      .slice(4)
      .map(() => call('POST', `/api/v1/projects/${project.id}/tasks`, { title: 'New', statusId: target.id })),
  ])
  expect(answers.filter(answer => answer.status >= 500)).toEqual([])
  const [gone] = await service.sql`
    select count(*)::integer as count from tasks t left join statuses s on s.id = t.status_id where s.id is null`
  expect(gone!.count).toBe(0)
})
