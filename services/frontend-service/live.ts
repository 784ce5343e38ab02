import { t } from 'elysia'
import { number } from '../../views/format.ts'
import type { Reader } from '../../views/reader.ts'
import type { FileServiceEvent } from '../file-service/contract.ts'
import { type Entry, readEntry, stream } from '../kit/events.ts'
import { log } from '../kit/log.ts'
import { Problem, tooManyRequests } from '../kit/problem.ts'
import { connectRedis, hangUp, type Redis } from '../kit/redis.ts'
import type { Revocations } from '../kit/revocations.ts'
import { Id, object } from '../kit/schema.ts'
import { keepOpen } from '../kit/serve.ts'
import type { Project, TaskServiceEvent } from '../task-service/contract.ts'
import type { Frontend } from './app.ts'
import type { Backends } from './backends.ts'
import { requireVisitor, type SignedInVisitor, type Visitors } from './session.ts'

type TaskEvent = Extract<TaskServiceEvent, { data: { task: unknown } }>
/** A task as its events tell it: a summary, and whether it is in the trash. */
export type LiveTask = TaskEvent['data']['task']

/** The parts of a page that show one task, rendered for a reader: `card` on a board, `row` in a list. */
export type TaskParts = (view: {
  reader: Reader
  project: Project
  task: LiveTask
  /** Names of members; those of placeholders are in the project. */
  names: Map<string, string>
}) => { card?: string; row?: string }

/** A browser that watches a project. */
type Subscriber = {
  projectId: string
  visitor: SignedInVisitor
  /** The request that it came with, to ask again who sent it. */
  request: Request
  controller: ReadableStreamDefaultController<Uint8Array>
  openedAt: number
  /** What happened while it is still being told what it missed; null once it has caught up. */
  waiting: Entry[] | null
}

const beatMilliseconds = 15_000
/** A stream ends after an hour; the browser comes back at once, and who it is gets checked anew. */
const lifeMilliseconds = 60 * 60 * 1000
const streamsOfSession = 50
/** Bytes that may wait for a browser that does not read; then it has to come back. */
const waitingBytes = 512 * 1024
/** When more tasks than this changed at once (an import), one reload is less work than their cards. */
const tasksAtOnce = 40
const missedAtMost = 1_000

const encoder = new TextEncoder()
const message = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
const refresh = () => message('refresh', {})

type LiveDeps = {
  redisUrl: string
  /** For reads that do not wait. */
  redis: Redis
  backends: Backends
  visitors: Visitors
  revocations: Revocations
  parts: TaskParts
}

/**
 * Tells browsers what changes in the project that they show. One reader a process follows the stream of events; each change is rendered
 * once for every language and zone, and sent to those who may see it.
 */
export class Live {
  #position = '0-0'
  #subscribers = new Map<string, Set<Subscriber>>()
  #reader: Redis
  #lost = true
  #stopped = false
  #beat: Timer
  #done: Promise<void>
  #forget: () => void

