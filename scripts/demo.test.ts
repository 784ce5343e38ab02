import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { FilePage } from '../services/file-service/contract.ts'
import type { Projects, TaskPage } from '../services/task-service/contract.ts'
import type { SignedIn } from '../services/user-service/contract.ts'
import type { Static } from 'elysia'
import { startSystem, type System } from '../tests/system.ts'
import { demo } from './demo.ts'
import { work } from './demo-work.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
}, 60_000)
afterAll(() => system.stop(), 60_000)

/** What Mina sees of everything that the demo makes. */
async function whatIsThere() {
  const ask = async <T>(path: string, init: RequestInit = {}) => {
    const response = await fetch(`${system.publicUrl}/api/v1${path}`, init)
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    return (await response.json()) as T
  }
  const { session } = await ask<SignedIn>('/auth/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'mina@example.com', password: 'every demo needs one' }),
  })
  const headers = { authorization: `Bearer ${session.token}` }
  const { items } = await ask<Static<typeof Projects>>('/projects', { headers })
  const byKey = items.toSorted((a, b) => (a.key < b.key ? -1 : 1))
  return Promise.all(
    byKey.map(async ({ id, key, openCount }) => {
      const tasks = await ask<TaskPage>(`/projects/${id}/tasks?limit=200`, { headers })
      const files = await ask<FilePage>(`/files?projectId=${id}`, { headers })
      const versions = tasks.items.map(task => task.version)
      const comments = tasks.items.reduce((sum, task) => sum + task.commentCount, 0)
      return { key, openCount, tasks: tasks.items.length, versions, comments, files: files.items.length }
    }),
  )
}

/** Passes on to the system, until it has passed on so many requests; then it is away. */
function awayAfter(requests: number) {
  let passed = 0
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: request => {
      if (++passed > requests) return new Response('away', { status: 503 })
      const { pathname, search } = new URL(request.url)
      return fetch(system.publicUrl + pathname + search, request)
    },
  })
}

test('A demo that was interrupted goes on where it stopped, and one that is complete adds nothing', async () => {
  using server = awayAfter(150)
  await expect(demo(server.url.origin)).rejects.toThrow('answered 503')

  await demo(system.publicUrl)
  const first = await whatIsThere()
  expect(first).toMatchObject(
    work
      .map(({ key, pieces }) => ({
        key,
        tasks: pieces.length,
        openCount: pieces.filter(piece => piece.at !== 'done').length,
        comments: pieces.flatMap(piece => piece.comments ?? []).length,
        files: pieces.flatMap(piece => piece.files ?? []).length,
      }))
      .toReversed(),
  )

  await demo(system.publicUrl)
  expect(await whatIsThere()).toEqual(first)
}, 60_000)
