import { readCursor } from '../kit/page.ts'
import { invalid } from '../kit/problem.ts'

/** Says whether a key of a cursor, which comes from outside, can be what it should be. */
type Check = (key: string) => boolean

export const idKey: Check = key => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key)
export const instantKey: Check = key =>
  /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(key) && !Number.isNaN(Date.parse(key))
/** A fractional index key. */
export const positionKey: Check = key => /^[0-9A-Za-z]{1,200}$/.test(key)

/** The keys of a cursor, checked in their order; null when there is no cursor. Only a key whose check is `nullable` may be null. Throws 422 `bad_cursor`. */
export function keysOf<const Checks extends readonly Check[]>(
  after: string | undefined,
  checks: Checks,
): { [Index in keyof Checks]: Checks[Index] extends { nullable: true } ? string | null : string } | null {
  const keys = readCursor(after, checks.length)
  if (!keys) return null
  const fits = keys.every((key, index) =>
    key === null ? 'nullable' in checks[index]! : typeof key === 'string' && checks[index]!(key),
  )
  if (!fits) throw invalid('after', 'bad_cursor', undefined, 'query')
  return keys as never
}

/** A key that may be null: of rows that have none, which come last. */
export const nullable = (check: Check) =>
  Object.assign((key: string) => check(key), { nullable: true as const })
