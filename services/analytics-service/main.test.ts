import { afterAll, afterEach, expect, test } from 'bun:test'
import { door, testProgram, testRedisUrl, until } from '../kit/testing.ts'

const redisUrl = new URL(`${testRedisUrl()}/5`)
const analytics = await testProgram('analytics-service', {
  REDIS_URL: redisUrl.href,
  TASK_SERVICE_URL: 'http://127.0.0.1:9',
})
afterEach(() => analytics.end())
afterAll(() => analytics.drop())

test('it starts without its servers, serves when they come, says so when they go, and leaves cleanly without them', async () => {
  expect(await analytics.launch({}, 'migrate').exited).toBe(0)
  const [postgres, redis] = await Promise.all([door(analytics.database.port), door(Number(redisUrl.port))])
  await Promise.all([postgres.shut(), redis.shut()])
  redisUrl.port = String(redis.port)
  const service = analytics.launch({
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: String(postgres.port),
    REDIS_URL: redisUrl.href,
  })
  const url = await service.url()
  const get = async (path: string) => (await fetch(url + path)).status
  expect([await get('/up'), await get('/ready')]).toEqual([200, 503])

  await Promise.all([postgres.open(), redis.open()])
  await until(() => service.said.includes('Redis is back'), 'Redis being found')
  await until(async () => (await get('/ready')) === 200, 'the service being ready')

  await Promise.all([postgres.shut(), redis.shut()])
  await until(async () => (await get('/ready')) === 503, 'the service being unready')
  service.kill('SIGTERM')
  expect(await service.exited).toBe(0)
}, 30_000)

test('a setting that is missing is one line, and a rebuild without the log is an error that changes nothing', async () => {
  const misled = analytics.launch({ SECRET_KEY: 'short' })
  expect(await misled.exited).toBe(1)
  expect(misled.errors).toBe('SECRET_KEY must have at least 32 characters.\n')
  expect(await analytics.launch({}, 'rebuild').exited).toBe(1)
}, 30_000)
