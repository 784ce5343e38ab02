import { Access, forgetAccess } from '../kit/access.ts'
import { Client } from '../kit/client.ts'
import { ConfigError, config, databaseConfig, need } from '../kit/config.ts'
import { connect } from '../kit/database.ts'
import { Consumer, Relay, remoteLog } from '../kit/events.ts'
import { remoteKeys, serviceTokens, verifier } from '../kit/identity.ts'
import { log } from '../kit/log.ts'
import { migrate } from '../kit/migrate.ts'
import { connectRedis } from '../kit/redis.ts'
import { Revocations } from '../kit/revocations.ts'
import { run, serve } from '../kit/serve.ts'
import { fileService } from './app.ts'
import { collectHourly } from './collector.ts'
import { VolumeStore } from './volume-store.ts'

const name = 'file-service'

/** `bun services/file-service/main.ts` serves; with `migrate` it brings the database to the newest schema and ends. */
await run(async () => {
  const database = databaseConfig(name)
  if (process.argv[2] === 'migrate') {
    const applied = await migrate(database, new URL('migrations', import.meta.url).pathname)
    log.info({ applied }, 'migrated')
    return
  }
  const settings = config(name)
  const uploadLimit = Number(process.env.MAX_UPLOAD_BYTES ?? 2 * 1024 ** 3)
  if (!Number.isSafeInteger(uploadLimit) || uploadLimit < 1)
    throw new ConfigError(`MAX_UPLOAD_BYTES is not a number of bytes: ${process.env.MAX_UPLOAD_BYTES}`)
  const store = new VolumeStore(need('FILES_DIR'))
  await store.prepare().catch(error => {
    throw new ConfigError(`FILES_DIR cannot be written: ${error.message}`)
  })

  const sql = connect(database)
  const redis = connectRedis(settings.redisUrl)
  const revocations = new Revocations(settings.redisUrl, redis)
  const tasks = new Client(settings.urls['task-service'])
  const app = fileService({
    sql,
    store,
    verify: verifier({
      keys: remoteKeys(settings.urls['user-service']),
      secret: settings.secretKey,
      isRevoked: revocations.has,
    }),
    access: new Access(tasks, redis),
    tasks,
    uploadLimit,
  })
  const relay = new Relay(sql, redis, name)
  const consumer = new Consumer({
    sql,
    redisUrl: settings.redisUrl,
    group: name,
    producers: ['task-service'],
    log: remoteLog({ 'task-service': tasks }, serviceTokens(name, settings.secretKey)),
    // A project that is deleted keeps its files: it may be restored, and until then nobody has a role in it.
    apply: async (_tx, { type, projectId }) => {
      if (projectId && /^member\.|^project\.deleted$/.test(type)) await forgetAccess(redis, projectId)
    },
  })
  const stopCollecting = collectHourly(sql, store)
  serve(app, settings, {
    afterStop: async () => {
      stopCollecting()
      await Promise.all([relay.stop(), consumer.stop()])
      revocations.close()
      redis.disconnect()
      await sql.end({ timeout: 2 })
    },
  })
})
