import { afterAll, beforeAll, expect, test } from 'bun:test'
import { forgetOldKeys, once } from './idempotency.ts'
import { newId } from './schema.ts'
import { testDatabase, until } from './testing.ts'

let db: Awaited<ReturnType<typeof testDatabase>>
beforeAll(async () => {
  db = await testDatabase('task-service')
})
afterAll(() => db.drop())

const personId = newId()
const create = (key: string | undefined, request: unknown, work: () => Promise<{ id: string }>) =>
  db.sql.begin(tx => once(tx, { personId, key, request }, work)) as Promise<{ id: string }>

test('many repeats at once run the work once and all get its answer', async () => {
  let runs = 0
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => create('same', { a: 1 }, async () => ({ id: `${++runs}-${newId()}` }))),
  )
  expect(runs).toBe(1)
  expect(new Set(answers.map(answer => answer.id)).size).toBe(1)
})

test('the key of another request is refused, and another person may use it', async () => {
  await expect(create('same', { a: 2 }, async () => ({ id: 'x' }))).rejects.toMatchObject({
    code: 'idempotency_key_reused',
  })
  const other = await db.sql.begin(tx =>
    once(tx, { personId: newId(), key: 'same', request: 1 }, async () => 'theirs'),
  )
  expect(other).toBe('theirs')
})

test('a create that failed leaves its key free', async () => {
  const failing = create('again', {}, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  await failing.catch(() => {})
  expect(await create('again', {}, async () => ({ id: 'made' }))).toEqual({ id: 'made' })
})

test('without a key every call runs', async () => {
  const [one, two] = await Promise.all([1, 2].map(() => create(undefined, {}, async () => ({ id: newId() }))))
  expect(one).not.toEqual(two)
})

test('keys of last week are forgotten, those of today are kept', async () => {
  await create('today', {}, async () => ({ id: 'x' }))
  await db.sql`
    insert into idempotency_keys (person_id, key, request, response, created_at)
    values (${personId}, 'old', '', 'null', now() - interval '8 days')`
  const stop = forgetOldKeys(db.sql)
  const keys = async () =>
    (await db.sql<{ key: string }[]>`select key from idempotency_keys`).map(row => row.key)
  await until(async () => !(await keys()).includes('old'))
  expect(await keys()).toContain('today')
  stop()
})
