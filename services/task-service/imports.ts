import { generateNKeysBetween } from 'fractional-indexing'
import type { Query, Sql, Tx } from '../kit/database.ts'
import { emitAll, type Telling } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { forbidden } from '../kit/problem.ts'
import { newId, type Role } from '../kit/schema.ts'
import { lockProject } from './access.ts'
import {
  type Color,
  type ImportReport,
  type Label,
  LabelName,
  type Status,
  type TaskServiceEvent,
} from './contract.ts'
import { type FieldChange, recordChanges } from './history.ts'
import { insertProject } from './projects.ts'
import { asTask, type TaskRow, taskColumns } from './task-row.ts'
import { taskEvent } from './tasks.ts'
import type { Plan } from './trello.ts'

type Project = { id: string; key: string; name: string; isNew: boolean }

/**
 * Brings what a plan holds and the project does not have yet: into the project of the caller that the same board went into before, or a new
 * one. What is there already stays as people have made it since, what they threw away too; only comments and attachments that an old card
 * got in the meantime join its task. One transaction with a constant number of statements.
 *
 * A dry run goes the same way up to the first write. Throws 403 for a caller who is no admin of the earlier project any more.
 */
export async function importPlan(
  sql: Sql,
  person: Person,
  plan: Plan,
  { dryRun }: { dryRun: boolean },
): Promise<ImportReport> {
  return sql.begin(async tx => {
    const { source, name } = plan.project
    // The same board twice at once: the second waits and finds what the first brought.
    if (!dryRun) await tx`select pg_advisory_xact_lock(hashtextextended(${person.userId + source}, 0))`
    const earlier = await earlierProject(tx, person, source)
    const present = earlier ? await presentIn(tx, earlier.id) : nothing()
    const project = earlier ?? { id: null, key: null, name, isNew: true }
    const report = { dryRun, project, ...counts(plan, present), notes: plan.notes }
    if (dryRun) return report
    return { ...report, project: await bring(tx, person, plan, earlier, present) }
  }) as Promise<ImportReport>
}

async function earlierProject(sql: Query, person: Person, source: string): Promise<Project | null> {
  const [row] = await sql<{ id: string; key: string; name: string; role: Role | null }[]>`
    select p.id, p.key, p.name, m.role
    from projects p left join members m on m.project_id = p.id and m.user_id = ${person.userId}
    where p.created_by = ${person.userId} and p.source = ${source} and p.deleted_at is null`
  if (!row) return null
  const { role, ...project } = row
  if (role !== 'admin') throw forbidden()
  return { ...project, isNew: false }
}

/** What the project has of an import: ids by source. */
type Present = Record<'statuses' | 'labels' | 'people' | 'tasks' | 'links' | 'comments', Map<string, string>>
const nothing = (): Present => ({
  statuses: new Map(),
  labels: new Map(),
  people: new Map(),
  tasks: new Map(),
  links: new Map(),
  comments: new Map(),
})

async function presentIn(sql: Query, projectId: string): Promise<Present> {
  const rows = await sql<{ kind: keyof Present; id: string; source: string }[]>`
    select 'statuses' as kind, id, source from statuses where project_id = ${projectId} and source is not null
    union all
    select 'labels', id, source from labels where project_id = ${projectId} and source is not null
    union all
    select 'people', id, source from placeholders where project_id = ${projectId} and source is not null
    union all
    select 'tasks', id, source from tasks where project_id = ${projectId} and source is not null
    union all
    select 'links', l.id, l.source from links l join tasks t on t.id = l.task_id
    where t.project_id = ${projectId} and l.source is not null
    union all
    select 'comments', c.id, c.source from comments c join tasks t on t.id = c.task_id
    where t.project_id = ${projectId} and c.source is not null`
  const present = nothing()
  for (const { kind, id, source } of rows) present[kind].set(source, id)
  return present
}

function counts({ found, ...plan }: Plan, present: Present) {
  const count = <T extends { source: string }>(
    found: number,
    planned: readonly T[],
    there: Map<string, string>,
    weight: (row: T) => number = () => 1,
  ) => {
    const sum = (rows: readonly T[]) => rows.reduce((total, row) => total + weight(row), 0)
    const already = sum(planned.filter(({ source }) => there.has(source)))
    return { found, added: sum(planned) - already, present: already }
  }
  const lists = plan.statuses.filter(({ isList }) => isList)
  return {
    lists: count(found.lists, lists, present.statuses),
    cards: count(found.cards, plan.tasks, present.tasks),
    labels: count(found.labels, plan.labels, present.labels),
    members: count(found.members, plan.people, present.people),
    checklists: count(found.checklists, plan.tasks, present.tasks, task => task.checklists),
    comments: count(found.comments, plan.comments, present.comments),
    dueDates: count(found.dueDates, plan.tasks, present.tasks, task => (task.dueAt ? 1 : 0)),
    attachments: count(found.attachments, plan.links, present.links),
  }
}

