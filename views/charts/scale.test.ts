import { expect, test } from 'bun:test'
import { evenly, percent, spread, valueAxis, withoutEmptyStart } from './scale.ts'

test('an axis has a few lines at round values, whatever the greatest one', () => {
  expect(valueAxis(0)).toEqual({ top: 1, lines: [] })
  expect(valueAxis(3).lines).toEqual([1, 2, 3])
  expect(valueAxis(9).lines).toEqual([2, 4, 6, 8])
  expect(valueAxis(12).lines).toEqual([5, 10])
  expect(valueAxis(90).lines).toEqual([20, 40, 60, 80])
  expect(valueAxis(4_321).lines).toEqual([1_000, 2_000, 3_000, 4_000])
  for (const greatest of [1, 7, 42, 999, 123_456]) {
    const { top, lines } = valueAxis(greatest)
    expect(lines.length).toBeWithin(1, 6)
    expect(top).toBeGreaterThan(greatest)
  }
})

test('labels that would lie on each other are moved apart and stay within the plot', () => {
  expect(spread([10, 50, 90], 6)).toEqual([10, 50, 90])
  expect(spread([50, 51, 52], 6)).toEqual([50, 56, 62])
  expect(spread([97, 98, 99], 6)).toEqual([88, 94, 100])
  expect(spread([], 6)).toEqual([])
})

test('labels of days are one step apart, back from the last', () => {
  expect(evenly(3, 5)).toEqual([0, 1, 2])
  expect(evenly(1, 5)).toEqual([0])
  expect(evenly(7, 5)).toEqual([0, 2, 4, 6])
  expect(evenly(84, 5)).toEqual([20, 41, 62, 83])
})

test('a picture begins just before the first thing in it, and has a least length', () => {
  const isEmpty = (value: number) => value === 0
  expect(withoutEmptyStart([0, 0, 0, 4, 5], isEmpty, 2)).toEqual([0, 4, 5])
  expect(withoutEmptyStart([0, 0, 0, 0, 5], isEmpty, 4)).toEqual([0, 0, 0, 5])
  expect(withoutEmptyStart([3, 0, 5], isEmpty, 2)).toEqual([3, 0, 5])
  expect(withoutEmptyStart([0, 0, 0], isEmpty, 2)).toEqual([0, 0])
  expect(withoutEmptyStart([5], isEmpty, 4)).toEqual([5])
})

test('places are percentages with two digits at most', () => {
  expect([percent(12.5), percent(1 / 3), percent(100)]).toEqual(['12.5%', '0.33%', '100%'])
})
