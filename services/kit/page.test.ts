import { expect, test } from 'bun:test'
import { seenVersion } from './etag.ts'
import { cursor, keysOf, nullable, page } from './page.ts'
import { isId, newId } from './schema.ts'

test('a cursor gives back the keys that it was made of', () => {
  const anything = nullable(() => true)
  expect(keysOf(cursor('가나다', '42', null), [anything, anything, anything])).toEqual(['가나다', '42', null])
  expect(keysOf(undefined, [anything])).toBeNull()
})

test('what is no cursor of this list is refused by name', () => {
  const id = newId()
  const bad = [
    'x',
    '!!!',
    cursor(id),
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from(JSON.stringify([id, 1])).toString('base64url'),
    cursor(id, `${id}\0`),
    cursor(id, null),
  ]
  for (const text of bad)
    expect(() => keysOf(text, [isId, isId])).toThrow(
      expect.objectContaining({ status: 422, code: 'validation_failed' }),
    )
})

test('a page shows its limit and points after its last row only when there is more', () => {
  const rows = ['1', '2', '3'].map(n => ({ n }))
  const keys = (row: { n: string }) => [row.n]
  expect(page(rows, 2, keys, row => row.n)).toEqual({ items: ['1', '2'], next: cursor('2') })
  expect(page(rows, 3, keys, row => row.n)).toEqual({ items: ['1', '2', '3'], next: null })
  expect(page([], 3, keys, row => row)).toEqual({ items: [], next: null })
})

test('If-Match is needed, and holds one version', () => {
  expect(seenVersion({ 'if-match': '"7"' })).toBe(7)
  expect(seenVersion({ 'if-match': 'W/"7"' })).toBe(7)
  expect(() => seenVersion({})).toThrow(expect.objectContaining({ status: 428 }))
  for (const value of ['*', '7', '"x"', '"1", "2"'])
    expect(() => seenVersion({ 'if-match': value })).toThrow(
      expect.objectContaining({ status: 400, code: 'bad_if_match' }),
    )
})
