import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'bun:test'
import { connect, isUnavailable, type Sql } from './database.ts'
import { door, emptyDatabase, until } from './testing.ts'

let database: Awaited<ReturnType<typeof emptyDatabase>>
/** The way to the server. */
let way: Awaited<ReturnType<typeof door>>
let sql: Sql

beforeAll(async () => {
  database = await emptyDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  way = await door(database.database.port)
  // One connection: whoever comes next gets the one that was lost.
  sql = connect({ ...database.database, port: way.port }, { max: 1 })
  await sql`create table if not exists written (what text)`
  await sql`truncate written`
})
afterEach(async () => {
  await sql.end({ timeout: 1 })
  await way.shut()
})

const works = () =>
  until(
    () =>
      sql`select 1`.then(
        () => true,
        () => false,
      ),
    'the connection',
  )
const written = async () => (await sql<{ what: string }[]>`select what from written`).map(row => row.what)

test('a transaction whose connection is lost between two statements fails, and others go on', async () => {
  const failed = sql.begin(async tx => {
    await tx`insert into written values ('first')`
    await way.shut()
    await tx`insert into written values ('second')`
  })
  expect(await failed.then(() => null, isUnavailable)).toBe(true)
  await way.open()
  await works()
  expect(await written()).toEqual([])
})

test('a transaction whose connection is lost while a statement is on its way fails, and others go on', async () => {
  const failed = sql.begin(async tx => {
    await tx`insert into written values ('first')`
    const late = tx`select pg_sleep(10)`.execute()
    await way.shut()
    await late
  })
  expect(await failed.then(() => null, isUnavailable)).toBe(true)
  await way.open()
  await works()
  await Promise.all(Array.from({ length: 20 }, (_, place) => sql`insert into written values (${place})`))
  expect(await written()).toHaveLength(20)
})

test('a transaction never goes on in the connection of somebody else', async () => {
  const begun = Promise.withResolvers<void>()
  const again = Promise.withResolvers<void>()
  let refused: unknown
  const failed = sql
    .begin(async tx => {
      await tx`insert into written values ('before')`
      begun.resolve()
      await again.promise
      await tx`insert into written values ('after')`.catch(error => {
        refused = error
      })
    })
    .catch(isUnavailable)
  await begun.promise
  await way.shut()
  expect(await failed).toBe(true)
  await way.open()
  await works()
  again.resolve()
  await until(() => refused, 'the refusal')
  expect(await written()).toEqual([])
})
