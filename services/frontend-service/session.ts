import { messages } from '../../views/messages/index.ts'
import type { Reader } from '../../views/reader.ts'
import type { Caller } from '../kit/client.ts'
import { serviceTokens } from '../kit/identity.ts'
import { Problem, unauthenticated } from '../kit/problem.ts'
import type { Redis } from '../kit/redis.ts'
import type { Revocations } from '../kit/revocations.ts'
import { askedLanguage, requestId } from '../kit/service.ts'
import type { ProjectSummary } from '../task-service/contract.ts'
import { type CachedSession, sessionKey } from '../user-service/contract.ts'
import type { Backends } from './backends.ts'
import type { FrontendConfig } from './config.ts'
import type { Cookies } from './cookies.ts'
import { clientAddress } from './security.ts'

const isToken = (text: string) => /^tm_s_[\w-]{20,100}$/.test(text)

/** The session token of a request and how it came: browsers send a cookie, programs a header, which wins. */
export function tokenOf(
  request: Request,
  cookies: Cookies,
): { token: string; by: 'header' | 'cookie' } | null {
  const authorization = request.headers.get('authorization')
  if (authorization !== null) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
    return { token, by: 'header' }
  }
  const token = cookies.sessionToken(request)
  return token === null ? null : { token, by: 'cookie' }
}

/**
 * Turns session tokens into who that is. user-service knows; what it said stays in Redis for as long as the identity in it is valid, so
 * most requests ask Redis alone. Without Redis every one asks user-service.
 */
export class Sessions {
  #asking = new Map<string, Promise<CachedSession | null>>()

  constructor(
    private redis: Redis,
    private users: Backends['users'],
    private revocations: Revocations,
  ) {}

  /** The session of a token, with an identity that is valid for some seconds more; null when it has ended. Throws 503 when nobody can tell. */
  async of(token: string, sender: Omit<Caller, 'token'> = {}): Promise<CachedSession | null> {
    if (!isToken(token)) return null
    const cached = await this.redis.get(sessionKey(token)).catch(() => null)
    const session = cached ? (JSON.parse(cached) as CachedSession) : await this.#ask(token, sender)
    return session && !this.revocations.has(session.session.id) ? session : null
  }

  /** The requests of one page come together: the first asks for all. */
  #ask(token: string, sender: Omit<Caller, 'token'>): Promise<CachedSession | null> {
    let answer = this.#asking.get(token)
    if (!answer) {
      answer = this.users
        .verify({ ...sender, token })
        .then(({ user, session, identity }) => (identity ? { user, session, identity } : null))
        .catch(error => {
          if (error instanceof Problem && error.status === 401) return null
          throw error
        })
        .finally(() => this.#asking.delete(token))
      this.#asking.set(token, answer)
    }
    return answer
  }
}

/** Who asks for a page. `reader` is what views need of them, `caller` what calls to backends need. */
export type Visitor = {
  reader: Reader
  /** In the name of the person; null when nobody is signed in. */
  caller: Caller | null
  session: CachedSession | null
  /** In the name of TaskMate itself, for signing up and in. */
  anyone: Caller
  requestId: string
  /** The projects of the sidebar, asked for once; null when they cannot be had within a second. */
  projects: () => Promise<ProjectSummary[] | null>
}
export type SignedInVisitor = Visitor & { caller: Caller; session: CachedSession }

const sidebarDeadline = 1_000

/** Finds out who sends requests. */
export class Visitors {
  #ownToken: () => Promise<string>

  constructor(
    private config: FrontendConfig,
    private cookies: Cookies,
    private sessions: Sessions,
    private backends: Backends,
  ) {
    this.#ownToken = serviceTokens('frontend-service', config.secretKey)
  }

  /** The sender of a request for a page. Throws 503 when it has a session cookie that nobody can check. */
  async of(request: Request): Promise<Visitor> {
    const token = this.cookies.sessionToken(request)
    const session = token === null ? null : await this.sessions.of(token, this.sender(request))
    return this.#visitor(request, session)
  }

  /** The sender as somebody who is not signed in: for pages that must not fail. */
  unknown = (request: Request): Promise<Visitor> => this.#visitor(request, null)

  /** What backends should know of the first request. */
  sender(request: Request, language?: string): Omit<Caller, 'token'> {
    return {
      requestId: requestId(request),
      language: language ?? request.headers.get('accept-language') ?? undefined,
      clientAddress: clientAddress(request, this.config.trustedProxies),
    }
  }

  /** A call that the frontend makes for itself. */
  async anyone(request: Request, language?: string): Promise<Caller> {
    return { ...this.sender(request, language), token: await this.#ownToken() }
  }

  async #visitor(request: Request, session: CachedSession | null): Promise<Visitor> {
    const reader = this.#reader(request, session)
    const anyone = await this.anyone(request, reader.language)
    const caller = session && { ...anyone, token: session.identity.token }
    let projects: Promise<ProjectSummary[] | null> | undefined
    return {
      reader,
      caller,
      session,
      anyone,
      requestId: requestId(request),
      projects: () =>
        (projects ??= caller
          ? this.backends.tasks.projects(caller, { deadline: sidebarDeadline }).then(
              answer => answer.items,
              () => null,
            )
          : Promise.resolve(null)),
    }
  }

  #reader(request: Request, session: CachedSession | null): Reader {
    const url = new URL(request.url)
    const user = session?.user
    const language = user?.language ?? this.cookies.language(request) ?? askedLanguage(request)
    return {
      language,
      timeZone: user?.timeZone ?? 'UTC',
      theme: this.cookies.theme(request),
      text: messages[language],
      now: new Date(),
      path: url.pathname + url.search,
      user: user ? { id: user.id, name: user.name, email: user.email } : null,
      projects: null,
    }
  }
}

/**
 * The first line of every page for people who are signed in: throws 401, which becomes the way to the sign-in page and back. A whole page
 * will show the sidebar: its projects are asked for now, beside what the page itself asks for.
 */
export function requireVisitor({
  visitor,
  request,
}: {
  visitor: Visitor
  request: Request
}): SignedInVisitor {
  const { caller, session } = visitor
  if (!caller || !session) throw unauthenticated()
  const { headers } = request
  if (request.method === 'GET' && headers.get('accept')?.includes('text/html') && !headers.has('hx-request'))
    void visitor.projects()
  return { ...visitor, caller, session }
}
