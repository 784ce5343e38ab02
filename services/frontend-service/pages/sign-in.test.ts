import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { newEmail, password } from '../../user-service/testing.ts'
import { client, signUp, type TestFrontend, testBackends, testFrontend } from '../testing.ts'

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

/** A browser without script: sends forms, keeps no cookies. */
const browser = (headers: Record<string, string> = {}) => {
  const send = client(frontend.url, { 'sec-fetch-site': 'same-origin', ...headers })
  const submit = (path: string, fields: Record<string, string>) =>
    send(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  return { open: send, submit }
}
const newPerson = { name: 'Jiwoo Han', email: '', password, timeZone: 'Asia/Tokyo', next: '/' }
const sessionOf = (answer: Response) =>
  /session=(tm_s_[\w-]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1]

describe('signing up', () => {
  test('signs in at once and goes to where the person wanted to go', async () => {
    const answer = await browser().submit('/sign-up', {
      ...newPerson,
      email: newEmail(),
      next: '/projects/OPS?open=true',
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/projects/OPS?open=true'])
    const cookie = answer.headers.get('set-cookie')!
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    const home = await browser({ cookie: `session=${sessionOf(answer)}` }).open('/')
    expect(home.status).toBe(200)
    expect(await home.text()).toContain('Jiwoo Han')
  })

  test('takes the language of the page, and a likely time zone where no script could tell', async () => {
    const visitor = browser({ cookie: 'lang=ko' })
    const answer = await visitor.submit('/sign-up', { ...newPerson, email: newEmail(), timeZone: '' })
    const request = new Request('http://x/', { headers: { cookie: `session=${sessionOf(answer)}` } })
    const { reader } = await frontend.deps.visitors.of(request)
    expect(reader).toMatchObject({ language: 'ko', timeZone: 'Asia/Seoul' })
  })

  test('says beside each field what is wrong with it, keeps what was typed, and never a password', async () => {
    const answer = await browser().submit('/sign-up', {
      ...newPerson,
      name: 'A & "B" <c>',
      email: 'nobody@',
      password: 'short one',
    })
    const text = await answer.text()
    expect(answer.status).toBe(422)
    expect(text).toContain('value="A &amp; &#34;B&#34; &lt;c>"')
    expect(text).toContain('value="nobody@"')
    expect(text).not.toContain('short one')
    expect(text).toMatch(/id="f-email" name="email"[^>]* aria-invalid="true" aria-describedby="f-email-help"/)
    expect(text).toContain('Use an email address, such as mina@example.com.')
    expect(text).toContain('Use at least 10 characters.')
  })

  test('tells that an email is taken', async () => {
    const { email } = await signUp(frontend.url)
    const answer = await browser({ cookie: 'lang=ko' }).submit('/sign-up', { ...newPerson, email })
    expect(answer.status).toBe(409)
    const text = await answer.text()
    expect(text).toContain('이미 쓰고 있는 이메일이에요')
    expect(text).toMatch(/id="f-email" name="email"[^>]* aria-invalid="true" aria-describedby="f-email-help"/)
    const path = `/sign-in?next=%2F&email=${encodeURIComponent(email)}`
    expect(text).toContain(`href="${path.replace('&', '&amp;')}"`)
    expect(await (await browser().open(path)).text()).toContain(`value="${email}"`)
  })
})

describe('signing in', () => {
  test('opens the page that asked for it', async () => {
    const { email } = await signUp(frontend.url)
    const asked = await browser().open('/projects?x=1')
    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fprojects%3Fx%3D1'])
    expect(await (await browser().open('/sign-in?next=/projects?x=1')).text()).toContain(
      'name="next" value="/projects?x=1"',
    )
    const answer = await browser().submit('/sign-in', { email, password, next: '/projects?x=1' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/projects?x=1'])
    expect(sessionOf(answer)).toBeString()
  })

  test('with a wrong password says the same as with an unknown email, and keeps the email', async () => {
    const { email } = await signUp(frontend.url)
    const wrong = await browser().submit('/sign-in', { email, password: 'not the password', next: '/' })
    const unknown = await browser().submit('/sign-in', { email: newEmail(), password, next: '/' })
    const [one, other] = [await wrong.text(), await unknown.text()]
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    for (const text of [one, other]) expect(text).toContain('Email or password is wrong')
    expect(one).toContain(`value="${email}"`)
    expect(one).not.toContain('not the password')
    expect(sessionOf(wrong)).toBeUndefined()
  })

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to another site: %s',
    async next => {
      const { email } = await signUp(frontend.url)
      const answer = await browser().submit('/sign-in', { email, password, next })
      expect(answer.headers.get('location')).toBe('/')
    },
  )

  test('is not asked of who is signed in', async () => {
    const { browser: signedIn } = await signUp(frontend.url)
    const answer = await signedIn('/sign-in?next=/projects')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/projects'])
  })

  test('cannot be done by another site', async () => {
    const { email } = await signUp(frontend.url)
    const other = browser({ 'sec-fetch-site': 'cross-site' })
    expect((await other.submit('/sign-in', { email, password, next: '/' })).status).toBe(403)
  })
})

test('the language before sign-in is chosen on the page and stays in the browser', async () => {
  const answer = await browser().submit('/language', { language: 'ko', next: '/sign-in?next=/projects' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?next=/projects'])
  expect(answer.headers.get('set-cookie')).toStartWith('lang=ko;')
  const korean = await browser({ cookie: 'lang=ko' }).open('/sign-in')
  expect(await korean.text()).toContain('<html lang="ko">')
})
