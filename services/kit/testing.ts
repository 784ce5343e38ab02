import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { createLocalJWKSet, exportJWK, generateKeyPair } from 'jose'
import postgres from 'postgres'
import { type BackendName, type Config, type Database, ports, type ServiceName } from './config.ts'
import { connect, type Sql } from './database.ts'
import { type Person, serviceTokens, signPerson, verifier } from './identity.ts'
import { migrate } from './migrate.ts'
import { newId } from './schema.ts'

const hint = 'Run it through ./scripts/test, which starts PostgreSQL and Redis for tests.'
function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set. ${hint}`)
  return value
}
const server = () => ({
  host: setting('TEST_POSTGRES_HOST'),
  port: Number(setting('TEST_POSTGRES_PORT')),
  user: setting('TEST_POSTGRES_USER'),
  password: setting('TEST_POSTGRES_PASSWORD'),
})

/** A secret for tests. */
export const testSecret = 'for tests only: 0123456789abcdef0123456789abcdef'
/** The Redis server for tests; each test file may take a database number of its own with `?db=`. */
export const testRedisUrl = () => setting('TEST_REDIS_URL')

/** A fresh database without anything in it. Call `drop` in afterAll. */
export async function emptyDatabase(): Promise<{ database: Database; drop: () => Promise<void> }> {
  const admin = postgres({ ...server(), database: 'postgres', max: 1, onnotice: () => {} })
  const database = { ...server(), name: `test_${newId().replaceAll('-', '').slice(-16)}` }
  await admin.unsafe(`create database ${database.name}`)
  return {
    database,
    drop: async () => {
      await admin.unsafe(`drop database ${database.name} with (force)`)
      await admin.end()
    },
  }
}

/**
 * A fresh database with the migrations of a service, for one test file. `queries` has the statements that went through `sql` since
 * `queries.length = 0`. Call `drop` in afterAll.
 */
export async function testDatabase(
  name: BackendName,
): Promise<{ sql: Sql; database: Database; queries: string[]; drop: () => Promise<void> }> {
  const { database, drop } = await emptyDatabase()
  await migrate(database, new URL(`../${name}/migrations`, import.meta.url).pathname)
  const queries: string[] = []
  const sql = connect(database, { onQuery: text => queries.push(text) })
  return {
    sql,
    database,
    queries,
    drop: async () => {
      await sql.end({ timeout: 2 })
      await drop()
    },
  }
}

const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
const kid = 'test'
/** Published keys that match `tokenFor`, as user-service would serve them. */
export const testKeys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid, alg: 'EdDSA', use: 'sig' }] }

/** Somebody new, with an id of their own. */
export const somebody = (more: Partial<Omit<Person, 'kind'>> = {}): Person => ({
  kind: 'person',
  userId: newId(),
  sessionId: newId(),
  name: 'Mina Seo',
  language: 'en',
  timeZone: 'Asia/Seoul',
  ...more,
})
/** A valid token of a person, as user-service would sign it. */
export const tokenFor = (person: Person) => signPerson(person, pair.privateKey as CryptoKey, kid)
/** A token by which a service speaks for itself. */
export const tokenForService = (name: ServiceName) => serviceTokens(name, testSecret)()

/** A verifier that knows the test keys. `revoked` holds ids of sessions that have ended. */
export const testVerifier = (revoked = new Set<string>()) =>
  verifier({ keys: createLocalJWKSet(testKeys), secret: testSecret, isRevoked: id => revoked.has(id) })

/** A configuration for tests; siblings are nowhere unless `urls` says so. */
export const testConfig = (name: ServiceName, urls: Partial<Config['urls']> = {}): Config => ({
  name,
  host: '127.0.0.1',
  port: 0,
  production: false,
  secretKey: testSecret,
  redisUrl: testRedisUrl(),
  urls: {
    'user-service': `http://127.0.0.1:${ports['user-service'] + 40_000}`,
    'task-service': `http://127.0.0.1:${ports['task-service'] + 40_000}`,
    'analytics-service': `http://127.0.0.1:${ports['analytics-service'] + 40_000}`,
    'file-service': `http://127.0.0.1:${ports['file-service'] + 40_000}`,
    ...urls,
  },
})

export type Answer<T = any> = { status: number; headers: Headers; json: T }

/**
 * Calls an app in the process, as a person or as a service: `await call(app, mina)('POST', '/api/v1/projects', { name: 'Ops' })`.
 * `json` is undefined when there is no body.
 */
