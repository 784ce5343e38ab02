import { backend } from '../kit/backend.ts'
import { wholeNumber } from '../kit/config.ts'
import { Relay } from '../kit/events.ts'
import { userService } from './app.ts'
import { Limits } from './limits.ts'
import { SessionCache } from './session-cache.ts'
import { SigningKeys } from './signing-keys.ts'

await backend('user-service', import.meta.dir, ({ settings, sql, redis }) => {
  // Accounts that one address may make in an hour. More than 20 for a team behind one address, or for a load test.
  const limits = new Limits(redis, wholeNumber('SIGN_UP_LIMIT', 20, { least: 1 }))
  const keys = new SigningKeys(sql, settings.secretKey)
  const cache = new SessionCache(sql, redis)
  const relay = new Relay(sql, redis, 'user-service')
  return {
    app: userService({ sql, keys, cache, limits }, settings.secretKey),
    stop: async () => {
      await relay.stop()
      keys.stop()
      cache.close()
    },
  }
})
