import { afterAll, beforeEach, expect, spyOn, test } from 'bun:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { connect } from '../kit/database.ts'
import { verifier } from '../kit/identity.ts'
import { somebody, testDatabase, testSecret } from '../kit/testing.ts'
import { SigningKeys } from './signing-keys.ts'

const { sql, database, queries, drop } = await testDatabase('user-service')
const running: SigningKeys[] = []
/** A process that starts now. */
const start = (secret = testSecret) => {
  const keys = new SigningKeys(sql, secret)
  running.push(keys)
  return keys
}
beforeEach(async () => {
  await sql`truncate signing_keys`
})
afterAll(async () => {
  for (const keys of running) keys.stop()
  await drop()
})

const signerOf = async (keys: SigningKeys) => decodeProtectedHeader((await keys.sign(somebody())).token).kid
const idsOf = async (keys: SigningKeys) => (await keys.published()).map(key => key.kid!)
const shift = (interval: string) =>
  sql`update signing_keys set signs_from = signs_from - ${interval}::interval`

test('replicas that start at once on an empty database agree on one key', async () => {
  const replicas = Array.from({ length: 5 }, () => start())
  const signers = await Promise.all(replicas.map(signerOf))
  expect(new Set(signers).size).toBe(1)
  expect(await sql`select id from signing_keys`).toHaveLength(1)
})

test('a token that one replica signed is good at another, and says when it ends', async () => {
  const person = somebody({ language: 'ko' })
  const { token, expiresAt } = await start().sign(person)
  const other = verifier({ keys: start().find, secret: testSecret, isRevoked: () => false })
  expect(await other(`Bearer ${token}`)).toEqual(person)
  expect(Date.parse(expiresAt)).toBeLessThanOrEqual(decodeJwt(token).exp! * 1000)
})

test('what is published holds no private part', async () => {
  const [key] = await start().published()
  expect(Object.keys(key!).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
})

test('the private key lies in the database sealed and cannot be moved to another row', async () => {
  const keys = start()
  const id = await signerOf(keys)
  const [row] = await sql<{ private_jwk: Uint8Array }[]>`select private_jwk from signing_keys`
  expect(Buffer.from(row!.private_jwk).toString('latin1')).not.toContain('"d"')
  await sql`update signing_keys set id = ${crypto.randomUUID()}`
  expect(await signerOf(start())).not.toBe(id)
})

test('after thirty days a new key is published, signs ten minutes later, and the old one still proves its tokens', async () => {
  const first = await signerOf(start())
  const token = (await start().sign(somebody())).token
  await shift('30 days 1 minute')
  const rotating = start()
  expect(await signerOf(rotating)).toBe(first)
  const published = await idsOf(rotating)
  expect(published).toHaveLength(2)
  expect(published[0]).toBe(first)
  const [next] = await sql<
    { late: boolean }[]
  >`select max(signs_from) > now() + interval '5 minutes' as late from signing_keys`
  expect(next!.late).toBe(true)

  await shift('11 minutes')
  const rotated = start()
  expect(await signerOf(rotated)).toBe(published[1]!)
  const set = createLocalJWKSet({ keys: await rotated.published() })
  expect((await jwtVerify(token, set)).payload.iss).toBe('taskmate')
})

test('replicas that see at once that a key is due make one', async () => {
  await signerOf(start())
  await shift('31 days')
  await Promise.all(Array.from({ length: 5 }, () => signerOf(start())))
  expect(await sql`select id from signing_keys`).toHaveLength(2)
})

test('a replaced key is published no more after its last token, and goes with the next rotation', async () => {
  const first = await signerOf(start())
  await shift('31 days')
  await signerOf(start())
  await shift('2 hours')
  expect(await idsOf(start())).not.toContain(first)
  await shift('31 days')
  await signerOf(start())
  expect(await sql`select id from signing_keys where id = ${first!}`).toHaveLength(0)
})

test('with another SECRET_KEY there is a new key at once, and old tokens stay good', async () => {
  const old = start()
  const { token } = await old.sign(somebody())
  const renewed = start('another secret, for tests only: 0123456789')
  expect(await signerOf(renewed)).not.toBe(await signerOf(old))
  const verify = verifier({ keys: renewed.find, secret: testSecret, isRevoked: () => false })
  expect(await verify(`Bearer ${token}`)).toMatchObject({ kind: 'person' })
})

test('the keys are read from the database once, however many ask', async () => {
  const keys = start()
  await keys.published()
  queries.length = 0
  await Promise.all(Array.from({ length: 20 }, () => keys.published()))
  expect(queries).toEqual([])
})

test('a running replica learns of the key that another one made', async () => {
  const everyMinute = spyOn(globalThis, 'setInterval')
  const keys = start()
  const [[reload, period]] = everyMinute.mock.calls as unknown as [[() => Promise<unknown>, number]]
  everyMinute.mockRestore()
  expect(period).toBe(60_000)
  const first = await idsOf(keys)
  await shift('31 days')
  const both = await idsOf(start())
  expect(both).toHaveLength(2)
  expect(await idsOf(keys)).toEqual(first)
  await reload()
  expect(await idsOf(keys)).toEqual(both)
})

test('what is known stays in use while the database is away', async () => {
  const everyMinute = spyOn(globalThis, 'setInterval')
  const lost = connect({ ...database, port: 1 })
  const reaches = { sql, lost }
  const keys = new SigningKeys(
    new Proxy(sql, { apply: (_, __, args) => (reaches.sql as never as Function)(...args) }),
    testSecret,
  )
  running.push(keys)
  const [[reload]] = everyMinute.mock.calls as unknown as [[() => Promise<unknown>]]
  everyMinute.mockRestore()
  const known = await idsOf(keys)
  reaches.sql = lost
  await reload()
  expect(await idsOf(keys)).toEqual(known)
})
