import { join } from 'node:path'
import { ConfigError, config, databaseConfig } from '../kit/config.ts'
import { connect } from '../kit/database.ts'
import { Relay } from '../kit/events.ts'
import { log } from '../kit/log.ts'
import { migrate } from '../kit/migrate.ts'
import { connectRedis } from '../kit/redis.ts'
import { run, serve } from '../kit/serve.ts'
import { userService } from './app.ts'
import { Limits } from './limits.ts'
import { SessionCache } from './session-cache.ts'
import { SigningKeys } from './signing-keys.ts'

/** SIGN_UP_LIMIT: accounts that one address may make in an hour. More than 20 for a team behind one address, or for a load test. */
function signUpLimit(): number {
  const limit = Number(process.env.SIGN_UP_LIMIT ?? 20)
  if (!Number.isInteger(limit) || limit < 1)
    throw new ConfigError('SIGN_UP_LIMIT is not a whole number above 0.')
  return limit
}

await run(async () => {
  const database = databaseConfig('user-service')
  if (process.argv[2] === 'migrate') {
    const applied = await migrate(database, join(import.meta.dir, 'migrations'))
    log.info({ applied }, 'migrated')
    return
  }
  const settings = config('user-service')
  const limit = signUpLimit()
  const sql = connect(database)
  const redis = connectRedis(settings.redisUrl)
  const keys = new SigningKeys(sql, settings.secretKey)
  const cache = new SessionCache(sql, redis)
  const limits = new Limits(redis, limit)
  const app = userService({ sql, keys, cache, limits }, settings.secretKey)
  const relay = new Relay(sql, redis, 'user-service')
  serve(app, settings, {
    beforeStop: () => relay.stop(),
    afterStop: async () => {
      keys.stop()
      cache.close()
      redis.disconnect()
      await sql.end({ timeout: 2 })
    },
  })
})
