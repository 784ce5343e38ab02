import type { Query, Tx } from '../kit/database.ts'
import type { Person } from '../kit/identity.ts'
import { Problem, unauthenticated } from '../kit/problem.ts'
import { newId } from '../kit/schema.ts'
import { type CachedSession, type Session, type SignedIn, tokenHash, type User } from './contract.ts'
import type { EndedSession, SessionCache } from './session-cache.ts'
import type { SigningKeys } from './signing-keys.ts'
import { asUser, type UserRow, userColumns } from './users.ts'

/** Tells a session's token from an identity at sight, and from any other secret to a scanner. */
export const tokenPrefix = 'tm_s_'

const isLive = (sql: Query) =>
  sql`sessions.revoked_at is null and sessions.expires_at > now() and sessions.last_seen_at > now() - interval '7 days'`

/** The browser or program that signs in, as it says itself, and the address that it comes from. */
export type Origin = { userAgent: string; address: string }

/**
 * Starts a session of a person whose password was checked against `passwordHash`. Throws 401 when the password was changed meanwhile: the
 * share lock waits for a change under way, which then ends this session or makes it impossible.
 */
export async function startSession(
  tx: Tx,
  userId: string,
  passwordHash: string,
  { userAgent, address }: Origin,
): Promise<SignedIn['session']> {
  // What is long over is nobody's concern any more.
  await tx`
    delete from sessions where user_id = ${userId}
    and least(coalesce(revoked_at, expires_at), expires_at, last_seen_at + interval '7 days') < now() - interval '1 day'`
  const token = tokenPrefix + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
  const [row] = await tx<{ id: string; expires_at: Date }[]>`
    insert into sessions (id, user_id, token_hash, user_agent, address, expires_at)
    select ${newId()}, id, ${tokenHash(token)}, ${userAgent}, ${address}, now() + interval '30 days'
    from users where id = ${userId} and password_hash = ${passwordHash} for share
    returning id, expires_at`
  if (!row) throw new Problem(401, 'wrong_credentials')
  return { id: row.id, token, expiresAt: row.expires_at.toISOString() }
}

type LiveRow = UserRow & { session_id: string; expires_at: Date; seen_lately: boolean }

/**
 * Finds the live session of a token, notes that it was seen (once a minute at most) and gives it an identity. A copy goes to the cache; what changed
 * in the database while the copy was made is looked for afterwards, so that none outlives its session or an old profile. Throws 401.
 */
export async function verifySession(
  sql: Query,
  { keys, cache }: { keys: SigningKeys; cache: SessionCache },
  token: string,
): Promise<CachedSession> {
  const hash = tokenHash(token)
  for (;;) {
    const [row] = await sql<LiveRow[]>`
      select ${userColumns(sql)}, sessions.id as session_id, sessions.expires_at,
        sessions.last_seen_at > now() - interval '1 minute' as seen_lately
      from sessions join users on users.id = sessions.user_id
      where sessions.token_hash = ${hash} and ${isLive(sql)}`
    if (!row) throw unauthenticated()
    if (!row.seen_lately) await sql`update sessions set last_seen_at = now() where id = ${row.session_id}`
    const user = asUser(row)
    const verified = {
      user,
      session: { id: row.session_id },
      identity: await keys.sign(personOf(user, row.session_id)),
    }
    await cache.keep(hash, verified, row.expires_at)
    const [still] = await sql<{ version: number }[]>`
      select users.version from sessions join users on users.id = sessions.user_id
      where sessions.token_hash = ${hash} and ${isLive(sql)}`
    if (still?.version === user.version) return verified
    await cache.forget([hash])
  }
}

const personOf = ({ id, name, language, timeZone }: User, sessionId: string): Omit<Person, 'kind'> => ({
  userId: id,
  sessionId,
  name,
  language,
  timeZone,
})

/** The person of a live session by its id. Throws 401 when it has ended. */
export async function sessionUser(sql: Query, sessionId: string): Promise<User> {
  const [row] = await sql<UserRow[]>`
    select ${userColumns(sql)} from sessions join users on users.id = sessions.user_id
    where sessions.id = ${sessionId} and ${isLive(sql)}`
  if (!row) throw unauthenticated()
  return asUser(row)
}

type SessionRow = {
  id: string
  created_at: Date
  last_seen_at: Date
  expires_at: Date
  user_agent: string
  address: string
}

/** A person's live sessions, the one seen last first. */
export async function listSessions(sql: Query, { userId, sessionId }: Person): Promise<Session[]> {
  const rows = await sql<SessionRow[]>`
    select id, created_at, last_seen_at, expires_at, user_agent, address
    from sessions where user_id = ${userId} and ${isLive(sql)}
    order by last_seen_at desc, id desc`
  return rows.map(row => ({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    userAgent: row.user_agent,
    address: row.address,
    current: row.id === sessionId,
  }))
}

/** Ends one live session of a person. Empty when they have none with that id. The cache must be told of what was ended, after the commit. */
export const revokeSession = (sql: Query, userId: string, id: string): Promise<EndedSession[]> =>
  sql<EndedSession[]>`
    update sessions set revoked_at = now() where id = ${id} and user_id = ${userId} and ${isLive(sql)}
    returning id, token_hash as "tokenHash"`

/** Ends all live sessions of a person but the one that asks. The cache must be told of what was ended, after the commit. */
export const revokeOthers = (sql: Query, { userId, sessionId }: Person): Promise<EndedSession[]> =>
  sql<EndedSession[]>`
    update sessions set revoked_at = now() where user_id = ${userId} and id <> ${sessionId} and ${isLive(sql)}
    returning id, token_hash as "tokenHash"`

/** The token hashes of a person's live sessions. */
export async function tokenHashesOf(sql: Query, userId: string): Promise<string[]> {
  const rows = await sql<{ token_hash: string }[]>`
    select token_hash from sessions where user_id = ${userId} and ${isLive(sql)}`
  return rows.map(row => row.token_hash)
}
