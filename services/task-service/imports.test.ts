import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Event } from '../kit/events.ts'
import { call, somebody, testDatabase, testVerifier } from '../kit/testing.ts'
import { taskService } from './app.ts'
import type { Board, ImportReport, Task } from './contract.ts'
import sample from './testdata/trello.json'

let database: Awaited<ReturnType<typeof testDatabase>>
let app: ReturnType<typeof taskService>
beforeAll(async () => {
  database = await testDatabase('task-service')
  app = taskService({ sql: database.sql, verify: testVerifier() })
})
afterAll(() => database.drop())

const mina = somebody()
/** Somebody's calls, and their import of a board. */
function person(who = somebody()) {
  const ask = call(app, who)
  const load = async (board: unknown = sample) => {
    const { status, json } = await ask<ImportReport>('POST', '/api/v1/imports/trello', board)
    expect(status).toBe(201)
    return json
  }
  const board = async (report: ImportReport) =>
    (await ask<Board>('GET', `/api/v1/projects/${report.project.id}/board`)).json
  return { ask, load, board }
}
const parts = [
  'lists',
  'cards',
  'labels',
  'members',
  'checklists',
  'comments',
  'dueDates',
  'attachments',
] as const
const sum = (report: ImportReport, what: 'added' | 'present') =>
  parts.reduce((total, part) => total + report[part][what], 0)
const eventsOf = async (projectId: string | null) => {
  const rows = await database.sql<Pick<Event, 'type' | 'data'>[]>`
    select type, data from outbox where project_id = ${projectId} order by sequence`
  return [...rows]
}
/** Ids of the sample. */
const inspection = sample.cards[0]!
const rent = sample.cards[3]!

describe('Importing a board', () => {
  test('brings its lists, cards, labels, people, comments and attachments, and says how many', async () => {
    const { load, board } = person(mina)
    const report = await load()
    expect(report).toMatchObject({
      dryRun: false,
      project: { name: 'Bakery opening', key: 'BO', isNew: true },
      lists: { found: 7, added: 5, present: 0 },
      cards: { found: 7, added: 7, present: 0 },
      labels: { found: 5, added: 4, present: 0 },
      members: { found: 6, added: 6, present: 0 },
      checklists: { found: 3, added: 2, present: 0 },
      comments: { found: 4, added: 3, present: 0 },
      dueDates: { found: 3, added: 3, present: 0 },
      attachments: { found: 3, added: 2, present: 0 },
    })
    const { project, columns } = await board(report)
    expect(project.statuses.map(({ name, limit, taskCount }) => [name, limit, taskCount])).toEqual([
      ['Ideas', null, 0],
      ['To do', 8, 2],
      ['굽는 중 (진행)', null, 1],
      ['Ready for tasting review', null, 0],
      ['Done', null, 1],
      ['Archived', null, 3],
    ])
    expect(project.labels.map(label => label.name)).toEqual(['No colour at all', 'Oven', 'oven 2', 'Sky'])
    expect(columns[1]?.items.map(task => [task.number, task.title])).toEqual([
      [1, 'Untitled'],
      [2, 'Pass the health inspection'],
    ])
  })

  test('brings a card whole', async () => {
    const { ask, load } = person()
    const { project } = await load()
    const { json } = await ask<Task>('GET', `/api/v1/projects/${project.key}/tasks/2`)
    const { json: whole } = await ask('GET', `/api/v1/projects/${project.key}`)
    const called = (ids: string[], things: { id: string; name: string }[]) =>
      ids.map(id => things.find(thing => thing.id === id)?.name).sort()
    expect(json).toMatchObject({
      title: 'Pass the health inspection',
      due: { at: '2023-10-20T23:30:00.000Z', zone: 'Asia/Seoul' },
      createdAt: new Date(0x650b0000 * 1000).toISOString(),
      updatedAt: '2023-10-02T08:00:00.000Z',
      completedAt: null,
      commentCount: 2,
      version: 1,
    })
    expect(json.description).toContain('### Before the inspection\n\n- [x] Call the city')
    expect(json.links.map(link => [link.title, link.url, link.addedAt])).toEqual([
      ['Rules of the city', 'https://city.example/rules?a=1&b=2', '2023-09-25T10:00:00.000Z'],
      [
        'plan.pdf',
        'https://trello.com/1/cards/1/attachments/2/download/plan.pdf',
        '2023-09-26T10:00:00.000Z',
      ],
    ])
    expect(called(json.labelIds, whole.labels)).toEqual(['Oven', 'Sky'])
    expect(called(json.assigneeIds, whole.placeholders)).toEqual(['Dana Kim', '이도윤'])

    const { json: comments } = await ask('GET', `/api/v1/tasks/${json.id}/comments`)
    expect(
      comments.items.map((comment: { authorId: string }) => called([comment.authorId], whole.placeholders)),
    ).toEqual([['Ada Left'], ['이도윤']])
    expect(comments.items[0]).toMatchObject({
      body: 'The inspector asked for <b>gloves</b>.',
      createdAt: '2023-10-07T09:30:00.000Z',
      editedAt: '2023-10-07T09:45:00.000Z',
    })
    const { json: history } = await ask('GET', `/api/v1/tasks/${json.id}/history`)
    expect(history.items).toMatchObject([{ field: 'created', to: 'Pass the health inspection' }])
  })

  test('tells everybody by events, in an order that they can follow', async () => {
    const { load } = person()
    const { project } = await load()
    const events = await eventsOf(project.id)
    const count = (type: string) => events.filter(event => event.type === type).length
    expect(events.slice(0, 2).map(event => event.type)).toEqual(['project.created', 'member.added'])
    expect([
      count('status.created'),
      count('label.created'),
      count('task.created'),
      count('comment.added'),
    ]).toEqual([6, 4, 7, 3])
    const done = events.find(event => (event.data as { task?: Task }).task?.title === rent.name)
    expect(done?.data).toMatchObject({
      task: {
        key: `${project.key}-4`,
        category: 'done',
        completedAt: '2023-09-28T12:00:00.000Z',
        commentCount: 1,
      },
      changes: [{ field: 'created', to: 'Rent the shop' }],
    })
  })

  test('takes the same number of statements for seven cards and for seven hundred', async () => {
    const statements = async (name: string, cards: unknown[]) => {
      const { load } = person()
      database.queries.length = 0
      await load({ ...sample, name, cards })
      return database.queries.length
    }
    const many = Array.from({ length: 700 }, (_, index) => ({
      ...inspection,
      id: `650b0000${index.toString(16).padStart(16, '0')}`,
      pos: index,
      attachments: [],
    }))
    const few = await statements('Few', sample.cards)
    expect(await statements('Many', many)).toBe(few)
  })
})

