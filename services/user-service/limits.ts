import { isIP } from 'node:net'
import { Limit } from '../kit/limit.ts'
import { tooManyRequests } from '../kit/problem.ts'
import type { Redis } from '../kit/redis.ts'

const quarterHour = 15 * 60

/**
 * Bounds how often passwords can be guessed and accounts made. A try is counted before it is checked, so that many at once do not slip
 * through, and given back when it was right.
 */
export class Limits {
  #guesses: Limit
  #guessesOfAddress: Limit
  #signUps: Limit

  constructor(redis: Redis, signUpsAnHour: number) {
    this.#guesses = new Limit(redis, 'guesses', 10, quarterHour)
    this.#guessesOfAddress = new Limit(redis, 'guesses-of-address', 100, quarterHour)
    this.#signUps = new Limit(redis, 'sign-ups', signUpsAnHour, 60 * 60)
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
      await Promise.all([this.#guesses.forget(both), this.#guessesOfAddress.giveBack(from)])
    }
  }
}

async function take(limit: Limit, key: string) {
  const { allowed, seconds } = await limit.count(key)
  if (!allowed) throw tooManyRequests(seconds)
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
