import type { Sql } from '../kit/database.ts'
import { eventLog, eventLogRoute } from '../kit/events.ts'
import type { Verifier } from '../kit/identity.ts'
import { service } from '../kit/service.ts'
import { comments } from './comment-routes.ts'
import { importLimits, imports } from './import-routes.ts'
import { labels } from './label-routes.ts'
import { members } from './member-routes.ts'
import { projects } from './project-routes.ts'
import { statuses } from './status-routes.ts'
import { tasks } from './task-routes.ts'

export type Deps = { sql: Sql }

/** The app of task-service: projects, members, statuses, labels, tasks, comments, and what happened to them. */
export function taskService({ sql, verify }: Deps & { verify: Verifier }) {
  const app = service({
    name: 'task-service',
    verify,
    ready: async () => (await sql`select true as ready`).length === 1,
    internal: [eventLogRoute],
    bodyLimits: importLimits,
  })
  eventLog(app, sql, 'task-service')
  for (const routes of [projects, members, statuses, labels, tasks, comments, imports]) routes(app, { sql })
  return app
}