  constructor(private deps: LiveDeps) {
    this.#reader = connectRedis(deps.redisUrl, { blocking: true })
    this.#reader.on('close', () => {
      this.#lost = true
    })
    this.#forget = deps.revocations.onRevoked(sessionId => {
      for (const subscriber of this.#all())
        if (subscriber.visitor.session.session.id === sessionId) this.#end(subscriber)
    })
    this.#beat = setInterval(() => this.#keepAlive(), beatMilliseconds)
    this.#done = this.#run()
  }

  /**
   * How far the stream has been read: the id of an entry. A page that takes it before it asks for its data, and passes it as `after` to
   * /live, misses nothing between the two.
   */
  get position() {
    return this.#position
  }

  /** How many streams are open. */
  get size() {
    return this.#all().length
  }

  /** Opens the stream of a project for somebody who may see it, from after an entry on. Throws 429 when the session has too many open. */
  open(projectId: string, visitor: SignedInVisitor, request: Request, after: string): ReadableStream {
    const sessionId = visitor.session.session.id
    const others = this.#all().filter(other => other.visitor.session.session.id === sessionId)
    if (others.length >= streamsOfSession) throw tooManyRequests(60)
    let subscriber: Subscriber
    const source: UnderlyingDefaultSource<Uint8Array> = {
      start: controller => {
        subscriber = {
          projectId,
          visitor,
          // The server forgets the headers of a request once it is answered.
          request: new Request(request.url, { headers: request.headers }),
          controller,
          openedAt: Date.now(),
          waiting: [],
        }
        const watching = this.#subscribers.get(projectId) ?? new Set()
        this.#subscribers.set(projectId, watching.add(subscriber))
        // Not all at once, when many have lost a replica that leaves.
        const retry = 500 + Math.floor(Math.random() * 1_500)
        this.#send(subscriber, `retry: ${retry}\nid: ${after}\n${message('ready', {})}`)
        void this.#catchUp(subscriber, after)
      },
      cancel: () => {
        this.#remove(subscriber)
      },
    }
    return new ReadableStream(source, { highWaterMark: waitingBytes, size: chunk => chunk?.byteLength ?? 0 })
  }

  /** Ends all streams, so that the process can leave; browsers reconnect to another one. */
  async stop() {
    this.#stopped = true
    clearInterval(this.#beat)
    this.#forget()
    for (const subscriber of this.#all()) this.#end(subscriber)
    hangUp(this.#reader)
    await this.#done
  }

  async #run() {
    while (!this.#stopped) {
      try {
        if (this.#lost) {
          this.#lost = false
          const [last] = await this.#reader.xrevrange(stream, '+', '-', 'COUNT', 1)
          this.#position = last?.[0] ?? '0-0'
          // The browsers come back with what they saw last, and learn what they missed, even if the stream has lost it.
          for (const subscriber of this.#all()) this.#end(subscriber)
        }
        const reply = (await this.#reader.xread(
          'COUNT',
          500,
          'BLOCK',
          2_000,
          'STREAMS',
          stream,
          this.#position,
        )) as [string, [string, string[]][]][] | null
        const entries = reply?.flatMap(([, entries]) => entries.map(entry => readEntry(...entry))) ?? []
        if (entries.length === 0 || this.#lost) continue
        this.#position = entries.at(-1)!.streamId
        await this.#publish(entries)
      } catch (error) {
        if (this.#stopped) return
        if (!this.#lost) log.warn({ error: (error as Error).message }, 'cannot read events; trying again')
        this.#lost = true
        await Bun.sleep(500)
      }
    }
  }

  async #publish(entries: Entry[]) {
    const byProject = Map.groupBy(entries, entry => entry.event.projectId)
    await Promise.all(
      [...byProject].map(async ([projectId, entries]) => {
        const watching = [...(projectId === null ? [] : (this.#subscribers.get(projectId) ?? []))]
        for (const subscriber of watching) subscriber.waiting?.push(...entries)
        await this.#tell(
          entries,
          watching.filter(subscriber => subscriber.waiting === null),
        )
      }),
    )
  }

  /** Tells one who came back what the stream holds after `id`, and then what happened in the meantime. */
  async #catchUp(subscriber: Subscriber, id: string) {
    try {
      const { redis } = this.deps
      // 0-0 is the beginning of a stream that was empty.
      const known =
        id === '0-0' || (/^\d{1,15}-\d{1,10}$/.test(id) && (await redis.xrange(stream, id, id)).length > 0)
      const missed = known ? await redis.xrange(stream, `(${id}`, '+', 'COUNT', missedAtMost) : []
      if (!known || missed.length === missedAtMost) this.#send(subscriber, refresh())
      let entries = missed
        .map(entry => readEntry(...entry))
        .filter(entry => entry.event.projectId === subscriber.projectId)
      const told = new Set(entries.map(entry => entry.streamId))
      while (entries.length > 0 || subscriber.waiting!.length > 0) {
        await this.#tell(entries, [subscriber])
        entries = subscriber.waiting!.splice(0).filter(entry => !told.has(entry.streamId))
      }
    } catch (error) {
      // Redis is away: when it is back, this stream ends and the browser comes again.
      log.warn({ error: (error as Error).message }, 'cannot read what a browser missed')
    }
    subscriber.waiting = null
  }

  /** Tells some browsers of one project what happened in it. */
  async #tell(entries: Entry[], subscribers: Subscriber[]) {
    const staying = await this.#stillAllowed(entries, subscribers)
    if (staying.length === 0 || entries.length === 0) return
    const news = gather(entries)
    const around = news.tasks.size > 0 || news.countsChanged ? await this.#surroundings(staying, news) : null
    const rendered = new Map<string, string>()
    for (const subscriber of staying) {
      const { language, timeZone } = subscriber.visitor.reader
      const kind = `${language} ${timeZone}`
      const text = rendered.get(kind) ?? this.#render(news, around, subscriber.visitor.reader)
      rendered.set(kind, text)
      if (text) this.#send(subscriber, text)
    }
  }

  /** Those of the subscribers who are still members after these events; the streams of the others end before they hear of anything. */
  async #stillAllowed(entries: Entry[], subscribers: Subscriber[]): Promise<Subscriber[]> {
    const doubtful = (subscriber: Subscriber) =>
      entries.some(
        ({ event }) =>
          event.type === 'project.deleted' ||
          (event.type.startsWith('member.') &&
            (event.data as { userId: string }).userId === subscriber.visitor.session.user.id),
      )
    const allowed = await Promise.all(
      subscribers.map(async subscriber => !doubtful(subscriber) || (await this.#checkAccess(subscriber))),
    )
    return subscribers.filter((_, index) => allowed[index])
  }

  async #checkAccess(subscriber: Subscriber): Promise<boolean> {
    try {
      const { caller } = await this.#again(subscriber)
      await this.deps.backends.tasks.access(caller, subscriber.projectId)
      return true
    } catch {
      // Also when nobody can tell: the browser comes back and is told why it may not.
      this.#end(subscriber)
      return false
    }
  }

  /** Who a subscriber is now: the identity of an hour ago is no longer valid. */
  #again = async ({ request }: Subscriber) =>
    requireVisitor({ visitor: await this.deps.visitors.of(request), request })

  /** What cards show besides their task, asked for once on behalf of the first who may; null when task-service is away. */
  async #surroundings(subscribers: Subscriber[], { tasks }: News): Promise<Surroundings | null> {
    const { backends } = this.deps
    for (const subscriber of subscribers) {
      try {
        const { caller } = await this.#again(subscriber)
        const project = await backends.tasks.project(caller, subscriber.projectId)
        const people = [...tasks.values()].flatMap(({ task }) => task.assigneeIds)
        return { project, names: await backends.users.names(caller, people) }
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500) break
        this.#end(subscriber)
      }
    }
    return null
  }

  /** The messages of one reading of the stream; the last one has the id to come back with. */
  #render(news: News, around: Surroundings | null, reader: Reader): string {
    const messages: string[] = []
    if (news.tasks.size > tasksAtOnce) messages.push(refresh())
    else {
      const now = { ...reader, now: new Date() }
      for (const { task, actorId } of news.tasks.values())
        messages.push(
          message('task', {
            id: task.id,
            statusId: task.statusId,
            position: task.position,
            version: task.version,
            deleted: task.deletedAt !== null,
            actorId,
            html: around && task.deletedAt === null ? this.deps.parts({ ...around, task, reader: now }) : {},
          }),
        )
      for (const taskId of news.comments) messages.push(message('comment', { taskId }))
      for (const taskId of news.files) messages.push(message('file', { taskId }))
      if (news.projectChanged) messages.push(message('project', {}))
    }
    // After `refresh` too, which renews the view but not the sidebar around it.
    if (around && news.countsChanged) messages.push(message('counts', counts(reader, around.project)))
    const last = messages.pop()
    return last === undefined ? '' : `${messages.join('')}id: ${news.id}\n${last}`
  }

  #send(subscriber: Subscriber, text: string) {
    const { controller } = subscriber
    if (!this.#subscribers.get(subscriber.projectId)?.has(subscriber)) return
    if ((controller.desiredSize ?? 0) <= 0) return this.#end(subscriber)
    controller.enqueue(encoder.encode(text))
  }

  #keepAlive() {
    for (const subscriber of this.#all())
      if (Date.now() - subscriber.openedAt > lifeMilliseconds) this.#end(subscriber)
      else this.#send(subscriber, ': alive\n\n')
  }

  #all = () => [...this.#subscribers.values()].flatMap(watching => [...watching])

  #end(subscriber: Subscriber) {
    if (this.#remove(subscriber)) subscriber.controller.close()
  }

  #remove(subscriber: Subscriber): boolean {
    const watching = this.#subscribers.get(subscriber.projectId)
    const was = watching?.delete(subscriber) ?? false
    if (watching?.size === 0) this.#subscribers.delete(subscriber.projectId)
    return was
  }
}

