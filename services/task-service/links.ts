import type { Sql, Tx } from '../kit/database.ts'
import type { Person } from '../kit/identity.ts'
import { invalid, notFound } from '../kit/problem.ts'
import { newId } from '../kit/schema.ts'
import type { TaskPlace } from './access.ts'
import type { Link, NewLink } from './contract.ts'
import { type FieldChange, recordChanges } from './history.ts'
import { tell } from './tasks.ts'

/** An address that a browser may open. Throws 422 for anything but http and https: others can run script. */
function webAddress(text: string): string {
  const url = URL.parse(text.trim())
  if (!url || !/^https?:$/.test(url.protocol) || url.href.length > 2000) throw invalid('url', 'not_a_url')
  return url.href
}

/** Adds a link. Without a title it is called by its address. The caller is an editor. */
export async function addLink(tx: Tx, person: Person, place: TaskPlace, fields: NewLink): Promise<Link> {
  const url = webAddress(fields.url)
  const title = fields.title?.trim() || url.slice(0, 200)
  const id = newId()
  const [row] = await tx<{ added_at: Date }[]>`
    insert into links (id, task_id, url, title) values (${id}, ${place.taskId}, ${url}, ${title}) returning added_at`
  await recordLink(tx, person, place, { field: 'links', from: null, to: { url, title } })
  return { id, url, title, addedAt: row!.added_at.toISOString() }
}

/** Removes a link of the task; 404 when it has none with that id. The caller is an editor. */
export const removeLink = (sql: Sql, person: Person, place: TaskPlace, linkId: string): Promise<void> =>
  sql.begin(async tx => {
    const [link] = await tx<{ url: string; title: string }[]>`
      delete from links where id = ${linkId} and task_id = ${place.taskId} returning url, title`
    if (!link) throw notFound()
    await recordLink(tx, person, place, { field: 'links', from: { ...link }, to: null })
  })

/** A link is a row of its own, which no edit of the task overwrites: the task's version stays, so that adding one makes no open editor stale. */
async function recordLink(tx: Tx, person: Person, { taskId }: TaskPlace, change: FieldChange) {
  await tx`
    with changed as (
      update tasks set updated_at = now() where id = ${taskId} returning id, project_id
    )
    ${recordChanges(tx, person.userId, [{ taskId, ...change }])}`
  await tell(tx, person, 'task.changed', taskId, [change])
}
