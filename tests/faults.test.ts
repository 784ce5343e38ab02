import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { Redis } from 'ioredis'
import type { Dashboard } from '../services/analytics-service/contract.ts'
import type { BackendName, ServiceName } from '../services/kit/config.ts'
import type { ProblemDetails } from '../services/kit/problem.ts'
import { until } from '../services/kit/testing.ts'
import type { Project, Task, TaskPage } from '../services/task-service/contract.ts'
import type { Verified } from '../services/user-service/contract.ts'
import { messages } from '../views/messages/index.ts'
import { type Answer, type Somebody, sender, signIn, signUp } from './people.ts'
import { startSystem, type System } from './system.ts'

setDefaultTimeout(60_000)

const { away } = messages.en.common

let system: System
let jiwoo: Somebody
let project: Project
let task: Task

beforeAll(async () => {
  // Waiting for something asks often.
  system = await startSystem({ settings: { API_RATE_LIMIT: '1000000' } })
  jiwoo = await signUp(system.publicUrl, 'Jiwoo')
  project = await jiwoo.ask<Project>('POST', '/api/v1/projects', { name: 'Harbour' })
  task = await add('Mend the boat')
})
afterAll(() => system?.stop())

const add = (title: string) => jiwoo.ask<Task>('POST', `/api/v1/projects/${project.id}/tasks`, { title })
const upload = (name: string) =>
  jiwoo.send('POST', `/api/v1/files?taskId=${task.id}&name=${name}`, { body: new TextEncoder().encode(name) })

const isReady = (service: ServiceName) =>
  fetch(`${system.urls[service]}/ready`, { signal: AbortSignal.timeout(1_000) }).then(
    answer => answer.ok,
    () => false,
  )

/** Lets a service run again, and everything find it. */
async function bringBack(service: BackendName) {
  system.again(service)
  await until(() => isReady(service), service)
  await until(async () => (await trouble()).length === 0, `everything with ${service}`)
}

/** What the API answers to a question that each backend owns: those that are not 200. */
async function trouble(somebody = jiwoo): Promise<string[]> {
  const answers = await Promise.all(
    [
      '/api/v1/me',
      `/api/v1/tasks/${task.id}`,
      `/api/v1/analytics/projects/${project.id}/dashboard`,
      `/api/v1/files?taskId=${task.id}`,
    ].map(async path => ({ path, ...(await somebody.send('GET', path)) })),
  )
  return answers.filter(({ status }) => status !== 200).map(({ path, status }) => `${path} ${status}`)
}

/** The figures of the project, and what they are to be: the tasks that it has. */
async function figures() {
  const { totals } = await jiwoo.ask<Dashboard>('GET', `/api/v1/analytics/projects/${project.id}/dashboard`)
  return totals.open + totals.done
}
async function titles(): Promise<string[]> {
  const found: string[] = []
  for (let after = ''; ; ) {
    const page = await jiwoo.ask<TaskPage>(
      'GET',
      `/api/v1/projects/${project.id}/tasks?limit=200${after && `&after=${encodeURIComponent(after)}`}`,
    )
    found.push(...page.items.map(({ title }) => title))
    if (page.next === null) return found
    after = page.next
  }
}
const figuresAreRight = () =>
  until(async () => (await figures()) === (await titles()).length, 'every task in the figures')

/** A stream of live updates. `text` grows until it is `closed`. */
async function watch(somebody: Somebody) {
  const answer = await fetch(`${system.publicUrl}/live?project=${project.id}`, {
    headers: { cookie: `session=${somebody.session.token}` },
  })
  expect(answer.status).toBe(200)
  const stream = { text: '', closed: false }
  void (async () => {
    const decoder = new TextDecoder()
    try {
      for await (const chunk of answer.body ?? []) stream.text += decoder.decode(chunk, { stream: true })
    } catch {}
    stream.closed = true
  })()
  await until(() => stream.text.includes('event: ready'), 'the stream')
  return stream
}

const problemOf = ({ headers, text }: Answer): Partial<ProblemDetails> =>
  headers.get('content-type') === 'application/problem+json' ? JSON.parse(text) : {}

