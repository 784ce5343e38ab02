import { tooLarge } from '../kit/body.ts'
import type { Sql } from '../kit/database.ts'
import { once } from '../kit/idempotency.ts'
import { Problem } from '../kit/problem.ts'
import { newId } from '../kit/schema.ts'
import type { File } from './contract.ts'
import { addFile } from './files.ts'
import type { Store } from './store.ts'
import { headLength, typeOf } from './type.ts'

/** What is known of a file before its first byte. */
export type Announced = Pick<File, 'projectId' | 'taskId' | 'name' | 'categoryId' | 'uploadedBy'>

/** Throws 413 for a request that says itself that its body is over the limit: nothing of it is read. */
export function needRoom(request: Request, limit: number) {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
}

/**
 * Takes a file: its bytes go to the store as they come, measured on the way, and what is known of it is written last. So a break or a crash at any moment
 * leaves the whole file, or bytes that nothing names and the collector removes. With an idempotency key a repeat is read, compared and answered
 * with the first file. Throws 400 when the body breaks off, 413 above the limit, 422 for a key of another request, 507.
 */
export async function upload(
  { sql, store, uploadLimit }: { sql: Sql; store: Store; uploadLimit: number },
  announced: Announced,
  request: Request,
  key: string | undefined,
): Promise<File> {
  const id = newId()
  const createdAt = new Date()
  const body = new Measured(request, uploadLimit)
  await store.put(id, body)
  const { size, sha256, head } = body
  const type = await typeOf(head)
  const file = await (
    sql.begin(tx =>
      once(tx, { personId: announced.uploadedBy, key, request: { ...announced, sha256 } }, () =>
        addFile(tx, { ...announced, id, createdAt, size, sha256, type }),
      ),
    ) as Promise<File>
  ).catch(async error => {
    // A refusal is certain. Any other error may come after the commit: then the row stands, and needs its bytes.
    if (error instanceof Problem) await store.delete(id).catch(() => {})
    throw error
  })
  if (file.id !== id) await store.delete(id).catch(() => {})
  return file
}

/** The body of a request, chunk by chunk; afterwards what was learned of it. */
class Measured implements AsyncIterable<Uint8Array> {
  size = 0
  sha256 = ''
  #hasher = new Bun.CryptoHasher('sha256')
  #head = new Uint8Array(headLength)

  constructor(
    private request: Request,
    private limit: number,
  ) {}

  async *[Symbol.asyncIterator]() {
    const chunks = this.request.body?.[Symbol.asyncIterator]()
    for (;;) {
      const next = await chunks?.next().catch(() => {
        throw new Problem(400, 'bad_request') // the client went away
      })
      if (!next || next.done) break
      const chunk: Uint8Array = next.value
      if (this.size < headLength) this.#head.set(chunk.subarray(0, headLength - this.size), this.size)
      this.size += chunk.length
      if (this.size > this.limit) throw tooLarge(this.limit)
      this.#hasher.update(chunk)
      yield chunk
    }
    this.sha256 = this.#hasher.digest('hex')
  }

  get head() {
    return this.#head.subarray(0, this.size)
  }
}
