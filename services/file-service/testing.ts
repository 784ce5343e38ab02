import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Access } from '../kit/access.ts'
import { Client } from '../kit/client.ts'
import type { Event } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { notFound } from '../kit/problem.ts'
import { connectRedis } from '../kit/redis.ts'
import { newId, type Role } from '../kit/schema.ts'
import { testDatabase, testKeys, testRedisUrl, testVerifier, tokenFor } from '../kit/testing.ts'
import { fileService } from './app.ts'
import type { File } from './contract.ts'
import { VolumeStore } from './volume-store.ts'

/** A Redis database of this service's own. */
export const redisUrl = () => `${testRedisUrl()}/6`

/**
 * A sibling that answers, as task-service would, who may do what in which project, and its event log; and, as user-service would, the
 * keys that tokens are checked with.
 */
export function sibling() {
  const members = new Map<string, Map<string, Role>>()
  const projectOf = new Map<string, string>()
  const log: Event[] = []
  const asked: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const url = new URL(request.url)
      if (url.pathname === '/api/v1/auth/keys') return Response.json(testKeys)
      if (url.pathname === '/internal/events')
        return Response.json(log.filter(event => event.position > Number(url.searchParams.get('after'))))
      asked.push(url.pathname)
      const claims = request.headers.get('authorization')?.split('.')[1] ?? ''
      const { sub } = JSON.parse(Buffer.from(claims, 'base64url').toString())
      const [, , , kind, id = ''] = url.pathname.split('/')
      const projectId = kind === 'projects' ? id : projectOf.get(id)
      const role = projectId && members.get(projectId)?.get(sub)
      if (role) return Response.json({ projectId, role })
      return Response.json(notFound().details('en', request.headers.get('x-request-id') ?? ''), {
        status: 404,
      })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    log,
    asked,
    /** A new project with one task and these members. */
    project(...roles: [Person, Role][]) {
      const [projectId, taskId] = [newId(), newId()]
      members.set(projectId, new Map(roles.map(([person, role]) => [person.userId, role])))
      projectOf.set(taskId, projectId)
      return { projectId, taskId, members: members.get(projectId)! }
    },
    /** Another task of a project. */
    task(projectId: string) {
      const taskId = newId()
      projectOf.set(taskId, projectId)
      return taskId
    },
    stop: () => server.stop(true),
  }
}

/** file-service in this process, listening on a port, with a database, a folder and a sibling of its own. Call `stop` in afterAll. */
export async function fileServiceForTests({ uploadLimit = 1024 ** 2 } = {}) {
  const database = await testDatabase('file-service')
  const folder = mkdtempSync(join(tmpdir(), 'taskmate-files-'))
  const tasks = sibling()
  const redis = connectRedis(redisUrl())
  const client = new Client(tasks.url)
  const store = new VolumeStore(folder)
  await store.prepare()
  const app = fileService({
    sql: database.sql,
    store,
    verify: testVerifier(),
    access: new Access(client, redis),
    tasks: client,
    uploadLimit,
  })
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: request => app.fetch(request),
  })
  const url = `http://127.0.0.1:${server.port}`
  return {
    ...database,
    app,
    store,
    folder,
    tasks,
    redis,
    url,
    stop: async () => {
      await server.stop(true)
      tasks.stop()
      redis.disconnect()
      await database.drop()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Sends a file over the wire, as a person. */
export async function send(
  url: string,
  person: Person,
  query: { taskId: string; name: string; categoryId?: string },
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/api/v1/files?${new URLSearchParams(query)}`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${await tokenFor(person)}`, ...headers },
    signal: AbortSignal.timeout(60_000),
  })
}

/** Sends a file that must be taken. */
export async function sendFile(...request: Parameters<typeof send>): Promise<File> {
  const response = await send(...request)
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as File
}

/** Fetches a file's bytes over the wire, as a person. */
export async function fetchContent(
  url: string,
  person: Person,
  id: string,
  {
    inline,
    method = 'GET',
    headers = {},
  }: { inline?: boolean; method?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${url}/api/v1/files/${id}/content${inline === undefined ? '' : `?inline=${inline}`}`, {
    method,
    headers: { authorization: `Bearer ${await tokenFor(person)}`, ...headers },
    signal: AbortSignal.timeout(60_000),
  })
}
