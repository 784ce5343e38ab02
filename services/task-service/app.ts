import { answers, type Sql } from '../kit/database.ts'
import { eventLog, eventLogRoute } from '../kit/events.ts'
import type { Verifier } from '../kit/identity.ts'
import { service } from '../kit/service.ts'
import { commentRoutes } from './comment-routes.ts'
import { importLimits, importRoutes } from './import-routes.ts'
import { labelRoutes } from './label-routes.ts'
import { memberRoutes } from './member-routes.ts'
import { projectRoutes } from './project-routes.ts'
import { statusRoutes } from './status-routes.ts'
import { taskRoutes } from './task-routes.ts'

export type Deps = { sql: Sql; verify: Verifier }

/** The app of task-service: projects, members, statuses, labels, tasks, comments, and what happened to them. */
export function taskService(deps: Deps) {
  const { sql, verify } = deps
  const app = service({
    name: 'task-service',
    verify,
    ready: () => answers(sql),
    internal: [eventLogRoute],
    bodyLimits: importLimits,
  })
  eventLog(app, sql, 'task-service')
  projectRoutes(app, deps)
  memberRoutes(app, deps)
  statusRoutes(app, deps)
  labelRoutes(app, deps)
  taskRoutes(app, deps)
  commentRoutes(app, deps)
  importRoutes(app, deps)
  return app
}
