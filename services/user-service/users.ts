import { type Query, type Sql, type Tx, violates } from '../kit/database.ts'
import { emit } from '../kit/events.ts'
import { invalid, notFound, Problem, stale } from '../kit/problem.ts'
import { isZone, type Language, newId } from '../kit/schema.ts'
import type { ProfileChange, PublicUser, User, UserServiceEvent } from './contract.ts'

export type UserRow = {
  id: string
  email: string
  name: string
  language: Language
  time_zone: string
  created_at: Date
  version: number
}

export const asUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  language: row.language,
  timeZone: row.time_zone,
  createdAt: row.created_at.toISOString(),
  version: row.version,
})

export const userColumns = (sql: Query) =>
  sql`users.id, users.email, users.name, users.language, users.time_zone, users.created_at, users.version`

/** The name as it is kept: one form of each character, one space between words. Throws 422 `blank` when there is nothing to see in it. */
function tidyName(name: string): string {
  const tidy = name
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  if (!/[^\p{C}\p{Z}]/u.test(tidy)) throw invalid('name', 'blank')
  return tidy
}

function checkZone(zone: string) {
  if (!isZone(zone)) throw invalid('timeZone', 'not_a_zone')
}

type NewUser = { email: string; passwordHash: string; name: string; language: Language; timeZone: string }

/** Adds a person. Throws 422 for a blank name or an unknown zone, and 409 `email_taken`. */
export async function createUser(
  tx: Tx,
  { email, passwordHash, name, language, timeZone }: NewUser,
): Promise<User> {
  checkZone(timeZone)
  const [row] = await tx<UserRow[]>`
    insert into users (id, email, password_hash, name, language, time_zone)
    values (${newId()}, ${email}, ${passwordHash}, ${tidyName(name)}, ${language}, ${timeZone})
    returning ${userColumns(tx)}`.catch(error => {
    throw violates(error, 'users_email') ? new Problem(409, 'email_taken') : error
  })
  const user = asUser(row!)
  await tell(tx, 'user.created', user)
  return user
}

/** Throws 404 when the person does not exist any more. */
export async function getUser(sql: Query, id: string): Promise<User> {
  const [row] = await sql<UserRow[]>`select ${userColumns(sql)} from users where id = ${id}`
  if (!row) throw notFound()
  return asUser(row)
}

/** Changes what is given of a profile. Throws 412 with the current profile when `seen` is not its version, and 422 as `createUser` does. */
export function changeProfile(sql: Sql, id: string, seen: number, change: ProfileChange): Promise<User> {
  const name = change.name === undefined ? null : tidyName(change.name)
  if (change.timeZone !== undefined) checkZone(change.timeZone)
  return sql.begin(async tx => {
    const [row] = await tx<UserRow[]>`
      update users set
        name = coalesce(${name}, name),
        language = coalesce(${change.language ?? null}, language),
        time_zone = coalesce(${change.timeZone ?? null}, time_zone),
        version = version + 1
      where id = ${id} and version = ${seen}
      returning ${userColumns(tx)}`
    if (!row) {
      const current = await getUser(tx, id)
      throw stale(current)
    }
    const user = asUser(row)
    await tell(tx, 'user.changed', user)
    return user
  })
}

async function tell(tx: Tx, type: UserServiceEvent['type'], { id, name, language, timeZone }: User) {
  await emit<UserServiceEvent>(tx, { type, actorId: id, data: { id, name, language, timeZone } })
}

/** Whom an email belongs to, whatever its case, and the hash of their password. */
export async function credentialsOf(
  sql: Query,
  email: string,
): Promise<{ userId: string; passwordHash: string } | undefined> {
  const [row] = await sql<{ id: string; password_hash: string }[]>`
    select id, password_hash from users where lower(email) = lower(${email})`
  return row && { userId: row.id, passwordHash: row.password_hash }
}

/** Throws 404 when the person does not exist any more. */
export async function passwordHashOf(sql: Query, id: string): Promise<string> {
  const [row] = await sql<{ password_hash: string }[]>`select password_hash from users where id = ${id}`
  if (!row) throw notFound()
  return row.password_hash
}

/** Replaces a password that was checked against the hash `before`. Throws 422 `wrong_password` when another change came first. */
export async function changePassword(tx: Tx, id: string, before: string, after: string) {
  const changed = await tx`
    update users set password_hash = ${after} where id = ${id} and password_hash = ${before} returning id`
  if (changed.length === 0) throw invalid('currentPassword', 'wrong_password')
}

/** Those of the ids that exist, in no particular order. */
export const publicUsers = (sql: Query, ids: readonly string[]): Promise<PublicUser[]> =>
  sql<PublicUser[]>`select id, name from users where id = any(${ids as string[]}::uuid[])`

export const publicUserByEmail = (sql: Query, email: string): Promise<PublicUser[]> =>
  sql<PublicUser[]>`select id, name from users where lower(email) = lower(${email})`
