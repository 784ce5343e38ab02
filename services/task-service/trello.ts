import { TypeCompiler } from '@sinclair/typebox/compiler'
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors'
import { type Static, type TSchema, t } from 'elysia'
import { Problem } from '../kit/problem.ts'
import { Instant, type Language } from '../kit/schema.ts'
import type { Category, Color, ImportNote } from './contract.ts'

// What is read of Trello's export. Whatever else Trello writes into it, now or later, is let through.

/** 24 hexadecimal digits; the first eight are the seconds since 1970 at which the thing was made. */
const TrelloId = t.String({ pattern: '^[0-9a-f]{24}$' })
/** Older exports leave out what is empty, newer ones write null. */
const maybe = <T extends TSchema>(schema: T) => t.Optional(t.Union([schema, t.Null()]))

const List = t.Object({
  id: TrelloId,
  name: t.String(),
  closed: t.Boolean(),
  pos: t.Number(),
  softLimit: maybe(t.Number()),
})
const Member = t.Object({ id: TrelloId, fullName: maybe(t.String()), username: maybe(t.String()) })
const Attachment = t.Object({
  id: TrelloId,
  name: maybe(t.String()),
  url: t.String(),
  date: Instant,
  isUpload: maybe(t.Boolean()),
})
const Card = t.Object({
  id: TrelloId,
  idList: TrelloId,
  name: t.String(),
  desc: maybe(t.String()),
  closed: t.Boolean(),
  pos: t.Number(),
  dateLastActivity: maybe(Instant),
  due: maybe(Instant),
  dueComplete: maybe(t.Boolean()),
  start: maybe(Instant),
  idLabels: maybe(t.Array(TrelloId)),
  idMembers: maybe(t.Array(TrelloId)),
  idMembersVoted: maybe(t.Array(TrelloId)),
  attachments: maybe(t.Array(Attachment)),
  customFieldItems: maybe(t.Array(t.Unknown())),
  badges: maybe(t.Object({ comments: maybe(t.Number()) })),
})
const Checklist = t.Object({
  id: TrelloId,
  idCard: TrelloId,
  name: t.String(),
  pos: t.Number(),
  checkItems: t.Array(t.Object({ name: t.String(), state: t.String(), pos: t.Number() })),
})
const Board = t.Object({
  id: TrelloId,
  name: t.String(),
  desc: maybe(t.String()),
  lists: t.Array(List),
  cards: t.Array(Card, { maxItems: 20_000 }),
  labels: maybe(t.Array(t.Object({ id: TrelloId, name: t.String(), color: maybe(t.String()) }))),
  members: maybe(t.Array(Member)),
  checklists: maybe(t.Array(Checklist)),
  actions: maybe(t.Array(t.Object({ type: t.String() }))),
})
const CommentAction = t.Object({
  id: TrelloId,
  date: Instant,
  idMemberCreator: TrelloId,
  memberCreator: maybe(Member),
  data: t.Object({
    text: t.String(),
    card: t.Object({ id: TrelloId }),
    dateLastEdited: maybe(Instant),
  }),
})
type Card = Static<typeof Card>
type Checklist = Static<typeof Checklist>
type CommentAction = Static<typeof CommentAction>
export type TrelloBoard = Static<typeof Board> & { comments: CommentAction[] }

const board = TypeCompiler.Compile(Board)
const commentAction = TypeCompiler.Compile(CommentAction)
/** A comment may have been written here or copied with its card. */
const commentTypes = new Set(['commentCard', 'copyCommentCard'])

/** Checks that it is the JSON export of a Trello board. Throws 422 `not_a_trello_board` that names the first ten fields that are not as they should be. */
export function readBoard(body: unknown): TrelloBoard {
  if (!board.Check(body)) throw notABoard(board.Errors(body))
  const comments = (body.actions ?? []).flatMap((action, place) => {
    if (!commentTypes.has(action.type)) return []
    if (commentAction.Check(action)) return [action]
    throw notABoard(commentAction.Errors(action), `/actions/${place}`)
  })
  return { ...body, comments }
}

function notABoard(errors: Iterable<ValueError>, within = ''): Problem {
  const fields = Iterator.from(errors)
    .take(10)
    .map(error => ({
      field: (within + error.path).slice(1).replaceAll('/', '.'),
      in: 'body' as const,
      ...whatIsWrong(error),
    }))
  // What is missing also has the wrong type; the first is the one to tell.
  const firsts = new Map([...fields].reverse().map(field => [field.field, field]))
  return new Problem(422, 'not_a_trello_board', { fields: [...firsts.values()].reverse() })
}

