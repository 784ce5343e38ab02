import { answers, type Sql } from '../kit/database.ts'
import { eventLog, eventLogRoute } from '../kit/events.ts'
import { verifier } from '../kit/identity.ts'
import { service } from '../kit/service.ts'
import { accountRoutes } from './account-routes.ts'
import { authRoutes, sessionToken } from './auth-routes.ts'
import { open } from './contract.ts'
import type { Limits } from './limits.ts'
import { peopleRoutes } from './people-routes.ts'
import type { SessionCache } from './session-cache.ts'
import { sessionUser } from './sessions.ts'
import type { SigningKeys } from './signing-keys.ts'

export type Deps = { sql: Sql; keys: SigningKeys; cache: SessionCache; limits: Limits }

/** Accounts, sessions and the keys of identities. `secret` is what services sign their own tokens with. */
export function userService(deps: Deps, secret: string) {
  // Other services learn of revoked sessions from Redis. This one owns the truth and asks it.
  const verify = verifier({ keys: deps.keys.find, secret, isRevoked: () => false })
  const app = service({
    name: 'user-service',
    verify: async authorization => {
      // A session's token is no identity; GET /api/v1/auth/verify turns it into one, and nothing else takes it.
      if (sessionToken(authorization)) return null
      const identity = await verify(authorization)
      if (identity?.kind === 'person') await sessionUser(deps.sql, identity.sessionId)
      return identity
    },
    ready: () => answers(deps.sql),
    open,
    internal: [eventLogRoute],
  })
  authRoutes(app, deps)
  accountRoutes(app, deps)
  peopleRoutes(app, deps)
  eventLog(app, deps.sql, 'user-service')
  return app
}
