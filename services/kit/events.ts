import type { ServiceName } from './config.ts'
import type { Query, Sql, Tx } from './database.ts'
import type { Client } from './client.ts'
import { log } from './log.ts'
import { connectRedis, hangUp, type Redis } from './redis.ts'
import { newId } from './schema.ts'
import type { App } from './service.ts'
import { t } from 'elysia'

/**
 * Something that happened, as every consumer reads it. `position` counts a producer's events without a gap, so that a consumer
 * sees at once when one is missing. `data` is the contract of its `type` (see the producer's contract.ts); `version` is that contract's.
 */
export type Event<Type extends string = string, Data = unknown> = {
  id: string
  type: Type
  version: number
  producer: ServiceName
  position: number
  projectId: string | null
  actorId: string | null
  /** When it happened: an instant, RFC 3339. */
  at: string
  data: Data
}

/** The Redis Stream that carries the events of all producers. It is a fast copy; the outbox tables are the log of record. */
export const stream = 'events'
const streamLength = 100_000
const channel = 'outbox'

/** What a producer says of an event of its contract `Known`; the rest comes by itself. */
export type Telling<Known extends Event> = Known extends Event
  ? Pick<Known, 'type' | 'data'> & { projectId?: string | null; actorId?: string | null }
  : never

/**
 * Writes an event in the same transaction as the change it tells of: both are kept or neither. The relay publishes it after the commit.
 * The database needs
 * `create table outbox (id uuid primary key, type text not null, version integer not null, project_id uuid, actor_id uuid, at timestamptz not null default now(), data jsonb not null, sequence bigint generated always as identity, position bigint unique)`,
 * `create index outbox_unpublished on outbox (sequence) where position is null`, and
 * `create table outbox_position (last bigint not null, sent bigint not null)` with one row of zeros.
 */
export const emit = <Known extends Event>(tx: Tx, event: Telling<Known>): Promise<void> =>
  emitAll<Known>(tx, [event])

