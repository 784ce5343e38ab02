import type { Sql } from '../kit/database.ts'
import type { Log } from '../kit/events.ts'
import { forget, project } from './projection.ts'

/**
 * Counts everything again from task-service's log, in one transaction: whoever reads meanwhile sees the old figures, consumers wait, and when
 * the log cannot be read to its end nothing has changed. Returns the number of events.
 */
export function rebuild(sql: Sql, log: Log): Promise<number> {
  const producer = 'task-service'
  return sql.begin(async tx => {
    await tx`insert into consumed (producer, position) values (${producer}, 0) on conflict do nothing`
    await tx`select from consumed where producer = ${producer} for update`
    await forget(tx)
    let position = 0
    for (;;) {
      const events = await log(producer, position)
      if (events.length === 0) break
      for (const event of events) await project(tx, event)
      position = events.at(-1)!.position
    }
    await tx`update consumed set position = ${position} where producer = ${producer}`
    return position
  }) as Promise<number>
}
