import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import type { Caller } from '../kit/client.ts'
import { invalid, Problem } from '../kit/problem.ts'
import type { File } from '../file-service/contract.ts'
import type { Backends } from './backends.ts'

/** A file of a form, as it arrives. `signal` ends when the rest of it will not come. */
export type ArrivingFile = {
  /** The name of the form's field. */
  field: string
  /** The file's own name, without folders. */
  name: string
  bytes: ReadableStream<Uint8Array>
  signal: AbortSignal
}

/** Small files wait in memory for those before them, so that their number is what bounds it. */
const limits = { files: 100, fields: 50, fieldSize: 64 * 1024, headerPairs: 50, headerSize: 16 * 1024 }

/**
 * Reads a form with files (multipart/form-data, RFC 7578) as it comes and gives its other fields. `take` gets the files one after the other and must read
 * each; meanwhile the sender waits, so that no file is ever held. A route for such forms has a body of null. Throws what `take` throws, 415 for any other
 * body, 422 on the field `file` for more than 100, and 400 when it breaks off or is none.
 */
export async function readForm(
  request: Request,
  take: (file: ArrivingFile) => Promise<void>,
): Promise<Record<string, string>> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\b/i.test(type) || !request.body)
    throw new Problem(415, 'unsupported_media_type', { params: { expected: 'multipart/form-data' } })
  const form = formOf(type)
  const fields: Record<string, string> = Object.create(null)
  let taking = Promise.resolve()
  const broken = new AbortController()
  let reason: unknown
  const giveUp = (why: unknown) => {
    reason ??= why
    broken.abort()
  }
  form.on('field', (name, value, _, isCut) => {
    if (isCut) giveUp(new Problem(400, 'bad_request'))
    fields[name] = value
  })
  form.on('filesLimit', () => giveUp(invalid('file', 'too_many', { max: limits.files })))
  form.on('fieldsLimit', () => giveUp(new Problem(400, 'bad_request')))
  form.on('file', (field, stream, name) => {
    broken.signal.addEventListener('abort', () => stream.destroy(new Error('the form broke off')))
    stream.on('error', () => {}) // `take` hears of it by `bytes`
    // A field without a file comes as a file without a name.
    if (!name) return stream.resume()
    const bytes = Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>
    // A browser writes quotes in a name as %22 (HTML, multipart/form-data encoding algorithm).
    const file = { field, name: name.replaceAll('%22', '"'), bytes, signal: broken.signal }
    taking = taking.then(() => (broken.signal.aborted ? undefined : take(file))).catch(giveUp)
  })
  await pipeline(request.body, form, { signal: broken.signal }).catch(() =>
    giveUp(new Problem(400, 'bad_request')),
  )
  await taking
  if (reason) throw reason
  return fields
}

function formOf(type: string) {
  try {
    return new Busboy({ headers: { 'content-type': type }, limits })
  } catch {
    throw new Problem(400, 'bad_request') // no boundary
  }
}

/**
 * Attaches all files of a form to a task, streaming each to file-service. Throws 422 on the field `file` when none was chosen, and what file-service refuses;
 * those before it stay.
 */
export async function attachFiles(
  request: Request,
  caller: Caller,
  files: Backends['files'],
  taskId: string,
): Promise<File[]> {
  const attached: File[] = []
  await readForm(request, async ({ name, bytes, signal }) => {
    attached.push(await files.upload(caller, { taskId, name }, bytes, signal))
  })
  if (attached.length === 0) throw invalid('file', 'required')
  return attached
}
