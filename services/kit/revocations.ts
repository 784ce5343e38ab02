import { tokenSeconds } from './identity.ts'
import { log } from './log.ts'
import { connectRedis, type Redis } from './redis.ts'

const channel = 'session-revoked'
const recent = 'revoked-sessions'

/** Tells every service that sessions ended. Their tokens would live on for up to a minute; from now they are refused. */
export async function announceRevoked(redis: Redis, sessionIds: string[]) {
  if (sessionIds.length === 0) return
  const until = Date.now() + tokenSeconds * 1000
  const announcement = redis.multi().zremrangebyscore(recent, 0, Date.now())
  for (const id of sessionIds) announcement.zadd(recent, until, id).publish(channel, id)
  await announcement.exec()
}

/**
 * The sessions that ended during the life of a token, in memory and fed by Redis: asking costs nothing. What was published while the
 * connection was down is read again from the sorted set when it is back.
 */
export class Revocations {
  #until = new Map<string, number>()
  #listeners = new Set<(sessionId: string) => void>()
  #subscriber: Redis
  #reader: Redis

  constructor(redisUrl: string, reader: Redis) {
    this.#reader = reader
    this.#subscriber = connectRedis(redisUrl, { blocking: true })
    this.#subscriber.on('message', (_channel, sessionId: string) =>
      this.#add(sessionId, Date.now() + tokenSeconds * 1000),
    )
    this.#subscriber.on('ready', () => void this.#listen())
    // The two connections come back on their own; the later one makes the reading possible.
    reader.on('ready', this.#catchUp)
  }

  /** Only once the subscription holds is what was announced before it all that can be missing. */
  async #listen() {
    try {
      await this.#subscriber.subscribe(channel)
      await this.#catchUp()
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'cannot listen for revoked sessions')
    }
  }

  #catchUp = async () => {
    try {
      const pairs = await this.#reader.zrangebyscore(recent, Date.now(), '+inf', 'WITHSCORES')
      for (let i = 0; i < pairs.length; i += 2) this.#add(pairs[i]!, Number(pairs[i + 1]))
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'cannot read revoked sessions')
    }
  }

  #add(sessionId: string, until: number) {
    const now = Date.now()
    for (const [id, end] of this.#until) if (end < now) this.#until.delete(id)
    this.#until.set(sessionId, until)
    for (const listener of this.#listeners) listener(sessionId)
  }

  has = (sessionId: string) => (this.#until.get(sessionId) ?? 0) > Date.now()

  /** Calls back whenever a session ends, so that its open streams can be closed. Returns how to stop. */
  onRevoked(listener: (sessionId: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close() {
    this.#reader.off('ready', this.#catchUp)
    this.#subscriber.disconnect()
  }
}
