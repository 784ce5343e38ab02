import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { connect } from '../kit/database.ts'
import { door, emptyDatabase, testRedisUrl, testSecret, until } from '../kit/testing.ts'

// The program opens the database of its own name, so this one cannot have a random one.
const spare = await emptyDatabase()
const admin = connect(spare.database, { max: 1 })
await admin`drop database if exists analytics_service_db with (force)`
await admin`create database analytics_service_db`
const running: Bun.Subprocess[] = []

afterAll(async () => {
  for (const program of running) {
    program.kill('SIGKILL')
    await program.exited
  }
  await admin`drop database analytics_service_db with (force)`
  await admin.end()
  await spare.drop()
})

/** Runs the real program; `output` is what it has said so far. */
function launch(env: Record<string, string>, ...words: string[]) {
  const program = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts'), ...words], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      SECRET_KEY: testSecret,
      POSTGRES_HOST: spare.database.host,
      POSTGRES_PORT: String(spare.database.port),
      POSTGRES_USER: spare.database.user,
      DATABASE_PASSWORD: spare.database.password,
      REDIS_URL: testRedisUrl(),
      TASK_SERVICE_URL: 'http://127.0.0.1:9',
      ...env,
    },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  running.push(program)
  const told = { program, output: '' }
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const bytes of stream) told.output += new TextDecoder().decode(bytes)
  }
  void Promise.all([read(program.stdout), read(program.stderr)])
  return told
}

test('it starts without its servers, serves when they come, says so when they go, and leaves cleanly without them', async () => {
  expect(await launch({}, 'migrate').program.exited).toBe(0)
  const redisUrl = new URL(testRedisUrl())
  const [postgres, redis] = await Promise.all([door(spare.database.port), door(Number(redisUrl.port))])
  await Promise.all([postgres.shut(), redis.shut()])
  redisUrl.port = String(redis.port)
  redisUrl.pathname = '/5'
  const service = launch({
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: String(postgres.port),
    REDIS_URL: redisUrl.href,
  })
  const port = await until(() => /"port":(\d+)/.exec(service.output)?.[1], 'the service listening')
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
  expect([await get('/up'), await get('/ready')]).toEqual([200, 503])

  await Promise.all([postgres.open(), redis.open()])
  await until(() => service.output.includes('Redis is back'), 'Redis being found')
  await until(async () => (await get('/ready')) === 200, 'the service being ready')

  await Promise.all([postgres.shut(), redis.shut()])
  await until(async () => (await get('/ready')) === 503, 'the service being unready')
  service.program.kill('SIGTERM')
  expect(await service.program.exited).toBe(0)
}, 30_000)

test('a setting that is missing is one line, and a rebuild without the log is an error that changes nothing', async () => {
  const misled = launch({ SECRET_KEY: 'short' })
  expect(await misled.program.exited).toBe(1)
  expect(misled.output).toBe('SECRET_KEY must have at least 32 characters.\n')
  expect(await launch({}, 'rebuild').program.exited).toBe(1)
}, 30_000)
