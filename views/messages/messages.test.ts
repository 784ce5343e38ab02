import { expect, test } from 'bun:test'
import { messages } from './index.ts'

type Leaf = { path: string; value: unknown }
function leaves(value: unknown, path = ''): Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
}

/** What is said the same way in both languages. */
const names = new Set(['TaskMate', 'API', 'English'])

test('every sentence is there in Korean, in Korean', () => {
  const korean = new Map(leaves(messages.ko).map(({ path, value }) => [path, value]))
  const wrong = leaves(messages.en).filter(({ path, value }) => {
    const other = korean.get(path)
    if (typeof other !== typeof value) return true
    return typeof other === 'string' && !names.has(other) && !/[가-힣]/.test(other)
  })
  expect(wrong.map(({ path }) => path)).toEqual([])
  expect([...korean.keys()].sort()).toEqual(
    leaves(messages.en)
      .map(({ path }) => path)
      .sort(),
  )
})

test('Korean sentences end politely: in 해요체, not in 합니다체 or 반말', () => {
  const formal = leaves(messages.ko).filter(
    ({ value }) => typeof value === 'string' && /(니다|십시오|한다|된다|있다|없다)[.!?]?$/.test(value),
  )
  expect(formal.map(({ path }) => path)).toEqual([])
})
