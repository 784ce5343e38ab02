import { afterAll, beforeAll, expect, test } from 'bun:test'
import { until } from '../../kit/testing.ts'
import { client, signUp, type Somebody, type TestFrontend, testBackends, testFrontend } from '../testing.ts'

let backends: Awaited<ReturnType<typeof testBackends>>
let frontend: TestFrontend
beforeAll(async () => {
  backends = await testBackends()
  frontend = testFrontend(backends.urls)
})
afterAll(async () => {
  await frontend.stop()
  await backends.stop()
})

/** Sends a form as a browser without script does. */
const send = (who: Somebody, path: string, fields: Record<string, string> = {}) =>
  who.browser(path, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
const read = async (who: Somebody) => (await who.browser('/settings')).text()
const profile = { name: '서미나', language: 'ko', timeZone: 'Europe/Berlin', version: '1' }

test('a new profile shows at once, in the new language', async () => {
  const mina = await signUp(frontend.url)
  expect((await read(mina)).includes('<html lang="en"')).toBe(true)
  const saved = await send(mina, '/settings/profile', profile)
  expect([saved.status, saved.headers.get('location')]).toEqual([303, '/settings?done=profile'])
  expect(saved.headers.get('set-cookie')).toStartWith('lang=ko')
  const page = await (await mina.browser('/settings?done=profile')).text()
  expect(page.includes('<html lang="ko"')).toBe(true)
  expect(page.includes('value="서미나"')).toBe(true)
  expect(page.includes('프로필을 저장했어요.')).toBe(true)
})

test('a profile that is not right comes back as it was typed, with what is wrong beside the field', async () => {
  const mina = await signUp(frontend.url)
  const answer = await send(mina, '/settings/profile', {
    ...profile,
    name: ' ',
    timeZone: '<script>alert(1)</script>',
  })
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(page.includes('aria-invalid="true"')).toBe(true)
  expect(page.includes('<script>alert')).toBe(false)
  expect((await read(mina)).includes('value="Mina Seo"')).toBe(true)
})

test('a profile that was changed elsewhere meanwhile is not overwritten unseen', async () => {
  const mina = await signUp(frontend.url)
  await send(mina, '/settings/profile', { ...profile, language: 'en', name: 'First' })
  const answer = await send(mina, '/settings/profile', { ...profile, name: 'Second' })
  expect(answer.status).toBe(412)
  const page = await answer.text()
  expect(page.includes('value="Second"')).toBe(true)
  expect(page.includes('name="version" value="2"')).toBe(true)
  expect((await read(mina)).includes('value="First"')).toBe(true)
})

test('a new password ends the other sessions; passwords never come back', async () => {
  const mina = await signUp(frontend.url)
  const { email, password } = mina
  const signedIn = await client(frontend.url)('/api/v1/auth/sign-in', { body: { email, password } })
  const { session } = await signedIn.json()
  const wrong = await send(mina, '/settings/password', {
    currentPassword: 'not my password',
    newPassword: 'a new and quiet lake',
  })
  expect(wrong.status).toBe(422)
  const page = await wrong.text()
  expect(page.includes('The password is not right.')).toBe(true)
  for (const secret of ['not my password', 'a new and quiet lake']) expect(page.includes(secret)).toBe(false)

  const newPassword = 'a new and quiet lake'
  const changed = await send(mina, '/settings/password', { currentPassword: password, newPassword })
  expect([changed.status, changed.headers.get('location')]).toEqual([303, '/settings?done=password'])
  const other = client(frontend.url, { authorization: `Bearer ${session.token}` })
  await until(async () => (await other('/api/v1/me')).status === 401, 'the end of the other session')
  expect((await mina.browser('/settings')).status).toBe(200)
})

test('sessions are listed by device, and end one by one or all but this one', async () => {
  const mina = await signUp(frontend.url)
  const { email, password } = mina
  const signIn = async (userAgent: string) => {
    const answer = await client(frontend.url, { 'user-agent': userAgent })('/api/v1/auth/sign-in', {
      body: { email, password },
    })
    const { session } = await answer.json()
    return { ...session, program: client(frontend.url, { authorization: `Bearer ${session.token}` }) }
  }
  const phone = await signIn(
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) Version/26.1 Safari/604.1',
  )
  const script = await signIn('"><b>evil</b>')
  const page = await read(mina)
  expect(page.includes('Safari on iPhone')).toBe(true)
  expect(page.includes('"><b>evil')).toBe(false)
  expect((await send(mina, `/settings/sessions/${phone.id}/end`)).status).toBe(303)
  await until(async () => (await phone.program('/api/v1/me')).status === 401, 'the end of the session')
  expect((await send(mina, `/settings/sessions/${phone.id}/end`)).status).toBe(303)
  expect((await send(mina, '/settings/sessions/end-others')).status).toBe(303)
  await until(async () => (await script.program('/api/v1/me')).status === 401, 'the end of the session')
  expect((await read(mina)).includes('You are signed in nowhere else.')).toBe(true)
})

test('the appearance is kept in the browser', async () => {
  const mina = await signUp(frontend.url)
  const answer = await send(mina, '/settings/theme', { theme: 'dark' })
  expect(answer.headers.get('set-cookie')).toStartWith('theme=dark')
  expect((await send(mina, '/settings/theme', { theme: 'pink' })).status).toBe(422)
})
