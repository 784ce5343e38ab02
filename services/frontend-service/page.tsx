import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { Html } from '../../views/html.ts'
import type { Children } from '../../views/children.ts'
import { Toast } from '../../views/components/toast.tsx'
import { Document } from '../../views/layouts/document.tsx'
import { Frame, Top } from '../../views/layouts/frame.tsx'
import { Gate } from '../../views/layouts/gate.tsx'
import { ProblemMain } from '../../views/layouts/problem.tsx'
import type { Reader } from '../../views/reader.ts'
import { Problem } from '../kit/problem.ts'
import type { Visitor } from './session.ts'

/** What a page route knows of the request that it answers. */
export type Asked = { request: Request; visitor: Visitor }

export type Page = {
  title: string
  /** The top bar of a signed-in person's page; its title unless told. */
  top?: Children
  /** `<main id="main">` with the view. */
  main: JSX.Element
  /** `<aside id="panel">`: what is open beside the view. */
  panel?: Children
  /** What just happened. */
  toast?: JSX.Element
  /** 200 unless told; 422 for a form with something to correct. */
  status?: number
}

/** Which part of a page a request is for: htmx names the element that it will replace; everybody else gets the document. */
export function wantedPart(request: Request): 'document' | 'main' | 'panel' {
  if (!request.headers.has('hx-request')) return 'document'
  const target = request.headers.get('hx-target')
  return target === 'main#main' ? 'main' : target === 'aside#panel' ? 'panel' : 'document'
}

/**
 * Answers with a page: the whole document, or the part of it that htmx asked for, which is the same markup. A part brings the title and the
 * toast along.
 */
export async function page({ request, visitor }: Asked, content: Page): Promise<Response> {
  const { title, main, panel, toast, status = 200 } = content
  const part = wantedPart(request)
  if (part === 'main' || (part === 'panel' && panel !== undefined))
    return html(
      request,
      <>
        <title safe>{`${title} · TaskMate`}</title>
        {part === 'main' ? main : panel}
        {toast !== undefined && <ToToasts toast={toast} />}
      </>,
      status,
    )
  const reader: Reader = { ...visitor.reader, projects: await visitor.projects() }
  const { user } = reader
  return html(
    request,
    <Document reader={reader} title={title} toast={toast}>
      {user ? (
        <Frame reader={{ ...reader, user }} top={content.top ?? <Top title={title} />} panel={panel}>
          {main}
        </Frame>
      ) : (
        <Gate reader={reader}>{main}</Gate>
      )}
    </Document>,
    status,
  )
}

/** Answers htmx with parts that go to places of their own, such as one card or one comment: each an `hx-partial`. */
export const parts = (request: Request, content: JSX.Element, status = 200): Promise<Response> =>
  html(request, content, status)

/** Puts a toast, sent along with a part, where toasts are. */
const ToToasts = ({ toast }: { toast: JSX.Element }) => (
  <hx-partial hx-target="#toasts" hx-swap="beforeend">
    {toast}
  </hx-partial>
)

/** What a backend answers, or null while it is away, so that only its part of the page is missing. Throws every other problem. */
export const unlessAway = <T,>(answer: Promise<T>): Promise<T | null> =>
  answer.catch(error => {
    if (error instanceof Problem && error.status === 503) return null
    throw error
  })

/** After a form: the browser, or htmx, goes to another page (RFC 9110, 15.4.4), which must be a path of this site. */
export function redirect(request: Request, path: string, headers: [string, string][] = []): Response {
  const answer = new Headers(headers)
  const byHtmx = request.headers.has('hx-request')
  answer.set(byHtmx ? 'hx-redirect' : 'location', path)
  return new Response(null, { status: byHtmx ? 204 : 303, headers: answer })
}

/**
 * Answers an error to a person: a page in their language with the request's id. Who is not signed in goes to the sign-in page and comes back. Where
 * htmx asked, the page stays as it is and a toast tells what went wrong.
 */
export async function problemPage(request: Request, visitor: Visitor, problem: Problem): Promise<Response> {
  if (problem.status === 401 && !visitor.session) {
    const current = URL.parse(request.headers.get('hx-current-url') ?? '')
    const next = current
      ? current.pathname + current.search
      : request.method === 'GET'
        ? visitor.reader.path
        : '/'
    return redirect(request, `/sign-in?next=${encodeURIComponent(next)}`)
  }
  const { reader } = visitor
  const details = problem.details(reader.language, visitor.requestId)
  if (request.headers.has('hx-request')) {
    const text = [details.detail, ...(details.errors ?? []).map(error => error.message)].join(' ')
    const answer = await html(
      request,
      <Toast
        reader={reader}
        bad
        text={details.title}
        detail={problem.status >= 500 ? `${text} ${reader.text.errors.requestId(details.requestId)}` : text}
      />,
      problem.status,
    )
    answer.headers.set('hx-retarget', '#toasts')
    answer.headers.set('hx-reswap', 'beforeend')
    return answer
  }
  return page(
    { request, visitor },
    {
      title: details.title,
      main: <ProblemMain reader={reader} problem={details} />,
      status: problem.status,
    },
  )
}

/** Below this size a compressed answer saves no packet. */
const worthCompressing = 1_000

async function html(request: Request, content: JSX.Element, status: number): Promise<Response> {
  const text = await content
  const headers = new Headers({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    vary: 'accept-encoding, cookie, hx-request, hx-target',
  })
  if (text.length < worthCompressing) return new Response(text, { status, headers })
  const accepted = request.headers.get('accept-encoding') ?? ''
  const compressed = /\bzstd\b/.test(accepted)
    ? { encoding: 'zstd', body: Bun.zstdCompressSync(text, { level: 3 }) }
    : /\bbr\b/.test(accepted)
      ? {
          encoding: 'br',
          body: brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
        }
      : /\bgzip\b/.test(accepted)
        ? { encoding: 'gzip', body: gzipSync(text, { level: 5 }) }
        : null
  if (!compressed) return new Response(text, { status, headers })
  headers.set('content-encoding', compressed.encoding)
  return new Response(compressed.body as Uint8Array<ArrayBuffer>, { status, headers })
}
