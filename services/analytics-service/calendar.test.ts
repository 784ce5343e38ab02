import { expect, test } from 'bun:test'
import { calendar } from './calendar.ts'

test('a dashboard covers whole weeks from Monday up to today', () => {
  const { today, days, weeks, dayStarts, weekStarts } = calendar(new Date('2026-11-24T12:00:00Z'), 'UTC', 2)
  expect(today).toBe('2026-11-24')
  expect(days).toHaveLength(9)
  expect(days[0]).toBe('2026-11-16')
  expect(days.at(-1)).toBe(today)
  expect(weeks).toEqual(['2026-11-16', '2026-11-23'])
  expect(dayStarts[8]).toBe('2026-11-24T00:00:00Z')
  expect(weekStarts).toEqual(['2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'])
})

test('at one instant it is another day in another zone', () => {
  const instant = new Date('2026-11-22T15:30:00Z')
  expect(calendar(instant, 'Asia/Seoul', 1).days).toEqual(['2026-11-23'])
  expect(calendar(instant, 'America/Los_Angeles', 1).days).toHaveLength(7)
})

test('a day without a midnight begins when the clocks were put forward to', () => {
  // In Cairo clocks go from 24 April 00:00 to 01:00.
  const { days, dayStarts } = calendar(new Date('2026-04-24T12:00:00Z'), 'Africa/Cairo', 1)
  expect(days.at(-1)).toBe('2026-04-24')
  expect(dayStarts.slice(-2)).toEqual(['2026-04-22T22:00:00Z', '2026-04-23T22:00:00Z'])
})
