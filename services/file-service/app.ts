import type { Access } from '../kit/access.ts'
import type { Client } from '../kit/client.ts'
import { answers, type Sql } from '../kit/database.ts'
import { eventLog, eventLogRoute } from '../kit/events.ts'
import type { Verifier } from '../kit/identity.ts'
import { service } from '../kit/service.ts'
import { categoryRoutes } from './category-routes.ts'
import { fileRoutes } from './file-routes.ts'
import type { Store } from './store.ts'

export type Deps = {
  sql: Sql
  store: Store
  verify: Verifier
  /** What people may do in a project. */
  access: Access
  /** task-service, which knows the project of a task. */
  tasks: Client
  /** Bytes that one file may have. */
  uploadLimit: number
}

/** Files of tasks and their categories. Who may see and change them is asked of task-service. */
export function fileService(deps: Deps) {
  const { sql } = deps
  const app = service({
    name: 'file-service',
    verify: deps.verify,
    ready: () => answers(sql),
    internal: [eventLogRoute],
    streamed: ['POST /api/v1/files'],
  })
  eventLog(app, sql, 'file-service')
  fileRoutes(app, deps)
  categoryRoutes(app, deps)
  return app
}
