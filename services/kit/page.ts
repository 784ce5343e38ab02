import { invalid } from './problem.ts'

/** A keyset cursor: the sort keys of the last row that was sent, as text that callers pass back unread. */
export const cursor = (...keys: (string | number | null)[]) =>
  Buffer.from(JSON.stringify(keys)).toString('base64url')

/**
 * The keys of a cursor that `cursor` made, or null when there is none. Throws 422 `bad_cursor` when it does not hold `length` keys.
 * The keys come from outside: pass them to SQL as parameters and let casts be checked with `isUuid`/`isInstant` of the caller.
 */
export function readCursor(text: string | undefined, length: number): (string | number | null)[] | null {
  if (text === undefined) return null
  try {
    const keys: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    const plain = (key: unknown) =>
      key === null || typeof key === 'number' || (typeof key === 'string' && !key.includes('\0'))
    if (Array.isArray(keys) && keys.length === length && keys.every(plain)) return keys
  } catch {}
  throw invalid('after', 'bad_cursor', undefined, 'query')
}

/**
 * Makes a page of `limit + 1` rows that were read: the extra row only says that there is a next page.
 * `keys` gives a row's sort keys.
 */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keys: (row: Row) => (string | number | null)[],
  item: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(item),
    next: rows.length > limit && last !== undefined ? cursor(...keys(last)) : null,
  }
}
