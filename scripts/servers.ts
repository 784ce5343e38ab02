import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultHome, newSecrets, type Secrets } from './home.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { commandOf, type Program, stopLeftOvers } from './programs.ts'
import { command } from './trouble.ts'
import { startValkey } from './valkey.ts'

/** PostgreSQL and Redis of TaskMate, wherever they run. */
export type Servers = {
  postgres: Postgres
  redisUrl: string
  /** Those that were started here; none for servers that already ran. */
  programs: Program[]
  /** Stops those that were started here. */
  stop(): Promise<void>
}

type Settings = {
  home: string
  secrets: Secrets
  /** False for throw-away servers: faster, and a crash of the machine may lose data. */
  durable: boolean
  ports?: { postgres: number; redis: number }
  /** Servers that already run, to be used instead. */
  running?: { postgres?: Postgres; redisUrl?: string }
}

/** Starts the servers with their data in `home`, both at once. */
export async function startServers({
  home,
  secrets,
  durable,
  ports,
  running = {},
}: Settings): Promise<Servers> {
  mkdirSync(home, { recursive: true })
  const programs: Program[] = []
  const stop = async () => {
    for (const program of programs) await program.stop()
  }
  const own = <Started extends { program: Program }>(started: Started) => {
    programs.unshift(started.program)
    return started
  }
  const [redis, database] = await Promise.allSettled([
    running.redisUrl ?? startValkey({ home, password: secrets.redis, port: ports?.redis, durable }).then(own),
    running.postgres ??
      startPostgres({ home, password: secrets.postgres, port: ports?.postgres, durable }).then(own),
  ])
  if (redis.status === 'rejected' || database.status === 'rejected') {
    await stop()
    throw redis.status === 'rejected' ? redis.reason : (database as PromiseRejectedResult).reason
  }
  return {
    postgres: 'program' in database.value ? database.value.postgres : database.value,
    redisUrl: typeof redis.value === 'string' ? redis.value : redis.value.url,
    programs,
    stop,
  }
}

/**
 * Throw-away servers on free ports, in a folder that `stop` removes, and that the next call removes when this process
 * was killed.
 */
export async function startThrowAwayServers(): Promise<Servers> {
  const all = join(defaultHome, 'test')
  mkdirSync(all, { recursive: true })
  for (const folder of readdirSync(all)) {
    const owner = Number.parseInt(folder, 10)
    if (owner === process.pid || commandOf(owner)) continue
    await stopLeftOvers(join(all, folder))
    rmSync(join(all, folder), { recursive: true, force: true })
  }
  const home = join(all, `${process.pid}-${crypto.randomUUID().slice(0, 8)}`)
  const servers = await startServers({ home, secrets: newSecrets(), durable: false })
  return {
    ...servers,
    async stop() {
      await servers.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** The variables by which the tests find the servers: an administrator of PostgreSQL, and Redis. */
export const testEnvironment = ({ postgres, redisUrl }: Servers) => ({
  TEST_POSTGRES_HOST: postgres.host,
  TEST_POSTGRES_PORT: String(postgres.port),
  TEST_POSTGRES_USER: postgres.user,
  TEST_POSTGRES_PASSWORD: postgres.password,
  TEST_REDIS_URL: redisUrl,
})

const help = `Keeps a throw-away PostgreSQL and Redis for tests until Ctrl-C, and writes where they are to .taskmate/test.env.

  bun scripts/servers.ts
  bun --env-file=.taskmate/test.env test services/task-service     in another terminal`

if (import.meta.main)
  await command(async () => {
    if (process.argv.includes('--help')) return console.log(help)
    const path = join(defaultHome, 'test.env')
    const servers = await startThrowAwayServers()
    const lines = Object.entries(testEnvironment(servers)).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(path, lines.join(''), { mode: 0o600 })
    console.log(
      `PostgreSQL on port ${servers.postgres.port}, Redis on ${new URL(servers.redisUrl).port}. Ctrl-C stops them.`,
    )
    const stopped = Promise.withResolvers<void>()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopped.resolve())
    await Promise.race([stopped.promise, ...servers.programs.map(program => program.exited)])
    if (existsSync(path)) rmSync(path)
    await servers.stop()
  })
