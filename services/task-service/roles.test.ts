import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Person } from '../kit/identity.ts'
import { newId } from '../kit/schema.ts'
import { routesOpenToAnyone, somebody } from '../kit/testing.ts'
import { eventLogRoute } from '../kit/events.ts'
import type { Project } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

const roles = ['outsider', 'viewer', 'commenter', 'editor', 'admin'] as const
type Fixture = { admin: Person; project: Project; actor: Person }
type Attempt = {
  /** The weakest role that may. */
  needs: (typeof roles)[number]
  ok: number
  request: (
    fixture: Fixture,
  ) => Promise<[method: string, path: string, body?: unknown, headers?: Record<string, string>]>
}

const task = async ({ admin, project }: Fixture) => service.task(admin, project)
const at = ({ project }: Fixture) => `/api/v1/projects/${project.id}`
const made = async ({ admin }: Fixture, path: string, body: unknown) =>
  (await service.as(admin)('POST', path, body)).json

/** Every route, as `METHOD /path/:as-registered`: who may. A task that is made here is the admin's. */
const attempts: Record<string, Attempt> = {
  'GET /api/v1/projects/:project': { needs: 'viewer', ok: 200, request: async f => ['GET', at(f)] },
  'PATCH /api/v1/projects/:project': {
    needs: 'admin',
    ok: 200,
    request: async f => ['PATCH', at(f), { name: 'New name' }, seen(f.project)],
  },
  'DELETE /api/v1/projects/:project': {
    needs: 'admin',
    ok: 204,
    request: async f => ['DELETE', at(f), undefined, seen(f.project)],
  },
  'GET /api/v1/projects/:project/access': {
    needs: 'viewer',
    ok: 200,
    request: async f => ['GET', `${at(f)}/access`],
  },
  'POST /api/v1/projects/:project/members': {
    needs: 'admin',
    ok: 201,
    request: async f => ['POST', `${at(f)}/members`, { userId: newId(), role: 'viewer' }],
  },
  'PATCH /api/v1/projects/:project/members/:userId': {
    needs: 'admin',
    ok: 200,
    request: async f => {
      const member = await service.member(f.admin, f.project, 'viewer')
      return ['PATCH', `${at(f)}/members/${member.userId}`, { role: 'editor' }, seen({ version: 1 })]
    },
  },
  'DELETE /api/v1/projects/:project/members/:userId': {
    needs: 'admin',
    ok: 204,
    request: async f => {
      const member = await service.member(f.admin, f.project, 'viewer')
      return ['DELETE', `${at(f)}/members/${member.userId}`, undefined, seen({ version: 1 })]
    },
  },
  'POST /api/v1/projects/:project/statuses': {
    needs: 'admin',
    ok: 201,
    request: async f => ['POST', `${at(f)}/statuses`, { name: 'Waiting', category: 'doing' }],
  },
  'PATCH /api/v1/projects/:project/statuses/:id': {
    needs: 'admin',
    ok: 200,
    request: async f => [
      'PATCH',
      `${at(f)}/statuses/${f.project.statuses[0]!.id}`,
      { limit: 3 },
      seen({ version: 1 }),
    ],
  },
  'DELETE /api/v1/projects/:project/statuses/:id': {
    needs: 'admin',
    ok: 204,
    request: async f => [
      'DELETE',
      `${at(f)}/statuses/${f.project.statuses[3]!.id}`,
      undefined,
      seen({ version: 1 }),
    ],
  },
  'POST /api/v1/projects/:project/labels': {
    needs: 'editor',
    ok: 201,
    request: async f => ['POST', `${at(f)}/labels`, { name: 'Bug', color: 'rose' }],
  },
  'PATCH /api/v1/projects/:project/labels/:id': {
    needs: 'editor',
    ok: 200,
    request: async f => {
      const label = await made(f, `${at(f)}/labels`, { name: 'Bug', color: 'rose' })
      return ['PATCH', `${at(f)}/labels/${label.id}`, { color: 'teal' }, seen(label)]
    },
  },
  'DELETE /api/v1/projects/:project/labels/:id': {
    needs: 'editor',
    ok: 204,
    request: async f => {
      const label = await made(f, `${at(f)}/labels`, { name: 'Bug', color: 'rose' })
      return ['DELETE', `${at(f)}/labels/${label.id}`, undefined, seen(label)]
    },
  },
  'GET /api/v1/projects/:project/board': {
    needs: 'viewer',
    ok: 200,
    request: async f => ['GET', `${at(f)}/board`],
  },
  'GET /api/v1/projects/:project/tasks': {
    needs: 'viewer',
    ok: 200,
    request: async f => ['GET', `${at(f)}/tasks`],
  },
  'POST /api/v1/projects/:project/tasks': {
    needs: 'editor',
    ok: 201,
    request: async f => ['POST', `${at(f)}/tasks`, { title: 'Mine' }],
  },
  'GET /api/v1/projects/:project/tasks/:number': {
    needs: 'viewer',
    ok: 200,
    request: async f => ['GET', `${at(f)}/tasks/${(await task(f)).number}`],
  },
  'GET /api/v1/tasks/:task': {
    needs: 'viewer',
    ok: 200,
    request: async f => ['GET', `/api/v1/tasks/${(await task(f)).id}`],
  },
  'PATCH /api/v1/tasks/:task': {
    needs: 'editor',
    ok: 200,
    request: async f => [
      'PATCH',
      `/api/v1/tasks/${(await task(f)).id}`,
      { title: 'Mine' },
      seen({ version: 1 }),
    ],
  },
  'POST /api/v1/tasks/:task/move': {
    needs: 'editor',
    ok: 200,
    request: async f => [
      'POST',
      `/api/v1/tasks/${(await task(f)).id}/move`,
      { statusId: f.project.statuses[1]!.id },
      seen({ version: 1 }),
    ],
  },
  'DELETE /api/v1/tasks/:task': {
    needs: 'editor',
    ok: 204,
    request: async f => ['DELETE', `/api/v1/tasks/${(await task(f)).id}`, undefined, seen({ version: 1 })],
  },
  'POST /api/v1/tasks/:task/restore': {
    needs: 'editor',
    ok: 200,
    request: async f => {
      const { id, version } = await task(f)
      await service.as(f.admin)('DELETE', `/api/v1/tasks/${id}`, undefined, seen({ version }))
      return ['POST', `/api/v1/tasks/${id}/restore`]
    },
  },
  'GET /api/v1/tasks/:task/access': {
    needs: 'viewer',
    ok: 200,
    request: async f => ['GET', `/api/v1/tasks/${(await task(f)).id}/access`],
  },
  'GET /api/v1/tasks/:task/history': {
    needs: 'viewer',
    ok: 200,
    request: async f => ['GET', `/api/v1/tasks/${(await task(f)).id}/history`],
  },
  'POST /api/v1/tasks/:task/links': {
    needs: 'editor',
    ok: 201,
    request: async f => ['POST', `/api/v1/tasks/${(await task(f)).id}/links`, { url: 'https://example.com' }],
  },
  'DELETE /api/v1/tasks/:task/links/:id': {
    needs: 'editor',
    ok: 204,
    request: async f => {
      const { id } = await task(f)
      const link = await made(f, `/api/v1/tasks/${id}/links`, { url: 'https://example.com' })
      return ['DELETE', `/api/v1/tasks/${id}/links/${link.id}`]
    },
  },
  'GET /api/v1/tasks/:task/comments': {
    needs: 'viewer',
    ok: 200,
    request: async f => ['GET', `/api/v1/tasks/${(await task(f)).id}/comments`],
  },
  'POST /api/v1/tasks/:task/comments': {
    needs: 'commenter',
    ok: 201,
    request: async f => ['POST', `/api/v1/tasks/${(await task(f)).id}/comments`, { body: 'Hello' }],
  },
  // The admin's comment: nobody else may change it, and only admins may delete it.
  'DELETE /api/v1/comments/:id': {
    needs: 'admin',
    ok: 204,
    request: async f => {
      const comment = await made(f, `/api/v1/tasks/${(await task(f)).id}/comments`, { body: 'Hello' })
      return ['DELETE', `/api/v1/comments/${comment.id}`]
    },
  },
  'PATCH /api/v1/comments/:id': {
    needs: 'admin',
    ok: 200,
    request: async f => {
      const comment = await made(f, `/api/v1/tasks/${(await task(f)).id}/comments`, { body: 'Hello' })
      return ['PATCH', `/api/v1/comments/${comment.id}`, { body: 'Changed' }, seen(comment)]
    },
  },
}

