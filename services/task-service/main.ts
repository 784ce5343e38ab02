import { backend, siblingVerifier } from '../kit/backend.ts'
import { Relay } from '../kit/events.ts'
import { forgetOldKeys } from '../kit/idempotency.ts'
import { taskService } from './app.ts'

await backend('task-service', import.meta.dir, ({ settings, sql, redis }) => {
  const { verify, close } = siblingVerifier({ settings, redis })
  const relay = new Relay(sql, redis, 'task-service')
  const stopForgetting = forgetOldKeys(sql)
  return {
    app: taskService({ sql, verify }),
    stop: async () => {
      stopForgetting()
      await relay.stop()
      close()
    },
  }
})
