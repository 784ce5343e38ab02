import type { Person } from './identity.ts'
import { log } from './log.ts'
import { Problem, type ProblemCode, type ProblemDetails, unavailable } from './problem.ts'
import { requestId } from './service.ts'

/** On whose behalf a call is made: a token of theirs, and what the other side should know of the first request. */
export type Caller = {
  token: string
  requestId?: string
  language?: string
  /** The address of the person's browser, for rate limits. Believed only from a service. */
  clientAddress?: string
}

/** What a call carries besides its path. A `query` leaves out what is undefined or null. */
export type CallOptions = {
  query?: Record<string, string | number | boolean | undefined | null>
  body?: unknown
  /** `If-Match` of an update. */
  version?: number
  idempotencyKey?: string
  headers?: Record<string, string>
  /** Milliseconds until the call is given up: 3,000 unless told. */
  deadline?: number
}

/** An error that a sibling service answered. It passes through unchanged when thrown out of a route. */
export class RemoteProblem extends Problem {
  constructor(readonly remote: ProblemDetails) {
    super(remote.status, remote.code as ProblemCode, { current: remote.current })
  }
  override details(): ProblemDetails {
    return this.remote
  }
}

const failuresUntilOpen = 5
const openMilliseconds = 2_000

/**
 * Calls one sibling service: a deadline on every call, one retry of what is safe to repeat (GET, or with an Idempotency-Key), and a circuit
 * breaker that fails at once for two seconds after five failures in a row. Whatever goes wrong on the way is 503 `unavailable`.
 */
export class Client {
  #failures = 0
  #openUntil = 0

  constructor(readonly baseUrl: string) {}

  get = <T>(path: string, caller: Caller, options?: CallOptions) => this.call<T>('GET', path, caller, options)
  post = <T>(path: string, caller: Caller, options?: CallOptions) =>
    this.call<T>('POST', path, caller, options)
  patch = <T>(path: string, caller: Caller, options?: CallOptions) =>
    this.call<T>('PATCH', path, caller, options)
  delete = <T = void>(path: string, caller: Caller, options?: CallOptions) =>
    this.call<T>('DELETE', path, caller, options)

  /** Makes a call and gives the JSON of its answer; undefined for 204. Throws `RemoteProblem` for 4xx and 5xx answers. */
  async call<T>(method: string, path: string, caller: Caller, options: CallOptions = {}): Promise<T> {
    const headers = callerHeaders(caller)
    if (options.version !== undefined) headers.set('if-match', `"${options.version}"`)
    if (options.idempotencyKey) headers.set('idempotency-key', options.idempotencyKey)
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
    let body: string | undefined
    if (options.body !== undefined) {
      headers.set('content-type', 'application/json')
      body = JSON.stringify(options.body)
    }
    const safe = method === 'GET' || options.idempotencyKey !== undefined
    const response = await this.fetch(
      path + queryString(options.query),
      { method, headers, ...(body !== undefined && { body }) },
      { deadline: options.deadline ?? 3_000, tries: safe ? 2 : 1, whole: true },
    )
    return answered(response)
  }

  /**
   * The plain way for streams: the answer as it comes, whatever its status. The deadline is for the head of the answer, since a body may rightly take
   * long; `whole` holds the body to it too. Throws 503 when there is no answer.
   */
  async fetch(
    path: string,
    init: RequestInit,
    { deadline, tries = 1, whole = false }: { deadline: number; tries?: number; whole?: boolean },
  ): Promise<Response> {
    if (Date.now() < this.#openUntil) throw unavailable()
    for (let attempt = 1; ; attempt++) {
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(), deadline)
      try {
        const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal
        const response = await fetch(this.baseUrl + path, { ...init, signal, redirect: 'manual' })
        if (response.status === 503 && attempt < tries) continue
        this.#failures = 0
        if (!whole) clearTimeout(timer)
        return response
      } catch (error) {
        clearTimeout(timer)
        if (init.signal?.aborted) throw error
        if (attempt < tries) continue
        if (++this.#failures >= failuresUntilOpen) this.#openUntil = Date.now() + openMilliseconds
        log.warn({ url: this.baseUrl, path, error: (error as Error).message }, 'call failed')
        throw unavailable()
      }
    }
  }
}

/** What a sibling answered: its JSON, or undefined when it has none (204). Throws `RemoteProblem` for the problem that it told, or 503. */
export async function answered<T>(response: Response): Promise<T> {
  const json: unknown = await response.json().catch(() => undefined)
  if (response.ok) return json as T
  if (json && typeof json === 'object' && 'code' in json) throw new RemoteProblem(json as ProblemDetails)
  throw unavailable()
}

/** The headers by which a call says on whose behalf it is made. */
export function callerHeaders(caller: Caller): Headers {
  const headers = new Headers({ authorization: `Bearer ${caller.token}`, accept: 'application/json' })
  if (caller.requestId) headers.set('x-request-id', caller.requestId)
  if (caller.language) headers.set('accept-language', caller.language)
  if (caller.clientAddress) headers.set('x-client-address', caller.clientAddress)
  return headers
}

function queryString(query: CallOptions['query'] = {}) {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null) search.set(name, String(value))
  const text = search.toString()
  return text && `?${text}`
}

/** Who asks, and with which request, as every route knows it. */
export type Asked = { request: Request; person: Person }

/** The caller of a call that a service makes for the person whose request it is serving: their own token goes on. */
export function onBehalfOf({ request, person }: Asked): Caller {
  return {
    token: (request.headers.get('authorization') ?? '').replace(/^Bearer /i, ''),
    requestId: requestId(request),
    language: request.headers.get('accept-language') ?? person.language,
  }
}
