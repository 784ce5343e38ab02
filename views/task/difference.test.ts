import { expect, test } from 'bun:test'
import { difference } from './difference.tsx'

const marked = (text: string, other: string) =>
  difference(text, other)
    .map(({ words, isNew }) => (isNew ? `[${words}]` : words))
    .join('')

test('words that the other text lacks are marked, and nothing else', () => {
  expect(marked('up to eight members', 'up to six members')).toBe('up to [eight ]members')
  expect(marked('one two', 'one two three')).toBe('one two')
  expect(marked('one two three', 'one two')).toBe('one two [three]')
  expect(marked('same\nlines', 'same lines')).toBe('same\nlines')
  expect(marked('', 'all gone')).toBe('[]')
  expect(marked('all new', '')).toBe('[all new]')
})

test('the pieces are the text, whatever it is', () => {
  for (const text of ['', ' ', 'a  b\n\nc ', '가 나 다', ' leading', 'x'.repeat(5000)])
    expect(
      difference(text, 'a c 나')
        .map(({ words }) => words)
        .join(''),
    ).toBe(text)
})

test('texts too long to compare are shown without marks', () => {
  const long = 'word '.repeat(2_000)
  expect(difference(long, `${long}more `)).toEqual([{ words: long, isNew: false }])
})
