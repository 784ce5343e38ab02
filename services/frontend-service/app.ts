import { Elysia } from 'elysia'
import { readBody } from '../kit/body.ts'
import { log } from '../kit/log.ts'
import { forbidden, Problem, unavailable } from '../kit/problem.ts'
import type { Redis } from '../kit/redis.ts'
import { askedLanguage, asProblem, draining, requestId } from '../kit/service.ts'
import type { Backends } from './backends.ts'
import type { FrontendConfig } from './config.ts'
import type { Cookies } from './cookies.ts'
import type { Live } from './live.ts'
import { problemPage } from './page.tsx'
import { mayBeForged, securityHeaders } from './security.ts'
import { tokenOf, type Visitor, type Visitors } from './session.ts'

export type FoundationDeps = {
  config: FrontendConfig
  redis: Redis
  backends: Backends
  cookies: Cookies
  visitors: Visitors
  live: Live
}

const formLimit = 1024 * 1024
/** Bodies that routes read themselves, as they come: of the API, and forms with files. (Elysia's `parse: 'none'` has no say over a parser of our own.) */
const isStreamed = (route: string, contentType: string) =>
  route === '/api/v1/*' || /^multipart\/form-data\b/i.test(contentType)
/** Answers programs, not people: errors there are problem details. */
const isForPrograms = (path: string) => /^\/(api\/|live$|up$|ready$|openapi\.json$)/.test(path)

const visitorOf = new WeakMap<Request, Visitor>()

/**
 * What every answer of the frontend stands on: request ids, security headers, refusal of forged requests, checked bodies, errors as pages for
 * people and as problem details for programs, /up and /ready. Hooks are registered before any route, since Elysia applies them only to what comes after.
 */
export function foundation({ config, redis, backends, cookies, visitors, live }: FoundationDeps) {
  const always = securityHeaders(config.publicUrl)
  return (
    new Elysia({ name: 'frontend-service', normalize: false })
      .decorate({ redis, backends, cookies, live, publicUrl: config.publicUrl.origin })
      .onRequest(({ request, set }) => {
        Object.assign(set.headers, always, {
          'x-request-id': requestId(request),
          'cache-control': 'no-store',
        })
        if (!mayBeForged(request, config.publicUrl)) return
        // A program that sends its token in a header, or nothing at all, has no cookie that could be used against its owner.
        const isApi = new URL(request.url).pathname.startsWith('/api/')
        if (isApi && tokenOf(request, cookies)?.by !== 'cookie') return
        throw forbidden()
      })
      .onError({ as: 'global' }, async ({ error, code, request, set }) => {
        const problem = asProblem(error, code, request)
        const { pathname } = new URL(request.url)
        const id = requestId(request)
        // An error that was thrown on purpose has been logged where it happened.
        if (!(error instanceof Problem) && problem.status >= 500)
          log.error({ err: error, requestId: id, path: pathname }, 'request failed')
        set.status = problem.status
        Object.assign(set.headers, problem.more.headers)
        if (isForPrograms(pathname))
          return new Response(JSON.stringify(problem.details(askedLanguage(request), id)), {
            status: problem.status,
            headers: { 'content-type': 'application/problem+json' },
          })
        // A path that is nobody's, or a failure before the visitor was known.
        const visitor =
          visitorOf.get(request) ?? (await visitors.of(request).catch(() => visitors.unknown(request)))
        return problemPage(request, visitor, problem)
      })
      .onParse({ as: 'global' }, ({ request, route, contentType }) =>
        // Anything but undefined says that the body is taken care of.
        isStreamed(route, contentType ?? '') ? null : readBody(request, contentType, formLimit),
      )
      // Elysia waits for a handler only where its text looks as if it took time. What any other one promises would fail outside of onError, as a bare 500.
      .mapResponse({ as: 'global' }, async ({ responseValue }) => {
        await responseValue
      })
      .get('/up', () => ({ status: 'up' }))
      .get('/ready', () => {
        if (draining.now) throw unavailable()
        return { status: 'ready' }
      })
  )
}
export type Foundation = ReturnType<typeof foundation>

/** Tells the routes that come after who visits: pages get `visitor`. */
export const withVisitor = (app: Foundation, visitors: Visitors) =>
  app.derive({ as: 'global' }, async ({ request }) => {
    const visitor = await visitors.of(request)
    visitorOf.set(request, visitor)
    return { visitor }
  })
/** What pages are added to: `export const boardPage = (app: Frontend) => app.get(…)`. */
export type Frontend = ReturnType<typeof withVisitor>
