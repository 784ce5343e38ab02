import { isIP } from 'node:net'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import { Problem } from '../kit/problem.ts'
import type { Redis } from '../kit/redis.ts'

const quarterHour = 15 * 60

/**
 * Bounds how often passwords can be guessed and accounts made. A try is counted before it is checked, so that many at once do not slip
 * through, and given back when it was right. Counted in Redis for all replicas; while it is away each replica counts by itself.
 */
export class Limits {
  #guesses: RateLimiterAbstract
  #guessesOfAddress: RateLimiterAbstract
  #signUps: RateLimiterAbstract

  constructor(redis: Redis, signUpsAnHour: number) {
    const limiter = (keyPrefix: string, points: number, duration: number) =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ keyPrefix, points, duration }),
      })
    this.#guesses = limiter('limit:guesses', 10, quarterHour)
    this.#guessesOfAddress = limiter('limit:guesses-of-address', 100, quarterHour)
    this.#signUps = limiter('limit:sign-ups', signUpsAnHour, 60 * 60)
  }

  /** Counts an account that an address makes. Throws 429. */
  async signUp(address: string) {
    await take(this.#signUps, network(address))
  }

  /**
   * Counts a guess at the password of an account (an email or an id) from an address: 10 in a quarter of an hour for the two, 100 for the address. Throws 429.
   * Call what it gives when the guess was right.
   */
  async guess(account: string, address: string): Promise<() => Promise<void>> {
    const from = network(address)
    // Hashed, so that no email lies in Redis.
    const both = new Bun.CryptoHasher('sha256').update(`${account.toLowerCase()} ${from}`).digest('hex')
    await take(this.#guesses, both)
    await take(this.#guessesOfAddress, from)
    return async () => {
      await Promise.all([this.#guesses.delete(both), this.#guessesOfAddress.reward(from)])
    }
  }
}

async function take(limiter: RateLimiterAbstract, key: string) {
  try {
    await limiter.consume(key)
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000))
    throw new Problem(429, 'too_many_requests', {
      headers: { 'retry-after': String(seconds) },
      params: { seconds },
    })
  }
}

/** What counts as one caller: an IPv4 address, or the /64 of an IPv6 one, since a single household has all of those. */
export function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.toLowerCase().split('%')[0]!.split('::')
  const [before, after] = [head, tail].map(part => part.split(':').filter(Boolean)) as [string[], string[]]
  const groups = [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after]
  return `${groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
