import { invalid } from './problem.ts'

/** A keyset cursor: the sort keys of the last row that was sent, as text that callers pass back unread. */
export const cursor = (...keys: (string | null)[]) => Buffer.from(JSON.stringify(keys)).toString('base64url')

/** Says whether a key of a cursor, which comes from outside, can be what it should be: `isId`, or one of these. */
type Check = (key: string) => boolean

export const instantKey: Check = key =>
  /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(key) && !Number.isNaN(Date.parse(key))
/** A fractional index key. */
export const positionKey: Check = key => /^[0-9A-Za-z]{1,200}$/.test(key)
/** A key that may be null: of rows that have none, which come last. */
export const nullable = (check: Check) =>
  Object.assign((key: string) => check(key), { nullable: true as const })

/**
 * The keys of a cursor that `cursor` made, checked in their order, so that SQL can take them; null when there is none. Only a key whose check is
 * `nullable` may be null. Throws 422 `bad_cursor`.
 */
export function keysOf<const Checks extends readonly Check[]>(
  after: string | undefined,
  checks: Checks,
): { [Index in keyof Checks]: Checks[Index] extends { nullable: true } ? string | null : string } | null {
  if (after === undefined) return null
  const keys = parsed(after)
  const fits =
    keys?.length === checks.length &&
    keys.every((key, index) =>
      key === null ? 'nullable' in checks[index]! : typeof key === 'string' && checks[index]!(key),
    )
  if (!fits) throw invalid('after', 'bad_cursor', undefined, 'query')
  return keys as never
}

function parsed(after: string): unknown[] | undefined {
  try {
    const keys: unknown = JSON.parse(Buffer.from(after, 'base64url').toString())
    return Array.isArray(keys) ? keys : undefined
  } catch {
    return undefined
  }
}

/**
 * Makes a page of `limit + 1` rows that were read: the extra row only says that there is a next page.
 * `keys` gives a row's sort keys.
 */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keys: (row: Row) => (string | null)[],
  item: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(item),
    next: rows.length > limit && last !== undefined ? cursor(...keys(last)) : null,
  }
}
