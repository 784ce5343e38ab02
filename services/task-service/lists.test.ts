import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Person } from '../kit/identity.ts'
import { cursor } from '../kit/page.ts'
import { newId } from '../kit/schema.ts'
import { somebody } from '../kit/testing.ts'
import type { Board, Due, MyTasks, Priority, Project, Task, TaskPage, TaskSummary } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

const list = (person: Person, project: Project, query = '') =>
  service.as(person)<TaskPage>('GET', `/api/v1/projects/${project.id}/tasks?${query}`)

/** All pages of a list, two at a time. */
async function walk(person: Person, project: Project, query: string): Promise<TaskSummary[]> {
  const items: TaskSummary[] = []
  for (let after: string | null = ''; after !== null; ) {
    const { json, status } = await list(person, project, `${query}&limit=2${after && `&after=${after}`}`)
    expect(status).toBe(200)
    expect(json.items.length).toBeLessThanOrEqual(2)
    items.push(...json.items)
    after = json.next
  }
  return items
}

/** Rows straight into the table: what a thousand creates would take too long for. */
async function fill(project: Project, count: number) {
  await service.sql`
    insert into tasks (id, project_id, number, status_id, title, position, created_by)
    select gen_random_uuid(), ${project.id}, number, (${project.statuses.map(status => status.id)}::uuid[])[1 + number % 5],
      'Task ' || number, 'a' || lpad(number::text, 5, '0'), ${newId()}
    from generate_series(1, ${count}) number`
}

describe('the list of a project', () => {
  test('comes whole and in order through its pages, by every sort', async () => {
    const mina = somebody()
    const project = await service.project(mina)
    const dues: (Due | null)[] = [
      null,
      { date: '2026-12-31' },
      { at: '2027-01-01T00:00:00.000Z', zone: 'UTC' },
      { at: '2026-12-31T12:00:00.000Z', zone: 'Asia/Seoul' },
      null,
      { date: '2026-12-31' },
      { date: '2026-01-01' },
    ]
    const priorities: Priority[] = ['none', 'urgent', 'low', 'high', 'medium', 'urgent', 'none']
    const tasks: Task[] = []
    for (const [index, due] of dues.entries())
      tasks.push(
        await service.task(mina, project, {
          title: `${index}`,
          due,
          priority: priorities[index]!,
          statusId: project.statuses[(index * 2) % 5]!.id,
        }),
      )
    // The one that was created first is the one that was changed last.
    await service.as(mina)('PATCH', `/api/v1/tasks/${tasks[0]!.id}`, { description: 'x' }, seen(tasks[0]!))
    const order = async (sort: string) =>
      (await walk(mina, project, `sort=${sort}`)).map(task => task.title).join('')
    expect(await order('created')).toBe('6543210')
    expect(await order('updated')).toBe('0654321')
    // The 31st of December ends where the instant of the 1st of January is: then the older one is first.
    expect(await order('due')).toBe('6312504')
    expect(await order('priority')).toBe('5134260')
    expect(await order('position')).toBe('0531642')
    expect((await walk(mina, project, '')).map(task => task.title).join('')).toBe('0531642')
  })

  test('is narrowed by status, category, assignee, label, priority and text', async () => {
    const mina = somebody()
    const project = await service.project(mina, { name: 'Search' })
    const label = (
      await service.as(mina)('POST', `/api/v1/projects/${project.id}/labels`, { name: 'Bug', color: 'rose' })
    ).json
    const [backlog, , doing, , done] = project.statuses
    await service.task(mina, project, { title: 'Plain' })
    await service.task(mina, project, { title: '100% sure', assigneeIds: [mina.userId], priority: 'high' })
    await service.task(mina, project, { title: '주간 보고서', labelIds: [label.id], statusId: doing!.id })
    await service.task(mina, project, { title: 'snake_case 2', statusId: done!.id })
    const found = async (query: string) =>
      (await walk(mina, project, `${query}&sort=created`)).map(task => task.number)
    expect(await found(`status=${backlog!.id}`)).toEqual([2, 1])
    expect(await found('category=doing')).toEqual([3])
    expect(await found('open=true')).toEqual([3, 2, 1])
    expect(await found('open=false')).toEqual([4])
    expect(await found(`assignee=${mina.userId}`)).toEqual([2])
    expect(await found('assignee=none')).toEqual([4, 3, 1])
    expect(await found(`label=${label.id}`)).toEqual([3])
    expect(await found('label=none&open=true')).toEqual([2, 1])
    expect(await found('priority=high')).toEqual([2])
    expect(await found(`q=${encodeURIComponent('보고')}`)).toEqual([3])
    expect(await found('q=PLAIN')).toEqual([1])
    expect(await found(`q=${encodeURIComponent('%')}`)).toEqual([2])
    expect(await found('q=_')).toEqual([4])
    expect(await found(`q=${encodeURIComponent('\\')}`)).toEqual([])
    expect(await found('q=2')).toEqual([4, 2])
    expect(await found(`q=${project.key.toLowerCase()}-2`)).toEqual([2])
    expect(await found(`q=${encodeURIComponent('#3')}`)).toEqual([3])
    expect(await found('q=OTHER-3')).toEqual([])
    expect(await found(`q=${'9'.repeat(30)}`)).toEqual([])
  })

  test('refuses a cursor that is not one of its own', async () => {
    const mina = somebody()
    const project = await service.project(mina)
    for (const sort of ['position', 'updated', 'created', 'due', 'priority'])
      for (const after of [
        'x',
        cursor(),
        cursor('a', 'b'),
        cursor(1 as never, 2 as never),
        cursor(null, null),
        cursor("' or true --", newId()),
        cursor('2026-13-01T00:00:00.000Z', newId()),
        cursor('a0', 'b', 'a0', 'b'),
        cursor('a0', newId(), 'é', newId()),
      ])
        expect(await list(mina, project, `sort=${sort}&after=${after}`)).toMatchObject({
          status: 422,
          json: { errors: [{ field: 'after', code: 'bad_cursor' }] },
        })
  })
})

