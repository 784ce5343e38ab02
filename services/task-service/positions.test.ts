import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Person } from '../kit/identity.ts'
import { newId } from '../kit/schema.ts'
import { somebody } from '../kit/testing.ts'
import type { Board, Move, Project, Task } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

const move = (person: Person, task: Task, to: Partial<Move>) =>
  service.as(person)<Task>('POST', `/api/v1/tasks/${task.id}/move`, to, seen(task))
const column = async (person: Person, project: Project, index = 0) => {
  const board = (await service.as(person)<Board>('GET', `/api/v1/projects/${project.id}/board?limit=200`))
    .json
  return board.columns[index]!.items
}
const titles = async (person: Person, project: Project, index = 0) =>
  (await column(person, project, index)).map(task => task.title).join('')

/** A project with a task for each letter, in their order, in its first status. */
async function lettered(letters: string) {
  const mina = somebody()
  const project = await service.project(mina)
  const tasks: Record<string, Task> = {}
  for (const title of letters) tasks[title] = await service.task(mina, project, { title })
  const statusIds = project.statuses.map(status => status.id)
  return { mina, project, tasks, statusIds }
}

test('a task is moved directly before or after another, or to the end', async () => {
  const { mina, project, tasks, statusIds } = await lettered('ABCD')
  const [first, second] = statusIds as [string, string]
  const moved = await move(mina, tasks.D!, { statusId: first, beforeId: tasks.B!.id })
  expect(moved).toMatchObject({ status: 200, json: { version: 2, statusId: first } })
  expect(await titles(mina, project)).toBe('ADBC')
  await move(mina, tasks.A!, { statusId: first, afterId: tasks.B!.id })
  expect(await titles(mina, project)).toBe('DBAC')
  await move(mina, tasks.B!, { statusId: first })
  expect(await titles(mina, project)).toBe('DACB')
  await move(mina, moved.json, { statusId: second })
  expect(await titles(mina, project)).toBe('ACB')
  expect(await titles(mina, project, 1)).toBe('D')
  const history = (await service.as(mina)('GET', `/api/v1/tasks/${tasks.D!.id}/history`)).json.items
  expect(history.map((change: any) => [change.field, change.to])).toEqual([
    ['status', second],
    ['created', 'D'],
  ])
  const places = (await service.events(project))
    .filter(event => event.type === 'task.changed')
    .map(event => event.data.changes.map((change: any) => change.field))
  expect(places).toEqual([['position'], ['position'], ['position'], ['status']])
})

test('a task that lies where it is moved to keeps its version', async () => {
  const { mina, tasks, statusIds } = await lettered('ABC')
  const statusId = statusIds[0]!
  for (const [title, to] of [
    ['A', { beforeId: tasks.B!.id }],
    ['B', { beforeId: tasks.C!.id }],
    ['B', { afterId: tasks.A!.id }],
    ['C', {}],
  ] as const)
    expect(await move(mina, tasks[title]!, { statusId, ...to })).toMatchObject({
      status: 200,
      json: { version: 1, position: tasks[title]!.position },
    })
})

test('a neighbour that is not in the status is refused', async () => {
  const { mina, project, tasks, statusIds } = await lettered('AB')
  const other = await lettered('X')
  const [first, second] = statusIds as [string, string]
  for (const to of [
    { statusId: second, beforeId: tasks.B!.id },
    { statusId: first, beforeId: other.tasks.X!.id },
    { statusId: first, afterId: newId() },
    { statusId: first, beforeId: tasks.A!.id },
    { statusId: first, beforeId: tasks.B!.id, afterId: tasks.B!.id },
    { statusId: other.statusIds[0]! },
  ])
    expect((await move(mina, tasks.A!, to)).status).toBe(422)
  expect(await titles(mina, project)).toBe('AB')
})

test('a gap between equal keys is made wide enough, and the order stays', async () => {
  const { mina, project, tasks, statusIds } = await lettered('ABCD')
  await service.sql`update tasks set position = 'a0' where project_id = ${project.id}`
  expect(await titles(mina, project)).toBe('ABCD')
  expect((await move(mina, tasks.D!, { statusId: statusIds[0]!, beforeId: tasks.B!.id })).status).toBe(200)
  expect(await titles(mina, project)).toBe('ADBC')
})

test('a gap that was divided so often that its keys are long gets short ones, and the order stays', async () => {
  const { mina, project, tasks, statusIds } = await lettered('ABCD')
  const long = `a1${'V'.repeat(45)}`
  await service.sql`update tasks set position = ${long} || 'V' where id = ${tasks.B!.id}`
  await service.sql`update tasks set position = ${long} || 'W' where id = ${tasks.C!.id}`
  const moved = await move(mina, tasks.D!, { statusId: statusIds[0]!, beforeId: tasks.C!.id })
  expect(moved.json.position.length).toBeLessThan(10)
  expect(await titles(mina, project)).toBe('ABDC')
})

test('a task comes back from the trash to a place that nobody was given meanwhile', async () => {
  const { mina, project, tasks, statusIds } = await lettered('ABCD')
  await service.as(mina)('DELETE', `/api/v1/tasks/${tasks.B!.id}`, undefined, seen(tasks.B!))
  await move(mina, tasks.D!, { statusId: statusIds[0]!, afterId: tasks.A!.id })
  await service.as(mina)('POST', `/api/v1/tasks/${tasks.B!.id}/restore`)
  const order = await column(mina, project)
  expect(order.map(task => task.title).join('')).toBe('ADBC')
  expect(new Set(order.map(task => task.position)).size).toBe(4)
})

test('100 moves at once converge: everybody reads one order, without two in one place', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const teammates = await Promise.all(
    Array.from({ length: 4 }, () => service.member(mina, project, 'editor')),
  )
  const statusIds = project.statuses.slice(0, 2).map(status => status.id)
  const tasks = await Promise.all(Array.from({ length: 100 }, () => service.task(mina, project)))
  const anchor = await service.task(mina, project, { statusId: statusIds[1]! })
  const answers = await Promise.all(
    tasks.map((task, index) =>
      move(teammates[index % teammates.length]!, task, {
        statusId: statusIds[1]!,
        [index % 2 ? 'beforeId' : 'afterId']: anchor.id,
      }),
    ),
  )
  expect(answers.filter(answer => answer.status !== 200)).toEqual([])
  const orders = await Promise.all([mina, ...teammates].map(person => column(person, project, 1)))
  const ids = (order: { id: string }[]) => order.map(task => task.id)
  for (const order of orders) expect(ids(order)).toEqual(ids(orders[0]!))
  expect(new Set(ids(orders[0]!)).size).toBe(101)
  expect(new Set(orders[0]!.map(task => task.position)).size).toBe(101)
  expect(ids(orders[0]!).indexOf(anchor.id)).toBe(50)
}, 30_000)

test('of 64 moves of one task that all saw the same version one goes through', async () => {
  const { mina, tasks, statusIds } = await lettered('A')
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, index) => move(mina, tasks.A!, { statusId: statusIds[1 + (index % 4)]! })),
  )
  expect(answers.filter(answer => answer.status === 200)).toHaveLength(1)
  expect(answers.filter(answer => answer.status === 412)).toHaveLength(63)
})
