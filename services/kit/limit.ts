import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Redis } from './redis.ts'

/** What a count came to: whether it was within the limit, how many more are, and the seconds until the count begins anew. */
export type Counted = { allowed: boolean; left: number; seconds: number }

/**
 * Counts what each caller does: `most` times in `seconds`, from the first on. Counted in Redis, under `name`, for all replicas; while it is away each
 * replica counts by itself.
 */
export class Limit {
  #limiter: RateLimiterRedis

  constructor(redis: Redis, name: string, most: number, seconds: number) {
    const options = { keyPrefix: `limit:${name}`, points: most, duration: seconds }
    this.#limiter = new RateLimiterRedis({
      ...options,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(options),
    })
  }

  /** Counts one time of a caller, whatever `key` names them by. */
  async count(key: string): Promise<Counted> {
    const state = await this.#limiter.consume(key).catch(error => {
      if (error instanceof RateLimiterRes) return error
      throw error
    })
    return {
      allowed: state.consumedPoints <= this.#limiter.points,
      left: state.remainingPoints,
      seconds: Math.max(1, Math.ceil(state.msBeforeNext / 1000)),
    }
  }

  /** Takes back one time. */
  giveBack = (key: string) => this.#limiter.reward(key)

  /** Takes back all times of a caller. */
  forget = (key: string) => this.#limiter.delete(key)
}
