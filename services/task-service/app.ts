import type { Sql } from '../kit/database.ts'
import { eventLog, eventLogRoute } from '../kit/events.ts'
import type { Verifier } from '../kit/identity.ts'
import { service } from '../kit/service.ts'
import { comments } from './routes/comments.ts'
import { importLimits, imports } from './routes/imports.ts'
import { labels } from './routes/labels.ts'
import { members } from './routes/members.ts'
import { projects } from './routes/projects.ts'
import { statuses } from './routes/statuses.ts'
import { tasks } from './routes/tasks.ts'

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
