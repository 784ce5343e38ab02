import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing'
import type { Tx } from '../kit/database.ts'
import { invalid } from '../kit/problem.ts'
import type { Category, Move } from './contract.ts'

/** A status that this transaction holds: nobody else puts a task into it until the end. */
export type Column = { id: string; category: Category }

/** Locks a status of the project, or gives null when it has none with that id. */
export async function lockColumn(tx: Tx, projectId: string, statusId: string): Promise<Column | null> {
  const [column] = await tx<Column[]>`
    select id, category from statuses where project_id = ${projectId} and id = ${statusId} for no key update`
  return column ?? null
}

/** Inserting into one gap again and again makes keys longer; above this many characters a column gets fresh ones. */
const longest = 48

/**
 * A position in a locked column: directly before or after a task in it, or at its end. `moving` is the task that is moved, which is nobody's
 * neighbour; when it lies there already, its own position comes back. Tasks in the trash are neighbours: they may come back to their place.
 * Throws 422 when the neighbour is not in the column.
 */
export async function positionIn(
  tx: Tx,
  column: Column,
  { beforeId, afterId }: Pick<Move, 'beforeId' | 'afterId'> = {},
  moving?: { id: string; statusId: string; position: string },
): Promise<string> {
  if (beforeId && afterId) throw invalid('afterId', 'invalid')
  for (;;) {
    const gap = await gapIn(tx, column, beforeId, afterId, moving?.id)
    if (!gap) throw invalid(beforeId ? 'beforeId' : 'afterId', 'not_in_project')
    const { before, after } = gap
    const apart = before === null || after === null || before < after
    if (apart) {
      if (moving?.statusId === column.id && isBetween(moving.position, before, after)) return moving.position
      const position = generateKeyBetween(before, after)
      if (position.length <= longest) return position
    }
    await spread(tx, column)
  }
}

const isBetween = (position: string, before: string | null, after: string | null) =>
  (before === null || before < position) && (after === null || position < after)

type Gap = { before: string | null; after: string | null }

async function gapIn(
  tx: Tx,
  column: Column,
  beforeId: string | undefined,
  afterId: string | undefined,
  movingId: string | undefined,
): Promise<Gap | undefined> {
  const others = tx`status_id = ${column.id} and id is distinct from ${movingId ?? null}::uuid`
  if (beforeId) {
    const [gap] = await tx<Gap[]>`
      select next.position as after, (
        select position from tasks where ${others} and (position, id) < (next.position, next.id)
        order by position desc, id desc limit 1
      ) as before
      from tasks next where next.id = ${beforeId} and ${others} and next.deleted_at is null`
    return gap
  }
  if (afterId) {
    const [gap] = await tx<Gap[]>`
      select previous.position as before, (
        select position from tasks where ${others} and (position, id) > (previous.position, previous.id)
        order by position, id limit 1
      ) as after
      from tasks previous where previous.id = ${afterId} and ${others} and previous.deleted_at is null`
    return gap
  }
  const [end] = await tx<Gap[]>`select max(position) as before, null as after from tasks where ${others}`
  return end
}

/** Gives all tasks of a column fresh, short positions in the order that they have. Nobody edited them, so their versions stay. */
async function spread(tx: Tx, column: Column) {
  const tasks = await tx<{ id: string }[]>`
    select id from tasks where status_id = ${column.id} order by position, id`
  const positions = generateNKeysBetween(null, null, tasks.length)
  await tx`
    update tasks set position = place.position
    from unnest(${tasks.map(task => task.id)}::uuid[], ${positions}::text[]) as place(id, position)
    where tasks.id = place.id`
}
