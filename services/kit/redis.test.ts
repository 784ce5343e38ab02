import { expect, test } from 'bun:test'
import { connectRedis, hangUp } from './redis.ts'
import { door, testRedisUrl, until } from './testing.ts'

test('hanging up settles what waits for a Redis that is away', async () => {
  const url = new URL(testRedisUrl())
  const way = await door(Number(url.port))
  url.port = String(way.port)
  const redis = connectRedis(url.href, { blocking: true })
  await redis.ping()
  await way.shut()
  await until(() => redis.status === 'reconnecting')
  const waiting = redis.ping().catch((error: Error) => error.message)
  hangUp(redis)
  expect(await waiting).toBe('Connection is closed.')
})
