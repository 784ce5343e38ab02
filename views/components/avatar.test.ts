import { expect, test } from 'bun:test'
import { initials } from './avatar.tsx'

test.each([
  ['Mina Seo', 'MS'],
  ['mina', 'M'],
  ['Anna Maria von Berg', 'AB'],
  ['서민아', '민'],
  ['남궁민수', '민'],
  ['김 철수', '철'],
  ['이준', '준'],
  ['Élodie Ã', 'ÉÃ'],
  ['𝒜lpha', '𝒜'],
  ['', '?'],
])('%p is shown as %p', (name, expected) => {
  expect(initials(name)).toBe(expected)
})
