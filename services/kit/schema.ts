import { FormatRegistry, type TProperties } from '@sinclair/typebox'
import { type Static, type TSchema, t } from 'elysia'

/** An object that refuses fields it does not know: a misspelt field is an error, never silently dropped. */
export const object = <P extends TProperties>(properties: P) =>
  t.Object(properties, { additionalProperties: false })

/** Whether the text is a UUID (RFC 9562) in its usual form. */
export const isId = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
const day = /^(\d{4})-(\d{2})-(\d{2})/
const timeOfDay = /^T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i
function startsWithDay(text: string): boolean {
  const [, year, month, date] = day.exec(text)?.map(Number) ?? []
  if (!year || !month || !date || month > 12) return false
  return new Date(Date.UTC(year, month - 1, date)).getUTCDate() === date
}
// Checks of our own: Elysia's take more for these than PostgreSQL and our code do, such as `urn:uuid:…`, 30 February and `Mon Jan 01 2026`.
FormatRegistry.Set('uuid', isId)
FormatRegistry.Set('date', text => text.length === 10 && startsWithDay(text))
FormatRegistry.Set('date-time', text => startsWithDay(text) && timeOfDay.test(text.slice(10)))

/** A UUID (RFC 9562). New rows get version 7 from `newId`; clients may send any version. */
export const Id = t.String({ format: 'uuid' })

/** A UUIDv7: sorts by the time it was made, so that primary keys append to their index. */
export const newId = () => Bun.randomUUIDv7()

/** A calendar day without a zone, `2026-12-31`. It never shifts with the reader's zone. */
export const Day = t.String({ format: 'date' })

/** An instant in UTC, RFC 3339, `2026-12-31T23:59:59.000Z`. */
export const Instant = t.String({ format: 'date-time' })

/** The languages that TaskMate speaks. */
export const Language = t.Union([t.Literal('en'), t.Literal('ko')])
export type Language = Static<typeof Language>

const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])
/** Whether the name is an IANA time zone that this runtime knows, aliases such as `Asia/Calcutta` included. */
export function isZone(name: string): boolean {
  if (zones.has(name)) return true
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
/** An IANA time zone, `Asia/Seoul`. The domain checks it with `isZone`. */
export const Zone = t.String({ minLength: 1, maxLength: 64 })

/** What a member may do, weakest first: each role may do all that the ones before it may. */
export const roles = ['viewer', 'commenter', 'editor', 'admin'] as const
/** One of `roles`. */
export const Role = t.Union([
  t.Literal('viewer'),
  t.Literal('commenter'),
  t.Literal('editor'),
  t.Literal('admin'),
])
export type Role = Static<typeof Role>
/** Whether `role` reaches at least `needed`. */
export const reaches = (role: Role, needed: Role) => roles.indexOf(role) >= roles.indexOf(needed)

/** One page of a list. `next` is the cursor of the page after it, null on the last one. */
export const Page = <T extends TSchema>(item: T) =>
  object({ items: t.Array(item), next: t.Nullable(t.String()) })
/** The query of a list: at most `limit` items (1 to 200, 50 unless told) after the cursor `after`. */
export const pageQuery = {
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 200 })),
  after: t.Optional(t.String({ minLength: 1, maxLength: 500 })),
}

/** Headers of an update or a delete: `If-Match: "<version>"`, as the ETag of the last read said (RFC 9110, 13.1.1). */
export const ifMatchHeaders = t.Object({ 'if-match': t.Optional(t.String({ maxLength: 100 })) })
/** Headers of a create: a client's own key that makes a repeat safe (draft-ietf-httpapi-idempotency-key-header). */
export const createHeaders = t.Object({
  'idempotency-key': t.Optional(t.String({ minLength: 1, maxLength: 255 })),
})
