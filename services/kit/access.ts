import { type Asked, type Client, onBehalfOf, RemoteProblem } from './client.ts'
import type { Event } from './events.ts'
import { forbidden, notFound } from './problem.ts'
import type { Redis } from './redis.ts'
import { type Role, reaches } from './schema.ts'

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

  /** Throws 404 when whoever asks is no member of the project, so that nobody learns what exists, and 403 below `needed`. */
  async require(asked: Asked, projectId: string, needed: Role): Promise<void> {
    const role = await this.#role(asked, projectId)
    if (!role) throw notFound()
    if (!reaches(role, needed)) throw forbidden()
  }

  async #role(asked: Asked, projectId: string): Promise<Role | null> {
    const { userId } = asked.person
    const known = await this.redis.hget(key(projectId), userId).catch(() => null)
    if (known) return known === 'none' ? null : (known as Role)
    const role = await this.tasks
      .get<{ role: Role }>(`/api/v1/projects/${projectId}/access`, onBehalfOf(asked))
      .then(answer => answer.role)
      .catch(error => {
        if (error instanceof RemoteProblem && error.status === 404) return null
        throw error
      })
    await this.redis
      .multi()
      .hset(key(projectId), userId, role ?? 'none')
      .expire(key(projectId), seconds, 'NX')
      .exec()
      .catch(() => {})
    return role
  }
}

/** Drops what is remembered about a project when an event says that its members are others. Consumers pass it every event of task-service. */
export async function forgetAccess(redis: Redis, { type, projectId }: Pick<Event, 'type' | 'projectId'>) {
  if (projectId && /^member\.|^project\.deleted$/.test(type)) await redis.del(key(projectId)).catch(() => {})
}
