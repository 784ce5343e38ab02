import type { Query, Sql } from '../kit/database.ts'
import type { Event } from '../kit/events.ts'
import { newId } from '../kit/schema.ts'
import type { Category, Due, TaskServiceEvent } from '../task-service/contract.ts'
import type { Dashboard } from './contract.ts'
import { project } from './projection.ts'

type TaskEvent = Extract<TaskServiceEvent, { data: { task: unknown } }>
type Task = TaskEvent['data']['task']
type DataOf<One, Type> = One extends { type: infer Types; data: infer Data }
  ? Type extends Types
    ? Data
    : never
  : never
type Data<Type> = DataOf<TaskServiceEvent, Type>
type Status = { id: string; name: string; category: Category; position: string }

/**
 * A project as task-service would tell of it: each call is one thing that happens at the instant `at` and makes its event. The first five
 * statuses have one of each category.
 */
export class Story {
  readonly id = newId()
  readonly events: TaskServiceEvent[] = []
  readonly tasks: Task[] = []
  readonly statuses: Status[] = []

  constructor(startedAt: string) {
    this.say('project.created', startedAt, { id: this.id, key: 'OPS', name: 'Operations', color: 'sky' })
    const categories = ['backlog', 'ready', 'doing', 'review', 'done'] as const
    for (const [index, category] of categories.entries()) {
      const status = { id: newId(), name: category, category, position: `a${index}` }
      this.statuses.push(status)
      this.say('status.created', startedAt, { ...status, limit: null, version: 1 })
    }
  }

  say<Type extends TaskServiceEvent['type']>(type: Type, at: string, data: Data<Type>) {
    const position = this.events.length + 1
    this.events.push({
      id: newId(),
      type,
      version: 1,
      producer: 'task-service',
      position,
      projectId: this.id,
      actorId: null,
      at,
      data,
    } as unknown as TaskServiceEvent)
  }

  status(category: Category): Status {
    return this.statuses.find(status => status.category === category)!
  }

  create(at: string, more: Partial<Task> & { category: Category }): Task {
    const number = this.tasks.length + 1
    const task: Task = {
      id: newId(),
      projectId: this.id,
      key: `OPS-${number}`,
      number,
      title: `Task ${number}`,
      statusId: this.status(more.category).id,
      priority: 'none',
      labelIds: [],
      assigneeIds: [],
      due: null,
      position: 'a0',
      hasDescription: false,
      commentCount: 0,
      linkCount: 0,
      createdBy: newId(),
      createdAt: at,
      updatedAt: at,
      completedAt: more.category === 'done' ? at : null,
      version: 1,
      deletedAt: null,
      ...more,
    }
    this.tasks.push(task)
    this.say('task.created', at, { task: { ...task }, changes: [] })
    return task
  }

  change(at: string, task: Task, more: Partial<Pick<Task, 'title' | 'assigneeIds'>> & { due?: Due | null }) {
    this.#changed('task.changed', at, task, more)
  }

  move(at: string, task: Task, { id: statusId, category }: Status) {
    const completedAt = category !== 'done' ? null : task.category === 'done' ? task.completedAt : at
    this.#changed('task.changed', at, task, { statusId, category, completedAt })
  }

  trash(at: string, task: Task) {
    this.#changed('task.deleted', at, task, { deletedAt: at })
  }

  restore(at: string, task: Task) {
    this.#changed('task.restored', at, task, { deletedAt: null })
  }

  /** The status gets another category, and its tasks with it, without an event of theirs. */
  recategorize(at: string, status: Status, category: Category) {
    status.category = category
    for (const task of this.tasks.filter(task => task.statusId === status.id))
      Object.assign(task, { category, completedAt: category === 'done' ? at : null })
    this.say('status.changed', at, { ...status, limit: null, version: 2 })
  }