export function call(app: { handle: (request: Request) => Promise<Response> }, as?: Person | ServiceName) {
  return async <T = any>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const token =
      as === undefined ? undefined : typeof as === 'string' ? await tokenForService(as) : await tokenFor(as)
    const response = await app.handle(
      new Request(`http://localhost${path}`, {
        method,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : undefined }
  }
}

/**
 * The real program of a backend with these settings, on a database of the name that it opens: only one test file may have it. Call `end`, which kills
 * what runs, in afterEach and `drop` in afterAll.
 */
export async function testProgram(name: BackendName, settings: Record<string, string>) {
  const spare = await emptyDatabase()
  const database = { ...spare.database, name: `${name.replace('-', '_')}_db` }
  const admin = connect(spare.database, { max: 1 })
  await admin.unsafe(`drop database if exists ${database.name} with (force)`)
  await admin.unsafe(`create database ${database.name}`)
  const running: Bun.Subprocess[] = []
  const end = async () => {
    for (const child of running.splice(0)) {
      child.kill('SIGKILL')
      await child.exited
    }
  }

  /** Starts it; `said` and `errors` are what it has written so far, all of it once `exited` is there. `words` are its arguments. */
  const launch = (more: Record<string, string> = {}, ...words: string[]) => {
    const main = new URL(`../${name}/main.ts`, import.meta.url).pathname
    const child = Bun.spawn([process.execPath, main, ...words], {
      env: {
        PATH: process.env.PATH,
        HOST: '127.0.0.1',
        PORT: '0',
        SECRET_KEY: testSecret,
        POSTGRES_HOST: database.host,
        POSTGRES_PORT: String(database.port),
        POSTGRES_USER: database.user,
        DATABASE_PASSWORD: database.password,
        ...settings,
        ...more,
      },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    running.push(child)
    const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>, part: 'said' | 'errors') => {
      for await (const text of stream.pipeThrough(new TextDecoderStream())) program[part] += text
    }
    const program = {
      pid: child.pid,
      said: '',
      errors: '',
      exited: Promise.resolve(0),
      kill: (signal: NodeJS.Signals) => child.kill(signal),
      /** Where it listens, once it does. */
      url: async () =>
        `http://127.0.0.1:${await until(() => /"port":(\d+)/.exec(program.said)?.[1], `${name} listening`)}`,
    }
    const written = Promise.all([read(child.stdout, 'said'), read(child.stderr, 'errors')])
    program.exited = written.then(() => child.exited)
    return program
  }

  return {
    database,
    launch,
    end,
    drop: async () => {
      await end()
      await admin.unsafe(`drop database ${database.name} with (force)`)
      await admin.end()
      await spare.drop()
    },
  }
}

/** Waits until `condition` gives something truthy, asking every few milliseconds; fails after ten seconds. */
export async function until<T>(
  condition: () => T | Promise<T>,
  what = 'the condition',
): Promise<NonNullable<T>> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const value = await condition()
    if (value) return value as NonNullable<T>
    if (Date.now() > deadline) throw new Error(`${what} did not come true within ten seconds`)
    await Bun.sleep(10)
  }
}

/** Every registered route but the opened ones must refuse a caller without identity. Gives the routes that let one in: expect []. */
export async function routesOpenToAnyone(
  app: { routes: { method: string; path: string }[]; handle: (request: Request) => Promise<Response> },
  open: readonly string[],
): Promise<string[]> {
  const allowed = new Set(['GET /up', 'GET /ready', 'GET /openapi.json', ...open])
  const leaks: string[] = []
  for (const { method, path } of app.routes) {
    if (allowed.has(`${method} ${path}`)) continue
    const url = `http://localhost${path.replace(/:\w+/g, newId()).replace('*', 'x')}`
    const response = await app.handle(new Request(url, { method }))
    if (response.status !== 401) leaks.push(`${method} ${path} answered ${response.status}`)
  }
  return leaks
}

/** A way to a server on 127.0.0.1 that can be shut, as when the server is away. Open at first. */
export async function door(target: number) {
  const sockets = new Set<Socket>()
  let server: Server
  let port = 0
  const open = () =>
    new Promise<void>(resolve => {
      server = createServer(socket => {
        const through = dial(target, '127.0.0.1')
        for (const end of [socket, through]) {
          sockets.add(end)
          end.on('error', () => {})
          end.on('close', () => {
            sockets.delete(end)
            socket.destroy()
            through.destroy()
          })
        }
        socket.pipe(through).pipe(socket)
      }).listen(port, '127.0.0.1', () => {
        port = (server.address() as { port: number }).port
        resolve()
      })
    })
  const shut = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  await open()
  return { port, open, shut }
}
