import { join } from 'node:path'
import { Access, forgetAccess } from '../kit/access.ts'
import { Client } from '../kit/client.ts'
import { config, databaseConfig } from '../kit/config.ts'
import { connect } from '../kit/database.ts'
import { Consumer, remoteLog } from '../kit/events.ts'
import { remoteKeys, serviceTokens, verifier } from '../kit/identity.ts'
import { log } from '../kit/log.ts'
import { migrate } from '../kit/migrate.ts'
import { connectRedis } from '../kit/redis.ts'
import { Revocations } from '../kit/revocations.ts'
import { run, serve } from '../kit/serve.ts'
import { analyticsService } from './app.ts'
import { project } from './projection.ts'
import { rebuild } from './rebuild.ts'

const name = 'analytics-service'

/** `main.ts` serves; `main.ts migrate` brings the database to the newest schema; `main.ts rebuild` counts everything again from the log. */
await run(async () => {
  const database = databaseConfig(name)
  if (process.argv[2] === 'migrate') {
    log.info(
      { applied: await migrate(database, join(import.meta.dir, 'migrations')) },
      'database is up to date',
    )
    return
  }
  const settings = config(name)
  const sql = connect(database)
  const tasks = new Client(settings.urls['task-service'])
  const eventLog = remoteLog({ 'task-service': tasks }, serviceTokens(name, settings.secretKey))
  if (process.argv[2] === 'rebuild') {
    log.info({ events: await rebuild(sql, eventLog) }, 'figures are counted again')
    await sql.end()
    return
  }

  const redis = connectRedis(settings.redisUrl)
  const revocations = new Revocations(settings.redisUrl, redis)
  const consumer = new Consumer({
    sql,
    redisUrl: settings.redisUrl,
    group: name,
    producers: ['task-service'],
    log: eventLog,
    apply: async (tx, event) => {
      await project(tx, event)
      if (event.projectId && /^(member\.|project\.deleted$)/.test(event.type))
        await forgetAccess(redis, event.projectId)
    },
  })
  const app = analyticsService({
    sql,
    access: new Access(tasks, redis),
    verify: verifier({
      keys: remoteKeys(settings.urls['user-service']),
      secret: settings.secretKey,
      isRevoked: revocations.has,
    }),
  })
  serve(app, settings, {
    beforeStop: () => consumer.stop(),
    afterStop: async () => {
      revocations.close()
      redis.disconnect()
      await sql.end({ timeout: 2 })
    },
  })
})
