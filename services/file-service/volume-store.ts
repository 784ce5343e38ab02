import { constants } from 'node:fs'
import { access, type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '../kit/problem.ts'
import type { Span, Store } from './store.ts'

const writeLength = 1024 ** 2
const named = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.part)?$/

/** Files in folders under `root`, a local disk or a volume that all replicas mount. */
export class VolumeStore implements Store {
  constructor(private root: string) {}

  /** Makes the folder when it is not there. Throws the error of the file system when it cannot be written. */
  async prepare() {
    await mkdir(this.root, { recursive: true })
    await access(this.root, constants.R_OK | constants.W_OK | constants.X_OK)
  }

  async put(id: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(id)
    const folder = dirname(path)
    const part = `${path}.part`
    try {
      const isNew = (await mkdir(folder, { recursive: true })) !== undefined
      await withFile(part, 'w', async handle => {
        await writeChunks(handle, chunks)
        await handle.sync()
      })
      await rename(part, path)
      // A name is safe when the folder that holds it is, up to the root.
      for (const changed of isNew ? [folder, dirname(folder), this.root] : [folder])
        await withFile(changed, 'r', handle => handle.sync())
    } catch (error) {
      await this.delete(id).catch(() => {}) // the collector tries again
      const { code } = error as { code?: string }
      if (code === 'ENOSPC' || code === 'EDQUOT') throw new Problem(507, 'storage_full')
      throw error
    }
  }

  async read(id: string, { start, end }: Span): Promise<Blob | null> {
    const path = this.#path(id)
    const found = await orNull(stat(path))
    if (!found) return null
    if (found.size < end) throw new Error(`file ${id} has ${found.size} bytes, and ${end} were asked for`)
    // Bun sends it as it reads it, with its length, which a stream of our own would lose.
    return Bun.file(path).slice(start, end)
  }

  async delete(id: string): Promise<void> {
    const path = this.#path(id)
    await Promise.all([rm(path, { force: true }), rm(`${path}.part`, { force: true })])
  }

  async *list(): AsyncIterable<{ id: string; writtenAt: Date }> {
    for (const first of await foldersOf(this.root))
      for (const second of await foldersOf(first))
        for (const name of await readdir(second)) {
          const id = named.exec(name)?.[1]
          const found = id && (await orNull(stat(join(second, name))))
          if (id && found) yield { id, writtenAt: found.mtime }
        }
  }

  /** Spread by the last digits, which are random; the first ones are the time, and would fill one folder after the other. */
  #path = (id: string) => join(this.root, id.slice(-2), id.slice(-4, -2), id)
}

async function withFile<T>(path: string, flags: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, flags)
  try {
    return await use(handle)
  } finally {
    await handle.close()
  }
}

/**
 * Writes chunks of any size through one buffer: while a chunk of the network's size waits for a write of its own, more come in behind it, and 1 GiB takes
 * twice the memory.
 */
async function writeChunks(handle: FileHandle, chunks: AsyncIterable<Uint8Array>) {
  const buffer = new Uint8Array(writeLength)
  let length = 0
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + writeLength - length)
      buffer.set(part, length)
      length += part.length
      at += part.length
      if (length < writeLength) break
      await writeAll(handle, buffer)
      length = 0
    }
  await writeAll(handle, buffer.subarray(0, length))
}

async function writeAll(handle: FileHandle, bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten
}

/** The folders of ours in a folder. There may be others on a volume, such as lost+found, that we may not even open. */
const foldersOf = async (folder: string) =>
  (await readdir(folder)).filter(name => /^[0-9a-f]{2}$/.test(name)).map(name => join(folder, name))

/** What is not there is null: others add and remove at the same time. */
const orNull = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch(error => {
    if (error.code === 'ENOENT') return null
    throw error
  })
