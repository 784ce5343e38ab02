import { describe, expect, test } from 'bun:test'
import { dayWords, dueWords, fileSize, fullMoment, moment, number, today } from './format.ts'
import { messages } from './messages/index.ts'
import type { Language } from './reader.ts'

/** Somebody in Seoul on Tuesday 24 November 2026 at 19:40, unless told. */
const reader = (language: Language = 'en', more: { timeZone?: string; now?: string } = {}) => ({
  language,
  text: messages[language],
  timeZone: more.timeZone ?? 'Asia/Seoul',
  now: new Date(more.now ?? '2026-11-24T10:40:00Z'),
})
const due = (date: string) => ({ date })

describe('a due date in words', () => {
  test.each([
    ['2026-11-22', '2 days late', '2일 지남', 'late'],
    ['2026-11-23', '1 day late', '1일 지남', 'late'],
    ['2026-11-24', 'Today', '오늘', 'soon'],
    ['2026-11-25', 'Tomorrow', '내일', 'soon'],
    ['2026-11-26', 'Thu', '목요일', 'plain'],
    ['2026-11-30', 'Mon', '월요일', 'plain'],
    ['2026-12-01', '1 Dec', '12월 1일', 'plain'],
    ['2027-01-04', '4 Jan 2027', '2027년 1월 4일', 'plain'],
  ])('%s is “%s” and “%s”', (date, english, korean, tone) => {
    expect(dueWords(reader('en'), due(date))).toMatchObject({ words: english, tone, dateTime: date })
    expect(dueWords(reader('ko'), due(date))).toMatchObject({ words: korean, tone })
  })

  test('nothing is late once the work is done', () => {
    expect(dueWords(reader(), due('2026-11-22'), { finished: true })).toMatchObject({
      words: '22 Nov',
      tone: 'plain',
    })
  })

  test('a day begins where the reader is, not in UTC', () => {
    const late = { now: '2026-11-24T15:30:00Z' }
    expect(today(reader('en', late)).toString()).toBe('2026-11-25')
    expect(dueWords(reader('en', late), due('2026-11-24')).words).toBe('1 day late')
    expect(dueWords(reader('en', { ...late, timeZone: 'America/New_York' }), due('2026-11-24')).words).toBe(
      'Today',
    )
  })

  test('a due time is told in the reader’s zone and is late from that minute on', () => {
    const at = { at: '2026-11-24T11:00:00Z', zone: 'America/New_York' }
    expect(dueWords(reader(), at)).toMatchObject({
      words: 'Today, 20:00',
      full: 'Tuesday, 24 November 2026, 20:00',
      tone: 'soon',
    })
    const after = reader('en', { now: '2026-11-24T11:01:00Z' })
    expect(dueWords(after, at)).toMatchObject({ words: 'Late since 20:00', tone: 'late' })
    expect(dueWords(reader('ko', { now: '2026-11-24T11:01:00Z' }), at).words).toBe('20:00 지남')
  })

  test('a day stays the same day over a change of clocks', () => {
    const newYork = { timeZone: 'America/New_York', now: '2026-10-31T23:00:00Z' }
    expect(dueWords(reader('en', newYork), due('2026-11-01')).words).toBe('Tomorrow')
    expect(dueWords(reader('en', newYork), due('2026-11-02')).words).toBe('Mon')
  })
})

test('a past day is told too', () => {
  expect(dayWords(reader(), Temporal.PlainDate.from('2026-11-23'))).toBe('Yesterday')
  expect(dayWords(reader(), Temporal.PlainDate.from('2025-11-23'))).toBe('23 Nov 2025')
})

test.each([
  ['2026-11-24T10:39:30Z', 'just now', '방금'],
  ['2026-11-24T01:05:00Z', 'today 10:05', '오늘 10:05'],
  ['2026-11-23T07:20:00Z', 'yesterday 16:20', '어제 16:20'],
  ['2026-11-20T07:20:00Z', '20 Nov 16:20', '11월 20일 16:20'],
  ['2025-11-20T07:20:00Z', '20 Nov 2025', '2025년 11월 20일'],
])('what happened at %s is “%s” and “%s”', (at, english, korean) => {
  expect([moment(reader('en'), at), moment(reader('ko'), at)]).toEqual([english, korean])
})

test('a moment in full leaves nothing out', () => {
  expect(fullMoment(reader('en'), '2025-11-20T07:20:00Z')).toBe('Thursday, 20 November 2025, 16:20')
  expect(fullMoment(reader('ko'), '2025-11-20T07:20:00Z')).toBe('2025년 11월 20일 목요일 16:20')
})

test('numbers and sizes are written as people read them', () => {
  expect(number({ language: 'en' }, 1_204)).toBe('1,204')
  expect([0, 999, 412_000, 1_800_000, 5_000_000_000].map(size => fileSize({ language: 'en' }, size))).toEqual(
    ['0 bytes', '999 bytes', '412 kB', '1.8 MB', '5 GB'],
  )
})