/** What cards show besides their task. */
type Surroundings = { project: Project; names: Map<string, string> }

const counts = (reader: Reader, { statuses }: Project) => ({
  byStatus: Object.fromEntries(statuses.map(({ id, taskCount }) => [id, taskCount])),
  open: number(
    reader,
    statuses.reduce((sum, { category, taskCount }) => sum + (category === 'done' ? 0 : taskCount), 0),
  ),
})

/** What happened in one project during one reading of the stream. Of a task that changed several times only the last state counts. */
type News = {
  /** The id of the last entry. */
  id: string
  tasks: Map<string, { task: LiveTask; actorId: string | null }>
  countsChanged: boolean
  /** Its name, statuses, labels or members changed. */
  projectChanged: boolean
  /** Ids of tasks with new, changed or deleted comments, and files. */
  comments: Set<string>
  files: Set<string>
}

function gather(entries: Entry[]): News {
  const news: News = {
    id: entries.at(-1)!.streamId,
    tasks: new Map(),
    countsChanged: false,
    projectChanged: false,
    comments: new Set(),
    files: new Set(),
  }
  for (const { event: any } of entries) {
    const event = any as TaskServiceEvent | FileServiceEvent
    switch (event.type) {
      case 'task.created':
      case 'task.changed':
      case 'task.deleted':
      case 'task.restored': {
        const { task, changes } = event.data
        news.tasks.delete(task.id)
        news.tasks.set(task.id, { task, actorId: event.actorId })
        if (event.type !== 'task.changed' || changes.some(({ field }) => field === 'status'))
          news.countsChanged = true
        break
      }
      case 'comment.added':
      case 'comment.changed':
      case 'comment.deleted':
        news.comments.add(event.data.taskId)
        break
      case 'file.added':
      case 'file.changed':
      case 'file.removed':
        news.files.add(event.data.file.taskId)
        break
      case 'status.changed':
        // Of another category now, perhaps: its tasks are open or no longer so.
        news.countsChanged = news.projectChanged = true
        break
      default:
        if (/^(project|member|status|label)\./.test(any.type)) news.projectChanged = true
    }
  }
  return news
}

