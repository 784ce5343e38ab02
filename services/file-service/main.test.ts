import { afterAll, afterEach, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../kit/database.ts'
import { type Event, stream } from '../kit/events.ts'
import { connectRedis } from '../kit/redis.ts'
import { newId } from '../kit/schema.ts'
import { door, somebody, testProgram, tokenFor, until } from '../kit/testing.ts'
import { fetchContent, redisUrl, send, sendFile, sibling } from './testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'taskmate-files-'))
const tasks = sibling()
const files = await testProgram('file-service', {
  REDIS_URL: redisUrl(),
  USER_SERVICE_URL: tasks.url,
  TASK_SERVICE_URL: tasks.url,
  FILES_DIR: folder,
})
const sql = connect(files.database)
const redis = connectRedis(redisUrl(), { blocking: true })
await redis.flushdb()
const mina = somebody()
const { projectId, taskId, members } = tasks.project([mina, 'editor'])
afterEach(() => files.end())
afterAll(async () => {
  tasks.stop()
  redis.disconnect()
  await sql.end()
  await files.drop()
  rmSync(folder, { recursive: true })
})

/** Starts the program and gives where it listens. */
async function start(env: Record<string, string> = {}) {
  const program = files.launch(env)
  return { program, url: await program.url() }
}

test('migrate needs the database alone; it makes the tables, and changes nothing when they are there', async () => {
  for (const applied of ['"applied":["0001_files.sql"]', '"applied":[]']) {
    const program = files.launch({ SECRET_KEY: '', REDIS_URL: '', FILES_DIR: '' }, 'migrate')
    expect(await program.exited).toBe(0)
    expect(program.said).toContain(applied)
  }
})

test('a file of 1 GiB goes in and out through less than 150 MB of memory', async () => {
  const { program, url } = await start()
  const chunk = new Uint8Array(1024 ** 2)
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull: chunks => (sent++ < 1024 ? chunks.enqueue(chunk) : chunks.close()),
  })
  const file = await sendFile(url, mina, { taskId, name: 'disk.img' }, body)
  // What `head -c 1G /dev/zero | sha256sum` says.
  const sha256 = '49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14'
  expect([file.size, file.sha256]).toEqual([1024 ** 3, sha256])

  const response = await fetchContent(url, mina, file.id)
  expect(response.headers.get('content-length')).toBe(String(1024 ** 3))
  const hasher = new Bun.CryptoHasher('sha256')
  for await (const part of response.body!) hasher.update(part)
  expect(hasher.digest('hex')).toBe(sha256)

  if (process.platform !== 'linux') return console.log('Memory is not looked at: only Linux tells the peak.')
  const status = readFileSync(`/proc/${program.pid}/status`, 'utf8')
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024
  console.log(`Peak memory of file-service: ${Math.round(peak / 1e6)} MB`)
  expect(peak).toBeLessThan(150e6)
}, 120_000)

test('a crash in the middle of an upload leaves no file, and the next start serves as before', async () => {
  const { program, url } = await start()
  const kept = await sendFile(url, mina, { taskId, name: 'kept.txt' }, 'kept')
  const parts = () => readdirSync(folder, { recursive: true }).filter(name => String(name).endsWith('.part'))
  const endless = new ReadableStream<Uint8Array>({ start: chunks => chunks.enqueue(new Uint8Array(65_536)) })
  const broken = send(url, mina, { taskId, name: 'broken.txt' }, endless).catch(() => 'broke off')
  await until(() => parts().length === 1, 'the part')
  program.kill('SIGKILL')
  expect(await broken).toBe('broke off')

  const again = await start()
  const list = await fetch(`${again.url}/api/v1/files?taskId=${taskId}`, {
    headers: { authorization: `Bearer ${await tokenFor(mina)}` },
  })
  const names = ((await list.json()) as { items: { name: string }[] }).items.map(file => file.name)
  expect(names).toContain('kept.txt')
  expect(names).not.toContain('broken.txt')
  expect(await (await fetchContent(again.url, mina, kept.id)).text()).toBe('kept')
  // The collector finds it when it is a day old: collector.test.ts.
  expect(parts()).toHaveLength(1)
})

