import { describe, expect, test } from 'bun:test'
import type { Problem } from '../kit/problem.ts'
import { planOf, readBoard } from './trello.ts'
import sample from './testdata/trello.json'

const now = new Date('2024-01-01T00:00:00Z')
const plan = (board: unknown = sample, language: 'en' | 'ko' = 'en') =>
  planOf(readBoard(board), { language, now })
const task = (title: string) => plan().tasks.find(task => task.title === title)!
const wrongIn = (body: unknown) => {
  try {
    readBoard(body)
  } catch (error) {
    const { status, code, more } = error as Problem
    return { status, code, fields: more.fields?.map(({ field, code }) => `${field} ${code}`) }
  }
}

describe('What is no Trello board', () => {
  test('is refused with the names of the fields that are wrong', () => {
    expect(wrongIn({ hello: 'world' })).toEqual({
      status: 422,
      code: 'not_a_trello_board',
      fields: ['id required', 'name required', 'lists required', 'cards required'],
    })
  })

  test.each([
    ['text', 'x', ' wrong_type'],
    ['a list', [], ' wrong_type'],
    ['nothing', undefined, ' required'],
    ['an id of another kind', { ...sample, id: '42' }, 'id bad_pattern'],
    [
      'a card without a name',
      { ...sample, cards: [{ ...sample.cards[0], name: 7 }] },
      'cards.0.name wrong_type',
    ],
    [
      'an hour that is none',
      { ...sample, cards: [{ ...sample.cards[0], due: '2023-10-20T29:30:00Z' }] },
      'cards.0.due wrong_type',
    ],
    [
      'a comment without text',
      { ...sample, actions: [{ ...sample.actions[0], data: { card: {} } }] },
      'actions.0.data.text required',
    ],
    ['too many cards', { ...sample, cards: Array(20_001).fill(sample.cards[0]) }, 'cards too_many'],
  ])('%s', (_, body, field) => {
    expect(wrongIn(body)?.fields?.[0]).toBe(field)
  })
})

describe('Lists', () => {
  test('become statuses in the order of the board, with a category guessed by their names', () => {
    expect(plan().statuses.map(({ name, category, limit }) => [name, category, limit])).toEqual([
      ['Ideas', 'backlog', null],
      ['To do', 'ready', 8],
      ['굽는 중 (진행)', 'doing', null],
      ['Ready for tasting review', 'review', null],
      ['Done', 'done', null],
      ['Archived', 'done', null],
    ])
  })

  test.each([
    ['Not abandoned', 'ready'],
    ['In Progress 🔥', 'doing'],
    ['QA', 'review'],
    ['Backlog/Future Work/Ideas', 'backlog'],
    ['COMPLETE', 'done'],
    ['완료', 'done'],
    ['검토 대기', 'review'],
    ['할 일', 'ready'],
  ])('%s is %s', (name, category) => {
    const [status] = plan({ ...sample, lists: [{ ...sample.lists[0], name }] }).statuses
    expect(status?.category).toBe(category as never)
  })

  test('that are archived stay out of the way, and so do archived cards: last of all, latest first', () => {
    const { tasks, statuses, notes } = plan()
    const archive = statuses.at(-1)
    expect(archive).toMatchObject({ name: 'Archived', isList: false })
    expect(tasks.filter(task => task.status === archive?.source).map(task => task.title)).toEqual([
      'Old oven',
      'Sell ice cream',
      'On a list that is gone',
    ])
    // Which list it was is not lost, where the board knows it.
    const lists = tasks
      .filter(task => task.status === archive?.source)
      .map(task => /List in Trello: (.+)$/.exec(task.description)?.[1])
    expect(lists).toEqual(['Last year', 'Ideas', undefined])
    expect(notes).toContainEqual({ code: 'archived_lists', count: 2 })
    expect(notes).toContainEqual({ code: 'archived_cards', count: 3 })
  })

  test('of a board without archived cards bring no status for them', () => {
    const { statuses } = plan({ ...sample, cards: [sample.cards[0]] })
    expect(statuses.every(status => status.isList)).toBe(true)
  })

  test('of a board that has none but archived ones leave a status to begin with', () => {
    const lists = sample.lists.map(list => ({ ...list, closed: true }))
    const { statuses } = plan({ ...sample, lists }, 'ko')
    expect(statuses.map(({ name, category }) => [name, category])).toEqual([
      ['할 일', 'ready'],
      ['보관됨', 'done'],
    ])
  })
})

