import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey, SignJWT } from 'jose'
import type { ServiceName } from './config.ts'
import { Problem, unauthenticated, unavailable } from './problem.ts'
import type { Language } from './schema.ts'

/** A signed-in person, as the claims of their token say. */
export type Person = {
  kind: 'person'
  userId: string
  sessionId: string
  name: string
  language: Language
  timeZone: string
}
/** A service that speaks for itself, not for a person. */
export type Service = { kind: 'service'; name: ServiceName }
/** Whoever a call can be from. */
export type Identity = Person | Service

/** Seconds that a token lives. Short, so that a lost one is worth little; whoever needs a longer one asks again. */
export const tokenSeconds = 60
const issuer = 'taskmate'
/** The audience that every TaskMate service answers to. Tokens made for anything else are refused. */
export const audience = 'taskmate-services'

/** Signs a person's token (RFC 7519) with an Ed25519 key of user-service (RFC 8037). `kid` names the key among the published ones. */
export const signPerson = (person: Omit<Person, 'kind'>, key: CryptoKey, kid: string) =>
  new SignJWT({
    sub: person.userId,
    sid: person.sessionId,
    name: person.name,
    lang: person.language,
    zone: person.timeZone,
  })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${tokenSeconds}s`)
    .sign(key)

const secretBytes = (secret: string) => new TextEncoder().encode(secret)

/** Makes the tokens by which a service speaks for itself; one is used for half its life. */
export function serviceTokens(name: ServiceName, secret: string): () => Promise<string> {
  let token: Promise<string> | undefined
  let until = 0
  return () => {
    const now = Date.now()
    if (!token || now >= until) {
      until = now + (tokenSeconds * 1000) / 2
      token = new SignJWT({ service: true })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(name)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(`${tokenSeconds}s`)
        .sign(secretBytes(secret))
    }
    return token
  }
}

/** The published keys of user-service. Fetched when first needed and when a token names a key that is not known yet. */
export const remoteKeys = (userServiceUrl: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(`${userServiceUrl}/api/v1/auth/keys`), {
    timeoutDuration: 2_000,
    cooldownDuration: 1_000,
  })

/** Says whom the Authorization header names; see `verifier`. */
export type Verifier = (authorization: string | null) => Promise<Identity | null>

/**
 * Checks `Authorization: Bearer <token>` offline. Returns who it is; null without the header. Throws 401 for a token that is expired,
 * forged, for another audience or of a revoked session (`isRevoked`), and 503 when the keys cannot be fetched.
 */
export function verifier({
  keys,
  secret,
  isRevoked,
}: {
  keys: JWTVerifyGetKey
  secret: string
  isRevoked: (sessionId: string) => boolean
}): Verifier {
  const secretKey = secretBytes(secret)
  return async authorization => {
    if (authorization === null) return null
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1]
    if (!token) throw unauthenticated()
    try {
      // Each algorithm goes with its own kind of key: a token cannot choose to be checked with the other's.
      const header = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { alg?: string }
      if (header.alg === 'HS256') {
        const { payload } = await jwtVerify(token, secretKey, { issuer, audience, algorithms: ['HS256'] })
        return { kind: 'service', name: payload.sub as ServiceName }
      }
      const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['EdDSA'] })
      if (isRevoked(String(payload.sid))) throw unauthenticated()
      return {
        kind: 'person',
        userId: String(payload.sub),
        sessionId: String(payload.sid),
        name: String(payload.name),
        language: payload.lang === 'ko' ? 'ko' : 'en',
        timeZone: String(payload.zone),
      }
    } catch (error) {
      if (error instanceof Problem) throw error
      // The keys could not be fetched: the token may well be good.
      if (!isVerdict(error)) throw unavailable()
      throw unauthenticated()
    }
  }
}

/** Whether the error judges the token, and not the way to the keys. */
const isVerdict = (error: unknown) =>
  error instanceof SyntaxError ||
  (error instanceof errors.JOSEError &&
    !['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code))
