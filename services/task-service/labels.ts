import type { Static } from 'elysia'
import { type Query, type Sql, type Tx, violates } from '../kit/database.ts'
import { emit } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { notFound, stale, taken } from '../kit/problem.ts'
import { newId } from '../kit/schema.ts'
import { lockProject, type Place } from './access.ts'
import type { Label, LabelChange, NewLabel, TaskServiceEvent } from './contract.ts'
import { takeFromTasks } from './tasks.ts'
import { trimmed } from './text.ts'

const columns = (sql: Query) => sql`id, name, color, version`

const tell = (
  tx: Tx,
  person: Person,
  projectId: string,
  type: `label.${'created' | 'changed' | 'deleted'}`,
  data: Label,
) => emit<TaskServiceEvent>(tx, { type, projectId, actorId: person.userId, data })

/** Makes of a name that is taken, in whatever case, what the caller should know. */
function nameTaken(error: unknown): never {
  throw violates(error, 'labels_name_unique') ? taken('name') : error
}

/** Adds a label. The caller is an editor. 409 for a name that the project has. */
export async function addLabel(
  tx: Tx,
  person: Person,
  { projectId }: Place,
  fields: NewLabel,
): Promise<Label> {
  const [label] = await tx<Label[]>`
    insert into labels (id, project_id, name, color)
    values (${newId()}, ${projectId}, ${trimmed('name', fields.name)}, ${fields.color})
    returning ${columns(tx)}`.catch(nameTaken)
  await tell(tx, person, projectId, 'label.created', label!)
  return label!
}

/** Changes what differs; without a difference the version stays. The caller is an editor. 409 as `addLabel`; 412 with the current label when `version` is not the current one. */
export const changeLabel = (
  sql: Sql,
  person: Person,
  { projectId }: Place,
  labelId: string,
  version: number,
  fields: Static<typeof LabelChange>,
): Promise<Label> =>
  sql.begin(async tx => {
    const label = await labelToChange(tx, projectId, labelId, version)
    const name = fields.name === undefined ? label.name : trimmed('name', fields.name)
    const color = fields.color ?? label.color
    if (name === label.name && color === label.color) return label
    const [changed] = await tx<Label[]>`
      update labels set name = ${name}, color = ${color}, version = version + 1 where id = ${label.id}
      returning ${columns(tx)}`.catch(nameTaken)
    await tell(tx, person, projectId, 'label.changed', changed!)
    return changed!
  })

/** Deletes a label; tasks lose it, with history and events. The caller is an editor. 412 as `changeLabel`. */
export const deleteLabel = (
  sql: Sql,
  person: Person,
  { projectId }: Place,
  labelId: string,
  version: number,
): Promise<void> =>
  sql.begin(async tx => {
    const label = await labelToChange(tx, projectId, labelId, version)
    await takeFromTasks(tx, person, projectId, { labelId: label.id })
    await tx`delete from labels where id = ${label.id}`
    await tell(tx, person, projectId, 'label.deleted', label)
  })

/** The label as it is, held so that nobody changes it or puts it on a task meanwhile. */
async function labelToChange(tx: Tx, projectId: string, labelId: string, version: number): Promise<Label> {
  await lockProject(tx, projectId)
  const [label] = await tx<Label[]>`
    select ${columns(tx)} from labels where id = ${labelId} and project_id = ${projectId} for update`
  if (!label) throw notFound()
  if (label.version !== version) throw stale(label)
  return label
}