function whatIsWrong({ type, value, schema }: ValueError) {
  if (value === undefined) return { code: 'required' }
  if (type === ValueErrorType.ArrayMaxItems) return { code: 'too_many', params: { max: schema.maxItems } }
  if (type === ValueErrorType.StringPattern) return { code: 'bad_pattern' }
  if (type === ValueErrorType.StringFormat) return { code: 'not_an_instant' }
  return { code: 'wrong_type' }
}

// What it becomes here.

/**
 * A board as a project: rows without ids of their own, each with its `source`, by which they name each other. Statuses, and the tasks in
 * them, are in the order of the board; comments are oldest first.
 */
export type Plan = {
  project: { source: string; name: string; description: string }
  /** `isList`: whether it was a list, and is not one of those that had to be added. */
  statuses: { source: string; name: string; category: Category; limit: number | null; isList: boolean }[]
  labels: { source: string; name: string; color: Color }[]
  people: { source: string; name: string }[]
  tasks: PlannedTask[]
  links: { source: string; task: string; url: string; title: string; addedAt: Date }[]
  comments: {
    source: string
    task: string
    author: string
    body: string
    createdAt: Date
    editedAt: Date | null
  }[]
  /** How many the export has, whether or not they come along. */
  found: Record<
    'lists' | 'cards' | 'labels' | 'members' | 'checklists' | 'comments' | 'dueDates' | 'attachments',
    number
  >
  notes: { code: ImportNote; count: number }[]
}
export type PlannedTask = {
  source: string
  status: string
  title: string
  description: string
  labels: string[]
  assignees: string[]
  dueAt: Date | null
  /** How many checklists its description ends with. */
  checklists: number
  createdAt: Date
  updatedAt: Date
  completedAt: Date | null
}

/** The longest that the contract lets each text be. */
const longest = {
  projectName: 100,
  projectDescription: 2_000,
  status: 60,
  label: 40,
  person: 200,
  title: 500,
  description: 50_000,
  comment: 20_000,
  url: 2_000,
  linkTitle: 200,
}

const words = {
  en: {
    first: 'To do',
    archived: 'Archived',
    list: 'List in Trello',
    untitled: 'Untitled',
    somebody: 'Former member',
    noColor: 'No color',
  },
  ko: {
    first: '할 일',
    archived: '보관됨',
    list: 'Trello 리스트',
    untitled: '제목 없음',
    somebody: '이전 멤버',
    noColor: '색 없음',
  },
}
/** Trello's colours: which of ours is nearest, and what a label without a name is called. */
const colors: Record<string, { ours: Color; en: string; ko: string }> = {
  green: { ours: 'green', en: 'Green', ko: '초록' },
  yellow: { ours: 'amber', en: 'Yellow', ko: '노랑' },
  orange: { ours: 'amber', en: 'Orange', ko: '주황' },
  red: { ours: 'rose', en: 'Red', ko: '빨강' },
  purple: { ours: 'violet', en: 'Purple', ko: '보라' },
  blue: { ours: 'sky', en: 'Blue', ko: '파랑' },
  sky: { ours: 'teal', en: 'Sky', ko: '하늘' },
  lime: { ours: 'lime', en: 'Lime', ko: '연두' },
  pink: { ours: 'rose', en: 'Pink', ko: '분홍' },
  black: { ours: 'gray', en: 'Black', ko: '검정' },
}

/** What lists are usually called, most telling first: "Ready for QA" is review, and "Backlog/Ideas" is no idea of done. */
const categories: [Category, RegExp][] = [
  ['review', /\b(review\w*|qa|testing|verify\w*|approv\w*|to merge)\b|검토|리뷰|검수|확인/i],
  ['done', /\b(done|completed?|finished|closed|shipped|released|resolved)\b|완료|끝/i],
  ['doing', /\b(doing|in progress|wip|working on|started|ongoing)\b|진행|작업 ?중|하는 ?중/i],
  ['backlog', /\b(backlog|ideas?|icebox|someday|future|wish ?list)\b|백로그|아이디어|언젠가/i],
]
const categoryOf = (name: string): Category =>
  categories.find(([, pattern]) => pattern.test(name))?.[0] ?? 'ready'

const sourceOf = (id: string) => `trello:${id}`
const byPos = (a: { pos: number }, b: { pos: number }) => a.pos - b.pos

/**
 * Maps a board to what it becomes here. `now` bounds instants that the export puts into the future.
 *
 * - A list becomes a status, in the order of the board, its category guessed by its name. What Trello has put out of sight stays out of the
 *   way: archived cards, and the cards of archived lists, go to one status "Archived" at the end (latest activity first, category done, so that
 *   nobody is told that they are late; the description says which list it was), and archived lists do not become statuses. A board without any other list gets one to begin with.
 * - A card becomes a task that was made when the card was made and changed when it last was; in a status of category done that is when it was
 *   completed. Its due time is an instant. Checklists become Markdown task lists at the end of the description, each under its name.
 * - Members, and those who commented and have left, become people known by name only: nobody is taken for a user with the same name.
 * - Attachments become links. Labels that have no name and are on no card (Trello makes six) stay behind; one that is used gets its colour's name.
 * - Looks (covers, stickers, backgrounds) and the data of Power-Ups stay behind. Everything else that cannot come along as it is, is counted in `notes`.
 */
