import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connectRedis } from '../kit/redis.ts'
import { Revocations } from '../kit/revocations.ts'
import { door, call, testRedisUrl, until } from '../kit/testing.ts'
import { type CachedSession, sessionKey, type SignedIn, tokenHash } from './contract.ts'
import { SessionCache } from './session-cache.ts'
import { revokeSession, startSession, verifySession } from './sessions.ts'
import { identified, password, redisUrl, signUp, testUserService, userServiceOn, verify } from './testing.ts'
import { changePassword, changeProfile, credentialsOf } from './users.ts'

/** user-service reaches Redis through a door that tests shut; `sibling` reaches it always, as other services would. */
const way = await door(Number(new URL(testRedisUrl()).port))
const through = new URL(redisUrl())
through.port = String(way.port)
const { app, sql, redis, keys, cache, close } = await testUserService(through.href)
const sibling = connectRedis(redisUrl())
const revocations = new Revocations(redisUrl(), sibling)
const connected = () => until(() => redis.status === 'ready' && sibling.status === 'ready', 'Redis')
beforeAll(connected)
afterAll(async () => {
  revocations.close()
  sibling.disconnect()
  await close()
  await way.shut()
})

const copyOf = (token: string) => sibling.get(sessionKey(token))
const age = (id: string, column: 'last_seen_at' | 'expires_at', interval: string) =>
  sql`update sessions set ${sql(column)} = now() - ${interval}::interval where id = ${id}`

test('a session that was not used for seven days, or is thirty days old, is over', async () => {
  const { session: idle } = await signUp(app)
  await age(idle.id, 'last_seen_at', '7 days 1 second')
  expect((await verify(app, idle.token)).status).toBe(401)
  const { session: old } = await signUp(app)
  await age(old.id, 'expires_at', '1 second')
  expect((await verify(app, old.token)).status).toBe(401)
  const { session: used } = await signUp(app)
  await age(used.id, 'last_seen_at', '6 days 23 hours')
  expect((await verify(app, used.token)).status).toBe(200)
})

test('a copy does not outlive the session itself', async () => {
  const { session } = await signUp(app)
  await age(session.id, 'expires_at', '-20 seconds')
  await verify(app, session.token)
  expect(await sibling.ttl(sessionKey(session.token))).toBeWithin(1, 21)
})

test('when it was seen last is written at most once a minute', async () => {
  const { session } = await signUp(app)
  const seen = async () =>
    (await sql<{ last_seen_at: Date }[]>`select last_seen_at from sessions where id = ${session.id}`)[0]!
      .last_seen_at
  const first = await seen()
  await verify(app, session.token)
  expect(await seen()).toEqual(first)
  await age(session.id, 'last_seen_at', '61 seconds')
  await verify(app, session.token)
  expect((await seen()).getTime()).toBeGreaterThanOrEqual(first.getTime())
})

test('sessions that are long over are cleared when the person signs in again', async () => {
  const { user, session } = await signUp(app)
  await age(session.id, 'last_seen_at', '9 days')
  await call(app)('POST', '/api/v1/auth/sign-in', { email: user.email, password })
  expect(await sql`select id from sessions where id = ${session.id}`).toHaveLength(0)
  expect(await sql`select id from sessions where user_id = ${user.id}`).toHaveLength(1)
})

test('a revoked session is refused at every service as soon as its end is answered', async () => {
  const { session, as } = await signUp(app)
  expect(await copyOf(session.token)).not.toBeNull()
  expect((await as('DELETE', `/api/v1/sessions/${session.id}`)).status).toBe(204)
  expect(await copyOf(session.token)).toBeNull()
  await until(() => revocations.has(session.id), 'the word of the revocation')
  expect((await verify(app, session.token)).status).toBe(401)
})

test('with Redis away people sign in and out all the same, and a revoked session is refused', async () => {
  const { session, as } = await signUp(app)
  expect(await copyOf(session.token)).not.toBeNull()
  await way.shut()
  const during = await signUp(app)
  expect((await verify(app, during.session.token)).status).toBe(200)
  expect((await as('DELETE', `/api/v1/sessions/${session.id}`)).status).toBe(204)
  expect((await verify(app, session.token)).status).toBe(401)
  // The copy that could not be dropped is still there, and goes as soon as Redis is reached again.
  expect(await copyOf(session.token)).not.toBeNull()
  await way.open()
  await until(async () => (await copyOf(session.token)) === null, 'the end of the copy')
  await until(() => revocations.has(session.id), 'the word of the revocation')
})

