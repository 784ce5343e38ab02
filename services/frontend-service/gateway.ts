import { type Caller, callerHeaders, type Client } from '../kit/client.ts'
import type { BackendName } from '../kit/config.ts'
import { Limit } from '../kit/limit.ts'
import { notFound, Problem, tooManyRequests, unauthenticated } from '../kit/problem.ts'
import type { Redis } from '../kit/redis.ts'
import { requestId } from '../kit/service.ts'
import type { CachedSession } from '../user-service/contract.ts'
import type { Foundation } from './app.ts'
import { type Clients, uploadDeadline } from './backends.ts'
import type { FrontendConfig } from './config.ts'
import type { Cookies } from './cookies.ts'
import { clientAddress } from './security.ts'
import { type Sessions, tokenOf, type Visitors } from './session.ts'

/** Who answers what under /api/v1, by the first part of the path. */
const owners = new Map<string, BackendName>([
  ['auth', 'user-service'],
  ['me', 'user-service'],
  ['sessions', 'user-service'],
  ['users', 'user-service'],
  ['projects', 'task-service'],
  ['tasks', 'task-service'],
  ['comments', 'task-service'],
  ['my', 'task-service'],
  ['imports', 'task-service'],
  ['analytics', 'analytics-service'],
  ['files', 'file-service'],
  ['file-categories', 'file-service'],
])

/** What is about one connection (RFC 9110, 7.6.1), and what only the gateway may say: who asks, from where. */
const notForwarded =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|host|authorization|cookie|forwarded|x-forwarded-.*|x-real-ip|x-client-address|x-request-id)$/
/** Cookies are the pages'; the request id is set already, and Date is the server's that answers. */
const notReturned =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|set-cookie|x-request-id|date)$/

/** Milliseconds until a backend has begun to answer. It only begins after the last byte of an upload. */
const deadline = 15_000
const isUpload = (path: string) => /^\/api\/v1\/(files|imports)\b/.test(path)

type GatewayDeps = {
  clients: Clients
  sessions: Sessions
  visitors: Visitors
  cookies: Cookies
  redis: Redis
  config: Pick<FrontendConfig, 'apiRateLimit' | 'trustedProxies'>
}

/**
 * The public API: `/api/v1/*` goes on to the service that owns the path, and its answer comes back, both as streams whose content the gateway
 * does not look at. It turns a session, from a header or the cookie, into an identity, and counts requests.
 * `/files/:id` is what pages link to for the content of a file.
 */
export const gateway = (app: Foundation, deps: GatewayDeps) => {
  const { apiRateLimit, trustedProxies } = deps.config
  const limit = new Limit(deps.redis, 'api-requests', apiRateLimit, 60)

  const download = async ({ request, params }: { request: Request; params: { id: string } }) => {
    // Registered for all methods, since Elysia would count the length of a HEAD's answer itself.
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new Problem(405, 'method_not_allowed', { headers: { allow: 'GET, HEAD' } })
    const session = await sessionOf(request, deps)
    if (!session) throw unauthenticated()
    const path = `/api/v1/files/${encodeURIComponent(params.id)}/content${new URL(request.url).search}`
    return forward(request, deps.clients['file-service'], path, callerOf(request, session, deps))
  }

  return app
    .all('/api/v1/*', async ({ request, set }) => {
      const { pathname, search } = new URL(request.url)
      const area = pathname.split('/')[3]!
      const session = await sessionOf(request, deps)
      const sender = session?.session.id ?? clientAddress(request, trustedProxies)
      Object.assign(set.headers, await counted(limit, apiRateLimit, sender))
      const owner = owners.get(area)
      if (!owner) throw notFound()
      // Whoever signs up or in does it as nobody yet: there the frontend speaks for itself, so that user-service believes the address.
      // Everything else without a session goes on without identity, and is refused by its owner.
      const signsIn = area === 'auth' && request.method === 'POST'
      const caller = signsIn
        ? await deps.visitors.anyone(request)
        : session && callerOf(request, session, deps)
      return forward(request, deps.clients[owner], pathname + search, caller)
    })
    .all('/files/:id', download)
}

async function sessionOf(request: Request, { sessions, visitors, cookies }: GatewayDeps) {
  const given = tokenOf(request, cookies)
  const session = given && (await sessions.of(given.token, visitors.sender(request)))
  // A cookie that has ended says nothing: signing in again must work with it. A token that a program sends was meant.
  if (!session && given?.by === 'header') throw unauthenticated()
  return session
}

const callerOf = (request: Request, session: CachedSession, { visitors }: GatewayDeps): Caller => ({
  ...visitors.sender(request),
  token: session.identity.token,
})

/** Sends a request on as it is, but for the headers that are ours to say, and gives the answer back as it comes. */
async function forward(
  request: Request,
  client: Client,
  path: string,
  caller: Caller | null,
): Promise<Response> {
  const headers = new Headers()
  for (const [name, value] of request.headers) if (!notForwarded.test(name)) headers.set(name, value)
  // The body comes back as the backend packed it: ask for nothing that the client cannot unpack.
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity')
  headers.set('x-request-id', requestId(request))
  if (caller)
    for (const [name, value] of callerHeaders(caller)) if (name !== 'accept') headers.set(name, value)
  const init = {
    method: request.method,
    headers,
    body: request.body,
    duplex: 'half',
    decompress: false,
    // Who goes away no longer needs what the backend does for them.
    signal: request.signal,
  }
  const isSafe = request.method === 'GET' || request.method === 'HEAD'
  try {
    const answer = await client.fetch(path, init as RequestInit, {
      deadline: isSafe || !isUpload(path) ? deadline : uploadDeadline,
      tries: isSafe ? 2 : 1,
    })
    const returned = new Headers()
    for (const [name, value] of answer.headers) if (!notReturned.test(name)) returned.set(name, value)
    // Bun sends a body that it has from a fetch in chunks and drops its Content-Length, in whichever way it is handed on; only a HEAD keeps
    // it. A body that is whole in memory would too, but a file may be larger than that.
    return new Response(answer.body, { status: answer.status, headers: returned })
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 })
    throw error
  }
}

/** Counts a request of a sender. Gives the headers that say how many are left, and throws 429 when none is. */
async function counted(limit: Limit, perMinute: number, sender: string): Promise<Record<string, string>> {
  const { allowed, left, seconds } = await limit.count(sender)
  const headers = {
    'ratelimit-limit': String(perMinute),
    'ratelimit-remaining': String(left),
    'ratelimit-reset': String(seconds),
  }
  if (!allowed) throw tooManyRequests(seconds, headers)
  return headers
}