  #changed(type: TaskEvent['type'], at: string, task: Task, more: Partial<Task>) {
    Object.assign(task, more, { updatedAt: at, version: task.version + 1 })
    this.say(type, at, { task: { ...task }, changes: [] })
  }

  /** Counts the events that were told since the last call. */
  async tell(sql: Sql) {
    const events = this.events.slice(this.#told)
    this.#told = this.events.length
    await sql.begin(async tx => {
      for (const event of events) await project(tx, event)
    })
  }
  #told = 0
}

/** Writes events into the outbox of task-service at the instants that they have. */
export async function putIntoOutbox(sql: Query, events: readonly Event[]) {
  for (const { id, type, version, projectId, actorId, at, data } of events)
    await sql`
      insert into outbox (id, type, version, project_id, actor_id, at, data)
      values (${id}, ${type}, ${version}, ${projectId}, ${actorId}, ${at}, ${sql.json(data as never)})`
  await sql`select pg_notify('outbox', '')`
}

/** Random numbers that are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A project in which `count` things happen at random between two instants. */
export function randomStory(seed: number, count: number, from: string, to: string): Story {
  const random = randomNumbers(seed)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const people = Array.from({ length: 4 }, newId)
  const some = () => people.filter(() => random() < 0.3)
  const story = new Story(from)
  const randomDue = (at: number): Due | null => {
    const instant = new Date(at + (random() - 0.4) * 20 * 86_400_000).toISOString()
    return pick([null, { date: instant.slice(0, 10) }, { at: instant, zone: 'Asia/Seoul' }])
  }
  for (let n = 1; n <= count; n++) {
    const instant = start + ((end - start) * n) / count
    const at = new Date(instant).toISOString()
    const kept = story.tasks.filter(task => !task.deletedAt)
    const trashed = story.tasks.filter(task => task.deletedAt)
    const dice = random()
    if (kept.length < 5 || dice < 0.25) {
      const { id: statusId, category } = pick(story.statuses)
      const createdAt = random() < 0.2 ? new Date(instant - random() * 40 * 86_400_000).toISOString() : at
      const completedAt = category !== 'done' ? null : random() < 0.5 ? at : createdAt
      story.create(at, {
        statusId,
        category,
        createdAt,
        completedAt,
        assigneeIds: some(),
        due: randomDue(instant),
      })
    } else if (dice < 0.7) story.move(at, pick(kept), pick(story.statuses))
    else if (dice < 0.85)
      story.change(at, pick(kept), { title: `Title ${n}`, assigneeIds: some(), due: randomDue(instant) })
    else if (dice < 0.92) story.trash(at, pick(kept))
    else if (dice < 0.98 && trashed.length > 0) story.restore(at, pick(trashed))
    else if (dice < 0.99)
      story.recategorize(at, pick(story.statuses), pick(['backlog', 'ready', 'doing', 'review', 'done']))
    else story.say('comment.added', at, { taskId: pick(kept).id, commentId: newId() })
  }
  return story
}