describe('the list of the trash', () => {
  test('is for all members: what was put there last comes first, page by page, and what is restored leaves', async () => {
    const [mina, viewer, stranger] = [somebody(), somebody(), somebody()]
    const project = await service.project(mina)
    await service.as(mina)('POST', `/api/v1/projects/${project.id}/members`, {
      userId: viewer.userId,
      role: 'viewer',
    })
    const tasks: Task[] = []
    for (const title of ['0', '1', '2', '3', '4', 'kept'])
      tasks.push(await service.task(mina, project, { title, priority: title === '3' ? 'high' : 'low' }))
    for (const index of [2, 0, 4, 1, 3])
      await service.as(mina)('DELETE', `/api/v1/tasks/${tasks[index]!.id}`, undefined, seen(tasks[index]!))
    // Two that went at the same instant: neither is shown twice nor left out where a page ends between them.
    await service.sql`
      update tasks set deleted_at = (select deleted_at from tasks where id = ${tasks[1]!.id})
      where id = ${tasks[4]!.id}`
    const trash = async (query = '') =>
      (await walk(viewer, project, `trash=true${query}`)).map(task => task.title).join('')
    // Ids grow with time.
    expect(await trash()).toBe('34102')
    expect(await trash('&sort=created')).toBe('34102')
    expect(await trash('&priority=high')).toBe('3')
    expect((await list(viewer, project)).json.items.map(task => task.title)).toEqual(['kept'])
    expect((await list(viewer, project, 'trash=false')).json.items.map(task => task.title)).toEqual(['kept'])
    await service.as(mina)('POST', `/api/v1/tasks/${tasks[1]!.id}/restore`)
    expect(await trash()).toBe('3402')
    expect((await list(stranger, project, 'trash=true')).status).toBe(404)
    const foreign = await list(viewer, project, `trash=true&after=${cursor('a0', newId(), 'a0', newId())}`)
    expect(foreign).toMatchObject({ status: 422, json: { errors: [{ field: 'after', code: 'bad_cursor' }] } })
  })
})

