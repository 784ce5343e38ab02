import { Value } from '@sinclair/typebox/value'
import { Elysia, type TSchema, type ValidationError } from 'elysia'
import { readBody } from './body.ts'
import type { ServiceName } from './config.ts'
import { isUnavailable } from './database.ts'
import type { Identity, Person, Verifier } from './identity.ts'
import { log } from './log.ts'
import { paths } from './openapi.ts'
import { type FieldError, notFound, Problem, unauthenticated, unavailable } from './problem.ts'
import type { Language } from './schema.ts'

export type ServiceOptions = {
  name: ServiceName
  /** Checks the Authorization header. */
  verify: Verifier
  /** Whether it can serve: its own database answers. Siblings are never asked. */
  ready: () => Promise<boolean>
  /** Routes that need no identity, as `GET /path/:as-registered`. Everything else is refused without one. */
  open?: readonly string[]
  /** Routes for services that speak for themselves, not for people. */
  internal?: readonly string[]
  /** Bytes that a JSON body may have, by route; 1 MiB unless told. */
  bodyLimits?: Readonly<Record<string, number>>
  /** Routes that read their body themselves, as it streams. (Elysia's own `parse: 'none'` has no say over a global parser.) */
  streamed?: readonly string[]
}

const health = ['GET /up', 'GET /ready', 'GET /openapi.json']
const defaultBodyLimit = 1024 * 1024

const requestIds = new WeakMap<Request, string>()
/** The id that this request has in logs and answers: the caller's X-Request-Id where it is a plain one, else a new one. */
export function requestId(request: Request): string {
  let id = requestIds.get(request)
  if (!id) {
    const given = request.headers.get('x-request-id')
    id = given && /^[\w.-]{8,64}$/.test(given) ? given : Bun.randomUUIDv7()
    requestIds.set(request, id)
  }
  return id
}

/** The language that a request asks for: the first of ours in Accept-Language (RFC 9110, 12.5.4), else English. */
export function askedLanguage(request: Request): Language {
  for (const part of (request.headers.get('accept-language') ?? '').split(',')) {
    const tag = part.trim().slice(0, 2).toLowerCase()
    if (tag === 'ko' || tag === 'en') return tag
  }
  return 'en'
}

/** Set while the process is leaving: /ready says no, so that no new request is sent here. */
export const draining = { now: false }

/**
 * The base of a service: request ids, problem details for every error, checked bodies, identity on every route but the ones opened
 * by name, /up and /ready. Hooks are registered before any route, since Elysia applies them only to what comes after.
 */
export function service({
  name,
  verify,
  ready,
  open = [],
  internal = [],
  bodyLimits = {},
  streamed = [],
}: ServiceOptions) {
  const isOpen = new Set([...health, ...open])
  const isInternal = new Set(internal)
  const isStreamed = new Set(streamed)
  // Answers are checked, not encoded: what a handler gives is JSON already, and encoding a board of a thousand tasks (an integer counts as
  // a transform to Elysia) took six times as long as everything else.
  const app = new Elysia({ name, normalize: false, encodeSchema: false })
    .onRequest(({ request, set }) => {
      set.headers['x-request-id'] = requestId(request)
      set.headers['cache-control'] = 'no-store'
    })
    .onError({ as: 'global' }, ({ error, code, request, set }) => {
      const problem = asProblem(error, code, request)
      if (problem.status >= 500)
        log.error(
          { err: error, requestId: requestId(request), path: new URL(request.url).pathname },
          'request failed',
        )
      const headers = new Headers({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        'x-request-id': requestId(request),
        ...problem.more.headers,
      })
      set.status = problem.status
      return new Response(JSON.stringify(problem.details(askedLanguage(request), requestId(request))), {
        status: problem.status,
        headers,
      })
    })
    .onParse({ as: 'global' }, ({ request, route, contentType }) => {
      const key = `${request.method} ${route}`
      // Anything but undefined: otherwise Elysia's own parsers would read the body.
      if (isStreamed.has(key)) return null
      return readBody(request, contentType, bodyLimits[key] ?? defaultBodyLimit)
    })
    .derive(
      { as: 'global' },
      async ({ request, route }): Promise<{ identity: Identity | null; person: Person }> => {
        const key = `${request.method === 'HEAD' ? 'GET' : request.method} ${route}`
        const identity = await verify(request.headers.get('authorization'))
        const person = identity?.kind === 'person' ? identity : undefined
        if (isInternal.has(key) ? identity?.kind !== 'service' : !person && !isOpen.has(key))
          throw unauthenticated()
        // Elysia leaves a part of the query undecoded that cannot be decoded, and it would be kept as it stands.
        if (!isDecodable(request.url)) throw new Problem(400, 'invalid_encoding')
        // On open routes `person` may be undefined; they use `identity`. Everywhere else the line above made sure of it.
        return { identity, person: person as Person }
      },
    )
    .get('/up', () => ({ status: 'up' }), { detail: { hide: true } })
    .get(
      '/ready',
      async () => {
        if (draining.now || !(await within(1_000, ready()))) throw unavailable()
        return { status: 'ready' }
      },
      { detail: { hide: true } },
    )
  // The gateway joins these into the one public document.
  return app.get('/openapi.json', async () => ({ paths: await paths(app) }), { detail: { hide: true } })
}

/** What the routes of a service are added to: `export const things = (app: App) => app.get(…)`. */
export type App = ReturnType<typeof service>

/** Whether all that is percent-encoded in an address is UTF-8 (RFC 3986, 2.5). */
function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

async function within(milliseconds: number, answer: Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), milliseconds)
  return Promise.race([answer.catch(() => false), late.promise]).finally(() => clearTimeout(timer))
}

