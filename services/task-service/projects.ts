import type { Query, Sql, Tx } from '../kit/database.ts'
import { emit, emitAll } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { notFound, stale, taken } from '../kit/problem.ts'
import { type Language, newId, type Role } from '../kit/schema.ts'
import { generateNKeysBetween } from 'fractional-indexing'
import { byIdOrKey, type Place } from './access.ts'
import type {
  Category,
  Color,
  Label,
  Member,
  NewProject,
  Placeholder,
  Project,
  ProjectChange,
  ProjectSummary,
  Status,
  TaskServiceEvent,
} from './contract.ts'
import { keyCandidates } from './project-key.ts'
import { trimmed } from './text.ts'

/** What `projectColumns` reads. */
export type ProjectRow = {
  id: string
  key: string
  name: string
  description: string
  color: Color
  role: Role
  statuses: Status[]
  labels: Label[]
  members: Member[]
  placeholders: Placeholder[]
  created_at: Date
  version: number
}

/** The columns of a whole project, of `projects p` joined with the caller's row of `members m`: one query for all that a board needs besides tasks. */
export const projectColumns = (sql: Query) => sql`
  p.id, p.key, p.name, p.description, p.color, m.role, p.created_at, p.version,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', s.id, 'name', s.name, 'category', s.category, 'limit', s.task_limit, 'position', s.position,
      'taskCount', (select count(*) from tasks t where t.status_id = s.id and t.deleted_at is null),
      'version', s.version
    ) order by s.position, s.id), '[]')
    from statuses s where s.project_id = p.id
  ) as statuses,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', l.id, 'name', l.name, 'color', l.color, 'version', l.version
    ) order by lower(l.name), l.id), '[]')
    from labels l where l.project_id = p.id
  ) as labels,
  (
    select coalesce(jsonb_agg(jsonb_build_object(
      'userId', member.user_id, 'role', member.role, 'addedAt', member.added_at, 'version', member.version
    ) order by member.added_at, member.user_id), '[]')
    from members member where member.project_id = p.id
  ) as members,
  (
    select coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'name', h.name) order by h.name, h.id), '[]')
    from placeholders h where h.project_id = p.id
  ) as placeholders`

export const asProject = ({ created_at, members, ...row }: ProjectRow): Project => ({
  ...row,
  // Inside JSON the database writes an instant in its own way.
  members: members.map(member => ({ ...member, addedAt: new Date(member.addedAt).toISOString() })),
  createdAt: created_at.toISOString(),
})

/** The projects that the caller is a member of, by name. */
export async function listProjects(sql: Query, person: Person): Promise<ProjectSummary[]> {
  return sql<ProjectSummary[]>`
    select p.id, p.key, p.name, p.color, m.role, (
      select count(*)::integer from tasks t join statuses s on s.id = t.status_id and s.category <> 'done'
      where t.project_id = p.id and t.deleted_at is null
    ) as "openCount"
    from members m join projects p on p.id = m.project_id and p.deleted_at is null
    where m.user_id = ${person.userId}
    order by lower(p.name), p.id`
}

/** A project by its id or its key, for a member; 404 for everybody else. */
export async function readProject(sql: Query, person: Person, idOrKey: string): Promise<Project> {
  const [row] = await sql<ProjectRow[]>`
    select ${projectColumns(sql)}
    from projects p join members m on m.project_id = p.id and m.user_id = ${person.userId}
    where ${byIdOrKey(sql, idOrKey)}`
  if (!row) throw notFound()
  return asProject(row)
}

const firstStatuses: Record<Language, Record<Category, string>> = {
  en: { backlog: 'Backlog', ready: 'Ready', doing: 'In progress', review: 'In review', done: 'Done' },
  ko: { backlog: '백로그', ready: '준비', doing: '진행 중', review: '검토 중', done: '완료' },
}