/** Writes many events in one statement, in their order. */
export async function emitAll<Known extends Event>(tx: Tx, events: readonly Telling<Known>[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(event => ({
    id: newId(),
    type: event.type,
    version: 1,
    project_id: event.projectId ?? null,
    actor_id: event.actorId ?? null,
    data: event.data,
  }))
  await tx`
    insert into outbox (id, type, version, project_id, actor_id, data)
    select id, type, version, project_id, actor_id, data
    from jsonb_to_recordset(${tx.json(rows as never)})
      as row(id uuid, type text, version integer, project_id uuid, actor_id uuid, data jsonb)`
  await tx`select pg_notify(${channel}, '')`
}

type OutboxRow = {
  id: string
  type: string
  version: number
  project_id: string | null
  actor_id: string | null
  at: Date
  data: unknown
  position: number
}

const asEvent = (producer: ServiceName, row: OutboxRow): Event => ({
  id: row.id,
  type: row.type,
  version: row.version,
  producer,
  position: row.position,
  projectId: row.project_id,
  actorId: row.actor_id,
  at: row.at.toISOString(),
  data: row.data,
})

/** Events after a position, oldest first: what a consumer missed, or everything for a rebuild. */
export async function eventsAfter(
  sql: Query,
  producer: ServiceName,
  after: number,
  limit: number,
): Promise<Event[]> {
  const rows = await sql<OutboxRow[]>`
    select id, type, version, project_id, actor_id, at, data, position
    from outbox where position > ${after} order by position limit ${limit}`
  return rows.map(row => asEvent(producer, row))
}

/** `GET /internal/events?after=&limit=`: the log of record of a producer, for services. Name it in `internal` of the service. */
export const eventLog = (app: App, sql: Sql, producer: ServiceName) =>
  app.get('/internal/events', ({ query }) => eventsAfter(sql, producer, query.after, query.limit ?? 500), {
    query: t.Object(
      { after: t.Integer({ minimum: 0 }), limit: t.Optional(t.Integer({ minimum: 1, maximum: 1000 })) },
      { additionalProperties: false },
    ),
    detail: { hide: true },
  })
/** The route of `eventLog`, for `internal` of the service. */
export const eventLogRoute = 'GET /internal/events'

/**
 * Moves committed events of an outbox to the stream, in order: woken by NOTIFY, with a look every second behind it. One replica does it at
 * a time (a row lock); others take over when it ends. An event that was sent but not marked is sent again: consumers bear that.
 */
export class Relay {
  #stopped = false
  #wake: () => void = () => {}
  #listening: Promise<{ unlisten: () => Promise<void> } | null>
  #done: Promise<void>

  constructor(
    private sql: Sql,
    private redis: Redis,
    private producer: ServiceName,
  ) {
    this.#listening = sql
      .listen(channel, () => this.#wake())
      .catch(error => {
        log.warn({ error: error.message }, 'cannot listen to the outbox; looking every second')
        return null
      })
    this.#done = this.#run()
  }

  async #run() {
    let said = false
    while (!this.#stopped) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      try {
        if ((await this.#publish()) > 0) continue
        said = false
      } catch (error) {
        if (!said) log.warn({ error: (error as Error).message }, 'cannot publish events; trying again')
        said = true
      }
      const timer = setTimeout(resolve, 1_000)
      await promise
      clearTimeout(timer)
    }
  }

  async #publish(): Promise<number> {
    await this.#givePositions()
    return this.#send()
  }

  /**
   * Positions are given under the lock and committed before anything is sent: an event that was seen at a position keeps it, whatever
   * fails afterwards.
   */
  async #givePositions() {
    await this.sql.begin(async tx => {
      const [counter] = await tx<{ last: number }[]>`select last from outbox_position for update skip locked`
      if (!counter) return
      const [given] = await tx<{ last: number | null }[]>`
        with next as (
          select id, ${counter.last}::bigint + row_number() over (order by sequence) as place
          from (select id, sequence from outbox where position is null order by sequence limit 500) as unpublished
        ), placed as (
          update outbox set position = next.place from next where outbox.id = next.id returning position
        )
        select max(position) as last from placed`
      if (given?.last) await tx`update outbox_position set last = ${given.last}`
    })
  }

  /** Sends at most 500 events and says how many. */
  #send(): Promise<number> {
    return this.sql.begin(async tx => {
      const [counter] = await tx<{ sent: number }[]>`select sent from outbox_position for update skip locked`
      if (!counter) return 0
      const events = await eventsAfter(tx, this.producer, counter.sent, 500)
      if (events.length === 0) return 0
      const pipeline = this.redis.pipeline()
      for (const event of events)
        pipeline.xadd(stream, 'MAXLEN', '~', streamLength, '*', 'event', JSON.stringify(event))
      const results = await pipeline.exec()
      const failed = results?.find(([error]) => error)
      if (!results || failed) throw failed?.[0] ?? new Error('Redis did not answer')
      await tx`update outbox_position set sent = ${events.at(-1)!.position}`
      return events.length
    }) as Promise<number>
  }

  async stop() {
    this.#stopped = true
    this.#wake()
    await this.#done
    await (await this.#listening)?.unlisten().catch(() => {})
  }
}

/** An entry of the stream: its id in Redis (time-sequence) and the event. */
export type Entry = { streamId: string; event: Event }

/** An entry as the driver gives it: its id, and names and values of fields in turn. */
export const readEntry = (streamId: string, fields: string[]): Entry => ({
  streamId,
  event: JSON.parse(fields[fields.indexOf('event') + 1]!) as Event,
})

/** Where a consumer gets what the stream no longer has: a producer's log by HTTP, as a service. */
export type Log = (producer: ServiceName, after: number) => Promise<Event[]>

/** The log of each producer behind its client. `token` makes the token by which this service speaks for itself. */
export const remoteLog =
  (clients: Partial<Record<ServiceName, Client>>, token: () => Promise<string>): Log =>
  async (producer, after) => {
    const client = clients[producer]
    if (!client) return []
    return client.get<Event[]>(
      '/internal/events',
      { token: await token() },
      { query: { after, limit: 500 }, deadline: 10_000 },
    )
  }

/** What a consumer stands on and does. */
export type ConsumerOptions = {
  sql: Sql
  redisUrl: string
  /** The consumer group: a service's name. Its replicas share the work. */
  group: string
  producers: readonly ServiceName[]
  log: Log
  /** Applies one event in the transaction that also moves the position: each event counts exactly once. Unknown types are ignored. */
  apply: (tx: Tx, event: Event) => Promise<void>
}

