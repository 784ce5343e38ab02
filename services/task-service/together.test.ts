import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Person } from '../kit/identity.ts'
import { somebody } from '../kit/testing.ts'
import type { Label, Member, Project, Status, Task } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

test('a team that does everything at once breaks nothing, and the events tell exactly how things ended', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const base = `/api/v1/projects/${project.id}`
  const team = [mina]
  for (let count = 0; count < 3; count++) team.push(await service.member(mina, project, 'admin'))
  for (let count = 0; count < 4; count++)
    await service.as(mina)('POST', `${base}/labels`, { name: `Label ${count}`, color: 'sky' })
  for (let count = 0; count < 8; count++) await service.task(mina, project)

  const some = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)]
  const answers: { status: number; what: string }[] = []

  async function work(person: Person) {
    const call = service.as(person)
    for (let step = 0; step < 40; step++) {
      const read = await call<Project>('GET', base)
      const list = await call('GET', `${base}/tasks?limit=200`)
      if (read.status === 404 || list.status === 404) {
        await service.as(mina)('POST', `${base}/members`, { userId: person.userId, role: 'admin' })
        continue
      }
      const { statuses, labels, members } = read.json
      const trash = await service.sql<{ id: string }[]>`
        select id from tasks where project_id = ${project.id} and deleted_at is not null`
      const task = some<Task>(list.json.items)
      const label = some<Label>(labels)
      const status = some<Status>(statuses)!
      const member = some<Member>(members.filter(other => other.userId !== mina.userId))
      const trashed = some(trash)
      const does: [string, string, unknown?, Record<string, string>?][] = [
        ['POST', `${base}/tasks`, { title: 'New', statusId: status.id, labelIds: label ? [label.id] : [] }],
        ['POST', `${base}/labels`, { name: `Label ${Math.floor(Math.random() * 6)}`, color: 'rose' }],
        [
          'PATCH',
          `${base}/statuses/${status.id}`,
          { category: Math.random() < 0.5 ? 'done' : 'doing' },
          seen(status),
        ],
        ['PATCH', `${base}/statuses/${status.id}`, { beforeId: some(statuses)!.id }, seen(status)],
      ]
      if (step % 10 === 0) does.push(['DELETE', `${base}/statuses/${status.id}`, undefined, seen(status)])
      if (step % 10 === 5) does.push(['POST', `${base}/statuses`, { name: 'More', category: 'review' }])
      if (label && step % 4 === 0) does.push(['DELETE', `${base}/labels/${label.id}`, undefined, seen(label)])
      if (member && step % 4 === 2)
        does.push(['DELETE', `${base}/members/${member.userId}`, undefined, seen(member)])
      if (trashed) does.push(['POST', `/api/v1/tasks/${trashed.id}/restore`])
      if (task) {
        const path = `/api/v1/tasks/${task.id}`
        const labelIds = label ? [label.id] : []
        const assigneeIds = members.slice(0, 2).map(other => other.userId)
        const neighbour = some<Task>(list.json.items)!
        does.push(
          ['PATCH', path, { title: `By ${person.userId}`, labelIds, assigneeIds }, seen(task)],
          ['PATCH', path, { statusId: status.id, assigneeIds }, seen(task)],
          ['POST', `${path}/move`, { statusId: neighbour.statusId, beforeId: neighbour.id }, seen(task)],
          ['POST', `${path}/move`, { statusId: neighbour.statusId, afterId: neighbour.id }, seen(task)],
          ['POST', `${path}/links`, { url: 'https://example.com' }],
          ['DELETE', path, undefined, seen(task)],
        )
      }
      const [method, path, body, headers] = some(does)!
      const answer = await call(method, path, body, headers)
      answers.push({ status: answer.status, what: `${method} ${path}` })
    }
  }
  await Promise.all([...team, ...team, ...team].map(work))

  expect(answers.filter(answer => answer.status >= 500)).toEqual([])

  const told = new Map<string, Omit<Task, 'description' | 'links'>>()
  const categories = new Map<string, string>()
  const versions = new Map<string, number>()
  for (const { type, data } of await service.events(project)) {
    if (type.startsWith('status.')) categories.set(data.id, data.category)
    if (!type.startsWith('task.')) continue
    expect(data.task.version).toBeGreaterThanOrEqual(versions.get(data.task.id) ?? 0)
    versions.set(data.task.id, data.task.version)
    told.set(data.task.id, data.task)
  }
  const ids = await service.sql<{ id: string }[]>`select id from tasks where project_id = ${project.id}`
  expect(ids.length).toBe(told.size)
  for (const { id } of ids) {
    const task = (await service.as(mina)<Task>('GET', `/api/v1/tasks/${id}`)).json
    const { description: _, links: __, ...now } = task
    // What follows from the category of a status is told by the status, and a place may have been spread since.
    expect({
      ...told.get(id)!,
      category: categories.get(task.statusId)!,
      completedAt: task.completedAt,
      position: task.position,
    }).toEqual(now as never)
    expect(task.completedAt !== null).toBe(task.category === 'done')
  }
}, 60_000)
