import { connectRedis } from '../kit/redis.ts'
import { Revocations } from '../kit/revocations.ts'
import { backendsOn, clientsOf } from './backends.ts'
import type { FrontendConfig } from './config.ts'
import { Cookies } from './cookies.ts'
import { taskParts } from './task-parts.tsx'
import { Live } from './live.ts'
import { Sessions, Visitors } from './session.ts'

/** Connects everything that the frontend's routes stand on. Close it when the streams of `live` have ended. */
export function connectDeps(config: FrontendConfig) {
  const redis = connectRedis(config.redisUrl)
  const revocations = new Revocations(config.redisUrl, redis)
  const clients = clientsOf(config.urls)
  const backends = backendsOn(clients)
  const cookies = new Cookies(config.publicUrl)
  const sessions = new Sessions(redis, backends.users, revocations)
  const visitors = new Visitors(config, cookies, sessions, backends)
  const live = new Live({
    redisUrl: config.redisUrl,
    redis,
    backends,
    visitors,
    revocations,
    parts: taskParts,
  })
  return {
    config,
    redis,
    clients,
    backends,
    cookies,
    sessions,
    visitors,
    live,
    close: () => {
      revocations.close()
      redis.disconnect()
    },
  }
}
export type Deps = ReturnType<typeof connectDeps>
