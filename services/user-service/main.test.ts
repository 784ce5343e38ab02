import { afterAll, afterEach, expect, test } from 'bun:test'
import { connect } from '../kit/database.ts'
import { stream } from '../kit/events.ts'
import { connectRedis } from '../kit/redis.ts'
import { door, emptyDatabase, testSecret, until } from '../kit/testing.ts'
import type { SignedIn } from './contract.ts'
import { newEmail, password, redisUrl } from './testing.ts'

// The program opens the database of its own name, so this one cannot have a random one.
const spare = await emptyDatabase()
const admin = connect(spare.database, { max: 1 })
await admin`drop database if exists user_service_db with (force)`
await admin`create database user_service_db`
const redis = connectRedis(redisUrl())
const running: Bun.Subprocess[] = []

afterEach(async () => {
  for (const program of running.splice(0)) {
    program.kill('SIGKILL')
    await program.exited
  }
})
afterAll(async () => {
  redis.disconnect()
  await admin`drop database user_service_db with (force)`
  await admin.end()
  await spare.drop()
})

/** Runs the real program. */
function launch(env: Record<string, string>, ...words: string[]) {
  const program = Bun.spawn([process.execPath, `${import.meta.dir}/main.ts`, ...words], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      SECRET_KEY: testSecret,
      POSTGRES_HOST: spare.database.host,
      POSTGRES_PORT: String(spare.database.port),
      POSTGRES_USER: spare.database.user,
      DATABASE_PASSWORD: spare.database.password,
      REDIS_URL: redisUrl(),
      ...env,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  running.push(program)
  return program
}

/** The address of a program that starts, read off its log; the rest of the log is read too, so that the pipe never fills. */
function addressOf(program: { stdout: ReadableStream<Uint8Array> }): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let text = ''
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of program.stdout) {
      text += decoder.decode(chunk, { stream: true })
      const port = /"port":(\d+)/.exec(text)?.[1]
      if (port) resolve(`http://127.0.0.1:${port}`)
    }
    reject(new Error(`it ended before it listened: ${text}`))
  }
  void read()
  return promise
}

test('it starts while PostgreSQL and Redis are away, serves when they come, and leaves cleanly when told', async () => {
  await until(() => redis.status === 'ready', 'a connection to Redis')
  await redis.del('limit:sign-ups:127.0.0.1')
  expect(await launch({}, 'migrate').exited).toBe(0)
  expect(await launch({}, 'migrate').exited).toBe(0)
  const postgres = await door(spare.database.port)
  const through = new URL(redisUrl())
  const cache = await door(Number(through.port))
  through.port = String(cache.port)
  await Promise.all([postgres.shut(), cache.shut()])

  const program = launch({
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: String(postgres.port),
    REDIS_URL: through.href,
    SIGN_UP_LIMIT: '1',
  })
  const address = await addressOf(program)
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
  const program = launch(env as unknown as Record<string, string>)
  expect(await program.exited).toBe(1)
  expect(await new Response(program.stderr).text()).toBe(line)
})
