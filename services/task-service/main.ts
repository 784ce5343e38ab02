import { config, databaseConfig } from '../kit/config.ts'
import { connect } from '../kit/database.ts'
import { Relay } from '../kit/events.ts'
import { remoteKeys, verifier } from '../kit/identity.ts'
import { log } from '../kit/log.ts'
import { migrate } from '../kit/migrate.ts'
import { connectRedis } from '../kit/redis.ts'
import { Revocations } from '../kit/revocations.ts'
import { run, serve } from '../kit/serve.ts'
import { taskService } from './app.ts'

/** `bun services/task-service/main.ts` serves; with `migrate` it brings the database to the newest schema and ends. */
await run(async () => {
  const database = databaseConfig('task-service')
  if (process.argv[2] === 'migrate') {
    const applied = await migrate(database, new URL('./migrations', import.meta.url).pathname)
    log.info({ applied }, 'migrated')
    return
  }
  const settings = config('task-service')
  const sql = connect(database)
  const redis = connectRedis(settings.redisUrl)
  const revocations = new Revocations(settings.redisUrl, redis)
  const verify = verifier({
    keys: remoteKeys(settings.urls['user-service']),
    secret: settings.secretKey,
    isRevoked: revocations.has,
  })
  const relay = new Relay(sql, redis, 'task-service')
  serve(taskService({ sql, verify }), settings, {
    afterStop: async () => {
      await relay.stop()
      revocations.close()
      redis.disconnect()
      await sql.end({ timeout: 2 })
    },
  })
})
