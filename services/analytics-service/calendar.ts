/** The days that a dashboard covers, in one zone: whole weeks from Monday, the last of which is running. */
export type Calendar = {
  /** Today in the zone, `2026-11-24`. */
  today: string
  /** From the Monday of the first week to today, oldest first. */
  days: string[]
  /** The Monday of each week. */
  weeks: string[]
  /** The instants at which the days and the weeks begin. A day has 23 to 25 hours, and begins after midnight where clocks skip it. */
  dayStarts: string[]
  weekStarts: string[]
}

/**
 * Days and weeks are made here, and instants are compared in SQL: PostgreSQL and this runtime need not know the same zones (a system's
 * zone files may lack `Asia/Calcutta`, which browsers send).
 */
export function calendar(now: Date, zone: string, weekCount: number): Calendar {
  const today = dayOf(now, zone)
  const monday = today.subtract({ days: today.dayOfWeek - 1 })
  const first = monday.subtract({ weeks: weekCount - 1 })
  const days = Array.from({ length: first.until(today).days + 1 }, (_, day) => first.add({ days: day }))
  const weeks = days.filter(day => day.dayOfWeek === 1)
  const start = (day: Temporal.PlainDate) => startOfDay(day, zone).toString()
  return {
    today: today.toString(),
    days: days.map(String),
    weeks: weeks.map(String),
    dayStarts: days.map(start),
    weekStarts: weeks.map(start),
  }
}

/** The day that it is in a zone at an instant. */
export const dayOf = (instant: Date, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate()

export const startOfDay = (day: Temporal.PlainDate, zone: string) => day.toZonedDateTime(zone).toInstant()
