import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Person } from '../kit/identity.ts'
import { newId } from '../kit/schema.ts'
import { somebody } from '../kit/testing.ts'
import type { Project, Task } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

const path = (task: Pick<Task, 'id'>) => `/api/v1/tasks/${task.id}`
const status = (project: Project, category: string) => project.statuses.find(s => s.category === category)!
async function team() {
  const mina = somebody()
  return { mina, project: await service.project(mina) }
}
const history = async (person: Person, task: Task) =>
  (await service.as(person)('GET', `${path(task)}/history`)).json.items as {
    field: string
    from: unknown
    to: unknown
    actorId: string
  }[]

describe('creating a task', () => {
  test('puts it at the end of the first open status, with what was given', async () => {
    const { mina, project } = await team()
    const label = (
      await service.as(mina)('POST', `/api/v1/projects/${project.id}/labels`, { name: 'Bug', color: 'rose' })
    ).json
    const first = await service.task(mina, project)
    const answer = await service.as(mina)('POST', `/api/v1/projects/${project.key}/tasks`, {
      title: ' Order the seeds ',
      description: '**soon**',
      priority: 'high',
      labelIds: [label.id],
      assigneeIds: [mina.userId],
      due: { at: '2026-12-31T18:00:00+09:00', zone: 'Asia/Seoul' },
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('etag')).toBe('"1"')
    expect(answer.json).toMatchObject({
      key: `${project.key}-2`,
      number: 2,
      title: 'Order the seeds',
      description: '**soon**',
      statusId: status(project, 'backlog').id,
      category: 'backlog',
      priority: 'high',
      labelIds: [label.id],
      assigneeIds: [mina.userId],
      due: { at: '2026-12-31T09:00:00.000Z', zone: 'Asia/Seoul' },
      hasDescription: true,
      commentCount: 0,
      createdBy: mina.userId,
      completedAt: null,
      version: 1,
    })
    expect(answer.json.position > first.position).toBe(true)
    expect((await service.as(mina)('GET', path(answer.json))).json).toEqual(answer.json)
    expect(
      (await service.as(mina)('GET', `/api/v1/projects/${project.key.toLowerCase()}/tasks/2`)).json,
    ).toEqual(answer.json)
  })

  test('writes its history and tells consumers in the same transaction', async () => {
    const { mina, project } = await team()
    const task = await service.task(mina, project)
    expect(await history(mina, task)).toMatchObject([
      { field: 'created', from: null, to: 'Water the plants', actorId: mina.userId },
    ])
    const { description: _, links: __, ...told } = task
    expect((await service.events(project)).at(-1)).toEqual({
      type: 'task.created',
      actor_id: mina.userId,
      data: { task: told, changes: [{ field: 'created', from: null, to: 'Water the plants' }] },
    })
  })

  test('numbers 64 that come at once from 1 to 64 without a gap', async () => {
    const { mina, project } = await team()
    const tasks = await Promise.all(Array.from({ length: 64 }, () => service.task(mina, project)))
    expect(tasks.map(task => task.number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 64 }, (_, index) => index + 1),
    )
    expect(new Set(tasks.map(task => task.position)).size).toBe(64)
  }, 30_000)

  test('happens once for an Idempotency-Key, also when 64 of the same come at once', async () => {
    const { mina, project } = await team()
    const create = (title: string) =>
      service.as(mina)(
        'POST',
        `/api/v1/projects/${project.id}/tasks`,
        { title },
        { 'idempotency-key': 'one' },
      )
    const answers = await Promise.all(Array.from({ length: 64 }, () => create('Once')))
    expect(new Set(answers.map(answer => answer.status))).toEqual(new Set([201]))
    for (const answer of answers) expect(answer.json).toEqual(answers[0]!.json)
    expect((await service.as(mina)('GET', `/api/v1/projects/${project.id}/tasks`)).json.items).toHaveLength(1)
    expect(await create('Something else')).toMatchObject({
      status: 422,
      json: { code: 'idempotency_key_reused' },
    })
    const next = await service.task(mina, project)
    expect(next.number).toBe(2)
  })

  test('takes eight statements, from the look at the role to the commit', async () => {
    const { mina, project } = await team()
    await service.task(mina, project)
    service.queries.length = 0
    await service.task(mina, project)
    expect(service.queries.length).toBeLessThanOrEqual(8)
  })

  test('refuses statuses, labels and people of elsewhere, and due dates that do not exist', async () => {
    const { mina, project } = await team()
    const other = await service.project(mina)
    const label = (
      await service.as(mina)('POST', `/api/v1/projects/${other.id}/labels`, { name: 'Bug', color: 'rose' })
    ).json
    const wrong = {
      statusId: [{ statusId: other.statuses[0]!.id }, 'statusId'],
      labelIds: [{ labelIds: [label.id] }, 'labelIds'],
      assigneeIds: [{ assigneeIds: [newId()] }, 'assigneeIds'],
      day: [{ due: { date: '2026-02-30' } }, 'due.date'],
      zone: [{ due: { at: '2026-12-31T09:00:00Z', zone: 'Mars/Olympus' } }, 'due.zone'],
      both: [{ due: { date: '2026-12-31', at: '2026-12-31T09:00:00Z', zone: 'UTC' } }, 'due'],
      blank: [{ title: '   ' }, 'title'],
    } as const
    for (const [name, [fields, field]] of Object.entries(wrong)) {
      const answer = await service.as(mina)('POST', `/api/v1/projects/${project.id}/tasks`, {
        title: 'Wrong',
        ...fields,
      })
      expect({ name, status: answer.status }).toEqual({ name, status: 422 })
      expect(answer.json.errors[0].field).toStartWith(field)
    }
    expect((await service.task(mina, project)).number).toBe(1)
  })
})

