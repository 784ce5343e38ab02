import { afterAll, beforeAll, expect, test } from 'bun:test'
import { somebody } from '../kit/testing.ts'
import type { Label, Task } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

async function team() {
  const mina = somebody()
  const project = await service.project(mina)
  const base = `/api/v1/projects/${project.id}/labels`
  const call = service.as(mina)
  const label = async (name: string) => (await call<Label>('POST', base, { name, color: 'rose' })).json
  return { mina, project, base, call, label }
}

test('a name is in a project once, in whatever case', async () => {
  const { base, call, label } = await team()
  const bug = await label(' Bug ')
  expect(bug).toMatchObject({ name: 'Bug', color: 'rose', version: 1 })
  expect(await call('POST', base, { name: 'bug', color: 'sky' })).toMatchObject({
    status: 409,
    json: { code: 'conflict', errors: [{ field: 'name', code: 'taken' }] },
  })
  const idea = await label('Idea')
  expect((await call('PATCH', `${base}/${idea.id}`, { name: 'BUG' }, seen(idea))).status).toBe(409)
  const renamed = await call('PATCH', `${base}/${bug.id}`, { name: 'BUG' }, seen(bug))
  expect(renamed).toMatchObject({ status: 200, json: { name: 'BUG', version: 2 } })
  expect(await call('PATCH', `${base}/${bug.id}`, { color: 'sky' }, seen(bug))).toMatchObject({
    status: 412,
    json: { current: renamed.json },
  })
})

test('tasks lose a deleted label, with history and events', async () => {
  const { mina, project, base, call, label } = await team()
  const [bug, idea] = [await label('Bug'), await label('Idea')]
  const both = await service.task(mina, project, { labelIds: [bug.id, idea.id] })
  const other = await service.task(mina, project, { labelIds: [idea.id] })
  expect((await call('DELETE', `${base}/${bug.id}`, undefined, seen(bug))).status).toBe(204)
  const now = (await call<Task>('GET', `/api/v1/tasks/${both.id}`)).json
  expect(now).toMatchObject({ labelIds: [idea.id], version: 2 })
  expect((await call('GET', `/api/v1/tasks/${other.id}`)).json).toEqual(other)
  const change = { field: 'labels', from: [bug.id, idea.id].toSorted(), to: [idea.id] }
  expect((await call('GET', `/api/v1/tasks/${both.id}/history`)).json.items[0]).toMatchObject(change)
  const { description: _, links: __, ...told } = now
  expect((await service.events(project)).slice(-2)).toMatchObject([
    { type: 'task.changed', data: { task: told, changes: [change] } },
    { type: 'label.deleted', data: bug },
  ])
})

test('a label that is deleted while tasks get it is on none afterwards, and nothing breaks', async () => {
  const { mina, project, base, call, label } = await team()
  const bug = await label('Bug')
  const tasks = await Promise.all(Array.from({ length: 8 }, () => service.task(mina, project)))
  const answers = await Promise.all([
    ...tasks.map(task => call('PATCH', `/api/v1/tasks/${task.id}`, { labelIds: [bug.id] }, seen(task))),
    call('DELETE', `${base}/${bug.id}`, undefined, seen(bug)),
  ])
  expect(answers.at(-1)!.status).toBe(204)
  expect(answers.filter(answer => ![200, 204, 422].includes(answer.status))).toEqual([])
  expect(await service.sql`select from task_labels where label_id = ${bug.id}`).toHaveLength(0)
})
