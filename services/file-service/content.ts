import { notFound, Problem } from '../kit/problem.ts'
import type { File } from './contract.ts'
import type { Span, Store } from './store.ts'

/**
 * The answer to GET and HEAD of a file's bytes: all of them, one range (RFC 9110, 14), or 304 when the caller has them. `inline` asks to show it in place,
 * which is done for what no browser runs; anything else is downloaded as bytes of no type. Throws 416, and 404 when the bytes are gone.
 */
export async function content(
  store: Store,
  file: File,
  request: Request,
  inline: boolean,
): Promise<Response> {
  const tag = `"${file.sha256}"`
  const headers: Record<string, string> = {
    etag: tag,
    'accept-ranges': 'bytes',
    'content-disposition': contentDisposition(inline && file.inline ? 'inline' : 'attachment', file.name),
    // Kept by the browser alone, and asked about every time: whoever left the project sees it no more.
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
  }
  if (hasTag(request.headers.get('if-none-match'), tag)) return new Response(null, { status: 304, headers })

  headers['content-type'] = !file.inline
    ? 'application/octet-stream'
    : file.type === 'text/plain'
      ? 'text/plain; charset=utf-8'
      : file.type
  const range = wantedRange(request, tag, file.size)
  const span = range ?? { start: 0, end: file.size }
  headers['content-length'] = String(span.end - span.start)
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${file.size}`
  if (request.method === 'HEAD') return new Response(onlyOfLength(file.size), { headers })
  const body = await store.read(file.id, span)
  if (!body) throw notFound()
  return new Response(body, { status: range ? 206 : 200, headers })
}

/** Elysia answers HEAD by adding up what the body of a GET yields, and sends none of it. So this body has a length and no bytes. */
const onlyOfLength = (byteLength: number) =>
  new ReadableStream({
    start(stream) {
      stream.enqueue({ byteLength })
      stream.close()
    },
  })

/** Whether If-None-Match names the tag, by weak comparison (RFC 9110, 13.1.2). */
function hasTag(header: string | null, tag: string): boolean {
  if (header === null) return false
  return header.split(',').some(part => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag)
}

/**
 * The one range that a GET asks for; null for the whole: without Range, with several ranges or another unit, which a server may ignore, and
 * when If-Range names other bytes than these. Throws 416 for a range that begins after the end.
 */
function wantedRange(request: Request, tag: string, size: number): Span | null {
  const header = request.headers.get('range')
  if (request.method !== 'GET' || header === null) return null
  const condition = request.headers.get('if-range')
  if (condition !== null && condition.trim() !== tag) return null
  const [, first, last] = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header) ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    if (length > 0) return { start: size - length, end: size }
    if (Number(last) > 0) return null // the last bytes of an empty file are all that it has
  } else {
    const start = Number(first)
    if (last !== '' && Number(last) < start) return null
    if (start < size) return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
  }
  throw new Problem(416, 'range_not_satisfiable', { headers: { 'content-range': `bytes */${size}` } })
}

/**
 * Content-Disposition (RFC 6266) with the name in any language (RFC 8187), and without what could break the header, leave the folder, or make one
 * ending look like another: control characters, separators, and the marks that turn the direction of writing.
 */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}/\\:*?"<>|]/gu, '_')
    .replace(/^\.+$/, 'file')
  const ascii = plain.replace(/[^ -~]|%/gu, '_')
  const encoded = encodeURIComponent(plain).replace(
    /['()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
