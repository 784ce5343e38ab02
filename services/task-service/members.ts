import type { Query, Sql, Tx } from '../kit/database.ts'
import { emit } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { forbidden, notFound, Problem, stale, taken } from '../kit/problem.ts'
import type { Role } from '../kit/schema.ts'
import { lockProject, type Place } from './access.ts'
import type { Member, TaskServiceEvent } from './contract.ts'
import { takeFromTasks } from './tasks.ts'

type MemberRow = { user_id: string; role: Role; added_at: Date; version: number }
const columns = (sql: Query) => sql`user_id, role, added_at, version`
const asMember = ({ user_id, role, added_at, version }: MemberRow): Member => ({
  userId: user_id,
  role,
  addedAt: added_at.toISOString(),
  version,
})

const tell = (
  tx: Tx,
  person: Person,
  projectId: string,
  type: `member.${'added' | 'changed' | 'removed'}`,
  { userId, role }: Member,
) => emit<TaskServiceEvent>(tx, { type, projectId, actorId: person.userId, data: { userId, role } })

/** Adds a member. The caller is an admin. 409 when they are one already. */
export async function addMember(
  tx: Tx,
  person: Person,
  { projectId }: Place,
  { userId, role }: Pick<Member, 'userId' | 'role'>,
): Promise<Member> {
  const [row] = await tx<MemberRow[]>`
    insert into members (project_id, user_id, role) values (${projectId}, ${userId}, ${role})
    on conflict on constraint members_pkey do nothing
    returning ${columns(tx)}`
  if (!row) throw taken('userId')
  const member = asMember(row)
  await tell(tx, person, projectId, 'member.added', member)
  return member
}

/** Gives a member another role. The caller is an admin. 409 `last_admin`; 412 with the current member when `version` is not the current one. */
export const changeMember = (
  sql: Sql,
  person: Person,
  { projectId }: Place,
  userId: string,
  version: number,
  role: Role,
): Promise<Member> =>
  sql.begin(async tx => {
    const member = await memberToChange(tx, projectId, userId, version)
    if (role === member.role) return member
    if (member.role === 'admin') await needAnotherAdmin(tx, projectId, userId)
    const [row] = await tx<MemberRow[]>`
      update members set role = ${role}, version = version + 1
      where project_id = ${projectId} and user_id = ${userId}
      returning ${columns(tx)}`
    const changed = asMember(row!)
    await tell(tx, person, projectId, 'member.changed', changed)
    return changed
  })

/**
 * Removes a member, by an admin or by themselves. What they wrote and did stays; their assignments in the project go, with history and events.
 * 409 `last_admin`; 412 as `changeMember`.
 */
export const removeMember = (
  sql: Sql,
  person: Person,
  { projectId, role }: Place,
  userId: string,
  version: number,
): Promise<void> =>
  sql.begin(async tx => {
    if (role !== 'admin' && userId.toLowerCase() !== person.userId) throw forbidden()
    const member = await memberToChange(tx, projectId, userId, version)
    if (member.role === 'admin') await needAnotherAdmin(tx, projectId, userId)
    await tx`delete from members where project_id = ${projectId} and user_id = ${userId}`
    await takeFromTasks(tx, person, projectId, { assigneeId: member.userId })
    await tell(tx, person, projectId, 'member.removed', member)
  })

/** The member as it is, under the lock of the project: two admins who demote each other at once leave one. */
async function memberToChange(tx: Tx, projectId: string, userId: string, version: number): Promise<Member> {
  await lockProject(tx, projectId)
  const [row] = await tx<MemberRow[]>`
    select ${columns(tx)} from members where project_id = ${projectId} and user_id = ${userId}`
  if (!row) throw notFound()
  const member = asMember(row)
  if (member.version !== version) throw stale(member)
  return member
}

async function needAnotherAdmin(tx: Tx, projectId: string, userId: string) {
  const [other] = await tx`
    select true as found from members where project_id = ${projectId} and user_id <> ${userId} and role = 'admin' limit 1`
  if (!other) throw new Problem(409, 'last_admin')
}