describe('changing a task', () => {
  test('writes only what differs, to the row, the history and the event', async () => {
    const { mina, project } = await team()
    const task = await service.task(mina, project, { due: { date: '2026-12-31' } })
    const { status: code, json: changed } = await service.as(mina)<Task>(
      'PATCH',
      path(task),
      { title: 'Water the ferns', priority: 'none', due: null, assigneeIds: [mina.userId] },
      seen(task),
    )
    expect(code).toBe(200)
    expect(changed).toMatchObject({
      title: 'Water the ferns',
      due: null,
      assigneeIds: [mina.userId],
      version: 2,
    })
    expect((await service.as(mina)('GET', path(task))).json).toEqual(changed)
    const changes = [
      { field: 'title', from: 'Water the plants', to: 'Water the ferns' },
      { field: 'due', from: { date: '2026-12-31' }, to: null },
      { field: 'assignees', from: [], to: [mina.userId] },
    ]
    const written = (await history(mina, task)).filter(change => change.field !== 'created')
    expect(written.map(({ field, from, to }) => ({ field, from, to })).toReversed()).toEqual(changes)
    const { description: _, links: __, ...told } = changed
    expect((await service.events(project)).at(-1)).toMatchObject({
      type: 'task.changed',
      data: { task: told, changes },
    })
  })

  test('without a difference answers the same version and writes nothing', async () => {
    const { mina, project } = await team()
    const task = await service.task(mina, project)
    const before = (await service.events(project)).length
    const answer = await service.as(mina)(
      'PATCH',
      path(task),
      { title: task.title, labelIds: [] },
      seen(task),
    )
    expect(answer).toMatchObject({ status: 200, json: task })
    expect(answer.headers.get('etag')).toBe('"1"')
    expect(await history(mina, task)).toHaveLength(1)
    expect(await service.events(project)).toHaveLength(before)
  })

  test('needs If-Match, and a stale one gets the current task', async () => {
    const { mina, project } = await team()
    const task = await service.task(mina, project)
    expect((await service.as(mina)('PATCH', path(task), { title: 'A' })).status).toBe(428)
    const changed = (await service.as(mina)('PATCH', path(task), { title: 'A' }, seen(task))).json
    const stale = await service.as(mina)('PATCH', path(task), { title: 'B' }, seen(task))
    expect(stale).toMatchObject({ status: 412, json: { code: 'stale', current: changed } })
    expect(stale.headers.get('etag')).toBe('"2"')
  })

  test('lets one of 64 writers through who all saw the same version, and tells the others what is current', async () => {
    const { mina, project } = await team()
    const task = await service.task(mina, project)
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, writer) =>
        service.as(mina)('PATCH', path(task), { title: `By ${writer}` }, seen(task)),
      ),
    )
    const [winner, ...more] = answers.filter(answer => answer.status === 200)
    expect(more).toEqual([])
    const losers = answers.filter(answer => answer.status === 412)
    expect(losers).toHaveLength(63)
    for (const loser of losers) expect(loser.json.current).toEqual(winner!.json)
    expect(await history(mina, task)).toHaveLength(2)
  })

  test('sets completedAt on entering a done status, keeps it between two, and clears it on leaving', async () => {
    const { mina, project } = await team()
    const done = status(project, 'done')
    const archive = (
      await service.as(mina)('POST', `/api/v1/projects/${project.id}/statuses`, {
        name: 'Archive',
        category: 'done',
      })
    ).json
    const task = await service.task(mina, project)
    const to = async (task: Task, statusId: string) =>
      (await service.as(mina)<Task>('PATCH', path(task), { statusId }, seen(task))).json
    const finished = await to(task, done.id)
    expect(finished).toMatchObject({ category: 'done', completedAt: finished.updatedAt })
    const archived = await to(finished, archive.id)
    expect(archived.completedAt).toBe(finished.completedAt)
    expect(await to(archived, status(project, 'doing').id)).toMatchObject({
      category: 'doing',
      completedAt: null,
    })
  })
})

