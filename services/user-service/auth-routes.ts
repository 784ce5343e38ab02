import { isIP } from 'node:net'
import type { Identity } from '../kit/identity.ts'
import { Problem, unauthenticated } from '../kit/problem.ts'
import { socketAddress } from '../kit/serve.ts'
import { type App, askedLanguage } from '../kit/service.ts'
import type { Deps } from './app.ts'
import { Keys, SignedIn, SignIn, SignUp, Verified } from './contract.ts'
import { hashPassword, nobodysHash, refuseCommon, verifyPassword } from './passwords.ts'
import { type Origin, sessionUser, startSession, tokenPrefix, verifySession } from './sessions.ts'
import { createUser, credentialsOf, getUser } from './users.ts'

/** The token of a session, where one stands in place of an identity. */
export const sessionToken = (authorization: string | null) =>
  new RegExp(`^Bearer (${tokenPrefix}[\\w-]+)$`, 'i').exec(authorization ?? '')?.[1]

/** Where a request comes from. Identities never leave the house, so whoever has one is a sibling that speaks for a browser and names its address. */
export function originOf(request: Request, identity: Identity | null): Origin {
  const named = request.headers.get('x-client-address') ?? ''
  return {
    userAgent: (request.headers.get('user-agent') ?? '').slice(0, 300),
    address: identity && isIP(named) ? named : (socketAddress(request) ?? ''),
  }
}

/** Signing up and in, and who a token belongs to. */
export const authRoutes = (app: App, { sql, keys, cache, limits }: Deps) =>
  app
    .post(
      '/api/v1/auth/sign-up',
      async ({ body: { password, language, timeZone, ...body }, request, identity, set }) => {
        const origin = originOf(request, identity)
        refuseCommon(password, body, 'password')
        await limits.signUp(origin.address)
        const passwordHash = await hashPassword(password)
        const signedIn = await sql.begin(async tx => {
          const user = await createUser(tx, {
            ...body,
            passwordHash,
            language: language ?? askedLanguage(request),
            timeZone: timeZone ?? 'UTC',
          })
          return { user, session: await startSession(tx, user.id, passwordHash, origin) }
        })
        set.status = 201
        return signedIn
      },
      { body: SignUp, response: { 201: SignedIn }, detail: { summary: 'Sign up', tags: ['Accounts'] } },
    )
    .post(
      '/api/v1/auth/sign-in',
      async ({ body: { email, password }, request, identity }) => {
        const origin = originOf(request, identity)
        const forgive = await limits.guess(email.trim(), origin.address)
        const account = await credentialsOf(sql, email.trim())
        const isRight = await verifyPassword(password, account?.passwordHash ?? nobodysHash)
        if (!account || !isRight) throw new Problem(401, 'wrong_credentials')
        const signedIn = await sql.begin(async tx => ({
          session: await startSession(tx, account.userId, account.passwordHash, origin),
          user: await getUser(tx, account.userId),
        }))
        await forgive()
        return signedIn
      },
      { body: SignIn, response: { 200: SignedIn }, detail: { summary: 'Sign in', tags: ['Accounts'] } },
    )
    .get(
      '/api/v1/auth/verify',
      async ({ request, identity }) => {
        const token = sessionToken(request.headers.get('authorization'))
        if (token) return verifySession(sql, { keys, cache }, token)
        if (identity?.kind !== 'person') throw unauthenticated()
        return { user: await sessionUser(sql, identity.sessionId), session: { id: identity.sessionId } }
      },
      { response: { 200: Verified }, detail: { summary: 'Say who a token belongs to', tags: ['Accounts'] } },
    )
    .get(
      '/api/v1/auth/keys',
      async ({ set }) => {
        set.headers['cache-control'] = 'public, max-age=60'
        return { keys: await keys.published() }
      },
      {
        response: { 200: Keys },
        detail: { summary: 'Read the public keys that identities are signed with', tags: ['Accounts'] },
      },
    )
