import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connectRedis } from '../kit/redis.ts'
import { until } from '../kit/testing.ts'
import { Limits, network } from './limits.ts'
import { newEmail, redisUrl } from './testing.ts'

const redis = connectRedis(redisUrl())
const away = connectRedis('redis://127.0.0.1:1')
beforeAll(() => until(() => redis.status === 'ready', 'a connection to Redis'))
afterAll(() => {
  redis.disconnect()
  away.disconnect()
})
/** An address of the documentation's IPv6 prefix (RFC 3849) that no other run has used. */
const newAddress = () => {
  const groups = crypto.randomUUID().split('-')
  return `2001:db8:${groups[1]}:${groups[2]}::1`
}

for (const [where, store] of [
  ['in Redis', () => redis],
  ['by itself while Redis is away', () => away],
] as const) {
  test(`ten wrong guesses at an account are counted ${where}; the eleventh waits`, async () => {
    const limits = new Limits(store(), 20)
    const [email, address] = [newEmail(), newAddress()]
    for (let i = 0; i < 10; i++) await limits.guess(i % 2 ? email : email.toUpperCase(), address)
    const refused = await limits.guess(email, address).catch(error => error)
    expect(refused).toMatchObject({ status: 429, code: 'too_many_requests' })
    expect(refused.more.params.seconds).toBeWithin(1, 901)
    expect(refused.more.headers['retry-after']).toBe(String(refused.more.params.seconds))
    await limits.guess(email, newAddress())
    await limits.guess(newEmail(), address)
  })

  test(`a right guess is given back, counted ${where}`, async () => {
    const limits = new Limits(store(), 20)
    const [email, address] = [newEmail(), newAddress()]
    for (let i = 0; i < 9; i++) await limits.guess(email, address)
    await (await limits.guess(email, address))()
    for (let i = 0; i < 10; i++) await limits.guess(email, address)
    await expect(limits.guess(email, address)).rejects.toMatchObject({ status: 429 })
  })
}

test('a hundred wrong guesses from one address are the most, whatever the accounts', async () => {
  const limits = new Limits(redis, 20)
  const address = newAddress()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 120 }, () => limits.guess(newEmail(), address)),
  )
  expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(100)
})

test('right guesses do not count against an address', async () => {
  const limits = new Limits(redis, 20)
  const address = newAddress()
  for (let i = 0; i < 120; i++) await (await limits.guess(newEmail(), address))()
})

test('an address makes as many accounts an hour as it may', async () => {
  const limits = new Limits(redis, 3)
  const address = newAddress()
  for (let i = 0; i < 3; i++) await limits.signUp(address)
  await expect(limits.signUp(address)).rejects.toMatchObject({ status: 429 })
  await limits.signUp(newAddress())
})

test('no email lies in Redis', async () => {
  const email = newEmail()
  await new Limits(redis, 20).guess(email, newAddress())
  const keys = await redis.keys('*')
  expect(keys.some(key => key.startsWith('limit:guesses:'))).toBe(true)
  expect(keys.filter(key => key.includes(email))).toEqual([])
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('%s counts as %s', (address, expected) => {
  expect(network(address)).toBe(expected)
})
