import { Problem } from './problem.ts'

/**
 * Reads a body of at most `limit` bytes and gives what it holds: JSON, or the fields of an HTML form. Counted while it streams, so that an
 * oversized body never fills the memory. Throws 413 above the limit, 400 for bytes that are not UTF-8 and for broken JSON, 415 for anything else.
 * What a service names as `streamed` never comes here.
 */
export async function readBody(
  request: Request,
  contentType: string | null,
  limit: number,
): Promise<unknown> {
  if (!request.body) return undefined
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  try {
    for await (const chunk of request.body) {
      size += chunk.byteLength
      if (size > limit) throw tooLarge(limit)
      text += decoder.decode(chunk, { stream: true })
    }
    text += decoder.decode()
  } catch (error) {
    if (error instanceof Problem) throw error
    if (
      error instanceof TypeError ||
      (error as { code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    )
      throw new Problem(400, 'invalid_encoding')
    throw new Problem(400, 'bad_request')
  }
  if (size === 0) return undefined
  const type = contentType?.split(';')[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return formFields(text)
  if (type !== 'application/json' && !type?.endsWith('+json'))
    throw new Problem(415, 'unsupported_media_type', { params: { expected: 'application/json' } })
  const invalidJson = (reason: string) => new Problem(400, 'invalid_json', { params: { reason } })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw invalidJson((error as Error).message.slice(0, 200))
  }
  if (isDeeperThan(json, levels)) throw invalidJson(`more than ${levels} levels`)
  return json
}

/** No body of ours is half as deep. Whatever walks a body by recursion, as the checks of its schema do, takes long for a very deep one and runs out of stack. */
const levels = 32

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some(each => isDeeperThan(each, levels - 1))
}

/** The fields of a form: a name that comes once is text, one that comes more than once is a list. */
function formFields(text: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const before = fields[name]
    fields[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]
  }
  return { ...fields }
}

/** A body has more than `limit` bytes (413). */
export const tooLarge = (limit: number) => new Problem(413, 'too_large', { params: { limit: bytes(limit) } })

/** A size as people read it, in binary units: `1.5 MiB`. */
export function bytes(size: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${unit === 0 ? size : Number(size.toFixed(1))} ${units[unit]}`
}