test('files are told to all services, and who leaves a project is refused as soon as it is told', async () => {
  const { url } = await start()
  const file = await sendFile(url, mina, { taskId, name: 'plan.txt' }, 'x')
  const events = async () =>
    (await redis.xrange(stream, '-', '+')).map(
      ([, fields]) => JSON.parse(fields[1]!) as Event<string, unknown>,
    )
  const told = await until(async () =>
    (await events()).find(event => (event.data as { file?: { id: string } }).file?.id === file.id),
  )
  expect(told).toMatchObject({ type: 'file.added', producer: 'file-service', projectId, data: { file } })

  const status = async () => (await fetchContent(url, mina, file.id)).status
  expect(await status()).toBe(200)
  members.delete(mina.userId)
  expect(await status()).toBe(200) // remembered for half a minute, unless told
  const removed: Event = {
    id: newId(),
    type: 'member.removed',
    version: 1,
    producer: 'task-service',
    position: tasks.log.length + 1,
    projectId,
    actorId: mina.userId,
    at: new Date().toISOString(),
    data: { userId: mina.userId, role: 'editor' },
  }
  tasks.log.push(removed)
  await redis.xadd(stream, '*', 'event', JSON.stringify(removed))
  await until(async () => (await status()) === 404, 'the refusal')
  members.set(mina.userId, 'editor')
  await redis.del(`access:${projectId}`)
})

test('it starts while its database is away, says 503, and serves when it is there, also after the next outage', async () => {
  const way = await door(files.database.port)
  await way.shut()
  const { url } = await start({ POSTGRES_HOST: '127.0.0.1', POSTGRES_PORT: String(way.port) })
  const get = async (path: string) =>
    (await fetch(url + path, { headers: { authorization: `Bearer ${await tokenFor(mina)}` } })).status
  const list = `/api/v1/files?projectId=${projectId}`
  const serves = async () => (await get('/ready')) === 200 && (await get(list)) === 200
  expect([await get('/up'), await get('/ready'), await get(list)]).toEqual([200, 503, 503])
  await way.open()
  await until(serves, 'the service to serve')
  await way.shut()
  await until(async () => (await get('/ready')) === 503, 'the outage to show')
  expect([await get('/up'), await get(list)]).toEqual([200, 503])
  await way.open()
  await until(serves, 'the service to serve again')
  await way.shut()
}, 30_000)

test('it starts and serves while Redis is away, and publishes when it is back', async () => {
  const address = new URL(redisUrl())
  const way = await door(Number(address.port))
  await way.shut()
  address.port = String(way.port)
  const { url } = await start({ REDIS_URL: address.href })
  const file = await sendFile(url, mina, { taskId, name: 'kept.txt' }, 'x')
  expect(await (await fetchContent(url, mina, file.id)).text()).toBe('x')
  await way.open()
  await until(async () => JSON.stringify(await redis.xrange(stream, '-', '+')).includes(file.id), 'the event')
  await way.shut()
}, 30_000)

test('on SIGTERM it finishes the upload that runs, and leaves', async () => {
  const { program, url } = await start()
  let chunks!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({ start: controller => void (chunks = controller) })
  chunks.enqueue(new Uint8Array(1000))
  const before = readdirSync(folder, { recursive: true }).length
  const sent = sendFile(url, mina, { taskId, name: 'last.bin' }, body)
  await until(() => readdirSync(folder, { recursive: true }).length > before, 'the upload to begin')
  program.kill('SIGTERM')
  await until(
    () =>
      fetch(`${url}/up`).then(
        () => false,
        () => true,
      ),
    'new calls to be refused',
  )
  chunks.enqueue(new Uint8Array(1000))
  chunks.close()
  expect((await sent).size).toBe(2000)
  expect(await program.exited).toBe(0)
  const [row] = await sql`select count(*)::integer as count from files where name = 'last.bin'`
  expect(row!.count).toBe(1)
}, 30_000)

test.each([
  ['FILES_DIR', '/dev/null/files', 'FILES_DIR cannot be written'],
  ['FILES_DIR', '', 'FILES_DIR is not set.'],
  ['MAX_UPLOAD_BYTES', '2 GB', 'MAX_UPLOAD_BYTES is not a whole number of 1 or more: 2 GB'],
])('with %s=%s it says in one line what is wrong', async (name, value, line) => {
  const program = files.launch({ [name]: value })
  expect(await program.exited).toBe(1)
  expect(program.errors.trim().split('\n')).toEqual([expect.stringContaining(line)])
})
