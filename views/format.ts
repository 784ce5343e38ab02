import type { Due } from '../services/task-service/contract.ts'
import type { Language, Reader } from './reader.ts'

/** What telling a time needs to know of the reader. */
type Telling = Pick<Reader, 'language' | 'timeZone' | 'text' | 'now'>

const locales = { en: 'en-GB', ko: 'ko-KR' } as const satisfies Record<Language, string>

// Making a formatter costs more than a hundred uses of it, and a board tells hundreds of dates.
const formatters = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat>()
function cached<T extends Intl.DateTimeFormat | Intl.NumberFormat>(key: string, make: () => T): T {
  let formatter = formatters.get(key)
  if (!formatter) formatters.set(key, (formatter = make()))
  return formatter as T
}

const shapes = {
  weekday: { weekday: 'short' },
  weekdayLong: { weekday: 'long' },
  near: { weekday: 'short', day: 'numeric', month: 'short' },
  day: { day: 'numeric', month: 'short' },
  year: { day: 'numeric', month: 'short', year: 'numeric' },
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

function tell(language: Language, shape: keyof typeof shapes, when: Date, timeZone: string): string {
  const options: Intl.DateTimeFormatOptions = { ...shapes[shape], timeZone }
  if (language === 'ko' && 'month' in shapes[shape]) options.month = 'long'
  return cached(
    `${language} ${shape} ${timeZone}`,
    () => new Intl.DateTimeFormat(locales[language], options),
  ).format(when)
}

/** A day as a date that a formatter in UTC tells right. */
const atNoon = (day: Temporal.PlainDate) => new Date(`${day.toString()}T12:00:00Z`)

const todays = new WeakMap<object, Temporal.PlainDate>()
/** Today where the reader is. Worked out once for each reader, since every date of a page asks. */
export function today(reader: Pick<Reader, 'now' | 'timeZone'>): Temporal.PlainDate {
  let day = todays.get(reader)
  if (!day) todays.set(reader, (day = dayOf(reader.now.toISOString(), reader.timeZone)))
  return day
}

/** The calendar day on which an instant falls in a zone. */
export const dayOf = (instant: string, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate()

/** A day in as few words as tell it apart: `Today`, `Tomorrow`, `Thu`, `7 Dec`, `7 Dec 2027`. */
export function dayWords(reader: Telling, day: Temporal.PlainDate): string {
  const { language, text } = reader
  const now = today(reader)
  const days = now.until(day).days
  if (days === 0) return text.common.today
  if (days === 1) return text.common.tomorrow
  if (days === -1) return text.common.yesterday
  if (days > 1 && days < 7)
    return tell(language, language === 'ko' ? 'weekdayLong' : 'weekday', atNoon(day), 'UTC')
  return dateWords(reader, day)
}

/** A day as a date: `7 Dec`, with its year when it is another one. */
export const dateWords = (reader: Telling, day: Temporal.PlainDate): string =>
  tell(reader.language, day.year === today(reader).year ? 'day' : 'year', atNoon(day), 'UTC')

/** A day with nothing left out: `Wednesday, 25 November 2026`. */
export const fullDay = ({ language }: Pick<Reader, 'language'>, day: Temporal.PlainDate): string =>
  tell(language, 'full', atNoon(day), 'UTC')

/** A time of the day in the reader's zone, `15:00`. */
export const timeOfDay = ({ language, timeZone }: Telling, instant: string): string =>
  tell(language, 'time', new Date(instant), timeZone)

/** The day of a due date or time where the reader is. */
export const dueDay = (reader: Pick<Reader, 'timeZone'>, due: Due): Temporal.PlainDate =>
  'date' in due ? Temporal.PlainDate.from(due.date) : dayOf(due.at, reader.timeZone)

/** Whether a due day or time has passed. A day has passed when it is yesterday where the reader is. */
export const isLate = (reader: Pick<Reader, 'now' | 'timeZone'>, due: Due): boolean =>
  'date' in due
    ? Temporal.PlainDate.compare(dueDay(reader, due), today(reader)) < 0
    : Date.parse(due.at) < reader.now.getTime()

/**
 * A due date in words. `tone`: `late` when it has passed and the work is open, `soon` for today and tomorrow, else `plain`. `full` leaves nothing out,
 * `dateTime` is for machines (HTML, `time`).
 */
export function dueWords(
  reader: Telling,
  due: Due,
  { finished = false }: { finished?: boolean } = {},
): { words: string; full: string; tone: 'late' | 'soon' | 'plain'; dateTime: string } {
  const { common } = reader.text
  const day = dueDay(reader, due)
  const time = 'at' in due ? timeOfDay(reader, due.at) : null
  const days = today(reader).until(day).days
  const told = dayWords(reader, day)
  const withTime = (text: string) => (time === null ? text : common.dayAt(text, time))
  const late = !finished && isLate(reader, due)
  return {
    words: !late ? withTime(told) : days < 0 ? common.daysLate(-days) : common.lateSince(time ?? told),
    full: withTime(fullDay(reader, day)),
    tone: finished ? 'plain' : late ? 'late' : days <= 1 ? 'soon' : 'plain',
    dateTime: 'date' in due ? due.date : due.at,
  }
}

/** When something happened: `just now`, `today 10:05`, `yesterday 16:20`, `24 Nov 10:05`, `24 Nov 2025`. */
export function moment(reader: Telling, instant: string): string {
  const { common } = reader.text
  if (Math.abs(reader.now.getTime() - Date.parse(instant)) < 60_000) return common.justNow
  const day = dayOf(instant, reader.timeZone)
  const time = timeOfDay(reader, instant)
  const now = today(reader)
  const days = day.until(now).days
  if (days === 0) return common.todayAt(time)
  if (days === 1) return common.yesterdayAt(time)
  return day.year === now.year
    ? `${tell(reader.language, 'day', atNoon(day), 'UTC')} ${time}`
    : dateWords(reader, day)
}

/** An instant with nothing left out: `Wednesday, 25 November 2026, 10:05`. */
export const fullMoment = (reader: Telling, instant: string): string =>
  reader.text.common.dayAt(fullDay(reader, dayOf(instant, reader.timeZone)), timeOfDay(reader, instant))

/** A number as the reader writes it: `1,204`. */
export const number = ({ language }: Pick<Reader, 'language'>, value: number): string =>
  cached(language, () => new Intl.NumberFormat(locales[language])).format(value)

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']
/** The size of a file, in steps of a thousand: `412 kB`, `1.8 MB`. */
export function fileSize({ language }: Pick<Reader, 'language'>, bytes: number): string {
  const step = Math.min(sizes.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  const unit = sizes[step]!
  return cached(
    `${language} ${unit}`,
    () =>
      new Intl.NumberFormat(locales[language], {
        style: 'unit',
        unit,
        unitDisplay: step === 0 ? 'long' : 'short',
        maximumFractionDigits: step < 2 ? 0 : 1,
      }),
  ).format(bytes / 1000 ** step)
}
