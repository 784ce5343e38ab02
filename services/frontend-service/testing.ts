import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileService } from '../file-service/app.ts'
import { VolumeStore } from '../file-service/volume-store.ts'
import { Access } from '../kit/access.ts'
import { Client } from '../kit/client.ts'
import { Relay } from '../kit/events.ts'
import { verifier } from '../kit/identity.ts'
import { connectRedis } from '../kit/redis.ts'
import { testConfig, testDatabase, testRedisUrl, testSecret } from '../kit/testing.ts'
import { taskService } from '../task-service/app.ts'
import { newEmail, password, testUserService } from '../user-service/testing.ts'
import type { SignedIn } from '../user-service/contract.ts'
import type { FrontendConfig } from './config.ts'
import { connectDeps } from './deps.ts'
import { frontendService } from './routes.ts'

type App = { fetch: (request: Request) => Response | Promise<Response> }
/** Serves an app on a free port, as `serve` would. */
const listen = (app: App) => Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 60, fetch: app.fetch })

const redisUrl = () => `${testRedisUrl()}/7`

/** user-service, task-service and file-service as they are, each on a database of its own, listening, with their relays. Call `stop` in afterAll. */
export async function testBackends() {
  const users = await testUserService(redisUrl())
  const tasks = await testDatabase('task-service')
  const files = await testDatabase('file-service')
  const redis = connectRedis(redisUrl())
  const verify = verifier({ keys: users.keys.find, secret: testSecret, isRevoked: () => false })
  const tasksServer = listen(taskService({ sql: tasks.sql, verify }))
  const toTasks = new Client(tasksServer.url.origin)
  const folder = mkdtempSync(join(tmpdir(), 'taskmate-files-'))
  const store = new VolumeStore(folder)
  await store.prepare()
  const uploadLimit = 1024 * 1024
  const access = new Access(toTasks, redis)
  const servers = {
    'user-service': listen(users.app),
    'task-service': tasksServer,
    'file-service': listen(
      fileService({ sql: files.sql, store, verify, access, tasks: toTasks, uploadLimit }),
    ),
  }
  const relays = [
    new Relay(users.sql, redis, 'user-service'),
    new Relay(tasks.sql, redis, 'task-service'),
    new Relay(files.sql, redis, 'file-service'),
  ]
  return {
    users,
    redis,
    urls: {
      'user-service': servers['user-service'].url.origin,
      'task-service': servers['task-service'].url.origin,
      'file-service': servers['file-service'].url.origin,
    },
    stop: async () => {
      await Promise.all(relays.map(relay => relay.stop()))
      await Promise.all(Object.values(servers).map(server => server.stop(true)))
      redis.disconnect()
      await users.close()
      await Promise.all([tasks.drop(), files.drop()])
      rmSync(folder, { recursive: true })
    },
  }
}

/** A frontend in front of some backends, listening. A proxy stands before it, so that each test may come from an address of its own. */
export function testFrontend(urls: Parameters<typeof testConfig>[1], more: Partial<FrontendConfig> = {}) {
  const deps = connectDeps({
    ...testConfig('frontend-service', urls),
    redisUrl: redisUrl(),
    publicUrl: new URL('http://taskmate.test'),
    trustedProxies: 1,
    apiRateLimit: 10_000,
    ...more,
  })
  const app = frontendService(deps)
  const server = listen(app)
  return {
    deps,
    app,
    url: server.url.origin,
    stop: async () => {
      await deps.live.stop()
      await server.stop(true)
      deps.close()
    },
  }
}
export type TestFrontend = ReturnType<typeof testFrontend>

/** An address (RFC 4193) in a network that no test has come from before: limits count the networks of IPv6. */
const newAddress = () => `fd00:${crypto.randomUUID().slice(9, 23).replaceAll('-', ':')}::1`

type Options = {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** A client of a frontend with an address of its own: sends forms with files as they are, JSON otherwise unless told; follows no redirects. */
export function client(url: string, always: Record<string, string> = {}) {
  const address = newAddress()
  return (path: string, { method, body, headers, signal }: Options = {}) =>
    fetch(url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        'x-forwarded-for': address,
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
        ...always,
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body),
      }),
      ...(signal && { signal }),
      redirect: 'manual',
    })
}

/** Signs somebody new up through the API, and gives them a program with their token and a browser with their cookie. */
export async function signUp(url: string, more: Record<string, unknown> = {}) {
  const email = newEmail()
  const answer = await client(url)('/api/v1/auth/sign-up', {
    body: { email, password, name: 'Mina Seo', language: 'en', timeZone: 'Asia/Seoul', ...more },
  })
  if (answer.status !== 201) throw new Error(`sign-up answered ${answer.status}: ${await answer.text()}`)
  const { user, session } = (await answer.json()) as SignedIn
  return {
    user,
    session,
    email,
    password,
    program: client(url, { authorization: `Bearer ${session.token}` }),
    browser: client(url, { cookie: `session=${session.token}`, 'sec-fetch-site': 'same-origin' }),
  }
}
export type Somebody = Awaited<ReturnType<typeof signUp>>
