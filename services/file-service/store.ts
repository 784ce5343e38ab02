/** Bytes `start` up to but not including `end`, counted from 0. */
export type Span = { start: number; end: number }

/**
 * Where the bytes of files are kept. An id is written once and never changed. Every copy of the service sees the same store.
 */
export interface Store {
  /**
   * Keeps what `chunks` yields, and asks for the next one only when there is room for it: memory stays the same for any size. When it returns, all of it is safe from
   * a crash of the machine; when it throws, nothing of it is kept. What `chunks` throws passes through. Throws 507 `storage_full`.
   */
  put(id: string, chunks: AsyncIterable<Uint8Array>): Promise<void>
  /**
   * The bytes of a span as the body of an answer, which reads on only as fast as it is read; null when the id is not there. Throws when there are fewer
   * bytes than that: an answer must not promise them.
   */
  read(id: string, span: Span): Promise<Blob | ReadableStream<Uint8Array> | null>
  /** Removes an id, whole or half written. One that is not there is fine: a repeat does no harm. */
  delete(id: string): Promise<void>
  /** Everything there is, whole or half written, and when it was last written to. */
  list(): AsyncIterable<{ id: string; writtenAt: Date }>
}
