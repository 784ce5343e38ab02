import { expect, test } from 'bun:test'
import { Cookies } from './cookies.ts'

const session = { token: 'tm_s_abc', expiresAt: new Date(Date.now() + 60_000).toISOString() }
const sent = (cookie: string) => new Request('http://localhost/', { headers: { cookie } })

test('over https the session belongs to this host and to https alone', () => {
  const cookies = new Cookies(new URL('https://taskmate.test'))
  const set = cookies.signIn(session)
  expect(set).toStartWith('__Host-session=tm_s_abc; ')
  for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) expect(set).toContain(attribute)
  expect(set).not.toContain('Domain')
  expect(Number(/Max-Age=(\d+)/.exec(set)![1])).toBeWithin(50, 61)
  expect(cookies.sessionToken(sent('session=tm_s_other; __Host-session=tm_s_abc'))).toBe('tm_s_abc')
})

test('over http the session has a plain cookie', () => {
  const cookies = new Cookies(new URL('http://localhost:3100'))
  expect(cookies.signIn(session)).toStartWith('session=tm_s_abc; ')
  expect(cookies.signIn(session)).not.toContain('Secure')
  expect(cookies.signOut()).toContain('Max-Age=0')
})

test('a theme or a language that we do not have is none', () => {
  const cookies = new Cookies(new URL('http://localhost:3100'))
  expect(cookies.theme(sent('theme=dark; lang=ko'))).toBe('dark')
  expect(cookies.language(sent('theme=dark; lang=ko'))).toBe('ko')
  expect(cookies.theme(sent('theme="><script>'))).toBe('system')
  expect(cookies.language(sent('lang=__proto__'))).toBeNull()
  expect(cookies.language(new Request('http://localhost/'))).toBeNull()
})