/** Routes that are no project's: they answer each caller with what is theirs. */
const everybodys = [
  'GET /up',
  'GET /ready',
  'GET /openapi.json',
  'GET /api/v1/projects',
  'POST /api/v1/projects',
  'POST /api/v1/imports/trello',
  'GET /api/v1/my/tasks',
  eventLogRoute,
]

test('every route refuses a caller without identity', async () => {
  expect(await routesOpenToAnyone(service.app, [])).toEqual([])
})

test('the event log is for services, not for people', async () => {
  expect((await service.as(somebody())('GET', '/internal/events?after=0')).status).toBe(401)
})

test('the matrix below knows every route', () => {
  const registered = service.app.routes.map(({ method, path }) => `${method} ${path}`)
  expect(registered.filter(route => !everybodys.includes(route)).toSorted()).toEqual(
    Object.keys(attempts).toSorted(),
  )
})

for (const [route, { needs, ok, request }] of Object.entries(attempts))
  test(`${route}: from ${needs} up`, async () => {
    for (const role of roles) {
      const admin = somebody()
      const project = await service.project(admin)
      const actor =
        role === 'outsider'
          ? somebody()
          : role === 'admin'
            ? admin
            : await service.member(admin, project, role)
      const [method, path, body, headers] = await request({ admin, project, actor })
      const { status } = await service.as(actor)(method, path, body, headers)
      const expected = role === 'outsider' ? 404 : roles.indexOf(role) >= roles.indexOf(needs) ? ok : 403
      expect({ role, status }).toEqual({ role, status: expected })
    }
  })

