import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newId } from '../kit/schema.ts'
import { somebody } from '../kit/testing.ts'
import { collect } from './collector.ts'
import type { Store } from './store.ts'
import { fetchContent, fileServiceForTests, sendFile } from './testing.ts'

const house = await fileServiceForTests()
const { sql, store, folder, tasks, url } = house
afterAll(house.stop)

const mina = somebody()
const { taskId } = tasks.project([mina, 'editor'])
const stored = async () => (await Array.fromAsync(store.list())).map(({ id }) => id).toSorted()

/** Bytes in the store that no row names, last written to some hours ago; `.part` for those of a broken upload. */
function orphan(hours: number, ending = '') {
  const id = newId()
  const path = join(folder, id.slice(-2), id.slice(-4, -2), id + ending)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, 'orphan')
  age(path, hours)
  return id
}
function age(path: string, hours: number) {
  const then = new Date(Date.now() - hours * 3_600_000)
  utimesSync(path, then, then)
}

test('a store is left alone whose database knows nothing of it', async () => {
  orphan(25)
  const before = await stored()
  expect(await collect(sql, store)).toBe(0)
  expect(await stored()).toEqual(before)
})

test('what nothing names and nobody has written to for a day is removed, whole or half; the rest stays', async () => {
  const kept = await sendFile(url, mina, { taskId, name: 'kept' }, 'kept')
  age(join(folder, kept.id.slice(-2), kept.id.slice(-4, -2), kept.id), 100)
  const [young, youngPart] = [orphan(23), orphan(23, '.part')]
  orphan(25)
  orphan(25, '.part')
  expect(await collect(sql, store)).toBe(3)
  expect(await stored()).toEqual([kept.id, young, youngPart].toSorted())
  expect(await (await fetchContent(url, mina, kept.id)).text()).toBe('kept')
})

test('one replica collects at a time', async () => {
  await sendFile(url, mina, { taskId, name: 'kept' }, 'kept')
  orphan(25)
  const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const slow: Store = {
    put: (id, chunks) => store.put(id, chunks),
    read: (id, span) => store.read(id, span),
    delete: id => store.delete(id),
    async *list() {
      begun.resolve()
      await goOn.promise
      yield* store.list()
    },
  }
  const first = collect(sql, slow)
  await begun.promise
  expect(await collect(sql, store)).toBe(0)
  goOn.resolve()
  expect(await first).toBe(1)
})