test('of 64 who edit the same version at once, one wins and 63 are told what is current', async () => {
  const { id } = await add('Paint')
  const answers = await Promise.all(
    Array.from({ length: 64 }, (_, place) =>
      jiwoo.send('PATCH', `/api/v1/tasks/${id}`, {
        body: { title: `Paint it ${place}` },
        headers: { 'if-match': '"1"' },
      }),
    ),
  )
  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  const current = JSON.parse(won[0]!.text) as Task
  expect(current.version).toBe(2)
  for (const answer of answers.filter(answer => answer !== won[0]))
    expect(problemOf(answer)).toMatchObject({ status: 412, code: 'stale', current })
})

/** Asks everything that knows sessions: through the frontend as a program and as a browser, and each backend with an identity that is still good. */
async function doors(somebody: Somebody): Promise<() => Promise<number[]>> {
  const answer = await sender(system.urls['user-service'])('GET', '/api/v1/auth/verify', {
    headers: { authorization: `Bearer ${somebody.session.token}` },
  })
  const { identity } = JSON.parse(answer.text) as Required<typeof Verified.static>
  const paths: Record<BackendName, string> = {
    'user-service': '/api/v1/me',
    'task-service': `/api/v1/projects/${project.id}`,
    'analytics-service': `/api/v1/analytics/projects/${project.id}/dashboard`,
    'file-service': `/api/v1/files?projectId=${project.id}`,
  }
  const headers = { authorization: `Bearer ${identity.token}` }
  const knocks = Object.entries(paths).flatMap(([service, path]) => [
    async () => (await somebody.send('GET', path)).status,
    async () => (await sender(system.urls[service as BackendName], headers)('GET', path)).status,
  ])
  // A browser is sent to the sign-in page.
  const browser = async () => ((await somebody.browse('GET', '/')).status === 200 ? 200 : 401)
  return () => Promise.all([browser, ...knocks].map(knock => knock()))
}
const all = (status: number) => Array<number>(9).fill(status)

test('a session that was ended is refused by all five services, and its stream ends', async () => {
  const other = await signIn(system.publicUrl, jiwoo)
  const knock = await doors(other)
  const stream = await watch(other)
  expect(await knock()).toEqual(all(200))
  const { status } = await jiwoo.send('DELETE', `/api/v1/sessions/${other.session.id}`)
  expect(status).toBe(204)
  await until(async () => Bun.deepEquals(await knock(), all(401)), 'every refusal')
  await until(() => stream.closed, 'the end of the stream')
  expect(await trouble()).toEqual([])
})

describe('while Redis is away', () => {
  test.each(['empty', 'with what it had'])(
    'nobody is logged out and work goes on; it comes back %s',
    async how => {
      const other = await signIn(system.publicUrl, jiwoo)
      const knock = await doors(other)
      const stream = await watch(jiwoo)
      if (how !== 'empty') {
        const redis = new Redis(system.servers.redisUrl)
        await redis.save()
        redis.disconnect()
      }
      await system.program('valkey').stop()

      expect(await trouble()).toEqual([])
      expect((await jiwoo.browse('GET', '/')).status).toBe(200)
      expect((await jiwoo.browse('GET', `/projects/${project.key}`)).status).toBe(200)
      const made = await add(`Made ${how}`)
      const edited = await jiwoo.send('PATCH', `/api/v1/tasks/${made.id}`, {
        body: { title: `Edited ${how}` },
        headers: { 'if-match': '"1"' },
      })
      expect(edited.status).toBe(200)
      expect((await upload('rope.txt')).status).toBe(201)
      expect((await trouble(await signIn(system.publicUrl, jiwoo))).length).toBe(0)
      // Ended now, known to all when Redis is back, even if what it remembers says otherwise.
      const { status } = await jiwoo.send('DELETE', `/api/v1/sessions/${other.session.id}`)
      expect(status).toBe(204)

      system.again('valkey')
      await until(async () => Bun.deepEquals(await knock(), all(401)), 'every refusal')
      await figuresAreRight()
      await until(() => stream.closed, 'the end of the stream, so that the browser comes again')
      const again = await watch(jiwoo)
      const { id } = await add(`Seen ${how}`)
      await until(() => again.text.includes(id), 'the news')
      expect(await trouble()).toEqual([])
    },
  )
})

