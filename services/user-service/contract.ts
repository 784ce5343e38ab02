import { type Static, t } from 'elysia'
import type { Event } from '../kit/events.ts'
import { Id, Instant, Language, object, Zone } from '../kit/schema.ts'

export const Email = t.String({ format: 'email', maxLength: 254 })
/** Long enough to be hard to guess (NIST SP 800-63B, 3.1.1.2), short enough to hash. Any characters. */
export const Password = t.String({ minLength: 10, maxLength: 256 })
export const PersonName = t.String({ minLength: 1, maxLength: 80 })

/** A person's own account. `version` is its ETag. */
export const User = object({
  id: Id,
  email: t.String(),
  name: t.String(),
  language: Language,
  timeZone: t.String(),
  createdAt: Instant,
  version: t.Integer(),
})
export type User = Static<typeof User>

/** What others may see of a person. */
export const PublicUser = object({ id: Id, name: t.String() })
export type PublicUser = Static<typeof PublicUser>

/** POST /api/v1/auth/sign-up → 201 SignedIn. 409 `email_taken`. */
export const SignUp = object({
  email: Email,
  password: Password,
  name: PersonName,
  language: t.Optional(Language),
  timeZone: t.Optional(Zone),
})
export type SignUp = Static<typeof SignUp>

/** POST /api/v1/auth/sign-in → 200 SignedIn. 401 `wrong_credentials`, the same for an unknown email; 429 after too many tries. */
export const SignIn = object({ email: t.String({ maxLength: 254 }), password: t.String({ maxLength: 256 }) })
export type SignIn = Static<typeof SignIn>

/** A new session. `token` (256 random bits) is shown this once; the database keeps its SHA-256 only. It ends after 30 days, or 7 idle ones. */
export const SignedIn = object({
  user: User,
  session: object({ id: Id, token: t.String(), expiresAt: Instant }),
})
export type SignedIn = Static<typeof SignedIn>

/**
 * GET /api/v1/auth/verify with `Authorization: Bearer <session token>` → 200, or 401 when the session is unknown, expired or revoked.
 * `identity` is the short-lived token that all services accept. With such a token in place of a session's, it says who that is, without a new one.
 */
export const Verified = object({
  user: User,
  session: object({ id: Id }),
  identity: t.Optional(object({ token: t.String(), expiresAt: Instant })),
})
export type Verified = Static<typeof Verified>

/**
 * What user-service keeps in Redis under `sessionKey(token)` as JSON, for at most as long as `identity` is valid, so that the frontend
 * need not ask for each request.
 */
export type CachedSession = Required<Verified>
/** What is kept of a session's token: the hex SHA-256. The token holds 256 random bits, so that nothing slower is needed. */
export const tokenHash = (token: string) => new Bun.CryptoHasher('sha256').update(token).digest('hex')
/** The Redis key of a session: made from a hash, so that who reads Redis cannot sign in with it. */
export const sessionKey = (token: string) => sessionKeyOf(tokenHash(token))
/** The same, of a token that is known by its hash alone. */
export const sessionKeyOf = (hash: string) => `session:${hash}`

/** PATCH /api/v1/me with If-Match → 200 User. GET /api/v1/me → 200 User. */
export const ProfileChange = object({
  name: t.Optional(PersonName),
  language: t.Optional(Language),
  timeZone: t.Optional(Zone),
})
export type ProfileChange = Static<typeof ProfileChange>

/** POST /api/v1/me/password → 204; every other session ends. 422 `wrong_password` on currentPassword. */
export const PasswordChange = object({ currentPassword: t.String({ maxLength: 256 }), newPassword: Password })
export type PasswordChange = Static<typeof PasswordChange>

/** One signed-in browser or program. `current` is the one that asks. */
export const Session = object({
  id: Id,
  createdAt: Instant,
  lastSeenAt: Instant,
  expiresAt: Instant,
  userAgent: t.String(),
  address: t.String(),
  current: t.Boolean(),
})
export type Session = Static<typeof Session>
/** GET /api/v1/sessions → 200. DELETE /api/v1/sessions/:id → 204. POST /api/v1/sessions/revoke-others → 200 { revoked }. */
export const Sessions = object({ items: t.Array(Session) })

/** GET /api/v1/users?ids=a,b,c (200 at most) or ?email=exact → 200; unknown ones are left out. Any signed-in person may ask. */
export const UserQuery = object({
  ids: t.Optional(t.String({ maxLength: 37 * 200 })),
  email: t.Optional(t.String({ maxLength: 254 })),
})
export const Users = object({ items: t.Array(PublicUser) })

/** GET /api/v1/auth/keys → 200: the JSON Web Key Set (RFC 7517) of the Ed25519 keys that sign people's tokens. Open. */
export const Keys = object({ keys: t.Array(t.Record(t.String(), t.Unknown())) })

/** Routes that need no identity. */
export const open = [
  'POST /api/v1/auth/sign-up',
  'POST /api/v1/auth/sign-in',
  'GET /api/v1/auth/verify',
  'GET /api/v1/auth/keys',
] as const

/** The events of user-service, with `producer: 'user-service'`. No email: what others may see of a person, and what a date needs to be shown to them. */
export type UserServiceEvent = Event<
  'user.created' | 'user.changed',
  { id: string; name: string; language: Language; timeZone: string }
>
