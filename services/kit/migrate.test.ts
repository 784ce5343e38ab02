import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { connect as connectTo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type Sql } from './database.ts'
import { migrate } from './migrate.ts'
import { emptyDatabase } from './testing.ts'

let empty: Awaited<ReturnType<typeof emptyDatabase>>
let sql: Sql
let directory: string

beforeAll(async () => {
  empty = await emptyDatabase()
  sql = connect(empty.database)
  directory = await mkdtemp(join(tmpdir(), 'migrations-'))
  await writeFile(
    join(directory, '0001_first.sql'),
    'create table things (n integer); insert into things values (1);',
  )
})
afterAll(async () => {
  await sql.end()
  await empty.drop()
})
const run = () => migrate(empty.database, directory)

test('eight that start at once on an empty database apply each file once', async () => {
  const applied = await Promise.all(Array.from({ length: 8 }, run))
  expect(applied.flat()).toEqual(['0001_first.sql'])
  expect(await sql`select n from things`).toHaveLength(1)
})

test('a later file is applied alone, and a file that fails leaves nothing', async () => {
  await writeFile(join(directory, '0002_second.sql'), 'alter table things add column m integer')
  expect(await run()).toEqual(['0002_second.sql'])
  await writeFile(join(directory, '0003_wrong.sql'), 'create table others (n integer); select 1 / 0')
  await expect(run()).rejects.toThrow('division by zero')
  await run().catch(() => {})
  const [row] = await sql`select to_regclass('others') as others`
  expect(row!.others).toBeNull()
  await writeFile(join(directory, '0003_wrong.sql'), 'create table others (n integer)')
  expect(await run()).toEqual(['0003_wrong.sql'])
})

test('a file that changed after it was applied is refused by name', async () => {
  await writeFile(join(directory, '0001_first.sql'), 'create table things (n bigint)')
  await expect(run()).rejects.toThrow('0001_first.sql was changed')
})

test('a database that is not there yet is waited for, and not for ever', async () => {
  const { database, drop } = await emptyDatabase()
  const own = await mkdtemp(join(tmpdir(), 'migrations-'))
  await writeFile(join(own, '0001_first.sql'), 'create table things (n integer)')
  const { promise: knocked, resolve: knock } = Promise.withResolvers<void>()
  const closed = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(socket) {
        socket.end()
        knock()
      },
      data() {},
    },
  })
  const early = { ...database, host: '127.0.0.1', port: closed.port }
  const waiting = migrate(early, own)
  await knocked
  closed.stop(true)
  // In its place a way to the real one.
  const server = createServer(socket => {
    const through = connectTo(database.port, database.host)
    socket.on('error', () => through.destroy())
    through.on('error', () => socket.destroy())
    socket.pipe(through).pipe(socket)
  }).listen(early.port, '127.0.0.1')
  expect(await waiting).toEqual(['0001_first.sql'])
  server.close()
  await expect(migrate({ ...early, port: 1 }, own, { patience: 0 })).rejects.toThrow('ECONNREFUSED')
  await drop()
})