describe('A card', () => {
  test('keeps its place within its list', () => {
    const todo = plan().tasks.filter(task => task.status === 'trello:650a00000000000000000102')
    expect(todo.map(task => task.title)).toEqual(['Untitled', 'Pass the health inspection'])
  })

  test('was made when its id says, changed when it last was, and completed then where its list means done', () => {
    expect(task('Rent the shop')).toMatchObject({
      createdAt: new Date(0x650d0000 * 1000),
      updatedAt: new Date('2023-09-28T12:00:00Z'),
      completedAt: new Date('2023-09-28T12:00:00Z'),
      dueAt: new Date('2023-09-28T09:00:00Z'),
    })
    expect(task('시식 메뉴 굽기')).toMatchObject({
      createdAt: new Date(0x650c0000 * 1000),
      updatedAt: new Date(0x650c0000 * 1000),
      completedAt: null,
    })
  })

  test('from the future was made now', () => {
    const [card] = plan({ ...sample, cards: [{ ...sample.cards[0], id: 'ff0000000000000000000502' }] }).tasks
    expect(card?.createdAt).toEqual(now)
  })

  test('ends its description with its checklists as task lists', () => {
    expect(task('Pass the health inspection')).toMatchObject({
      checklists: 2,
      description: `Ask for the **early** slot.

### Papers

### Before the inspection

- [x] Call the city
- [ ] Clean the vents`,
    })
  })

  test('with text that is too long, broken or holds null characters is cut to what fits, and it is noted', () => {
    const desc = `\0${'가'.repeat(49_999)}😀`
    const { tasks, notes } = plan({ ...sample, cards: [{ ...sample.cards[0], name: 'a\0b\ud800c', desc }] })
    expect(tasks[0]?.title).toBe('ab\ufffdc')
    expect(tasks[0]?.description).toBe('가'.repeat(49_999))
    expect(notes).toContainEqual({ code: 'text_cut', count: 1 })
  })

  test('that the export has twice comes once', () => {
    const { tasks, notes } = plan({
      ...sample,
      cards: [sample.cards[0], { ...sample.cards[0], name: 'Again' }],
    })
    expect(tasks.map(task => task.title)).toEqual(['Pass the health inspection'])
    expect(notes).toContainEqual({ code: 'repeated', count: 1 })
  })
})

describe('Labels', () => {
  test('without a name get that of their colour; those that nothing uses stay behind', () => {
    expect(plan().labels.map(({ name, color }) => [name, color])).toEqual([
      ['Oven', 'rose'],
      ['oven', 'amber'],
      ['Sky', 'teal'],
      ['No colour at all', 'gray'],
    ])
    expect(plan(sample, 'ko').labels[2]?.name).toBe('하늘')
    expect(plan().notes).toContainEqual({ code: 'unused_labels', count: 1 })
  })
})

describe('People', () => {
  test('are members and those who commented, by name; of those who have left without a name only that', () => {
    expect(plan().people.map(person => person.name)).toEqual([
      'Dana Kim',
      '이도윤',
      'noname',
      'Ada Left',
      'Former member',
      'Former member',
    ])
    expect(task('시식 메뉴 굽기').assignees).toEqual([
      'trello:650a00000000000000000303',
      'trello:650a000000000000000003ff',
    ])
  })
})

describe('Comments and attachments', () => {
  test('come oldest first, with their author and when they were written and edited', () => {
    expect(plan().comments.map(({ body, author, editedAt }) => [body, author, editedAt])).toEqual([
      ['Copied along with its card.', 'trello:650a000000000000000003fe', null],
      [
        'The inspector asked for <b>gloves</b>.',
        'trello:650a00000000000000000309',
        new Date('2023-10-07T09:45:00Z'),
      ],
      ['다음 주로 옮겼어요.', 'trello:650a00000000000000000302', null],
    ])
  })

  test('become links when they are http or https', () => {
    expect(plan().links.map(({ title, url }) => [title, url])).toEqual([
      ['Rules of the city', 'https://city.example/rules?a=1&b=2'],
      ['plan.pdf', 'https://trello.com/1/cards/1/attachments/2/download/plan.pdf'],
    ])
  })
})

test('Everything that cannot come along as it is, is noted with how many', () => {
  expect(plan().found).toEqual({
    lists: 7,
    cards: 7,
    labels: 5,
    members: 6,
    checklists: 3,
    comments: 4,
    dueDates: 3,
    attachments: 3,
  })
  expect(Object.fromEntries(plan().notes.map(({ code, count }) => [code, count]))).toEqual({
    archived_lists: 2,
    archived_cards: 3,
    unused_labels: 1,
    due_complete: 1,
    start_dates: 1,
    custom_fields: 1,
    votes: 1,
    // A label, a checklist's and a comment's card, a card's list, an assignee and an author.
    missing: 6,
    uploads_in_trello: 1,
    links_refused: 1,
  })
})
