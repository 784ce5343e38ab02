import { expect } from 'bun:test'
import type { Dashboard } from '../services/analytics-service/contract.ts'
import { until } from '../services/kit/testing.ts'
import type { File, FilePage } from '../services/file-service/contract.ts'
import type { Project, Task } from '../services/task-service/contract.ts'
import type { SignedIn } from '../services/user-service/contract.ts'

/** What somebody has done in a TaskMate, and finds again whenever they come back. */
export type Told = {
  publicUrl: string
  email: string
  /** Of the session that the sign-up began. */
  token: string
  key: string
  projectId: string
  taskId: string
}

const password = 'a quiet lake at dawn'
const title = 'Write to the people of the harbour'
const bytes = new Uint8Array(300_000).map((_, index) => (index * 7919) >> 3)

/** One short way through all five services, without a browser: somebody signs up, makes a project and a task, and attaches a file. */
export async function tellStory(publicUrl: string): Promise<Told> {
  const email = `jiwoo.${crypto.randomUUID().slice(0, 8)}@example.com`
  const { session } = await ask<SignedIn>(publicUrl, 'POST', '/auth/sign-up', {
    body: { email, password, name: 'Jiwoo Han' },
  })
  const { token } = session
  const { id, key } = await ask<Project>(publicUrl, 'POST', '/projects', { token, body: { name: 'Harbour' } })
  const task = await ask<Task>(publicUrl, 'POST', `/projects/${id}/tasks`, { token, body: { title } })
  await ask<File>(publicUrl, 'POST', `/files?taskId=${task.id}&name=boat.bin`, { token, body: bytes })
  return { publicUrl, email, token, key, projectId: id, taskId: task.id }
}

/** They are still signed in and find all of it, by the API and, signed in anew, on the pages. */
export async function readStory({ publicUrl, email, token, key, projectId, taskId }: Told): Promise<void> {
  const files = await ask<FilePage>(publicUrl, 'GET', `/files?taskId=${taskId}`, { token })
  expect(files.items.map(file => file.name)).toEqual(['boat.bin'])
  const content = await request(publicUrl, 'GET', `/files/${files.items[0]!.id}/content`, { token })
  expect(Buffer.from(await content.arrayBuffer()).equals(bytes)).toBe(true)

  // Events count it, a little later.
  const open = async () =>
    (await ask<Dashboard>(publicUrl, 'GET', `/analytics/projects/${projectId}/dashboard`, { token })).totals
      .open
  await until(async () => (await open()) === 1)

  const cookie = await signIn(publicUrl, email)
  const page = async (path: string) => {
    const answer = await fetch(publicUrl + path, { headers: { cookie }, redirect: 'manual' })
    return { path, status: answer.status, text: await answer.text() }
  }
  const board = await page(`/projects/${key}`)
  expect(board.text).toContain(title)
  for (const path of ['/', '/projects', `/projects/${key}/dashboard`, '/settings'])
    expect(await page(path)).toMatchObject({ path, status: 200 })
  for (const [, asset] of board.text.matchAll(/"(\/assets\/[^"#]+)/g))
    expect((await page(asset!)).status).toBe(200)
}

/** Signs in by the form, as a browser does, and gives the cookie. */
async function signIn(publicUrl: string, email: string): Promise<string> {
  const answer = await fetch(`${publicUrl}/sign-in`, {
    method: 'POST',
    headers: { origin: publicUrl },
    body: new URLSearchParams({ email, password }),
    redirect: 'manual',
  })
  expect(answer.status).toBe(303)
  return answer.headers.getSetCookie()[0]!.split(';')[0]!
}

type Asked = { token?: string; body?: object }

async function request(publicUrl: string, method: string, path: string, { token, body }: Asked) {
  const raw = body instanceof Uint8Array
  const answer = await fetch(`${publicUrl}/api/v1${path}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': raw ? 'application/octet-stream' : 'application/json' }),
    },
    ...(body && { body: raw ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status} ${await answer.text()}`)
  return answer
}

const ask = async <T>(publicUrl: string, method: string, path: string, asked: Asked): Promise<T> =>
  (await request(publicUrl, method, path, asked)).json() as Promise<T>
