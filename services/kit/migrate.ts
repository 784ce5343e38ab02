import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import type { Database } from './config.ts'
import { isUnavailable } from './database.ts'

/** The same number for all: two services never share a database, so their locks never meet. */
const lock = 7_451_903

/**
 * Brings a database to the newest schema. `directory` holds `NNNN_name.sql`, applied once each, in order, forward only, each in
 * a transaction of its own. Replicas that start together wait for each other on an advisory lock, so each file runs once. A database
 * that is not there yet is waited for, `patience` seconds at most: where pods start in any order, giving up would cost a restart.
 * Throws when a file that was applied has changed since (its SHA-256 is kept). Returns the names applied now.
 */
export async function migrate(
  database: Database,
  directory: string,
  { patience = 60 } = {},
): Promise<string[]> {
  const files = (await readdir(directory)).filter(name => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort()
  const sql = postgres({
    host: database.host,
    port: database.port,
    user: database.user,
    password: database.password,
    database: database.name,
    max: 1,
    connect_timeout: 10,
    backoff: () => 0.1,
    onnotice: () => {},
  })
  try {
    await untilThere(sql, patience)
    await sql`select pg_advisory_lock(${lock})`
    await sql`
      create table if not exists migrations (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`
    const rows = await sql<{ name: string; checksum: string }[]>`select name, checksum from migrations`
    const applied = new Map(rows.map(row => [row.name, row.checksum]))
    const now: string[] = []
    for (const name of files) {
      const text = await Bun.file(join(directory, name)).text()
      const checksum = new Bun.CryptoHasher('sha256').update(text).digest('hex')
      const before = applied.get(name)
      if (before && before !== checksum)
        throw new Error(
          `Migration ${name} was changed after it had been applied. Restore it and write a new file.`,
        )
      if (before) continue
      await sql.begin(async tx => {
        await tx.unsafe(text)
        await tx`insert into migrations (name, checksum) values (${name}, ${checksum})`
      })
      now.push(name)
    }
    return now
  } finally {
    // Ending the session gives the lock back.
    await sql.end({ timeout: 5 })
  }
}

async function untilThere(sql: postgres.Sql, patience: number): Promise<void> {
  const end = performance.now() + patience * 1000
  for (;;)
    try {
      await sql`select`
      return
    } catch (error) {
      if (!isUnavailable(error) || performance.now() > end) throw error
      await Bun.sleep(200)
    }
}
