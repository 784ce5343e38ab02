import type { Static } from 'elysia'
import type { Query, Tx } from '../kit/database.ts'
import { instantKey, keysOf, page } from '../kit/page.ts'
import { isId, newId } from '../kit/schema.ts'
import type { Change, ChangePage, PageQuery } from './contract.ts'

/** A field that changed, with its values as the API writes them. */
export type FieldChange = { field: string; from: unknown; to: unknown }

/**
 * Part of a statement: writes the history of the tasks that its CTE `changed` (id, project_id) gives, so that a change and its history are one
 * statement. A place within a status is told by events, but is no history that people read.
 */
export function recordChanges(
  tx: Tx,
  actorId: string,
  changes: readonly (FieldChange & { taskId: string })[],
) {
  const rows = changes
    .filter(change => change.field !== 'position')
    .map(({ taskId, field, from, to }) => ({ id: newId(), task_id: taskId, field, from, to }))
  return tx`
    insert into history (id, task_id, project_id, actor_id, field, "from", "to")
    select row.id, changed.id, changed.project_id, ${actorId}, row.field, row."from", row."to"
    from jsonb_to_recordset(${tx.json(rows as never)})
      as row(id uuid, task_id uuid, field text, "from" jsonb, "to" jsonb)
    join changed on changed.id = row.task_id`
}

/** The changes of a task, newest first. */
export async function historyOf(
  sql: Query,
  taskId: string,
  { limit = 50, after }: Static<typeof PageQuery>,
): Promise<ChangePage> {
  const keys = keysOf(after, [instantKey, isId])
  const rows = await sql<(Omit<Change, 'actorId' | 'at'> & { actor_id: string; at: Date })[]>`
    select id, actor_id, at, field, "from", "to"
    from history
    where task_id = ${taskId} ${keys ? sql`and (at, id) < (${keys[0]!}::timestamptz, ${keys[1]!}::uuid)` : sql``}
    order by at desc, id desc
    limit ${limit + 1}`
  return page(
    rows,
    limit,
    row => [row.at.toISOString(), row.id],
    ({ actor_id, at, ...change }) => ({ ...change, actorId: actor_id, at: at.toISOString() }),
  )
}
