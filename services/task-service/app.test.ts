import { expect, test } from 'bun:test'
import type { Socket, TCPSocketListener } from 'bun'
import { connect } from '../kit/database.ts'
import { type Event, readEntry, Relay, stream } from '../kit/events.ts'
import { connectRedis } from '../kit/redis.ts'
import { call, somebody, testDatabase, testRedisUrl, testVerifier, until } from '../kit/testing.ts'
import { taskService } from './app.ts'

/** A way to a server that can be cut and mended. */
function bridge(host: string, port: number) {
  const sockets = new Set<Socket<any>>()
  let listener: TCPSocketListener<{ far: Promise<Socket<any>> }> | undefined
  let at = 0
  const open = () => {
    listener = Bun.listen<{ far: Promise<Socket<any>> }>({
      hostname: '127.0.0.1',
      port: at,
      socket: {
        open(near) {
          sockets.add(near)
          const far = Bun.connect({
            hostname: host,
            port,
            socket: {
              open: far => void sockets.add(far),
              data: (_, data) => void near.write(data),
              close: () => void near.end(),
            },
          })
          near.data = { far }
        },
        data: (near, data) => void near.data.far.then(far => far.write(data)),
        close: near => void near.data.far.then(far => far.end()),
      },
    })
    at = listener.port
  }
  const cut = () => {
    listener?.stop(true)
    for (const socket of sockets) socket.terminate()
    sockets.clear()
  }
  open()
  return { port: at, cut, mend: open }
}

test('while its database is away it answers 503, is alive but not ready, and serves again when it is back', async () => {
  const { database, drop } = await testDatabase('task-service')
  const way = bridge(database.host, database.port)
  const sql = connect({ ...database, host: '127.0.0.1', port: way.port })
  const app = taskService({ sql, verify: testVerifier() })
  const mina = call(app, somebody())
  try {
    way.cut()
    expect((await mina('GET', '/up')).status).toBe(200)
    expect((await mina('GET', '/ready')).status).toBe(503)
    expect(await mina('GET', '/api/v1/projects')).toMatchObject({
      status: 503,
      json: { code: 'unavailable' },
    })
    way.mend()
    await until(async () => (await mina('GET', '/ready')).status === 200, 'ready')
    expect((await mina('POST', '/api/v1/projects', { name: 'Ops' })).status).toBe(201)
    way.cut()
    expect((await mina('POST', '/api/v1/projects', { name: 'Lost' })).status).toBe(503)
    way.mend()
    await until(async () => (await mina('GET', '/api/v1/projects')).status === 200, 'served again')
    expect((await mina('GET', '/api/v1/projects')).json.items).toHaveLength(1)
  } finally {
    await sql.end({ timeout: 1 })
    way.cut()
    await drop()
  }
}, 60_000)

test('what happened is published in order, and stays in the log that services read', async () => {
  const { sql, drop } = await testDatabase('task-service')
  const redis = connectRedis(`${testRedisUrl()}/4`)
  const app = taskService({ sql, verify: testVerifier() })
  const mina = call(app, somebody())
  const project = (await mina('POST', '/api/v1/projects', { name: 'Ops' })).json
  const relay = new Relay(sql, redis, 'task-service')
  try {
    const task = (await mina('POST', `/api/v1/projects/${project.id}/tasks`, { title: 'Water' })).json
    const published = await until(async () => {
      const entries = await redis.xrange(stream, '-', '+')
      const events = entries
        .map(([id, fields]) => readEntry(id, fields).event)
        .filter(event => event.projectId === project.id)
      return events.some(event => event.type === 'task.created') ? events : null
    }, 'the event in the stream')
    const log = await call(app, 'analytics-service')<Event[]>('GET', '/internal/events?after=0')
    expect(log.json).toEqual(published)
    expect(published.map(event => event.position)).toEqual(published.map((_, index) => index + 1))
    expect(published.at(-1)).toMatchObject({
      type: 'task.created',
      version: 1,
      producer: 'task-service',
      data: { task: { id: task.id, title: 'Water' } },
    })
  } finally {
    await relay.stop()
    redis.disconnect()
    await drop()
  }
}, 30_000)

test('every public route is documented, with a summary', async () => {
  const { sql, drop } = await testDatabase('task-service')
  const app = taskService({ sql, verify: testVerifier() })
  const { paths } = (await call(app)('GET', '/openapi.json')).json
  for (const { method, path } of app.routes.filter(route => route.path.startsWith('/api/'))) {
    const operation = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    expect({ path, summary: operation?.summary }).toEqual({ path, summary: expect.any(String) })
  }
  await drop()
})