describe('A dry run', () => {
  test('reports the same and writes nothing', async () => {
    const { ask, load } = person()
    const { status, json } = await ask<ImportReport>('POST', '/api/v1/imports/trello?dryRun=true', sample)
    expect(status).toBe(200)
    expect(json).toMatchObject({ dryRun: true, project: { id: null, key: null, isNew: true } })
    expect((await ask('GET', '/api/v1/projects')).json.items).toEqual([])
    const { dryRun: _, project: __, ...real } = await load()
    expect(json).toMatchObject(real)
  })
})

describe('Importing the same board again', () => {
  test('adds nothing', async () => {
    const { ask, load, board } = person()
    const first = await load()
    const before = [await board(first), await eventsOf(first.project.id)]
    const second = await load()
    expect(second.project).toEqual({ ...first.project, isNew: false })
    expect(sum(second, 'added')).toBe(0)
    expect(sum(second, 'present')).toBe(sum(first, 'added'))
    expect([await board(first), await eventsOf(first.project.id)]).toEqual(before)
    expect((await ask('GET', '/api/v1/projects')).json.items).toHaveLength(1)
  })

  test('eight times at once makes one project', async () => {
    const { ask, load } = person()
    const reports = await Promise.all(Array.from({ length: 8 }, () => load()))
    expect(new Set(reports.map(report => report.project.id)).size).toBe(1)
    expect(reports.filter(report => report.project.isNew)).toHaveLength(1)
    expect(reports.reduce((total, report) => total + report.cards.added, 0)).toBe(7)
    expect((await ask('GET', '/api/v1/projects')).json.items).toHaveLength(1)
  })

  test('leaves what people made of it since, what they threw away too', async () => {
    const { ask, load } = person()
    const { project } = await load()
    const { json: renamed } = await ask<Task>('GET', `/api/v1/projects/${project.key}/tasks/1`)
    const { json: gone } = await ask<Task>('GET', `/api/v1/projects/${project.key}/tasks/3`)
    const ifMatch = { 'if-match': '"1"' }
    await ask('PATCH', `/api/v1/tasks/${renamed.id}`, { title: 'Buy flour' }, ifMatch)
    await ask('DELETE', `/api/v1/tasks/${gone.id}`, undefined, ifMatch)
    expect((await load()).cards).toEqual({ found: 7, added: 0, present: 7 })
    expect((await ask<Task>('GET', `/api/v1/tasks/${renamed.id}`)).json.title).toBe('Buy flour')
    expect((await ask<Task>('GET', `/api/v1/tasks/${gone.id}`)).json.deletedAt).not.toBeNull()
  })

  test('after it has grown adds only what is new', async () => {
    const { ask, load, board } = person()
    const first = await load()
    const list = { id: '650a00000000000000000108', name: 'After the opening', closed: false, pos: 1 }
    const added = {
      id: '660000000000000000000601',
      idList: list.id,
      name: 'Say thanks',
      closed: false,
      pos: 1,
    }
    const todo = {
      ...added,
      id: '660000000000000000000602',
      idList: inspection.idList,
      name: 'Buy flour',
      pos: 1,
    }
    const photo = { ...inspection.attachments![0]!, id: '660000000000000000000701', name: 'Photo' }
    const comment = {
      ...sample.actions[0]!,
      id: '660000000000000000000801',
      date: '2024-03-01T00:00:00.000Z',
    }
    const label = { id: '660000000000000000000201', name: 'Sky', color: 'blue' }
    const second = await load({
      ...sample,
      lists: [...sample.lists, list],
      labels: [...sample.labels, label],
      cards: [
        { ...inspection, attachments: [...inspection.attachments!, photo] },
        ...sample.cards.slice(1),
        added,
        todo,
      ],
      actions: [comment, ...sample.actions],
    })
    expect(second).toMatchObject({
      lists: { added: 1, present: 5 },
      cards: { added: 2, present: 7 },
      labels: { added: 1, present: 4 },
      comments: { added: 1, present: 3 },
      attachments: { added: 1, present: 2 },
    })
    const { project, columns } = await board(first)
    expect(project.statuses.at(-1)).toMatchObject({ name: 'After the opening', taskCount: 1 })
    expect(project.labels.map(label => label.name)).toContain('Sky 2')
    expect(columns[1]?.items.map(task => [task.number, task.title])).toEqual([
      [1, 'Untitled'],
      [2, 'Pass the health inspection'],
      [9, 'Buy flour'],
    ])
    const grown = columns[1]!.items[1]!
    expect(grown).toMatchObject({ commentCount: 3, linkCount: 3 })
    const { json: history } = await ask('GET', `/api/v1/tasks/${grown.id}/history`)
    expect(history.items[0]).toMatchObject({ field: 'links', from: null, to: { title: 'Photo' } })
    const events = (await eventsOf(first.project.id)).filter(event => event.type === 'task.changed')
    expect(events.map(event => event.data)).toMatchObject([
      { task: { id: grown.id, linkCount: 3, commentCount: 3 }, changes: [{ field: 'links' }] },
    ])
  })

  test('goes into a new project when the first is in the trash', async () => {
    const { ask, load } = person()
    const first = await load()
    const { status } = await ask('DELETE', `/api/v1/projects/${first.project.id}`, undefined, {
      'if-match': '"1"',
    })
    expect(status).toBe(204)
    const second = await load()
    expect(second.project).toMatchObject({ name: 'Bakery opening', isNew: true })
    expect(second.project.id).not.toBe(first.project.id)
  })

  test('is refused to somebody who is no admin of it any more', async () => {
    const who = somebody()
    const { ask, load } = person(who)
    const { project } = await load()
    await database.sql`update members set role = 'editor' where project_id = ${project.id} and user_id = ${who.userId}`
    const { status, json } = await ask('POST', '/api/v1/imports/trello', sample)
    expect([status, json.code]).toEqual([403, 'forbidden'])
  })

  test('by somebody else makes a project of their own', async () => {
    const [first, second] = [await person().load(), await person().load()]
    expect(second.project.isNew).toBe(true)
    expect(second.project.id).not.toBe(first.project.id)
  })
})

