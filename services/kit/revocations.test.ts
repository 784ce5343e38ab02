import { afterAll, expect, test } from 'bun:test'
import { connectRedis } from './redis.ts'
import { announceRevoked, Revocations } from './revocations.ts'
import { newId } from './schema.ts'
import { door, testRedisUrl, until } from './testing.ts'

const redis = connectRedis(testRedisUrl())
afterAll(() => redis.disconnect())
/** The server for tests through a door. */
async function apart() {
  const url = new URL(testRedisUrl())
  const way = await door(Number(url.port))
  url.port = String(way.port)
  return { way, url: url.href }
}

test('a session that ends is known to every service that listens', async () => {
  await until(() => redis.status === 'ready', 'a connection to Redis')
  const services = [new Revocations(testRedisUrl(), redis), new Revocations(testRedisUrl(), redis)]
  const closed: string[] = []
  services[0]!.onRevoked(id => closed.push(id))
  const [ended, other] = [newId(), newId()]
  await announceRevoked(redis, [ended])
  await until(() => services.every(service => service.has(ended)), 'the word of the revocation')
  expect(closed).toContain(ended)
  expect(services.some(service => service.has(other))).toBe(false)
  for (const service of services) service.close()
})

for (const [late, ...order] of [
  ['the one that listens', 'reader', 'subscriber'],
  ['the one that reads', 'subscriber', 'reader'],
] as const)
  test(`what ended while Redis was away is known when it is back, also when ${late} comes back later`, async () => {
    await until(() => redis.status === 'ready', 'a connection to Redis')
    const subscriber = await apart()
    const reader = await apart()
    const ways = { subscriber: subscriber.way, reader: reader.way }
    const reading = connectRedis(reader.url)
    const revocations = new Revocations(subscriber.url, reading)
    const before = newId()
    await announceRevoked(redis, [before])
    await until(() => reading.status === 'ready' && revocations.has(before), 'the word of the revocation')

    for (const way of Object.values(ways)) await way.shut()
    await until(() => reading.status !== 'ready', 'the loss of the connection')
    const meanwhile = newId()
    await announceRevoked(redis, [meanwhile])
    await ways[order[0]].open()
    if (order[0] === 'reader') await until(() => reading.status === 'ready', 'the reader')
    else {
      const after = newId()
      // Announced until it is heard, which shows that the subscription is back.
      await until(async () => {
        await announceRevoked(redis, [after])
        return revocations.has(after)
      }, 'the subscriber')
      expect(revocations.has(meanwhile)).toBe(false)
    }
    await ways[order[1]].open()
    await until(() => revocations.has(meanwhile), 'what was missed')
    revocations.close()
    reading.disconnect()
    for (const way of Object.values(ways)) await way.shut()
  })
