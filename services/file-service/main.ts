import { Access, forgetAccess } from '../kit/access.ts'
import { backend, siblingVerifier } from '../kit/backend.ts'
import { Client } from '../kit/client.ts'
import { ConfigError, need, wholeNumber } from '../kit/config.ts'
import { Consumer, Relay, remoteLog } from '../kit/events.ts'
import { forgetOldKeys } from '../kit/idempotency.ts'
import { serviceTokens } from '../kit/identity.ts'
import { fileService } from './app.ts'
import { collectHourly } from './collector.ts'
import { VolumeStore } from './volume-store.ts'

const name = 'file-service'

await backend(name, import.meta.dir, async ({ settings, sql, redis }) => {
  const uploadLimit = wholeNumber('MAX_UPLOAD_BYTES', 2 * 1024 ** 3, { least: 1 })
  const store = new VolumeStore(need('FILES_DIR'))
  await store.prepare().catch(error => {
    throw new ConfigError(`FILES_DIR cannot be written: ${error.message}`)
  })

  const { verify, close } = siblingVerifier({ settings, redis })
  const tasks = new Client(settings.urls['task-service'])
  const relay = new Relay(sql, redis, name)
  const consumer = new Consumer({
    sql,
    redisUrl: settings.redisUrl,
    group: name,
    producers: ['task-service'],
    log: remoteLog({ 'task-service': tasks }, serviceTokens(name, settings.secretKey)),
    // A project that is deleted keeps its files: it may be restored, and until then nobody has a role in it.
    apply: (_tx, event) => forgetAccess(redis, event),
  })
  const stopCollecting = collectHourly(sql, store)
  const stopForgetting = forgetOldKeys(sql)
  return {
    app: fileService({ sql, store, verify, access: new Access(tasks, redis), tasks, uploadLimit }),
    stop: async () => {
      stopCollecting()
      stopForgetting()
      await Promise.all([relay.stop(), consumer.stop()])
      close()
    },
  }
})
