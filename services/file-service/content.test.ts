import { afterAll, expect, test } from 'bun:test'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { somebody } from '../kit/testing.ts'
import { fetchContent, fileServiceForTests, sendFile } from './testing.ts'

const house = await fileServiceForTests({ uploadLimit: 32 * 1024 ** 2 })
const { tasks, url } = house
afterAll(house.stop)

const mina = somebody()
const { taskId } = tasks.project([mina, 'editor'])
const file = await sendFile(url, mina, { taskId, name: '보고서.txt' }, '0123456789')
const tag = `"${file.sha256}"`
const get = (headers: Record<string, string> = {}, method = 'GET', id = file.id) =>
  fetchContent(url, mina, id, { method, headers })

test('a file comes back as it was sent, with what a cautious browser needs to know', async () => {
  const response = await get()
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-length': '10',
    etag: tag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': `attachment; filename="___.txt"; filename*=UTF-8''%EB%B3%B4%EA%B3%A0%EC%84%9C.txt`,
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.any(String),
  })
  expect(await response.text()).toBe('0123456789')
})

test.each([
  ['bytes=0-3', 'bytes 0-3/10', '0123'],
  ['bytes=4-4', 'bytes 4-4/10', '4'],
  ['bytes=7-', 'bytes 7-9/10', '789'],
  ['bytes=7-99', 'bytes 7-9/10', '789'],
  ['bytes=-3', 'bytes 7-9/10', '789'],
  ['bytes=-99', 'bytes 0-9/10', '0123456789'],
  ['BYTES = 2-3', 'bytes 2-3/10', '23'],
])('%s is answered with that part alone', async (range, contentRange, text) => {
  const response = await get({ range })
  expect([response.status, response.headers.get('content-range')]).toEqual([206, contentRange])
  expect(response.headers.get('content-length')).toBe(String(text.length))
  expect(response.headers.get('etag')).toBe(tag)
  expect(await response.text()).toBe(text)
})

test.each([
  ['bytes=0-1,4-5'],
  ['lines=0-1'],
  ['bytes=4-2'],
  ['bytes=-'],
  ['bytes=a-b'],
  ['bytes'],
  ['bytes=0x1-2'],
])('%s is no single range of bytes: the whole file comes', async range => {
  const response = await get({ range })
  expect([response.status, response.headers.get('content-range')]).toEqual([200, null])
  expect(await response.text()).toBe('0123456789')
})

test.each([['bytes=10-'], ['bytes=10-20'], ['bytes=-0'], ['bytes=99999999999999999999-']])(
  '%s begins after the end: 416 says how long the file is',
  async range => {
    const response = await get({ range })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */10'])
    expect(await response.json()).toMatchObject({ code: 'range_not_satisfiable' })
  },
)

test('a download goes on only when If-Range names these very bytes', async () => {
  const range = 'bytes=5-'
  expect(await (await get({ range, 'if-range': tag })).text()).toBe('56789')
  for (const other of ['"another"', `W/${tag}`, 'Tue, 24 Nov 2026 08:00:00 GMT']) {
    const response = await get({ range, 'if-range': other })
    expect([response.status, await response.text()]).toEqual([200, '0123456789'])
  }
})

test('who has the bytes gets 304, with the name as it is now', async () => {
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    const response = await get({ 'if-none-match': known })
    expect([response.status, await response.text()]).toEqual([304, ''])
    expect(response.headers.get('etag')).toBe(tag)
    expect(response.headers.get('content-disposition')).toContain('filename*=')
  }
  expect((await get({ 'if-none-match': '"other"' })).status).toBe(200)
  expect((await get({ 'if-none-match': tag, range: 'bytes=0-1' })).status).toBe(304)
})

test('a download that began goes on when the file is deleted meanwhile', async () => {
  const long = await sendFile(url, mina, { taskId, name: 'long' }, new Uint8Array(32 * 1024 ** 2))
  const body = (await get({}, 'GET', long.id)).body!.getReader()
  let size = (await body.read()).value!.length
  await house.store.delete(long.id)
  for (let next = await body.read(); !next.done; next = await body.read()) size += next.value.length
  expect(size).toBe(32 * 1024 ** 2)
})

test('HEAD says what GET would, without the bytes, and leaves ranges alone', async () => {
  const [head, whole] = [await get({ range: 'bytes=0-1' }, 'HEAD'), await get()]
  const plain = (headers: Headers) =>
    Object.fromEntries([...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'))
  expect(plain(head.headers)).toEqual(plain(whole.headers))
  expect([head.status, await head.text()]).toEqual([200, ''])
  await whole.text()
})

test('an empty file has no range but its end', async () => {
  const empty = await sendFile(url, mina, { taskId, name: 'empty' }, '')
  const whole = await get({}, 'GET', empty.id)
  expect([whole.status, whole.headers.get('content-length'), await whole.text()]).toEqual([200, '0', ''])
  expect((await get({ range: 'bytes=-5' }, 'GET', empty.id)).status).toBe(200)
  expect((await get({ range: 'bytes=0-' }, 'GET', empty.id)).status).toBe(416)
})

test('bytes that are gone from the store are 404, not half an answer', async () => {
  const lost = await sendFile(url, mina, { taskId, name: 'lost' }, 'x')
  rmSync(join(house.folder, lost.id.slice(-2), lost.id.slice(-4, -2), lost.id))
  expect((await get({}, 'GET', lost.id)).status).toBe(404)
})