/** The dashboard as a reader of the contract would work it out from all events, with plain loops: what the database must agree with. */
export function workedOut(
  events: readonly TaskServiceEvent[],
  projectId: string,
  { weeks, zone, now }: { weeks: number; zone: string; now: Date },
): Dashboard {
  const dayIn = (instant: string) =>
    Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate().toString()
  const plus = (day: string, days: number) => Temporal.PlainDate.from(day).add({ days }).toString()
  const daysBetween = (from: string, to: string) => Temporal.PlainDate.from(from).until(to).days
  const today = dayIn(now.toISOString())
  const monday = plus(today, 1 - Temporal.PlainDate.from(today).dayOfWeek)
  const first = plus(monday, -7 * (weeks - 1))
  const days = Array.from({ length: daysBetween(first, today) + 1 }, (_, index) => plus(first, index))

  const statuses = new Map<string, Status>()
  const tasks = new Map<string, Task>()
  /** By task: from when on it was in which category, or in none. */
  const places = new Map<string, { from: string; category: Category | null }[]>()
  const put = (id: string, from: string, category: Category | null) =>
    places.set(id, [...(places.get(id) ?? []), { from, category }])
  for (const event of events) {
    switch (event.type) {
      case 'status.created':
      case 'status.changed':
        statuses.set(event.data.id, event.data)
        for (const task of tasks.values()) {
          if (task.statusId !== event.data.id || task.category === event.data.category) continue
          task.category = event.data.category
          task.completedAt = task.category === 'done' ? event.at : null
          put(task.id, event.at, task.category)
        }
        break
      case 'task.created': {
        const { id, category, createdAt, completedAt } = event.data.task
        if (completedAt && completedAt > createdAt) put(id, createdAt, 'backlog')
        put(id, completedAt ?? createdAt, category)
        tasks.set(id, { ...event.data.task })
        break
      }
      case 'task.changed':
      case 'task.restored':
        tasks.set(event.data.task.id, { ...event.data.task })
        put(event.data.task.id, event.at, event.data.task.category)
        break
      case 'task.deleted':
        tasks.delete(event.data.task.id)
        put(event.data.task.id, event.at, null)
    }
  }

  const all = [...tasks.values()]
  const open = all.filter(task => task.category !== 'done')
  const late = open
    .flatMap(({ id: taskId, key, title, assigneeIds, due }) => {
      if (!due) return []
      const isLate = 'date' in due ? due.date < today : Date.parse(due.at) < now.getTime()
      if (!isLate) return []
      const dueDay = 'date' in due ? due.date : dayIn(due.at)
      const since =
        'date' in due
          ? Temporal.PlainDate.from(plus(due.date, 1)).toZonedDateTime(zone).epochMilliseconds
          : Date.parse(due.at)
      return [
        { since, shown: { taskId, key, title, dueDay, daysLate: daysBetween(dueDay, today), assigneeIds } },
      ]
    })
    .sort((a, b) => a.since - b.since || (a.shown.taskId < b.shown.taskId ? -1 : 1))
    .map(({ shown }) => shown)
  const lateIds = new Set(late.map(task => task.taskId))
  const count = (from: readonly Task[], category: Category) =>
    from.filter(task => task.category === category).length
  const people = [...new Set(open.flatMap(task => task.assigneeIds)), null]
  return {
    projectId,
    asOf:
      events
        .map(event => event.at)
        .sort()
        .at(-1) ?? null,
    byStatus: [...statuses.values()]
      .sort((a, b) => (a.position < b.position ? -1 : 1))
      .map(({ id: statusId, name, category }) => ({
        statusId,
        name,
        category,
        count: all.filter(task => task.statusId === statusId).length,
      })),
    totals: {
      open: open.length,
      done: all.length - open.length,
      overdue: late.length,
      unassigned: open.filter(task => task.assigneeIds.length === 0).length,
    },
    throughput: days
      .filter((_, index) => index % 7 === 0)
      .map(weekStart => {
        const within = (instant: string | null) =>
          instant !== null && dayIn(instant) >= weekStart && dayIn(instant) < plus(weekStart, 7)
        return {
          weekStart,
          created: all.filter(task => within(task.createdAt)).length,
          done: all.filter(task => within(task.completedAt)).length,
        }
      }),
    flow: days.map(day => {
      const counts = { backlog: 0, ready: 0, doing: 0, review: 0, done: 0 }
      for (const moves of places.values()) {
        const category = moves.findLast(move => dayIn(move.from) <= day)?.category
        if (category) counts[category]++
      }
      return { day, ...counts }
    }),
    overdue: late.slice(0, 50),
    workload: people
      .map(personId => {
        const theirs = open.filter(task =>
          personId === null ? task.assigneeIds.length === 0 : task.assigneeIds.includes(personId),
        )
        return {
          personId,
          backlog: count(theirs, 'backlog'),
          ready: count(theirs, 'ready'),
          doing: count(theirs, 'doing'),
          review: count(theirs, 'review'),
          overdue: theirs.filter(task => lateIds.has(task.id)).length,
          total: theirs.length,
        }
      })
      .filter(({ total }) => total > 0)
      .sort((a, b) => b.total - a.total || ((a.personId ?? '~') < (b.personId ?? '~') ? -1 : 1)),
  }
}