/**
 * `GET /live?project=<id>`: the changes of a project as server-sent events, for its members. Last-Event-ID, or at first `after` (see
 * `Live.position`), says what it has seen.
 *
 * - `ready` when it is connected, `refresh` when it must load its view again, `project` when the project itself changed (name, statuses, labels, members)
 * - `task`: `{ id, statusId, position, version, deleted, actorId, html: { card?, row? } }`; without `html` its parts have to be fetched
 * - `counts`: `{ byStatus, open }`, tasks by status id, and the open ones as the reader writes the number · `comment`, `file`: `{ taskId }`
 */
export const liveUpdates = (app: Frontend) =>
  app.get(
    '/live',
    async ({ request, query, visitor: anybody, backends, live }) => {
      const visitor = requireVisitor({ visitor: anybody, request })
      // Taken before access is checked: a membership that ends right now is still heard of.
      const after = request.headers.get('last-event-id') || query.after || live.position
      await backends.tasks.access(visitor.caller, query.project)
      keepOpen(request)
      const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }
      if (request.method === 'HEAD') return new Response(null, { headers })
      return new Response(live.open(query.project, visitor, request, after), { headers })
    },
    {
      query: object({ project: Id, after: t.Optional(t.String({ maxLength: 40 })) }),
      detail: { hide: true },
    },
  )