/** Writes what the project lacks, with its history and events. `ids` is what is there already; it knows the new rows afterwards too. */
async function bring(
  tx: Tx,
  person: Person,
  plan: Plan,
  earlier: Project | null,
  ids: Present,
): Promise<Project> {
  const project = earlier ?? (await newProject(tx, person, plan))
  const projectId = project.id
  await lockProject(tx, projectId)
  const statuses = await bringStatuses(tx, projectId, lacking(plan.statuses, ids.statuses))
  const labels = await bringLabels(tx, projectId, lacking(plan.labels, ids.labels))
  await tx`
    insert into placeholders (id, project_id, name, source)
    select id, ${projectId}, name, source
    from ${rowsOf(tx, lacking(plan.people, ids.people))} as row(id uuid, name text, source text)`
  const tasks = await bringTasks(tx, person, projectId, lacking(plan.tasks, ids.tasks), ids)
  const links = await bringLinks(tx, person, lacking(plan.links, ids.links), tasks, ids)
  const comments = await bringComments(tx, lacking(plan.comments, ids.comments), ids)

  const changes = Map.groupBy([...tasks.changes, ...links.changes], change => change.taskId)
  const rows = await tx<TaskRow[]>`
    select ${taskColumns(tx)}
    from tasks t join projects p on p.id = t.project_id join statuses s on s.id = t.status_id
    where t.id = any(${[...changes.keys()]}::uuid[])
    order by t.number`
  const by = { projectId, actorId: person.userId }
  await emitAll<TaskServiceEvent>(tx, [
    ...(earlier ? [] : projectEvents(person, project)),
    ...statuses.map(data => ({ ...by, type: 'status.created' as const, data })),
    ...labels.map(data => ({ ...by, type: 'label.created' as const, data })),
    ...rows.map(row => {
      const type = tasks.ids.has(row.id) ? 'task.created' : 'task.changed'
      return taskEvent(person, type, asTask(row), changes.get(row.id)!)
    }),
    ...comments.map(data => ({ ...by, type: 'comment.added' as const, data })),
  ])
  return project
}

async function newProject(tx: Tx, person: Person, { project }: Plan): Promise<Project> {
  const id = newId()
  const key = await insertProject(tx, person, { ...project, id, color })
  await tx`insert into members (project_id, user_id, role) values (${id}, ${person.userId}, 'admin')`
  return { id, key, name: project.name, isNew: true }
}
const color: Color = 'sky'

function projectEvents(person: Person, { id, key, name }: Project): Telling<TaskServiceEvent>[] {
  const by = { projectId: id, actorId: person.userId }
  return [
    { ...by, type: 'project.created', data: { id, key, name, color } },
    { ...by, type: 'member.added', data: { userId: person.userId, role: 'admin' } },
  ]
}

/** Those that are not there yet, each with an id of its own, by which `ids` then knows them too. */
function lacking<T extends { source: string }>(planned: readonly T[], ids: Map<string, string>) {
  const rows = planned.filter(({ source }) => !ids.has(source)).map(row => ({ ...row, id: newId() }))
  for (const { source, id } of rows) ids.set(source, id)
  return rows
}
type New<Planned> = Planned & { id: string }

/** Part of a statement: rows as a table, which `as row(…)` must give its columns. However many they are, it is one parameter. */
const rowsOf = (tx: Tx, rows: readonly object[]) => tx`jsonb_to_recordset(${tx.json(rows as never)})`

/** New statuses come after those that are there. */
async function bringStatuses(
  tx: Tx,
  projectId: string,
  planned: New<Plan['statuses'][number]>[],
): Promise<Omit<Status, 'taskCount'>[]> {
  const [end] = await tx<{ last: string | null }[]>`
    select max(position) as last from statuses where project_id = ${projectId}`
  const positions = generateNKeysBetween(end!.last, null, planned.length)
  const rows = planned.map((status, index) => ({ ...status, position: positions[index]! }))
  await tx`
    insert into statuses (id, project_id, name, category, task_limit, position, source)
    select id, ${projectId}, name, category, "limit", position, source
    from ${rowsOf(tx, rows)}
      as row(id uuid, name text, category category, "limit" integer, position text, source text)`
  return rows.map(({ id, name, category, limit, position }) => ({
    id,
    name,
    category,
    limit,
    position,
    version: 1,
  }))
}

/** A label whose name is taken gets a number behind it: Trello lets two have the same name. */
async function bringLabels(
  tx: Tx,
  projectId: string,
  planned: New<Plan['labels'][number]>[],
): Promise<Label[]> {
  const there = await tx<{ name: string }[]>`select name from labels where project_id = ${projectId}`
  const taken = new Set(there.map(({ name }) => name.toLowerCase()))
  const rows = planned.map(label => {
    let name = label.name
    for (let count = 2; taken.has(name.toLowerCase()); count++)
      name = `${label.name.slice(0, LabelName.maxLength! - 4)} ${count}`
    taken.add(name.toLowerCase())
    return { ...label, name }
  })
  await tx`
    insert into labels (id, project_id, name, color, source)
    select id, ${projectId}, name, color, source
    from ${rowsOf(tx, rows)} as row(id uuid, name text, color color, source text)`
  return rows.map(({ id, name, color }) => ({ id, name, color, version: 1 }))
}

type Changes = (FieldChange & { taskId: string })[]

