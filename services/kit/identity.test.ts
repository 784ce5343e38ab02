import { expect, test } from 'bun:test'
import { SignJWT } from 'jose'
import { audience, remoteKeys, verifier } from './identity.ts'
import { somebody, testKeys, testSecret, testVerifier, tokenFor, tokenForService, until } from './testing.ts'

const mina = somebody()
const bearer = (token: string) => `Bearer ${token}`
const refused = { status: 401, code: 'unauthenticated' }

test("a person's token says who they are", async () => {
  expect(await testVerifier()(bearer(await tokenFor(mina)))).toEqual(mina)
})

test("a service's token says which service speaks", async () => {
  const token = await tokenForService('file-service')
  expect(await testVerifier()(bearer(token))).toEqual({ kind: 'service', name: 'file-service' })
})

test('no header is nobody; a header that is not a token is refused', async () => {
  expect(await testVerifier()(null)).toBeNull()
  for (const header of [
    'Basic bWluYTpodW50ZXIy',
    'Bearer',
    'Bearer a.b',
    'Bearer a.b.c',
    bearer('e30.e30.e30'),
  ])
    await expect(testVerifier()(header)).rejects.toMatchObject(refused)
})

test('a token of a session that was revoked is refused', async () => {
  await expect(testVerifier(new Set([mina.sessionId]))(bearer(await tokenFor(mina)))).rejects.toMatchObject(
    refused,
  )
})

const forge = (claims: { aud?: string; iss?: string; exp?: number }, secret = testSecret) =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('user-service')
    .setIssuer(claims.iss ?? 'taskmate')
    .setAudience(claims.aud ?? audience)
    .setExpirationTime(claims.exp ?? Math.floor(Date.now() / 1000) + 60)
    .sign(new TextEncoder().encode(secret))

test('a token of another secret, audience or issuer, or one that has expired, is refused', async () => {
  expect(await testVerifier()(bearer(await forge({})))).not.toBeNull()
  const wrong = [
    forge({}, 'another secret of the same length 0123456789abcdef'),
    forge({ aud: 'elsewhere' }),
    forge({ iss: 'somebody' }),
    forge({ exp: Math.floor(Date.now() / 1000) - 10 }),
  ]
  for (const token of await Promise.all(wrong))
    await expect(testVerifier()(bearer(token))).rejects.toMatchObject(refused)
})

test('a token with a person in it that was signed with the secret of services is no person', async () => {
  const token = await new SignJWT({ sid: mina.sessionId, name: 'Mina', lang: 'en', zone: 'UTC' })
    .setProtectedHeader({ alg: 'HS256', kid: 'test' })
    .setSubject(mina.userId)
    .setIssuer('taskmate')
    .setAudience(audience)
    .setExpirationTime('60s')
    .sign(new TextEncoder().encode(testSecret))
  expect(await testVerifier()(bearer(token))).toMatchObject({ kind: 'service' })
})

test('an unsigned token is refused', async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = part({ sub: mina.userId, iss: 'taskmate', aud: audience, exp: 4_000_000_000 })
  await expect(testVerifier()(bearer(`${part({ alg: 'none' })}.${claims}.AA`))).rejects.toMatchObject(refused)
})

test('keys are fetched from user-service, also one that appears later', async () => {
  const published = { keys: [] as object[] }
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => Response.json(published) })
  const verify = verifier({
    keys: remoteKeys(`http://127.0.0.1:${server.port}`),
    secret: testSecret,
    isRevoked: () => false,
  })
  const header = bearer(await tokenFor(mina))
  await expect(verify(header)).rejects.toMatchObject(refused)
  published.keys = testKeys.keys
  // It is asked again a second after the last time at the earliest.
  expect(await until(() => verify(header).catch(() => null))).toEqual(mina)
  server.stop(true)
})

test('without user-service and its keys a token can be neither accepted nor refused: 503', async () => {
  const verify = verifier({
    keys: remoteKeys('http://127.0.0.1:9'),
    secret: testSecret,
    isRevoked: () => false,
  })
  await expect(verify(bearer(await tokenFor(mina)))).rejects.toMatchObject({ status: 503 })
})
