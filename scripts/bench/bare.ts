import { databaseConfig, need } from '../../services/kit/config.ts'
import { connect } from '../../services/kit/database.ts'
import { listTasks } from '../../services/task-service/lists.ts'

// What a list of tasks costs when nothing stands around it: no gateway, no identity, no checks. The same query, driver and answer.
const sql = connect(databaseConfig('task-service'))
const place = { projectId: need('PROJECT_ID'), key: need('PROJECT_KEY'), role: 'viewer' } as const
Bun.serve({
  hostname: '127.0.0.1',
  port: Number(need('PORT')),
  fetch: async () => Response.json(await listTasks(sql, place, { limit: 50 })),
})
