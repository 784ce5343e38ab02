import { fileTypeFromBuffer } from 'file-type'

/** How many of the first bytes `typeOf` wants to see: pictures may carry a color profile before what tells them apart. */
export const headLength = 64 * 1024

/** What a browser may show in place: it cannot run any of these, whatever is in them. */
const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'text/plain'])
export const isInline = (type: string) => shown.has(type)

/**
 * The media type of a file, read from its first bytes and never from its name. Text that begins like a document which browsers run (HTML, SVG,
 * XML) is called that; other text is `text/plain`, and what is nothing known is `application/octet-stream`.
 */
export async function typeOf(head: Uint8Array): Promise<string> {
  const found = await fileTypeFromBuffer(head)
  if (found && found.mime !== 'application/xml') return found.mime
  const text = asText(head)
  if (text === null) return found?.mime ?? 'application/octet-stream'
  return markupType(text) ?? 'text/plain'
}

/** UTF-8 without control characters, as text; null otherwise. The last character may be cut off. */
function asText(head: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return /[^\P{Cc}\t\n\f\r]/u.test(text) ? null : text
  } catch {
    return null
  }
}

/** Text whose first character is `<` might be run by something: it is never taken for plain text (compare WHATWG MIME Sniffing, 7.1). */
function markupType(text: string): string | null {
  if (!/^\s*</.test(text)) return null
  if (/<svg[\s>]/i.test(text)) return 'image/svg+xml'
  return /^\s*<\?xml/i.test(text) ? 'application/xml' : 'text/html'
}
