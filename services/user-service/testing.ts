import type { Sql } from '../kit/database.ts'
import { connectRedis } from '../kit/redis.ts'
import { type Answer, call, testDatabase, testRedisUrl, testSecret } from '../kit/testing.ts'
import { userService } from './app.ts'
import type { SignedIn, Verified } from './contract.ts'
import { Limits } from './limits.ts'
import { SessionCache } from './session-cache.ts'
import { SigningKeys } from './signing-keys.ts'

export const redisUrl = () => `${testRedisUrl()}/3`
export const password = 'a quiet lake at dawn'

type App = ReturnType<typeof userService>

/** The parts of user-service on a database of its own. `redis` may be given to reach Redis another way. */
export async function testUserService(redisAt = redisUrl(), signUpsAnHour = 1_000) {
  const database = await testDatabase('user-service')
  const parts = userServiceOn(database.sql, redisAt, signUpsAnHour)
  return {
    ...database,
    ...parts,
    close: async () => {
      parts.close()
      await database.drop()
    },
  }
}

/** The parts of user-service on a database that others may use too, as a replica of it would be. */
export function userServiceOn(sql: Sql, redisAt = redisUrl(), signUpsAnHour = 1_000) {
  const redis = connectRedis(redisAt)
  const keys = new SigningKeys(sql, testSecret)
  const cache = new SessionCache(sql, redis)
  const app = userService({ sql, keys, cache, limits: new Limits(redis, signUpsAnHour) }, testSecret)
  const close = () => {
    keys.stop()
    cache.close()
    redis.disconnect()
  }
  return { app, redis, keys, cache, close }
}

/** An email that nobody has. */
export const newEmail = () => `mina.${crypto.randomUUID().slice(0, 8)}@example.com`

/** Signs somebody new up and gives their session, and `as`: calls made with its identity. */
export async function signUp(app: App, more: Record<string, unknown> = {}) {
  const { status, json } = await call(app)<SignedIn>('POST', '/api/v1/auth/sign-up', {
    email: newEmail(),
    password,
    name: 'Mina Seo',
    ...more,
  })
  if (status !== 201) throw new Error(`sign-up answered ${status}: ${JSON.stringify(json)}`)
  return { ...json, as: await identified(app, json.session.token) }
}

/** What GET /api/v1/auth/verify answers to a token. */
export const verify = (app: App, token: string): Promise<Answer<Verified>> =>
  call(app)('GET', '/api/v1/auth/verify', undefined, { authorization: `Bearer ${token}` })

/** Calls with the identity of a session. */
export async function identified(app: App, sessionToken: string) {
  const { identity } = (await verify(app, sessionToken)).json
  const anybody = call(app)
  return <T = any>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    anybody<T>(method, path, body, { authorization: `Bearer ${identity!.token}`, ...headers })
}
