import { join } from 'node:path'
import { type BackendName, type Config, ConfigError, config, databaseConfig } from './config.ts'
import { connect, type Sql } from './database.ts'
import { remoteKeys, type Verifier, verifier } from './identity.ts'
import { log } from './log.ts'
import { migrate } from './migrate.ts'
import { connectRedis, type Redis } from './redis.ts'
import { Revocations } from './revocations.ts'
import { run, type Serves, serve } from './serve.ts'

/** What the process of a backend stands on. */
export type Foundation = { settings: Config; sql: Sql; redis: Redis }

/**
 * The process of a backend with a database: `main.ts` serves, `main.ts migrate` brings the database to the newest schema (`migrations/` beside it) with
 * nothing but its login, and `main.ts <command>` does one of `commands`. `start` gives what is served and how to stop what it has started,
 * which happens once nothing is in flight any more.
 */
export const backend = (
  name: BackendName,
  directory: string,
  start: (foundation: Foundation) => Promise<Serving> | Serving,
  commands: Record<string, (foundation: Omit<Foundation, 'redis'>) => Promise<void>> = {},
) =>
  run(async () => {
    const database = databaseConfig(name)
    const command = process.argv[2]
    if (command === 'migrate') {
      log.info({ applied: await migrate(database, join(directory, 'migrations')) }, 'database is up to date')
      return
    }
    if (command !== undefined && !commands[command])
      throw new ConfigError(
        `There is no command ${command}. There are: ${['migrate', ...Object.keys(commands)].join(', ')}.`,
      )
    const settings = config(name)
    const sql = connect(database)
    if (command !== undefined) {
      await commands[command]!({ settings, sql })
      await sql.end()
      return
    }
    const redis = connectRedis(settings.redisUrl)
    const { app, stop } = await start({ settings, sql, redis })
    serve(app, settings, {
      afterStop: async () => {
        await stop()
        redis.disconnect()
        await sql.end({ timeout: 2 })
      },
    })
  })
type Serving = { app: Serves; stop: () => Promise<void> | void }

/** How a service that is not user-service checks identities: by user-service's published keys, and the sessions that have ended. */
export function siblingVerifier({ settings, redis }: Omit<Foundation, 'sql'>): {
  verify: Verifier
  close: () => void
} {
  const revocations = new Revocations(settings.redisUrl, redis)
  const verify = verifier({
    keys: remoteKeys(settings.urls['user-service']),
    secret: settings.secretKey,
    isRevoked: revocations.has,
  })
  return { verify, close: () => revocations.close() }
}
