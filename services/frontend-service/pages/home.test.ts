import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { signUp, type Somebody, type TestFrontend, testBackends, testFrontend } from '../testing.ts'
import { groupOf } from './home.tsx'

let backends: Awaited<ReturnType<typeof testBackends>>
let frontend: TestFrontend
beforeAll(async () => {
  backends = await testBackends()
  frontend = testFrontend(backends.urls)
})
afterAll(async () => {
  await frontend.stop()
  await backends.stop()
})

const json = async (answer: Response) => {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as any
}
const newProject = async ({ program }: Somebody, name = 'Box builder') =>
  json(await program('/api/v1/projects', { body: { name } }))
const newTask = async ({ program, user }: Somebody, projectId: string, more: Record<string, unknown>) =>
  json(
    await program(`/api/v1/projects/${projectId}/tasks`, {
      body: { title: 'A task', assigneeIds: [user.id], ...more },
    }),
  )

test('my work shows what is assigned to me, in all projects, grouped by when it is due', async () => {
  const mina = await signUp(frontend.url)
  const [one, two] = [await newProject(mina, 'Box builder'), await newProject(mina, 'Driver app')]
  await newTask(mina, one.id, { title: 'Long ago', due: { date: '2020-01-01' } })
  await newTask(mina, two.id, { title: 'Some day <soon>' })
  await newTask(mina, one.id, { title: 'Nobody’s', assigneeIds: [] })
  const text = await (await mina.browser('/')).text()
  expect(text).toMatch(/Overdue.*Long ago.*No date.*Some day &lt;soon&gt;/s)
  expect(text).not.toContain('Nobody’s')
  expect(text).toContain(`href="/projects/${one.key}/tasks/1"`)
  expect(text).toContain('2 open, 1 late')
})

test('somebody new is led to a first project, somebody without tasks to the projects', async () => {
  const mina = await signUp(frontend.url)
  const html = await (await mina.browser('/')).text()
  expect(html).toContain('Welcome, Mina Seo')
  expect(html).toContain(`ask a project’s admin to add you: ${mina.user.email}`)
  await newProject(mina)
  expect(await (await mina.browser('/')).text()).toContain('Nothing is assigned to you')
})

test('while task-service is away the page says so and the rest of it is there', async () => {
  const alone = testFrontend({ 'user-service': backends.urls['user-service'] })
  try {
    const { session } = await signUp(frontend.url)
    const answer = await fetch(`${alone.url}/`, { headers: { cookie: `session=${session.token}` } })
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(text).toContain('Tasks can’t be shown just now.')
    expect(text).toContain('Projects can’t be listed just now.')
    expect(text).toContain('Mina Seo')
  } finally {
    await alone.stop()
  }
})

describe('the groups', () => {
  // Tuesday in Seoul, while it is still Monday in New York.
  const now = new Date('2026-11-24T00:30:00Z')
  const group = (due: unknown, timeZone = 'Asia/Seoul') =>
    groupOf({ now, timeZone }, { task: { due } } as Parameters<typeof groupOf>[1])

  test.each([
    [{ date: '2026-11-23' }, 'overdue'],
    [{ date: '2026-11-24' }, 'today'],
    [{ at: '2026-11-24T00:29:00Z', zone: 'UTC' }, 'overdue'],
    [{ at: '2026-11-24T14:59:00Z', zone: 'UTC' }, 'today'],
    [{ date: '2026-11-29' }, 'week'],
    [{ date: '2026-11-30' }, 'later'],
    [null, 'none'],
  ])('%j is %s', (due, expected) => {
    expect(group(due)).toBe(expected as ReturnType<typeof groupOf>)
  })

  test('follow the reader’s zone', () => {
    expect(group({ date: '2026-11-23' }, 'America/New_York')).toBe('today')
    expect(group({ date: '2026-11-24' }, 'America/New_York')).toBe('week')
  })
})