describe('the trash', () => {
  test('takes a task out of lists and counts, keeps it readable, and gives it back where it was', async () => {
    const { mina, project } = await team()
    const [before, task, after] = [
      await service.task(mina, project),
      await service.task(mina, project),
      await service.task(mina, project),
    ]
    const call = service.as(mina)
    const list = async () =>
      (await call('GET', `/api/v1/projects/${project.id}/tasks`)).json.items.map((item: Task) => item.id)
    expect((await call('DELETE', path(task))).status).toBe(428)
    expect((await call('DELETE', path(task), undefined, seen(task))).status).toBe(204)
    expect(await list()).toEqual([before.id, after.id])
    const trashed = (await call('GET', path(task))).json
    expect(trashed).toMatchObject({ version: 2, deletedAt: trashed.updatedAt })
    expect((await call('GET', `/api/v1/projects/${project.id}`)).json.statuses[0].taskCount).toBe(2)
    for (const [method, sub, body] of [
      ['PATCH', '', { title: 'Edited in the trash' }],
      ['POST', '/move', { statusId: task.statusId }],
      ['POST', '/comments', { body: 'Hello' }],
      ['DELETE', '', undefined],
    ] as const)
      expect((await call(method, path(task) + sub, body, seen(trashed))).status).toBe(404)
    const restored = await call('POST', `${path(task)}/restore`)
    expect(restored).toMatchObject({ status: 200, json: { version: 3, deletedAt: null } })
    expect(await list()).toEqual([before.id, task.id, after.id])
    expect((await call('POST', `${path(task)}/restore`)).json).toEqual(restored.json)
    expect((await history(mina, task)).map(({ field, to }) => [field, to])).toEqual([
      ['deleted', false],
      ['deleted', true],
      ['created', task.title],
    ])
    expect((await service.events(project)).slice(-2).map(event => event.type)).toEqual([
      'task.deleted',
      'task.restored',
    ])
  })
})

describe('links', () => {
  test('open web addresses only, and leave the version of the task alone', async () => {
    const { mina, project } = await team()
    const task = await service.task(mina, project)
    const call = service.as(mina)
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'ftp://example.com', 'example.com', ' '])
      expect((await call('POST', `${path(task)}/links`, { url })).status).toBe(422)
    const link = await call('POST', `${path(task)}/links`, {
      url: 'https://example.com/a',
      title: 'The page',
    })
    expect(link).toMatchObject({ status: 201, json: { url: 'https://example.com/a', title: 'The page' } })
    expect((await call('GET', path(task))).json).toMatchObject({
      links: [link.json],
      linkCount: 1,
      version: task.version,
    })
    expect((await call('DELETE', `${path(task)}/links/${newId()}`)).status).toBe(404)
    expect((await call('DELETE', `${path(task)}/links/${link.json.id}`)).status).toBe(204)
    const value = { url: 'https://example.com/a', title: 'The page' }
    expect((await history(mina, task)).slice(0, 2)).toMatchObject([
      { field: 'links', from: value, to: null },
      { field: 'links', from: null, to: value },
    ])
  })
})