describe('while a backend is away', () => {
  const pages = {
    home: '/',
    projects: '/projects',
    board: () => `/projects/${project.key}`,
    list: () => `/projects/${project.key}/list`,
    task: () => `/projects/${project.key}/tasks/${task.number}`,
    dashboard: () => `/projects/${project.key}/dashboard`,
    files: () => `/projects/${project.key}/files`,
    'project settings': () => `/projects/${project.key}/settings`,
    settings: '/settings',
  } as const
  type PageName = keyof typeof pages
  const names = Object.keys(pages) as PageName[]

  /** The notice on each page while a backend is away; other pages are whole. */
  const missing: Record<BackendName, Partial<Record<PageName, keyof typeof away>>> = {
    'user-service': { settings: 'account' },
    'task-service': {
      home: 'tasks',
      projects: 'projects',
      board: 'tasks',
      list: 'tasks',
      task: 'tasks',
      dashboard: 'projects',
      files: 'projects',
      'project settings': 'projects',
    },
    'analytics-service': { dashboard: 'dashboard' },
    'file-service': { task: 'files', files: 'files' },
  }
  /** What each page says is missing, or its status where that is not 200. */
  async function notices() {
    const found: Partial<Record<PageName, string>> = {}
    for (const name of names) {
      const path = pages[name]
      const { status, text } = await jiwoo.browse('GET', typeof path === 'string' ? path : path())
      const parts = Object.entries(away).filter(([, { title }]) => text.includes(title))
      if (status !== 200) found[name] = String(status)
      else if (parts.length > 0) found[name] = parts.map(([part]) => part).join()
    }
    return found
  }

  test.each(Object.entries(missing))('%s: pages answer and say what is missing', async (service, parts) => {
    expect(await notices()).toEqual({})
    await system.program(service as BackendName).stop()
    try {
      expect(await notices()).toEqual(parts)
      // Once more: now nothing is asked of it for a moment.
      expect(await notices()).toEqual(parts)
      const refused = await trouble()
      expect(refused.length).toBeGreaterThan(0)
      expect(refused.filter(each => !each.endsWith(' 503'))).toEqual([])
    } finally {
      await bringBack(service as BackendName)
    }
    expect(await notices()).toEqual({})
  })
})

test('nothing that was acknowledged is lost when PostgreSQL goes and comes back', async () => {
  const kept: string[] = []
  const refused: Answer[] = []
  const writer = new AbortController()
  const writing = Array.from({ length: 4 }, async (_, place) => {
    for (let count = 0; !writer.signal.aborted; count++) {
      const title = `Knot ${place}-${count}`
      const answer = await jiwoo.send('POST', `/api/v1/projects/${project.id}/tasks`, { body: { title } })
      if (answer.status === 201) kept.push(title)
      else refused.push(answer)
    }
  })
  try {
    await until(() => kept.length >= 20, 'some writes')
    await system.program('postgres').stop()
    await until(() => refused.length >= 20, 'refusals')
    for (const service of ['user-service', 'task-service', 'analytics-service', 'file-service'] as const)
      expect(await isReady(service)).toBe(false)
    expect((await jiwoo.browse('GET', '/')).status).toBe(200)
    const before = kept.length
    system.again('postgres')
    await until(() => kept.length >= before + 20, 'writes again')
  } finally {
    writer.abort()
    await Promise.all(writing)
  }
  for (const answer of refused) {
    expect(problemOf(answer)).toMatchObject({ status: 503, code: 'unavailable' })
    expect(answer.headers.get('retry-after')).toBe('1')
  }
  const found = new Set(await titles())
  expect(kept.filter(title => !found.has(title))).toEqual([])
  await until(async () => (await trouble()).length === 0, 'everything')
  await figuresAreRight()
})

test('no event is lost when task-service is killed between a commit and telling of it', async () => {
  await figuresAreRight()
  // Without Redis nothing can be told: all that is committed now is still to be told when the kill comes.
  await system.program('valkey').stop()
  const before = (await titles()).length
  const kept: string[] = []
  const writing = Array.from({ length: 8 }, async (_, place) => {
    for (let count = 0; ; count++) {
      const title = `Buoy ${place}-${count}`
      const answer = await jiwoo.send('POST', `/api/v1/projects/${project.id}/tasks`, { body: { title } })
      if (answer.status !== 201) return
      kept.push(title)
    }
  })
  await until(() => kept.length >= 40, 'some writes')
  const { pid, exited } = system.program('task-service')
  process.kill(pid, 'SIGKILL')
  await exited
  await Promise.all(writing)
  system.again('valkey')
  await bringBack('task-service')
  const found = await titles()
  expect(kept.filter(title => !found.includes(title))).toEqual([])
  expect(found.length).toBeGreaterThanOrEqual(before + kept.length)
  await figuresAreRight()
})