/** New tasks come after those that are in their status, in the order of the board; their numbers go by when the cards were made. */
async function bringTasks(
  tx: Tx,
  person: Person,
  projectId: string,
  planned: New<Plan['tasks'][number]>[],
  ids: Present,
): Promise<{ ids: Set<string>; changes: Changes }> {
  // Nobody puts a task into a status meanwhile.
  await tx`select from statuses where project_id = ${projectId} order by id for no key update`
  const ends = await tx<{ id: string; last: string }[]>`
    select status_id as id, max(position) as last from tasks where project_id = ${projectId} group by status_id`
  const [counter] = await tx<{ first: number }[]>`
    update projects set next_number = next_number + ${planned.length}
    where id = ${projectId}
    returning next_number - ${planned.length} as first`
  const byAge = planned.toSorted((a, b) => +a.createdAt - +b.createdAt || (a.source < b.source ? -1 : 1))
  const numbers = new Map(byAge.map((task, index) => [task.id, counter!.first + index]))
  const columns = [...Map.groupBy(planned, task => ids.statuses.get(task.status)!)]
  const rows = columns.flatMap(([statusId, tasks]) => {
    const last = ends.find(end => end.id === statusId)?.last ?? null
    const positions = generateNKeysBetween(last, null, tasks.length)
    return tasks.map(({ labels, assignees, ...task }, index) => ({
      ...task,
      status_id: statusId,
      number: numbers.get(task.id)!,
      position: positions[index]!,
      due_at: task.dueAt,
      due_zone: task.dueAt && person.timeZone,
      created_at: task.createdAt,
      updated_at: task.updatedAt,
      completed_at: task.completedAt,
      label_ids: labels.map(label => ids.labels.get(label)!),
      assignee_ids: assignees.map(person => ids.people.get(person)!),
    }))
  })
  const changes = rows.map(({ id, title }) => ({ taskId: id, field: 'created', from: null, to: title }))
  await tx`
    with row as materialized (
      select * from ${rowsOf(tx, rows)} as row(
        id uuid, number integer, status_id uuid, title text, description text, due_at timestamptz, due_zone text, position text,
        created_at timestamptz, updated_at timestamptz, completed_at timestamptz, source text, label_ids jsonb, assignee_ids jsonb
      )
    ), changed as (
      insert into tasks (
        id, project_id, number, status_id, title, description, due_at, due_zone, position, created_by, created_at, updated_at,
        completed_at, source
      )
      select
        id, ${projectId}, number, status_id, title, description, due_at, due_zone, position, ${person.userId}, created_at, updated_at,
        completed_at, source
      from row
      returning id, project_id
    ), labelled as (
      insert into task_labels select row.id, label::uuid from row, jsonb_array_elements_text(label_ids) as label
    ), assigned as (
      insert into task_assignees select row.id, person::uuid from row, jsonb_array_elements_text(assignee_ids) as person
    )
    ${recordChanges(tx, person.userId, changes)}`
  return { ids: new Set(rows.map(row => row.id)), changes }
}

/** A link that joins a task which was there before is a change of it, as if somebody had added it. */
async function bringLinks(
  tx: Tx,
  person: Person,
  planned: New<Plan['links'][number]>[],
  tasks: { ids: Set<string> },
  ids: Present,
): Promise<{ changes: Changes }> {
  const rows = planned.map(({ addedAt, task, ...link }) => ({
    ...link,
    task_id: ids.tasks.get(task)!,
    added_at: addedAt,
  }))
  const changes = rows
    .filter(row => !tasks.ids.has(row.task_id))
    .map(({ task_id, url, title }) => ({ taskId: task_id, field: 'links', from: null, to: { url, title } }))
  const grown = changes.map(change => change.taskId)
  await tx`select from tasks where id = any(${grown}::uuid[]) order by id for no key update`
  await tx`
    with added as (
      insert into links (id, task_id, url, title, added_at, source)
      select id, task_id, url, title, added_at, source
      from ${rowsOf(tx, rows)}
        as row(id uuid, task_id uuid, url text, title text, added_at timestamptz, source text)
    ), changed as (
      update tasks set updated_at = now() where id = any(${grown}::uuid[]) returning id, project_id
    )
    ${recordChanges(tx, person.userId, changes)}`
  return { changes }
}

async function bringComments(
  tx: Tx,
  planned: New<Plan['comments'][number]>[],
  ids: Present,
): Promise<{ taskId: string; commentId: string }[]> {
  const rows = planned.map(({ createdAt, editedAt, ...comment }) => ({
    ...comment,
    task_id: ids.tasks.get(comment.task)!,
    author_id: ids.people.get(comment.author)!,
    created_at: createdAt,
    edited_at: editedAt,
  }))
  await tx`
    insert into comments (id, task_id, author_id, body, created_at, edited_at, source)
    select id, task_id, author_id, body, created_at, edited_at, source
    from ${rowsOf(tx, rows)} as row(
      id uuid, task_id uuid, author_id uuid, body text, created_at timestamptz, edited_at timestamptz, source text
    )`
  return rows.map(({ id, task_id }) => ({ taskId: task_id, commentId: id }))
}
