import type { Sql } from '../kit/database.ts'
import { log } from '../kit/log.ts'
import type { Store } from './store.ts'

const lock = 2_604_117
const hour = 3_600_000
/** An upload may take this long between its last byte and its row, and no longer. */
const patience = 24 * hour

/**
 * Removes bytes that no file names and that nobody has written to for a day: what uploads left that broke off with the process, and what could not be removed with its
 * file. One replica does it at a time. A store of which the database knows nothing at all is left alone: they do not belong together. Returns
 * how many were removed.
 */
export async function collect(sql: Sql, store: Store): Promise<number> {
  return (await sql.begin(async tx => {
    const [turn] = await tx<{ mine: boolean; empty: boolean }[]>`
      select pg_try_advisory_xact_lock(${lock}) as mine, not exists (select from files) as empty`
    if (!turn!.mine || turn!.empty) return 0
    let removed = 0
    const look = async (ids: string[]) => {
      const rows = await tx<{ id: string }[]>`select id from files where id = any(${ids}::uuid[])`
      const known = new Set(rows.map(row => row.id))
      for (const id of ids) {
        if (known.has(id)) continue
        await store.delete(id)
        removed++
      }
    }
    let ids: string[] = []
    for await (const { id, writtenAt } of store.list()) {
      if (writtenAt.getTime() > Date.now() - patience) continue
      if (ids.push(id) < 500) continue
      await look(ids)
      ids = []
    }
    await look(ids)
    return removed
  })) as number
}

/** Collects now and every hour. Returns how to stop. */
export function collectHourly(sql: Sql, store: Store): () => void {
  const turn = () =>
    collect(sql, store).then(
      removed => removed > 0 && log.info({ removed }, 'removed bytes that no file names'),
      error => log.warn({ error: error.message }, 'cannot look for bytes that no file names'),
    )
  void turn()
  const timer = setInterval(turn, hour)
  return () => clearInterval(timer)
}
