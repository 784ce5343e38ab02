import type { Person } from '../kit/identity.ts'
import { type Answer, call, somebody, testDatabase, testVerifier } from '../kit/testing.ts'
import { taskService } from './app.ts'
import type { NewTask, Project, Task } from './contract.ts'

/** A task-service on a fresh database, for one test file. Call `drop` in afterAll. */
export async function testService() {
  const { sql, queries, drop } = await testDatabase('task-service')
  const app = taskService({ sql, verify: testVerifier() })
  const as = (person: Person) => call(app, person)
  return {
    app,
    sql,
    queries,
    drop,
    as,
    /** A new project of `admin` with the five statuses of its start. */
    async project(admin: Person, fields: Record<string, unknown> = {}): Promise<Project> {
      return created(await as(admin)<Project>('POST', '/api/v1/projects', { name: 'Operations', ...fields }))
    },
    /** Somebody who joins a project as `role`. */
    async member(admin: Person, project: Project, role: string): Promise<Person> {
      const person = somebody()
      created(
        await as(admin)('POST', `/api/v1/projects/${project.id}/members`, { userId: person.userId, role }),
      )
      return person
    },
    async task(person: Person, project: Project, fields: Partial<NewTask> = {}): Promise<Task> {
      return created(
        await as(person)<Task>('POST', `/api/v1/projects/${project.id}/tasks`, {
          title: 'Water the plants',
          ...fields,
        }),
      )
    },
    /** What the outbox has of a project, oldest first. */
    events: (project: Project) =>
      sql<{ type: string; actor_id: string; data: any }[]>`
        select type, actor_id, data from outbox where project_id = ${project.id} order by sequence`,
  }
}
export type TestService = Awaited<ReturnType<typeof testService>>

/** The header of an edit of something that was read at `version`. */
export const seen = ({ version }: { version: number }) => ({ 'if-match': `"${version}"` })

function created<T>({ status, json }: Answer<T>): T {
  if (status !== 201) throw new Error(`expected 201, got ${status}: ${JSON.stringify(json)}`)
  return json
}