/** What a caller is told about an error, whatever it was; `code` is what Elysia calls it. */
export function asProblem(error: unknown, code: string | number, request: Request): Problem {
  if (error instanceof Problem) return error
  // What a parser threw comes wrapped.
  if ((error as Error).cause instanceof Problem) return (error as { cause: Problem }).cause
  if (code === 'VALIDATION') return validationProblem(error as ValidationError, request)
  if (code === 'NOT_FOUND') return notFound()
  if (code === 'PARSE' || code === 'INVALID_COOKIE_SIGNATURE') return new Problem(400, 'bad_request')
  if (isUnavailable(error)) return unavailable()
  // A value that the database refuses and no schema caught: text with a null byte, a number out of range, a bad date.
  const sqlState = String((error as { code?: unknown })?.code ?? '')
  if (/^22\w{3}$/.test(sqlState)) return new Problem(422, 'validation_failed')
  return new Problem(500, 'internal')
}

type SchemaError = { path: string; schema: Record<string, unknown>; value: unknown }

/** Elysia's own answer would repeat the values, a password too. This one names the field and what is wrong with it. */
function validationProblem(error: ValidationError, request: Request): Problem {
  const where = (
    { body: 'body', query: 'query', params: 'path', headers: 'header', cookie: 'header' } as const
  )[error.type as 'body']
  if ((error.type as string) === 'property') {
    // A number in a query that is out of range: Elysia forgets its name here, so it is found by its value.
    const value = error.value as unknown
    const [field = ''] =
      [...new URL(request.url).searchParams].find(([, text]) => Number(text) === value) ?? []
    const schema = error.validator as unknown as SchemaError['schema']
    return new Problem(422, 'validation_failed', {
      fields: [{ field, in: 'query', ...fieldProblem({ path: field, schema, value }) }],
    })
  }
  // What a handler returned does not fit its contract: our fault, not the caller's.
  if (!where) return new Problem(500, 'internal')
  const seen = new Map<
    string,
    { field: string; in: FieldError['in']; code: string; params?: Record<string, string | number> }
  >()
  for (const issue of (error.all as unknown as SchemaError[]).flatMap(innermost)) {
    const field = (issue.path ?? '').replace(/^\//, '').replaceAll('/', '.')
    if (!seen.has(field)) seen.set(field, { field, in: where, ...fieldProblem(issue) })
  }
  return new Problem(422, 'validation_failed', { fields: [...seen.values()] })
}

/** As many as Elysia tells of one value: what is wrong with a body must not fill more than the body did. */
const mostErrors = 64

/** A value that fits none of several object shapes: what is wrong with it by the shape that it resembles most. */
function innermost(issue: SchemaError): SchemaError[] {
  const shapes = (issue.schema?.anyOf as TSchema[] | undefined)?.flatMap(
    option => (option.anyOf as TSchema[]) ?? [option],
  )
  const objects = shapes?.filter(shape => shape.type === 'object')
  if (!objects?.length || typeof issue.value !== 'object' || issue.value === null) return [issue]
  const keys = Object.keys(issue.value)
  const known = (shape: TSchema) => keys.filter(key => key in shape.properties).length
  const shape = objects.reduce((best, next) => (known(next) > known(best) ? next : best))
  return [...Iterator.from(Value.Errors(shape, issue.value)).take(mostErrors)].map(inner => ({
    ...inner,
    path: issue.path + inner.path,
  }))
}

const formats: Record<string, string> = {
  email: 'not_an_email',
  uuid: 'not_an_id',
  date: 'not_a_day',
  'date-time': 'not_an_instant',
  uri: 'not_a_url',
}

function fieldProblem({ schema, value, path }: SchemaError): {
  code: string
  params?: Record<string, string | number>
} {
  if (!schema) return { code: 'invalid' }
  if (schema.additionalProperties === false && schema.properties && path) {
    const name = path.split('/').at(-1)!
    if (!(name in (schema.properties as object))) return { code: 'unexpected' }
  }
  if (value === undefined) return { code: 'required' }
  const anyOf = schema.anyOf as Record<string, unknown>[] | undefined
  if (anyOf?.every(option => 'const' in option))
    return { code: 'not_one_of', params: { values: anyOf.map(option => option.const).join(', ') } }
  // A number in a query is text or a number to TypeBox: speak of the number.
  const numeric = anyOf?.find(option => option.type === 'integer' || option.type === 'number')
  const one = numeric ?? anyOf?.find(option => option.type !== 'null') ?? schema
  const number = typeof value === 'string' && numeric ? Number(value) : value
  if (typeof value === 'string' && one.type === 'string') {
    if (value.includes('\0')) return { code: 'has_null_character' }
    if (typeof one.minLength === 'number' && value.length < one.minLength)
      return one.minLength === 1 ? { code: 'blank' } : { code: 'too_short', params: { min: one.minLength } }
    if (typeof one.maxLength === 'number' && value.length > one.maxLength)
      return { code: 'too_long', params: { max: one.maxLength } }
    if (typeof one.format === 'string') return { code: formats[one.format] ?? 'invalid' }
    if (one.pattern) return { code: 'bad_pattern' }
  }
  if (typeof number === 'number' && !Number.isNaN(number)) {
    if (typeof one.minimum === 'number' && number < one.minimum)
      return { code: 'too_small', params: { min: one.minimum } }
    if (typeof one.maximum === 'number' && number > one.maximum)
      return { code: 'too_big', params: { max: one.maximum } }
  }
  if (Array.isArray(value)) {
    if (typeof one.maxItems === 'number' && value.length > one.maxItems)
      return { code: 'too_many', params: { max: one.maxItems } }
    if (typeof one.minItems === 'number' && value.length < one.minItems)
      return { code: 'too_few', params: { min: one.minItems } }
  }
  return { code: 'wrong_type' }
}
