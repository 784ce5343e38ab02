import { type Caller, type Client, RemoteProblem } from './client.ts'
import type { Person } from './identity.ts'
import { notFound } from './problem.ts'
import type { Redis } from './redis.ts'
import { type Role, reaches } from './schema.ts'
import { forbidden } from './problem.ts'

const seconds = 30
const key = (projectId: string) => `access:${projectId}`

/**
 * What a person may do in a project, asked of task-service, which alone decides it. The answer is kept in Redis for half a minute and dropped
 * by `forgetAccess` when a membership changes. Without Redis every question goes to task-service.
 */
export class Access {
  constructor(
    private tasks: Client,
    private redis: Redis,
  ) {}

  /** The person's role in the project. Throws 404 when they are no member, so that nobody learns what exists, and 403 below `needed`. */
  async require(person: Person, caller: Caller, projectId: string, needed: Role): Promise<Role> {
    const role = await this.role(person, caller, projectId)
    if (!role) throw notFound()
    if (!reaches(role, needed)) throw forbidden()
    return role
  }

  async role(person: Person, caller: Caller, projectId: string): Promise<Role | null> {
    const known = await this.redis.hget(key(projectId), person.userId).catch(() => null)
    if (known) return known === 'none' ? null : (known as Role)
    const role = await this.tasks
      .get<{ role: Role }>(`/api/v1/projects/${projectId}/access`, caller)
      .then(answer => answer.role)
      .catch(error => {
        if (error instanceof RemoteProblem && error.status === 404) return null
        throw error
      })
    await this.redis
      .multi()
      .hset(key(projectId), person.userId, role ?? 'none')
      .expire(key(projectId), seconds, 'NX')
      .exec()
      .catch(() => {})
    return role
  }
}

/** Drops what is remembered about a project's members. Consumers call it for every `member.*` and `project.deleted` event. */
export const forgetAccess = (redis: Redis, projectId: string) => redis.del(key(projectId)).catch(() => 0)
