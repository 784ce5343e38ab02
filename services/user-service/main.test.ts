import { afterAll, afterEach, expect, test } from 'bun:test'
import { stream } from '../kit/events.ts'
import { connectRedis } from '../kit/redis.ts'
import { door, testProgram, until } from '../kit/testing.ts'
import type { SignedIn } from './contract.ts'
import { newEmail, password, redisUrl } from './testing.ts'

const users = await testProgram('user-service', { REDIS_URL: redisUrl() })
const redis = connectRedis(redisUrl())
afterEach(() => users.end())
afterAll(async () => {
  redis.disconnect()
  await users.drop()
})

test('it starts while PostgreSQL and Redis are away, serves when they come, and leaves cleanly when told', async () => {
  await until(() => redis.status === 'ready', 'a connection to Redis')
  await redis.del('limit:sign-ups:127.0.0.1')
  expect(await users.launch({}, 'migrate').exited).toBe(0)
  expect(await users.launch({}, 'migrate').exited).toBe(0)
  const postgres = await door(users.database.port)
  const through = new URL(redisUrl())
  const cache = await door(Number(through.port))
  through.port = String(cache.port)
  await Promise.all([postgres.shut(), cache.shut()])

  const program = users.launch({
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: String(postgres.port),
    REDIS_URL: through.href,
    SIGN_UP_LIMIT: '1',
  })
  const address = await program.url()
  const status = async (path: string) => (await fetch(address + path)).status
  const signUp = () =>
    fetch(`${address}/api/v1/auth/sign-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: newEmail(), password, name: 'Mina Seo' }),
    })
  expect(await status('/up')).toBe(200)
  expect(await status('/ready')).toBe(503)
  expect(await status('/api/v1/auth/verify')).toBe(401)

  await Promise.all([postgres.open(), cache.open()])
  await until(async () => (await status('/ready')) === 200, 'the service')
  const answer = await signUp()
  expect(answer.status).toBe(201)
  const { user, session } = (await answer.json()) as SignedIn
  await until(async () => (await signUp()).status === 429, 'the end of what one address may do')
  const verified = await fetch(`${address}/api/v1/auth/verify`, {
    headers: { authorization: `Bearer ${session.token}` },
  })
  expect(await verified.json()).toMatchObject({ user: { id: user.id } })
  await until(
    async () => JSON.stringify(await redis.xrevrange(stream, '+', '-', 'COUNT', 20)).includes(user.id),
    'the event',
  )

  program.kill('SIGTERM')
  expect(await program.exited).toBe(0)
  await Promise.all([postgres.shut(), cache.shut()])
}, 30_000)

test.each([
  [{ SIGN_UP_LIMIT: 'many' }, 'SIGN_UP_LIMIT is not a whole number of 1 or more: many\n'],
  [{ REDIS_URL: '' }, 'REDIS_URL is not set.\n'],
])('with the setting %j it ends with one line', async (env, line) => {
  const program = users.launch(env as unknown as Record<string, string>)
  expect(await program.exited).toBe(1)
  expect(program.errors).toBe(line)
})
