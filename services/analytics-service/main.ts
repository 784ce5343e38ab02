import { Access, forgetAccess } from '../kit/access.ts'
import { backend, siblingVerifier } from '../kit/backend.ts'
import { Client } from '../kit/client.ts'
import type { Config } from '../kit/config.ts'
import { Consumer, type Log, remoteLog } from '../kit/events.ts'
import { serviceTokens } from '../kit/identity.ts'
import { log } from '../kit/log.ts'
import { analyticsService } from './app.ts'
import { project } from './projection.ts'
import { rebuild } from './rebuild.ts'

const name = 'analytics-service'

const taskLog = (settings: Config, tasks = new Client(settings.urls['task-service'])): Log =>
  remoteLog({ 'task-service': tasks }, serviceTokens(name, settings.secretKey))

await backend(
  name,
  import.meta.dir,
  ({ settings, sql, redis }) => {
    const { verify, close } = siblingVerifier({ settings, redis })
    const tasks = new Client(settings.urls['task-service'])
    const consumer = new Consumer({
      sql,
      redisUrl: settings.redisUrl,
      group: name,
      producers: ['task-service'],
      log: taskLog(settings, tasks),
      apply: async (tx, event) => {
        await project(tx, event)
        await forgetAccess(redis, event)
      },
    })
    return {
      app: analyticsService({ sql, access: new Access(tasks, redis), verify }),
      stop: async () => {
        await consumer.stop()
        close()
      },
    }
  },
  {
    /** Counts everything again from the log. */
    rebuild: async ({ settings, sql }) => {
      log.info({ events: await rebuild(sql, taskLog(settings)) }, 'figures are counted again')
    },
  },
)
