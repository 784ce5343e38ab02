import { newId } from '../services/kit/schema.ts'
import type { SignedIn } from '../services/user-service/contract.ts'

export type Asking = {
  /** Bytes and forms are sent as they are, anything else as JSON. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}
export type Answer = { status: number; headers: Headers; text: string }
/** Sends one request to a TaskMate and gives the whole answer, whatever it is; follows no redirect. */
export type Send = (method: string, path: string, asking?: Asking) => Promise<Answer>

/** Sends with some headers always there. */
export const sender =
  (url: string, always: Record<string, string> = {}): Send =>
  async (method, path, { body, headers, signal } = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: { ...typeOf(body), ...always, ...headers },
      ...(body !== undefined && { body: isRaw(body) ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
      redirect: 'manual',
    })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }

const isRaw = (body: unknown): body is Uint8Array<ArrayBuffer> | URLSearchParams =>
  body instanceof Uint8Array || body instanceof URLSearchParams
/** A form brings its own. */
const typeOf = (body: unknown): Record<string, string> =>
  body === undefined || body instanceof URLSearchParams
    ? {}
    : { 'content-type': isRaw(body) ? 'application/octet-stream' : 'application/json' }

export const password = 'a quiet lake at dawn'

/** Somebody who is signed in: by a token, as programs are, and by a cookie, as browsers are. */
export type Somebody = SignedIn & {
  send: Send
  browse: Send
  /** Sends by the token and gives the JSON of a good answer; throws what any other one says. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>
}

/** Signs somebody new up. */
export const signUp = (url: string, name: string, headers?: Record<string, string>): Promise<Somebody> =>
  enter(url, 'sign-up', { email: `${name}.${newId()}@example.com`, password, name }, headers)

/** Begins another session of somebody. */
export const signIn = (url: string, { user }: Pick<SignedIn, 'user'>): Promise<Somebody> =>
  enter(url, 'sign-in', { email: user.email, password })

async function enter(url: string, door: string, body: unknown, headers?: Record<string, string>) {
  const { status, text } = await sender(url)('POST', `/api/v1/auth/${door}`, { body, headers })
  if (status >= 300) throw new Error(`${door} answered ${status} ${text}`)
  const signedIn = JSON.parse(text) as SignedIn
  const { token } = signedIn.session
  const send = sender(url, { authorization: `Bearer ${token}` })
  return {
    ...signedIn,
    send,
    browse: sender(url, { cookie: `session=${token}`, 'sec-fetch-site': 'same-origin' }),
    async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await send(method, path, { body })
      if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`)
      return JSON.parse(answer.text)
    },
  }
}