test('a Redis that comes back with what it had before is told again of what ended', async () => {
  await connected()
  const { session, as } = await signUp(app)
  const copy = (await copyOf(session.token))!
  await as('DELETE', `/api/v1/sessions/${session.id}`)
  await way.shut()
  await sibling.set(sessionKey(session.token), copy, 'EX', 45)
  await way.open()
  await until(async () => (await copyOf(session.token)) === null, 'the end of the copy')
})

test('a process that starts tells what one that died could not', async () => {
  await connected()
  const { session } = await signUp(app)
  await sql`update sessions set revoked_at = now() where id = ${session.id}`
  expect(await copyOf(session.token)).not.toBeNull()
  const replica = userServiceOn(sql)
  await until(async () => (await copyOf(session.token)) === null, 'the end of the copy')
  await until(() => revocations.has(session.id), 'the word of the revocation')
  replica.close()
})

test('a command that Redis did not answer is tried again though the connection stayed', async () => {
  await connected()
  const { session } = await signUp(app)
  const ended = await revokeSession(sql, (await sessionOwner(session.id))!, session.id)
  const del = redis.del.bind(redis)
  redis.del = (() => {
    redis.del = del
    return Promise.reject(new Error('Command timed out'))
  }) as never
  await cache.end(ended)
  expect(await copyOf(session.token)).not.toBeNull()
  await until(async () => (await copyOf(session.token)) === null, 'the end of the copy')
})

const sessionOwner = async (id: string) =>
  (await sql<{ user_id: string }[]>`select user_id from sessions where id = ${id}`)[0]?.user_id

/** A cache that lets something happen after the session was read and before its copy is kept. */
class SlowCache extends SessionCache {
  constructor(private meanwhile: () => Promise<unknown>) {
    super(sql, redis)
  }
  override async keep(hash: string, session: CachedSession, end: Date) {
    const meanwhile = this.meanwhile
    this.meanwhile = async () => {}
    await meanwhile()
    await super.keep(hash, session, end)
  }
}

test('a session revoked while it is verified is refused and leaves no copy', async () => {
  await connected()
  const { user, session } = await signUp(app)
  const slow = new SlowCache(async () => cache.end(await revokeSession(sql, user.id, session.id)))
  await expect(verifySession(sql, { keys, cache: slow }, session.token)).rejects.toMatchObject({
    status: 401,
  })
  expect(await copyOf(session.token)).toBeNull()
  slow.close()
})

test('a profile changed while its session is verified is not kept as it was', async () => {
  await connected()
  const { user, session } = await signUp(app)
  const slow = new SlowCache(async () => {
    await changeProfile(sql, user.id, 1, { name: 'Mina Kim' })
    await cache.forget([tokenHash(session.token)])
  })
  const verified = await verifySession(sql, { keys, cache: slow }, session.token)
  expect(verified.user.name).toBe('Mina Kim')
  expect(JSON.parse((await copyOf(session.token))!)).toEqual(verified)
  slow.close()
})

test('verifying and revoking at the same time never leaves a copy of a session that is over', async () => {
  await connected()
  const person = await signUp(app)
  for (let round = 0; round < 10; round++) {
    const { session } = (
      await call(app)<SignedIn>('POST', '/api/v1/auth/sign-in', { email: person.user.email, password })
    ).json
    const as = await identified(app, session.token)
    await Promise.all([
      verify(app, session.token),
      as('DELETE', `/api/v1/sessions/${session.id}`),
      verify(app, session.token),
      verify(app, session.token),
    ])
    expect(await copyOf(session.token)).toBeNull()
    expect((await verify(app, session.token)).status).toBe(401)
  }
})

test('a sign-in with a password that is being replaced does not survive the change', async () => {
  const { user } = await signUp(app)
  const { passwordHash } = (await credentialsOf(sql, user.email))!
  const changed = Promise.withResolvers<void>()
  const commit = Promise.withResolvers<void>()
  const change = sql.begin(async tx => {
    await changePassword(tx, user.id, passwordHash, 'another hash')
    changed.resolve()
    await commit.promise
  })
  await changed.promise
  const signIn = sql.begin(tx => startSession(tx, user.id, passwordHash, { userAgent: '', address: '' }))
  const outcome = signIn.then(
    () => 'signed in',
    error => error.code,
  )
  await until(
    async () =>
      (
        await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      ).length,
    'the sign-in that waits',
  )
  commit.resolve()
  await change
  expect(await outcome).toBe('wrong_credentials')
})
