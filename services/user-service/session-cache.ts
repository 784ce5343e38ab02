import type { Sql } from '../kit/database.ts'
import { tokenSeconds } from '../kit/identity.ts'
import { log } from '../kit/log.ts'
import type { Redis } from '../kit/redis.ts'
import { announceRevoked } from '../kit/revocations.ts'
import { type CachedSession, sessionKeyOf } from './contract.ts'

/** Seconds that a cached session is used at most: whoever takes it out has an identity that is good for a while longer. */
const cacheSeconds = tokenSeconds - 15

export type EndedSession = { id: string; tokenHash: string }

/**
 * The copies of live sessions in Redis, and the word that one has ended. The database is the truth: when Redis could not be told of an end, or
 * comes back with what it had before, it is told again of all that ended during the life of a token.
 */
export class SessionCache {
  #retry: ReturnType<typeof setTimeout> | undefined
  #onReady = () => void this.#tellAgain()

  constructor(
    private sql: Sql,
    private redis: Redis,
  ) {
    redis.on('ready', this.#onReady)
    void this.#tellAgain()
  }

  /** Keeps a copy, but not beyond the end of the session. Without Redis there is none, and the next request asks again. */
  async keep(tokenHash: string, session: CachedSession, sessionEnd: Date) {
    const seconds = Math.min(cacheSeconds, Math.floor((sessionEnd.getTime() - Date.now()) / 1000))
    if (seconds > 0)
      await this.redis.set(sessionKeyOf(tokenHash), JSON.stringify(session), 'EX', seconds).catch(() => {})
  }

  /** Drops copies that say what is no longer so. */
  async forget(tokenHashes: readonly string[]) {
    if (tokenHashes.length > 0) await this.redis.del(...tokenHashes.map(sessionKeyOf)).catch(() => {})
  }

  /** Drops the copies of sessions that ended in the database, and tells every service. Never fails: it tries until Redis knows. */
  async end(sessions: readonly EndedSession[]) {
    try {
      await this.#tell(sessions)
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'cannot tell that sessions ended; trying again')
      this.#tellSoon()
    }
  }

  async #tell(sessions: readonly EndedSession[]) {
    if (sessions.length === 0) return
    await Promise.all([
      this.redis.del(...sessions.map(session => sessionKeyOf(session.tokenHash))),
      announceRevoked(
        this.redis,
        sessions.map(session => session.id),
      ),
    ])
  }

  async #tellAgain() {
    // Away: it will be told when it is back.
    if (this.redis.status !== 'ready') return
    try {
      const ended = await this.sql<EndedSession[]>`
        select id, token_hash as "tokenHash" from sessions
        where revoked_at > now() - make_interval(secs => ${tokenSeconds + 10})`
      await this.#tell(ended)
    } catch {
      this.#tellSoon()
    }
  }

  #tellSoon() {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => void this.#tellAgain(), 250)
  }

  close() {
    this.redis.off('ready', this.#onReady)
    clearTimeout(this.#retry)
  }
}
