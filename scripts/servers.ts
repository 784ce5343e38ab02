import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultHome, newSecrets, type Secrets } from './home.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { allOf, Crew, commandOf, interruption, stopLeftOvers } from './programs.ts'
import { command, Trouble } from './trouble.ts'
import { redisAnswers, startValkey } from './valkey.ts'

/** Where PostgreSQL and Redis answer. */
export type Servers = { postgres: Postgres; redisUrl: string }

type Settings = {
  secrets: Secrets
  /** False for throw-away servers: faster, and a crash of the machine may lose data. */
  durable: boolean
  /** Taken when they are free, so that people find their servers where they were. */
  ports?: { postgres: number; redis: number }
  /** Those that already run, to be used instead. */
  running?: Partial<Servers>
}

/**
 * Starts both servers at once, with their data in the crew's home. Throws `Trouble` when one cannot be started, or no Redis
 * answers where one should run.
 */
export async function startServers(
  crew: Crew,
  { secrets, durable, ports, running = {} }: Settings,
): Promise<Servers> {
  mkdirSync(crew.home, { recursive: true })
  if (running.redisUrl && !(await redisAnswers(running.redisUrl)))
    throw new Trouble('No Redis answers at REDIS_URL, or it does not let us in.')
  const [postgres, redisUrl] = await allOf([
    running.postgres ?? startPostgres({ crew, password: secrets.postgres, port: ports?.postgres, durable }),
    running.redisUrl ?? startValkey({ crew, password: secrets.redis, port: ports?.redis, durable }),
  ])
  return { postgres, redisUrl }
}

/** A crew in a folder that `dismiss` removes after it has stopped, or the next call does when this process was killed. */
export async function throwAwayCrew(): Promise<{ crew: Crew; dismiss(): Promise<void> }> {
  const all = join(defaultHome, 'test')
  mkdirSync(all, { recursive: true })
  for (const folder of readdirSync(all)) {
    const owner = Number.parseInt(folder, 10)
    if (commandOf(owner)) continue
    await stopLeftOvers(join(all, folder))
    rmSync(join(all, folder), { recursive: true, force: true })
  }
  const crew = new Crew(join(all, `${process.pid}-${crypto.randomUUID().slice(0, 8)}`))
  mkdirSync(crew.home)
  return {
    crew,
    async dismiss() {
      await crew.stop()
      rmSync(crew.home, { recursive: true, force: true })
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

  bun run servers
  bun --env-file=.taskmate/test.env test services/task-service     in another terminal`

if (import.meta.main)
  await command(async () => {
    if (process.argv.includes('--help')) return console.log(help)
    const path = join(defaultHome, 'test.env')
    const { crew, dismiss } = await throwAwayCrew()
    try {
      const servers = await startServers(crew, { secrets: newSecrets(), durable: false })
      const lines = Object.entries(testEnvironment(servers)).map(([name, value]) => `${name}=${value}\n`)
      writeFileSync(path, lines.join(''), { mode: 0o600 })
      console.log(
        `PostgreSQL on port ${servers.postgres.port}, Redis on ${new URL(servers.redisUrl).port}. Ctrl-C stops them.`,
      )
      const program = await Promise.race([interruption(), crew.gone])
      if (program) throw program.trouble()
    } finally {
      rmSync(path, { force: true })
      await dismiss()
    }
  })