/** Creates a project with five statuses, named in the caller's language; the caller is its admin. 409 for a key that is taken. */
export async function createProject(tx: Tx, person: Person, fields: NewProject): Promise<Project> {
  const id = newId()
  const name = trimmed('name', fields.name)
  const color = fields.color ?? 'sky'
  const key = await insertProject(tx, person, { ...fields, id, name, color })
  await tx`insert into members (project_id, user_id, role) values (${id}, ${person.userId}, 'admin')`
  const names = Object.entries(firstStatuses[person.language]) as [Category, string][]
  const positions = generateNKeysBetween(null, null, names.length)
  const statuses = names.map(([category, name], index) => ({
    id: newId(),
    name,
    category,
    limit: null,
    position: positions[index]!,
    version: 1,
  }))
  await tx`
    insert into statuses (id, project_id, name, category, position)
    select id, ${id}, name, category, position
    from jsonb_to_recordset(${tx.json(statuses)}) as row(id uuid, name text, category category, position text)`
  const event = { projectId: id, actorId: person.userId }
  await emitAll<TaskServiceEvent>(tx, [
    { ...event, type: 'project.created', data: { id, key, name, color } },
    { ...event, type: 'member.added', data: { userId: person.userId, role: 'admin' } },
    ...statuses.map(data => ({ ...event, type: 'status.created' as const, data })),
  ])
  return readProject(tx, person, id)
}

/** Inserts the row under the key that is asked for, or the first free one made from the name. Gives the key. */
export async function insertProject(
  tx: Tx,
  person: Person,
  project: {
    id: string
    key?: string
    name: string
    description?: string
    color: Color
    source?: string
  },
): Promise<string> {
  for (const key of project.key ? [project.key] : keyCandidates(project.name)) {
    const [row] = await tx`
      insert into projects (id, key, name, description, color, created_by, source)
      values (
        ${project.id}, ${key}, ${project.name}, ${project.description ?? ''}, ${project.color}, ${person.userId},
        ${project.source ?? null}
      )
      on conflict on constraint projects_key_unique do nothing
      returning true as inserted`
    if (row) return key
  }
  throw taken('key')
}

/** Changes what differs; without a difference the version stays. The caller is an admin. 412 with the current project when `version` is not the current one. */
export const changeProject = (
  sql: Sql,
  person: Person,
  { projectId }: Place,
  version: number,
  fields: ProjectChange,
): Promise<Project> =>
  sql.begin(async tx => {
    const project = await readProject(tx, person, projectId)
    if (project.version !== version) throw stale(project)
    const name = fields.name === undefined ? project.name : trimmed('name', fields.name)
    const description = fields.description ?? project.description
    const color = fields.color ?? project.color
    if (name === project.name && description === project.description && color === project.color)
      return project
    const [row] = await tx`
      update projects set name = ${name}, description = ${description}, color = ${color}, version = version + 1
      where id = ${projectId} and version = ${version} and deleted_at is null
      returning true as changed`
    const changed = await readProject(tx, person, projectId)
    if (!row) throw stale(changed)
    await emit<TaskServiceEvent>(tx, {
      type: 'project.changed',
      projectId,
      actorId: person.userId,
      data: { id: projectId, key: project.key, name, color },
    })
    return changed
  })

/** Puts a project into the trash: nothing in it is shown any more, and its key stays taken. The caller is an admin. 412 as `changeProject`. */
export const deleteProject = (
  sql: Sql,
  person: Person,
  { projectId }: Place,
  version: number,
): Promise<void> =>
  sql.begin(async tx => {
    const [row] = await tx`
      update projects set deleted_at = now(), version = version + 1
      where id = ${projectId} and version = ${version} and deleted_at is null
      returning true as deleted`
    if (!row) {
      const current = await readProject(tx, person, projectId)
      throw stale(current)
    }
    await emit<TaskServiceEvent>(tx, {
      type: 'project.deleted',
      projectId,
      actorId: person.userId,
      data: { id: projectId },
    })
  })
