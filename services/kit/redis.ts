import { Redis } from 'ioredis'
import { log } from './log.ts'

/**
 * A connection to Redis. Commands fail at once while it is away (nothing waits in a queue), and it reconnects by itself.
 * `blocking` is for a connection of its own that waits in XREAD: there a half-open socket is given up after a while.
 */
export function connectRedis(url: string, { blocking = false } = {}): Redis {
  const redis = new Redis(url, {
    lazyConnect: false,
    enableAutoPipelining: !blocking,
    enableOfflineQueue: blocking,
    maxRetriesPerRequest: blocking ? null : 1,
    connectTimeout: 3_000,
    ...(blocking ? { blockingTimeout: 15_000 } : { commandTimeout: 1_000 }),
    // Often enough that what was revoked meanwhile is known within a second of its return.
    retryStrategy: tries => Math.min(50 * 2 ** Math.min(tries, 6), 500),
  })
  let said = false
  redis.on('error', error => {
    if (!said) log.warn({ error: error.message }, 'Redis is away; trying again')
    said = true
  })
  redis.on('ready', () => {
    if (said) log.info('Redis is back')
    said = false
  })
  return redis
}

/** Closes a connection for good: what waits for it fails. By itself ioredis would never settle what was asked between two tries to connect. */
export function hangUp(redis: Redis) {
  redis.disconnect()
  const { flushQueue } = redis as unknown as { flushQueue(this: Redis, error: Error): void }
  flushQueue.call(redis, new Error('Connection is closed.'))
}
export type { Redis }