describe('What is no board', () => {
  test('is refused, naming the field, in the language of the caller', async () => {
    const { ask } = person()
    const { status, json } = await ask(
      'POST',
      '/api/v1/imports/trello',
      { ...sample, cards: [{}] },
      {
        'accept-language': 'ko',
      },
    )
    expect([status, json.code]).toEqual([422, 'not_a_trello_board'])
    expect(json.errors[0]).toMatchObject({ field: 'cards.0.id', code: 'required' })
  })

  test.each([
    ['is not JSON', 'Not JSON', 400],
    ['is larger than 20 MiB', `"${'x'.repeat(20 * 1024 * 1024)}"`, 413],
    ['is no object', '[]', 422],
  ])('%s', async (_, body, expected) => {
    expect((await person().ask('POST', '/api/v1/imports/trello', body)).status).toBe(expected)
  })

  test('with odd text in every place is never our fault', async () => {
    const odd = `\0\ud800${'x'.repeat(60_000)}`
    const board = JSON.parse(JSON.stringify(sample), (key, value) =>
      ['name', 'desc', 'text', 'fullName', 'username', 'color'].includes(key) ? odd : value,
    )
    const { json } = await person().ask('POST', '/api/v1/imports/trello', board)
    expect(json).toMatchObject({ cards: { added: 7 }, comments: { added: 3 } })
  })
})