/**
 * Applies the events of some producers to a database, each exactly once and in the producer's order, whatever the stream does: a repeat
 * is skipped by its position, a gap (Redis lost entries, or a sibling replica holds them) is read from the producer's log first.
 * The database needs `create table consumed (producer text primary key, position bigint not null)`.
 */
export class Consumer {
  #stopped = false
  #redis: Redis
  #name = newId()
  #done: Promise<void>

  constructor(private options: ConsumerOptions) {
    this.#redis = connectRedis(options.redisUrl, { blocking: true })
    this.#done = this.#run()
  }

  async #run() {
    const { group } = this.options
    let caughtUp = 0
    let said = false
    while (!this.#stopped) {
      try {
        // At the start, after every loss of the group, and once in a while: what the stream will never say again.
        if (Date.now() - caughtUp > 30_000) {
          await this.#createGroup()
          for (const producer of this.options.producers) await this.#catchUp(producer)
          caughtUp = Date.now()
        }
        await this.#claimAbandoned()
        const reply = (await this.#redis.xreadgroup(
          'GROUP',
          group,
          this.#name,
          'COUNT',
          200,
          'BLOCK',
          2_000,
          'STREAMS',
          stream,
          '>',
        )) as [string, [string, string[]][]][] | null
        for (const [, entries] of reply ?? []) await this.#take(entries)
        said = false
      } catch (error) {
        if (this.#stopped) return
        // NOGROUP: Redis came back empty. Make the group again and read from the logs what was lost.
        caughtUp = 0
        if (!said) log.warn({ error: (error as Error).message }, 'cannot consume events; trying again')
        said = true
        await Bun.sleep(500)
      }
    }
  }

  async #createGroup() {
    try {
      await this.#redis.xgroup('CREATE', stream, this.options.group, '$', 'MKSTREAM')
    } catch (error) {
      if (!(error as Error).message.startsWith('BUSYGROUP')) throw error
    }
  }

  /** Takes over what a replica read and did not finish before it died. */
  async #claimAbandoned() {
    const [, entries] = (await this.#redis.xautoclaim(
      stream,
      this.options.group,
      this.#name,
      60_000,
      '0-0',
      'COUNT',
      100,
    )) as [string, [string, string[] | null][]]
    await this.#take(entries.filter((entry): entry is [string, string[]] => entry?.[1] != null))
  }

  async #take(entries: [string, string[]][]) {
    for (const [id, fields] of entries) {
      const { event } = readEntry(id, fields)
      if (this.options.producers.includes(event.producer)) await this.#consume(event)
      await this.#redis.xack(stream, this.options.group, id)
    }
  }

  async #consume(event: Event) {
    if ((await this.#apply([event])) === 'applied') return
    await this.#catchUp(event.producer)
    // The log is right: an event that is beyond it comes from a database that was since restored to an earlier state.
    if ((await this.#apply([event])) === 'gap')
      log.warn(
        { event: event.id, producer: event.producer, position: event.position },
        'skipped an event that its log does not know',
      )
  }

  /** Reads from a producer's log until there is nothing new. */
  async #catchUp(producer: ServiceName) {
    for (;;) {
      const [row] = await this.options.sql<
        { position: number }[]
      >`select position from consumed where producer = ${producer}`
      const events = await this.options.log(producer, row?.position ?? 0)
      if (events.length === 0) return
      await this.#apply(events)
    }
  }

  /** Applies events of one producer that follow the last one; older ones are skipped. One transaction; a replica that does the same waits. */
  #apply(events: Event[]): Promise<'applied' | 'gap'> {
    const { producer } = events[0]!
    return this.options.sql.begin(async tx => {
      await tx`insert into consumed (producer, position) values (${producer}, 0) on conflict do nothing`
      const [row] = await tx<
        { position: number }[]
      >`select position from consumed where producer = ${producer} for update`
      let position = row!.position
      for (const event of events) {
        if (event.position <= position) continue
        if (event.position > position + 1) return 'gap'
        await this.options.apply(tx, event)
        position = event.position
      }
      await tx`update consumed set position = ${position} where producer = ${producer}`
      return 'applied'
    }) as Promise<'applied' | 'gap'>
  }

  async stop() {
    this.#stopped = true
    hangUp(this.#redis)
    await this.#done
  }
}
