import { expect, test } from 'bun:test'
import { clientAddress, localPath, mayBeForged } from './security.ts'

const publicUrl = new URL('https://taskmate.test')
const posted = (headers: Record<string, string>) =>
  mayBeForged(new Request('http://10.0.0.1/projects', { method: 'POST', headers }), publicUrl)

test('a change is taken from pages of this site alone', () => {
  expect(posted({ 'sec-fetch-site': 'same-origin' })).toBe(false)
  expect(posted({ 'sec-fetch-site': 'none' })).toBe(false)
  expect(posted({ 'sec-fetch-site': 'same-site' })).toBe(true)
  expect(posted({ 'sec-fetch-site': 'cross-site', origin: 'https://taskmate.test' })).toBe(true)
})

test('where the browser does not say how it came, its Origin decides', () => {
  expect(posted({ origin: 'https://taskmate.test' })).toBe(false)
  expect(posted({ origin: 'https://10.0.0.1:3100', host: '10.0.0.1:3100' })).toBe(false)
  expect(posted({ origin: 'http://10.0.0.1:3100', host: '10.0.0.1:3100' })).toBe(true)
  expect(posted({ origin: 'https://evil.test' })).toBe(true)
  expect(posted({ origin: 'null' })).toBe(true)
  expect(posted({})).toBe(true)
})

test('reading is never refused', () => {
  const read = new Request('http://10.0.0.1/', { headers: { 'sec-fetch-site': 'cross-site' } })
  expect(mayBeForged(read, publicUrl)).toBe(false)
})

test('the address is what the first proxy of our own saw, whatever the client claims', () => {
  const request = new Request('http://10.0.0.1/', {
    headers: { 'x-forwarded-for': '1.1.1.1, 203.0.113.7, 10.0.0.9' },
  })
  expect(clientAddress(request, 0)).toBe('unknown')
  expect(clientAddress(request, 1)).toBe('10.0.0.9')
  expect(clientAddress(request, 2)).toBe('203.0.113.7')
})

test('after signing in nobody is led to another site', () => {
  expect(localPath('/projects/OPS?open=true')).toBe('/projects/OPS?open=true')
  expect(localPath('/프로젝트')).toBe(encodeURI('/프로젝트'))
  for (const elsewhere of [
    'https://evil.test/',
    '//evil.test/',
    '/\\evil.test/',
    '/.//evil.test/',
    '/\t/evil.test/',
    'javascript:alert(1)',
    'evil',
    '',
    null,
    undefined,
  ])
    expect(localPath(elsewhere)).toBe('/')
})
