import { type Static, t } from 'elysia'
import { fieldSentences, sentences } from './messages.ts'
import { type Language, object } from './schema.ts'

/** One thing that is wrong with one field of a request. `in` says where it was, `code` is for machines. */
export const FieldError = object({
  field: t.String(),
  in: t.Union([t.Literal('body'), t.Literal('query'), t.Literal('path'), t.Literal('header')]),
  code: t.String(),
  message: t.String(),
})
export type FieldError = Static<typeof FieldError>

/**
 * The one shape of every error: problem details (RFC 9457) with a stable `code`, the request's id, what is wrong with
 * each field, and, on 412, the `current` state that the caller had not seen.
 */
export const ProblemDetails = object({
  type: t.String(),
  title: t.String(),
  status: t.Integer(),
  code: t.String(),
  detail: t.String(),
  requestId: t.String(),
  errors: t.Optional(t.Array(FieldError)),
  current: t.Optional(t.Unknown()),
})
export type ProblemDetails = Static<typeof ProblemDetails>

/** The stable codes of problems: those of messages.ts. */
export type ProblemCode = keyof typeof sentences.en

type Field = Omit<FieldError, 'message'> & { params?: Record<string, string | number> }

/** An error that is meant for the caller. Throw one anywhere below a route; the service answers it as problem details. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: ProblemCode,
    readonly more: {
      fields?: Field[]
      current?: unknown
      headers?: Record<string, string>
      params?: Record<string, string | number>
    } = {},
  ) {
    super(code)
  }

  /** The problem as the caller reads it, in their language. */
  details(language: Language, requestId: string): ProblemDetails {
    const { title, detail } = sentences[language][this.code]
    return {
      type: `/docs/api#${this.code}`,
      title,
      status: this.status,
      code: this.code,
      detail: fill(detail, this.more.params),
      requestId,
      ...(this.more.fields && {
        errors: this.more.fields.map(({ params, ...field }) => ({
          ...field,
          message: fieldMessage(language, field.code, params),
        })),
      }),
      ...(this.more.current !== undefined && { current: this.more.current }),
    }
  }
}

/** Nobody is signed in, or what they signed in with has ended. */
export const unauthenticated = () => new Problem(401, 'unauthenticated')
/** What it is about does not exist, or the caller may not know that it does. */
export const notFound = () => new Problem(404, 'not_found')
/** The caller sees the thing but their role does not reach what they asked for. */
export const forbidden = () => new Problem(403, 'forbidden')
/** One field is wrong in a way that only the domain can know (422). `code` must be a field code of messages.ts. */
export const invalid = (
  field: string,
  code: keyof typeof fieldSentences.en,
  params?: Record<string, string | number>,
  where: FieldError['in'] = 'body',
) =>
  new Problem(422, 'validation_failed', { fields: [{ field, in: where, code, ...(params && { params }) }] })
/** A value that must be the only one is in use already (409). */
export const taken = (field: string) =>
  new Problem(409, 'conflict', { fields: [{ field, in: 'body', code: 'taken' }] })
/** The version in If-Match is not the current one (RFC 9110, 15.5.13). Carries what is current, so that nothing is lost. */
export const stale = (current: { version: number }) =>
  new Problem(412, 'stale', { current, headers: { etag: `"${current.version}"` } })
/** More often than is allowed (429); again in so many `seconds`. */
export const tooManyRequests = (seconds: number, headers: Record<string, string> = {}) =>
  new Problem(429, 'too_many_requests', {
    params: { seconds },
    headers: { ...headers, 'retry-after': String(seconds) },
  })
/** Something that is needed is away (503); worth another try in so many `seconds`. */
export const unavailable = (seconds = 1) =>
  new Problem(503, 'unavailable', { headers: { 'retry-after': String(seconds) } })

function fill(sentence: string, params: Record<string, string | number> = {}) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(params[name] ?? ''))
}

/** The sentence for a field's error code in the given language. */
function fieldMessage(language: Language, code: string, params?: Record<string, string | number>) {
  const fields: Record<string, string> = fieldSentences[language]
  return fill(fields[code] ?? fields.invalid!, params)
}