export function planOf(board: TrelloBoard, { language, now }: { language: Language; now: Date }): Plan {
  const word = words[language]
  const notes = new Map<ImportNote, number>()
  const note = (code: ImportNote, count = 1) => {
    if (count > 0) notes.set(code, (notes.get(code) ?? 0) + count)
  }
  /** Text that the database takes: without null characters and broken surrogates, and not too long. */
  const text = (raw: string, max: number) => {
    const whole = raw.replaceAll('\0', '').toWellFormed()
    if (whole.length <= max) return whole
    note('text_cut')
    return whole.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')
  }
  const name = (raw: string | null | undefined, max: number, otherwise: string) =>
    text(raw?.trim() ?? '', max).trim() || otherwise
  const instant = (raw: string | number) => new Date(Math.min(new Date(raw).getTime(), now.getTime()))
  const madeAt = (id: string) => instant(Number.parseInt(id.slice(0, 8), 16) * 1000)
  const unique = <T extends { id: string }>(items: readonly T[] | null | undefined): T[] => {
    const byId = new Map((items ?? []).toReversed().map(item => [item.id, item]))
    note('repeated', (items?.length ?? 0) - byId.size)
    return [...byId.values()].toReversed()
  }

  const lists = unique(board.lists).sort(byPos)
  const open = new Map(lists.filter(list => !list.closed).map(list => [list.id, list]))
  const cards = unique(board.cards)
  const cardIds = new Set(cards.map(card => card.id))
  const comments = unique(board.comments)
  const checklists = unique(board.checklists)
  const attachments = unique(
    cards.flatMap(card => (card.attachments ?? []).map(attachment => ({ ...attachment, card: card.id }))),
  )

  const archive = sourceOf(`${board.id}/archive`)
  const statusOf = (card: Card) => (!card.closed && open.has(card.idList) ? sourceOf(card.idList) : archive)
  const statuses: Plan['statuses'] = [...open.values()].map(list => ({
    source: sourceOf(list.id),
    name: name(list.name, longest.status, word.untitled),
    category: categoryOf(list.name),
    limit: list.softLimit && list.softLimit >= 1 && list.softLimit <= 999 ? Math.floor(list.softLimit) : null,
    isList: true,
  }))
  const added = { limit: null, isList: false }
  if (statuses.length === 0)
    statuses.push({ ...added, source: sourceOf(`${board.id}/first`), name: word.first, category: 'ready' })
  const archived = cards.filter(card => statusOf(card) === archive).length
  if (archived > 0) statuses.push({ ...added, source: archive, name: word.archived, category: 'done' })
  const category = new Map(statuses.map(status => [status.source, status.category]))
  note('archived_lists', lists.length - open.size)
  note('archived_cards', archived)
  const listIds = new Set(lists.map(list => list.id))
  note('missing', cards.filter(card => !listIds.has(card.idList)).length)

  const usedLabels = new Set(cards.flatMap(card => card.idLabels ?? []))
  const allLabels = unique(board.labels)
  const labels = allLabels
    .filter(label => label.name.trim() !== '' || usedLabels.has(label.id))
    .map(label => {
      // Newer boards have shades: `green_dark`.
      const color = colors[label.color?.split('_')[0] ?? '']
      return {
        source: sourceOf(label.id),
        name: name(label.name.trim() || (color?.[language] ?? label.color), longest.label, word.noColor),
        color: color?.ours ?? ('gray' as const),
      }
    })
  note('unused_labels', allLabels.length - labels.length)
  const labelSources = new Set(labels.map(label => label.source))

  const people = new Map<string, Plan['people'][number]>()
  const meet = (member: Static<typeof Member>) => {
    const called = member.fullName?.trim() || member.username
    people.set(member.id, { source: sourceOf(member.id), name: name(called, longest.person, word.somebody) })
  }
  unique(board.members).forEach(meet)
  for (const { memberCreator } of comments)
    if (memberCreator && !people.has(memberCreator.id)) meet(memberCreator)
  const personOf = (id: string) => {
    if (!people.has(id)) {
      note('missing')
      meet({ id })
    }
    return sourceOf(id)
  }

  const checklistsOf = Map.groupBy(checklists.sort(byPos), checklist => checklist.idCard)
  note('missing', checklists.filter(({ idCard }) => !cardIds.has(idCard)).length)
  const place = new Map(statuses.map((status, index) => [status.source, index]))
  const known = (ids: readonly string[] | null | undefined) => {
    const sources = [...new Set(ids?.map(sourceOf))]
    const there = sources.filter(source => labelSources.has(source))
    note('missing', sources.length - there.length)
    return there
  }
  const listNames = new Map(lists.map(list => [list.id, list.name]))
  /** Where an archived card was: its status no longer tells. */
  const wasIn = (card: Card) => {
    const list = listNames.get(card.idList)
    return list !== undefined && `${word.list}: ${line(list)}`
  }
  const planned = cards.map(card => {
    const status = statusOf(card)
    const createdAt = madeAt(card.id)
    const lastActivity = card.dateLastActivity ? instant(card.dateLastActivity) : createdAt
    const updatedAt = lastActivity > createdAt ? lastActivity : createdAt
    const done = category.get(status) === 'done'
    const own = checklistsOf.get(card.id) ?? []
    if (card.due && card.dueComplete && !done) note('due_complete')
    if (card.start) note('start_dates')
    note('custom_fields', card.customFieldItems?.length ?? 0)
    note('votes', card.idMembersVoted?.length ?? 0)
    const task: PlannedTask = {
      source: sourceOf(card.id),
      status,
      title: name(card.name, longest.title, word.untitled),
      description: text(
        [card.desc?.trim(), ...own.map(asMarkdown), status === archive && wasIn(card)]
          .filter(Boolean)
          .join('\n\n'),
        longest.description,
      ),
      labels: known(card.idLabels),
      assignees: [...new Set(card.idMembers?.map(personOf))],
      dueAt: card.due ? new Date(card.due) : null,
      checklists: own.length,
      createdAt,
      updatedAt,
      completedAt: done ? updatedAt : null,
    }
    const order = status === archive ? -updatedAt : card.pos
    return { task, order }
  })
  planned.sort((a, b) => place.get(a.task.status)! - place.get(b.task.status)! || a.order - b.order)

  const shown = cards.reduce((sum, card) => sum + (card.badges?.comments ?? 0), 0)
  note('comments_not_exported', shown - comments.length)
  const ofCards = comments.filter(({ data }) => cardIds.has(data.card.id))
  note('missing', comments.length - ofCards.length)
  const written = ofCards.filter(({ data }) => data.text.replaceAll('\0', '') !== '')
  note('empty_comments', ofCards.length - written.length)
  const plannedComments = written.map(({ id, date, idMemberCreator, data }) => ({
    source: sourceOf(id),
    task: sourceOf(data.card.id),
    author: personOf(idMemberCreator),
    body: text(data.text, longest.comment),
    createdAt: instant(date),
    editedAt: data.dateLastEdited ? instant(data.dateLastEdited) : null,
  }))
  plannedComments.sort((a, b) => +a.createdAt - +b.createdAt || (a.source < b.source ? -1 : 1))

  const addresses = attachments.map(attachment => ({ ...attachment, url: webAddress(attachment.url) }))
  const linked = addresses.flatMap(({ url, ...attachment }) => (url ? [{ ...attachment, url }] : []))
  note('links_refused', attachments.length - linked.length)
  note('uploads_in_trello', linked.filter(({ isUpload }) => isUpload).length)
  const links = linked.map(({ id, card, url, name: title, date }) => ({
    source: sourceOf(id),
    task: sourceOf(card),
    url,
    title: name(title, longest.linkTitle, url.slice(0, longest.linkTitle)),
    addedAt: instant(date),
  }))
  const project = {
    source: sourceOf(board.id),
    name: name(board.name, longest.projectName, word.untitled),
    description: text(board.desc?.trim() ?? '', longest.projectDescription),
  }

  return {
    project,
    statuses,
    labels,
    people: [...people.values()],
    tasks: planned.map(({ task }) => task),
    links,
    comments: plannedComments,
    found: {
      lists: lists.length,
      cards: cards.length,
      labels: allLabels.length,
      members: people.size,
      checklists: checklists.length,
      comments: comments.length,
      dueDates: cards.filter(card => card.due).length,
      attachments: attachments.length,
    },
    notes: [...notes].map(([code, count]) => ({ code, count })),
  }
}

/** The address as a browser opens it, or null when it is none or could run script. */
function webAddress(text: string): string | null {
  const url = URL.parse(text.trim())
  return url && /^https?:$/.test(url.protocol) && url.href.length <= longest.url ? url.href : null
}

const line = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

/** A checklist as a Markdown task list under its name. */
function asMarkdown({ name, checkItems }: Checklist): string {
  const items = checkItems.toSorted(byPos)
  const list = items.map(item => `- [${item.state === 'complete' ? 'x' : ' '}] ${line(item.name)}`)
  return [`### ${line(name)}`, list.join('\n')].filter(Boolean).join('\n\n')
}