test('lists have only what is the caller’s', async () => {
  const [mina, jun] = [somebody(), somebody()]
  const project = await service.project(mina)
  await service.task(mina, project, { assigneeIds: [mina.userId] })
  expect((await service.as(mina)('GET', '/api/v1/projects')).json.items).toMatchObject([
    { id: project.id, role: 'admin', openCount: 1 },
  ])
  expect((await service.as(jun)('GET', '/api/v1/projects')).json.items).toEqual([])
  expect((await service.as(jun)('GET', '/api/v1/my/tasks')).json.items).toEqual([])
})

test('a deleted project and all in it are gone for everybody', async () => {
  const mina = somebody()
  const project = await service.project(mina)
  const { id } = await service.task(mina, project)
  const comment = (await service.as(mina)('POST', `/api/v1/tasks/${id}/comments`, { body: 'Hello' })).json
  await service.as(mina)('DELETE', `/api/v1/projects/${project.id}`, undefined, seen(project))
  for (const [method, path] of [
    ['GET', `/api/v1/projects/${project.id}`],
    ['GET', `/api/v1/projects/${project.key}/board`],
    ['GET', `/api/v1/projects/${project.id}/tasks`],
    ['GET', `/api/v1/tasks/${id}`],
    ['GET', `/api/v1/tasks/${id}/history`],
    ['POST', `/api/v1/tasks/${id}/restore`],
    ['DELETE', `/api/v1/comments/${comment.id}`],
    ['DELETE', `/api/v1/projects/${project.id}`],
  ] as const)
    expect((await service.as(mina)(method, path, undefined, seen({ version: 1 }))).status).toBe(404)
  expect((await service.as(mina)('GET', '/api/v1/projects')).json.items).toEqual([])
})
