import { describe, expect, test } from 'bun:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Html } from '../../views/html.ts'
import { messages } from '../../views/messages/index.ts'
import type { Language } from '../../views/reader.ts'
import { invalid, Problem } from '../kit/problem.ts'
import type { CachedSession } from '../user-service/contract.ts'
import { type Page, page, problemPage, redirect } from './page.tsx'
import type { Visitor } from './session.ts'

function visit({
  path = '/projects',
  headers = {},
  language = 'en',
  signedIn = true,
}: {
  path?: string
  headers?: Record<string, string>
  language?: Language
  signedIn?: boolean
} = {}) {
  const visitor: Visitor = {
    reader: {
      language,
      timeZone: 'Asia/Seoul',
      theme: 'dark',
      text: messages[language],
      now: new Date(),
      path,
      user: signedIn ? { id: 'u', name: 'Mina <b>', email: 'mina@example.com' } : null,
      projects: null,
    },
    caller: null,
    session: signedIn ? ({} as CachedSession) : null,
    anyone: { token: '' },
    requestId: 'request-1',
    projects: async () => [
      { id: 'p', key: 'OPS', name: 'R&D <i>', color: 'sky', role: 'admin', openCount: 1_204 },
    ],
  }
  return { request: new Request(`http://localhost${path}`, { headers }), visitor }
}

const content: Page = {
  title: 'Board <1>',
  main: <main id="main">the view</main>,
  panel: (
    <aside class="panel" id="panel">
      the task
    </aside>
  ),
}
const htmx = (target: string) => ({ 'hx-request': 'true', 'hx-target': target })

test('a page is a whole document, in the reader’s language and theme', async () => {
  const text = await (await page(visit({ language: 'ko' }), content)).text()
  expect(text).toStartWith('<!doctype html><html lang="ko" data-theme="dark">')
  expect(text).toContain('<title>Board &lt;1&gt; · TaskMate</title>')
  expect(text).toContain('the view')
  expect(text).toContain('the task')
})

test('what people call things is text in the frame', async () => {
  const text = await (await page(visit(), content)).text()
  expect(text).toContain('R&amp;D &lt;i&gt;')
  expect(text).toContain('Mina &lt;b&gt;')
  expect(text).not.toMatch(/R&D|<i>|Mina <b>/)
})

test('a page needs no inline script or style, which the browser would refuse', async () => {
  const text = await (await page(visit(), content)).text()
  expect(text).not.toMatch(
    / style=| on\w+=|<style|<script(?! src="\/assets\/[^"]+" type="module"><\/script>)/,
  )
})

test('the sidebar says where the reader is', async () => {
  const text = await (await page(visit({ path: '/projects/OPS/list?open=true' }), content)).text()
  expect(text).toMatch(/href="\/projects\/OPS" aria-current="page"/)
  expect(text).not.toMatch(/href="\/projects" [^>]*aria-current/)
})

test('who is not signed in sees no sidebar', async () => {
  const text = await (await page(visit({ signedIn: false }), content)).text()
  expect(text).not.toContain('id="sidebar"')
  expect(text).toContain('the view')
})

describe('htmx gets the part that it will replace, and its title', () => {
  test('the view', async () => {
    const text = await (await page(visit({ headers: htmx('main#main') }), content)).text()
    expect(text).toBe('<title>Board &lt;1&gt; · TaskMate</title><main id="main">the view</main>')
  })
  test('the panel', async () => {
    const text = await (await page(visit({ headers: htmx('aside#panel') }), content)).text()
    expect(text).toBe(
      '<title>Board &lt;1&gt; · TaskMate</title><aside class="panel" id="panel">the task</aside>',
    )
  })
  test('a toast goes to its own place', async () => {
    const answer = await page(visit({ headers: htmx('main#main') }), { ...content, toast: <p>done</p> })
    expect(await answer.text()).toEndWith(
      '<hx-partial hx-target="#toasts" hx-swap="beforeend"><p>done</p></hx-partial>',
    )
  })
})

test.each([
  ['gzip, deflate, br, zstd', 'zstd'],
  ['gzip, br', 'br'],
  ['gzip', 'gzip'],
  ['', null],
] as const)('with “%s” a page comes as %p', async (accepted, encoding) => {
  const answer = await page(visit({ headers: { 'accept-encoding': accepted } }), content)
  expect(answer.headers.get('content-encoding')).toBe(encoding)
  const bytes = Buffer.from(await answer.arrayBuffer())
  const text = { zstd: Bun.zstdDecompressSync, br: brotliDecompressSync, gzip: gunzipSync }[
    encoding ?? 'zstd'
  ]
  expect(String(encoding ? text(bytes) : bytes)).toStartWith('<!doctype html>')
})

test('a page of a person is kept by nobody', async () => {
  const answer = await page(visit(), content)
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

describe('an error', () => {
  test('is a page that says what happened, with the id for the operator', async () => {
    const { request, visitor } = visit({ language: 'ko' })
    const answer = await problemPage(request, visitor, new Problem(404, 'not_found'))
    const text = await answer.text()
    expect(answer.status).toBe(404)
    expect(text).toContain('찾을 수 없어요')
    expect(text).toContain('request-1')
  })

  test('leaves the page as it is where htmx asked, and says so in a toast', async () => {
    const { request, visitor } = visit({ headers: htmx('main#main') })
    const answer = await problemPage(request, visitor, invalid('title', 'blank'))
    expect([answer.status, answer.headers.get('hx-retarget'), answer.headers.get('hx-reswap')]).toEqual([
      422,
      '#toasts',
      'beforeend',
    ])
    expect(await answer.text()).toContain('This cannot be empty.')
  })

  test('for want of signing in leads to the sign-in page, and from there back', async () => {
    const problem = new Problem(401, 'unauthenticated')
    const plain = visit({ path: '/projects/OPS?open=true', signedIn: false })
    const answer = await problemPage(plain.request, plain.visitor, problem)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/sign-in?next=%2Fprojects%2FOPS%3Fopen%3Dtrue',
    ])
    const part = visit({
      path: '/projects/OPS/tasks/1',
      headers: { ...htmx('aside#panel'), 'hx-current-url': 'http://localhost/projects/OPS' },
      signedIn: false,
    })
    const told = await problemPage(part.request, part.visitor, problem)
    expect(told.headers.get('hx-redirect')).toBe('/sign-in?next=%2Fprojects%2FOPS')
  })
})

test('after a form the browser goes on, by a redirect or by htmx', () => {
  const { request } = visit()
  const answer = redirect(request, '/projects/OPS', [['set-cookie', 'a=b']])
  expect([answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')]).toEqual([
    303,
    '/projects/OPS',
    'a=b',
  ])
  const byHtmx = redirect(visit({ headers: htmx('main#main') }).request, '/projects/OPS')
  expect([byHtmx.headers.get('location'), byHtmx.headers.get('hx-redirect')]).toEqual([null, '/projects/OPS'])
})