describe('a board', () => {
  test('has the first tasks of each status, and where the list goes on', async () => {
    const mina = somebody()
    const project = await service.project(mina)
    const tasks: Task[] = []
    for (let index = 0; index < 5; index++) tasks.push(await service.task(mina, project))
    await service.task(mina, project, { statusId: project.statuses[2]!.id })
    const board = (await service.as(mina)<Board>('GET', `/api/v1/projects/${project.key}/board?limit=2`)).json
    expect(board.project).toMatchObject({ id: project.id, role: 'admin' })
    expect(board.project.statuses.map(status => status.taskCount)).toEqual([5, 0, 1, 0, 0])
    expect(board.columns.map(column => column.statusId)).toEqual(project.statuses.map(status => status.id))
    expect(board.columns.map(column => column.items.length)).toEqual([2, 0, 1, 0, 0])
    expect(board.columns.map(column => column.next !== null)).toEqual([true, false, false, false, false])
    const [first] = board.columns
    const rest = await list(
      mina,
      project,
      `status=${first!.statusId}&sort=position&limit=200&after=${first!.next}`,
    )
    expect([...first!.items, ...rest.json.items].map(task => task.id)).toEqual(tasks.map(task => task.id))
    const { description: _, links: __, deletedAt: ___, ...summary } = tasks[0]!
    expect(first!.items[0]).toEqual(summary)
  })

  test('takes two statements, whether there is one task or a thousand; a list and the trash take two too', async () => {
    const mina = somebody()
    const counts: number[][] = []
    for (const count of [1, 1_000]) {
      const project = await service.project(mina)
      await fill(project, count)
      const counted = async (path: string) => {
        service.queries.length = 0
        const answer = await service.as(mina)('GET', `/api/v1/projects/${project.id}/${path}`)
        expect(answer.status).toBe(200)
        return service.queries.length
      }
      await service.sql`
        update tasks set deleted_at = now() where project_id = ${project.id} and number % 2 = 0`
      counts.push([
        await counted('board?limit=200'),
        await counted('tasks?limit=200'),
        await counted('tasks?limit=200&trash=true'),
      ])
    }
    expect(counts).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ])
  })
})

test('my work is what is open, assigned to me and in my projects, earliest due first', async () => {
  const [mina, jun] = [somebody(), somebody()]
  const project = await service.project(mina, { color: 'teal' })
  await service.as(mina)('POST', `/api/v1/projects/${project.id}/members`, {
    userId: jun.userId,
    role: 'viewer',
  })
  const mine = { assigneeIds: [jun.userId] }
  const create = (title: string, fields = {}) => service.task(mina, project, { title, ...mine, ...fields })
  await create('later', { due: { date: '2027-05-01' } })
  await create('undated')
  await create('sooner', { due: { at: '2027-04-30T10:00:00Z', zone: 'UTC' } })
  await create("not Jun's", { assigneeIds: [mina.userId] })
  await create('done', { statusId: project.statuses[4]!.id })
  const trashed = await create('in the trash')
  await service.as(mina)('DELETE', `/api/v1/tasks/${trashed.id}`, undefined, seen(trashed))
  const first = (await service.as(jun)<MyTasks>('GET', '/api/v1/my/tasks?limit=2')).json
  expect(first.items.map(item => item.task.title)).toEqual(['sooner', 'later'])
  expect(first.items[0]).toMatchObject({
    project: { id: project.id, key: project.key, name: project.name, color: 'teal' },
    statusName: 'Backlog',
  })
  const second = (await service.as(jun)<MyTasks>('GET', `/api/v1/my/tasks?limit=2&after=${first.next}`)).json
  expect(second).toMatchObject({ items: [{ task: { title: 'undated' } }], next: null })
  const current = (await service.as(mina)<Project>('GET', `/api/v1/projects/${project.id}`)).json
  await service.as(mina)('DELETE', `/api/v1/projects/${project.id}`, undefined, seen(current))
  expect((await service.as(jun)<MyTasks>('GET', '/api/v1/my/tasks')).json.items).toEqual([])
})
