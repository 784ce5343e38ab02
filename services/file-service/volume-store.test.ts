import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newId } from '../kit/schema.ts'
import { VolumeStore } from './volume-store.ts'

const root = mkdtempSync(join(tmpdir(), 'taskmate-store-'))
const store = new VolumeStore(root)
afterAll(() => rmSync(root, { recursive: true }))

const folderOf = (id: string) => join(root, id.slice(-2), id.slice(-4, -2))
async function* chunks(...texts: string[]) {
  for (const text of texts) yield new TextEncoder().encode(text)
}
const listed = async () => (await Array.fromAsync(store.list())).map(({ id }) => id)

test('what is put is read back, whole and in part, and listed', async () => {
  const id = newId()
  await store.put(id, chunks('Hello, ', 'Mina', '!'))
  const read = async (start: number, end: number) => new Response(await store.read(id, { start, end })).text()
  expect(await read(0, 12)).toBe('Hello, Mina!')
  expect(await read(7, 11)).toBe('Mina')
  expect(await listed()).toContain(id)
  expect(readdirSync(folderOf(id))).toEqual([id])
})

test('an empty file is a file', async () => {
  const id = newId()
  await store.put(id, chunks())
  expect(await new Response(await store.read(id, { start: 0, end: 0 })).text()).toBe('')
})

test('what is not there reads as null and may be deleted', async () => {
  expect(await store.read(newId(), { start: 0, end: 1 })).toBeNull()
  await store.delete(newId())
})

test('a deleted file is gone', async () => {
  const id = newId()
  await store.put(id, chunks('away'))
  await store.delete(id)
  expect(await store.read(id, { start: 0, end: 4 })).toBeNull()
  expect(await listed()).not.toContain(id)
})

test('a source that breaks off leaves nothing, and its error passes through', async () => {
  const id = newId()
  const broken = async function* () {
    yield* chunks('half')
    throw new Error('broke off')
  }
  await expect(store.put(id, broken())).rejects.toThrow('broke off')
  expect(await listed()).not.toContain(id)
  expect(readdirSync(folderOf(id))).toEqual([])
})

test('chunks of any size come together, and what does not fit the buffer is written before the next is asked for', async () => {
  const id = newId()
  const part = join(folderOf(id), `${id}.part`)
  const mebi = 1024 ** 2
  const written: number[] = []
  const sent = [mebi - 1, 2, mebi, 3 * mebi + 5, 0, 1].map((length, i) => new Uint8Array(length).fill(i + 1))
  await store.put(
    id,
    (async function* () {
      for (const chunk of sent) {
        written.push(Bun.file(part).size / mebi)
        yield chunk
      }
    })(),
  )
  expect(written).toEqual([0, 0, 1, 2, 5, 5])
  const whole = Buffer.concat(sent)
  const kept = new Response(await store.read(id, { start: 0, end: whole.length }))
  expect(Buffer.from(await kept.arrayBuffer()).equals(whole)).toBe(true)
})

test('a half written file is listed, so that the collector finds it, and deleted with its id', async () => {
  const id = newId()
  mkdirSync(folderOf(id), { recursive: true })
  writeFileSync(join(folderOf(id), `${id}.part`), 'half')
  expect(await listed()).toContain(id)
  await store.delete(id)
  expect(await listed()).not.toContain(id)
})

test('what others keep in the folder is not listed', async () => {
  writeFileSync(join(root, 'README'), '')
  mkdirSync(join(root, 'lost+found', 'x'), { recursive: true })
  writeFileSync(join(root, 'lost+found', 'x', 'notes.txt'), '')
  expect((await listed()).every(id => id.length === 36)).toBe(true)
})

test('more bytes than there are cannot be read: an answer must not promise them', async () => {
  const id = newId()
  await store.put(id, chunks('short'))
  await expect(store.read(id, { start: 0, end: 6 })).rejects.toThrow('5 bytes')
})

// The device that is always full is Linux's own.
test.skipIf(!existsSync('/dev/full'))('a full disk is 507, and nothing is left on it', async () => {
  const id = newId()
  mkdirSync(folderOf(id), { recursive: true })
  symlinkSync('/dev/full', join(folderOf(id), `${id}.part`))
  await expect(store.put(id, chunks('too much'))).rejects.toMatchObject({ status: 507, code: 'storage_full' })
  expect(readdirSync(folderOf(id))).toEqual([])
})
