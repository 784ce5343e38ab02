import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Person } from '../kit/identity.ts'
import type { Tx } from '../kit/database.ts'
import { type Answer, somebody, until } from '../kit/testing.ts'
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

describe('a request waits for another that is about to commit, and then sees what it did:', () => {
  /** Starts the request while a transaction has done `work`, commits when the request waits for it, and gives the answer. */
  async function whileAnother(work: (tx: Tx) => Promise<unknown>, request: () => Promise<Answer>) {
    const { promise: started, resolve: start } = Promise.withResolvers<void>()
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>()
    const other = service.sql.begin(async tx => {
      await work(tx)
      start()
      await mayCommit
    })
    await started
    const answer = request()
    try {
      await until(async () => {
        const [waiting] = await service.sql<{ count: number }[]>`
          select count(*)::integer as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`
        return waiting!.count > 0
      }, 'waiting for the other')
    } finally {
      commit()
      await other
    }
    return answer
  }
  async function team() {
    const mina = somebody()
    const project = await service.project(mina)
    const base = `/api/v1/projects/${project.id}`
    const call = service.as(mina)
    const label: Label = (await call('POST', `${base}/labels`, { name: 'Bug', color: 'rose' })).json
    const task = await service.task(mina, project)
    return { mina, project, base, call, label, task }
  }

  test('a member who is being removed is assigned nothing', async () => {
    const { mina, project, call, task } = await team()
    const jun = await service.member(mina, project, 'editor')
    const answer = await whileAnother(
      tx => tx`delete from members where project_id = ${project.id} and user_id = ${jun.userId}`,
      () => call('PATCH', `/api/v1/tasks/${task.id}`, { assigneeIds: [jun.userId] }, seen(task)),
    )
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field: 'assigneeIds' }] } })
  })

  test('a label that is being deleted is put on nothing', async () => {
    const { call, task, label } = await team()
    const answer = await whileAnother(
      tx => tx`delete from labels where id = ${label.id}`,
      () => call('PATCH', `/api/v1/tasks/${task.id}`, { labelIds: [label.id] }, seen(task)),
    )
    expect(answer).toMatchObject({ status: 422, json: { errors: [{ field: 'labelIds' }] } })
  })

  test('a label that is being put on a task is deleted from it', async () => {
    const { base, call, task, label } = await team()
    const answer = await whileAnother(
      async tx => {
        await tx`select from labels where id = ${label.id} for key share`
        await tx`insert into task_labels values (${task.id}, ${label.id})`
      },
      () => call('DELETE', `${base}/labels/${label.id}`, undefined, seen(label)),
    )
    expect(answer.status).toBe(204)
    expect((await call('GET', `/api/v1/tasks/${task.id}/history`)).json.items[0]).toMatchObject({
      field: 'labels',
      from: [label.id],
      to: [],
    })
  })

  test('a status that a task is coming into is not deleted', async () => {
    const { project, base, call, task } = await team()
    const status = project.statuses[1]!
    const answer = await whileAnother(
      tx => tx`update tasks set status_id = ${status.id} where id = ${task.id}`,
      () => call('DELETE', `${base}/statuses/${status.id}`, undefined, seen(status)),
    )
    expect(answer).toMatchObject({ status: 409, json: { code: 'status_in_use' } })
  })

  test('a status that is being deleted takes no task', async () => {
    const { project, base, call, task } = await team()
    const status = project.statuses[1]!
    for (const request of [
      () => call('POST', `/api/v1/tasks/${task.id}/move`, { statusId: status.id }, seen(task)),
      () => call('POST', `${base}/tasks`, { title: 'New', statusId: status.id }),
    ]) {
      const answer = await whileAnother(tx => tx`delete from statuses where id = ${status.id}`, request)
      await service.sql`
        insert into statuses (id, project_id, name, category, position)
        values (${status.id}, ${project.id}, 'Ready', 'ready', ${status.position})`
      expect(answer).toMatchObject({ status: 422, json: { errors: [{ field: 'statusId' }] } })
    }
  })

  test('a task that comes to the end of a status comes behind one that was just put there', async () => {
    const { project, base, call, task } = await team()
    const { id } = project.statuses[0]!
    const answer = await whileAnother(
      async tx => {
        await tx`select from statuses where id = ${id} for no key update`
        await tx`update tasks set position = 'b00' where id = ${task.id}`
      },
      () => call('POST', `${base}/tasks`, { title: 'New' }),
    )
    expect(answer.json.position).toBe('b01')
  })

  test('a status that is added at the end comes behind one that was just added', async () => {
    const { project, base, call } = await team()
    const answer = await whileAnother(
      async tx => {
        await tx`select from projects where id = ${project.id} for no key update`
        await tx`update statuses set position = 'b00' where id = ${project.statuses[4]!.id}`
      },
      () => call('POST', `${base}/statuses`, { name: 'More', category: 'done' }),
    )
    expect(answer.json.position).toBe('b01')
  })
})
