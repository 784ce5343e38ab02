import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Project, Task } from '../../task-service/contract.ts'
import { signUp, type Somebody, type TestFrontend, testBackends, testFrontend } from '../testing.ts'

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

async function json<T>(answer: Promise<Response>): Promise<T> {
  const response = await answer
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Somebody with a project of their own. */
async function team(language: 'en' | 'ko' = 'en') {
  const mina = await signUp(frontend.url, { language })
  const { key } = await json<Project>(mina.program('/api/v1/projects', { body: { name: 'Kiosk' } }))
  const project = () => json<Project>(mina.program(`/api/v1/projects/${key}`))
  const add = (somebody: Somebody, role: string) =>
    json(mina.program(`/api/v1/projects/${key}/members`, { body: { userId: somebody.user.id, role } }))
  const path = (below = 'settings') => `/projects/${key}/${below}`
  return { mina, key, project, add, path }
}
const post = async ({ browser }: Somebody, path: string, fields: Record<string, string | number>) => {
  const answer = await browser(path, {
    method: 'POST',
    body: new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, `${value}`])).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  return { status: answer.status, to: answer.headers.get('location'), html: await answer.text() }
}
const read = async ({ browser }: Somebody, path: string) => (await browser(path)).text()

test('an admin changes what the project is', async () => {
  const { mina, path, project } = await team()
  const { version } = await project()
  const fields = { name: 'Kiosk & co', description: 'One\n<two>', color: 'rose', version }
  expect(await post(mina, path(), fields)).toMatchObject({ status: 303, to: path('settings?done=saved') })
  expect(await project()).toMatchObject({ name: 'Kiosk & co', description: 'One\n<two>', color: 'rose' })
  expect(await read(mina, path('settings?done=saved'))).toContain('Saved.')
})

test('two admins who save at once both see what the other wrote, and lose nothing', async () => {
  const { mina, path, project } = await team()
  const { version } = await project()
  await post(mina, path(), { name: 'Theirs', description: 'as it was', color: 'sky', version })
  const mine = { name: 'Mine', description: 'as it was', color: 'sky', version }
  const { status, html } = await post(mina, path(), mine)
  expect(status).toBe(412)
  expect(html).toContain('Somebody changed this meanwhile')
  expect(html).toContain('Saved now: Name “Theirs”.')
  expect(html).toContain('value="Mine"')
  expect((await project()).name).toBe('Theirs')
  const seen = Number(/name="version" value="(\d+)"/.exec(html)![1])
  expect((await post(mina, path(), { ...mine, version: seen })).status).toBe(303)
  expect((await project()).name).toBe('Mine')
})

test('an empty name is told beside its field', async () => {
  const { mina, path, project } = await team('ko')
  const { version } = await project()
  const { status, html } = await post(mina, path(), { name: '', description: '', color: 'sky', version })
  expect(status).toBe(422)
  expect(html).toMatch(/name="name" autofocus aria-invalid="true".*비워 둘 수 없어요\./s)
})

test('members are added by their email, get another role, and are removed', async () => {
  const { mina, path, project } = await team()
  const jun = await signUp(frontend.url, { name: 'Jun Park' })
  expect((await read(jun, path())).includes('Kiosk')).toBeFalse()
  const added = await post(mina, path('members'), { email: ` ${jun.email} `, role: 'editor' })
  expect(added).toMatchObject({ status: 303, to: path('settings?done=added#members') })
  expect(await read(jun, path())).toContain('Kiosk')
  const member = async () => (await project()).members.find(({ userId }) => userId === jun.user.id)
  const { version } = (await member())!
  await post(mina, path(`members/${jun.user.id}`), { version, role: 'viewer' })
  expect((await member())!.role).toBe('viewer')
  await post(mina, path(`members/${jun.user.id}/remove`), { version: version + 1 })
  expect(await member()).toBeUndefined()
})

test.each([
  [
    'nobody’s',
    () => 'nobody@example.com',
    'Nobody has signed up with this email. Ask them to create an account at http://taskmate.test first.',
  ],
  ['a member’s', ({ email }: Somebody) => email, 'This person is in the project already.'],
])('%s email is told beside the field, with what was typed', async (_, emailOf, sentence) => {
  const { mina, path } = await team()
  const { status, html } = await post(mina, path('members'), { email: emailOf(mina), role: 'viewer' })
  expect([409, 422]).toContain(status)
  expect(html).toContain(sentence)
  expect(html).toContain(`value="${emailOf(mina)}"`)
  expect(html).toContain('<option value="viewer" selected>')
})

test('the last admin stays, and is told why', async () => {
  const { mina, path } = await team()
  const of = `members/${mina.user.id}`
  for (const answer of [
    await post(mina, path(of), { version: 1, role: 'viewer' }),
    await post(mina, path(`${of}/remove`), { version: 1 }),
  ]) {
    expect(answer.status).toBe(409)
    expect(answer.html).toContain('This is the last admin of the project.')
  }
})

test('who leaves goes back to their projects and sees this one no more', async () => {
  const { path, add } = await team()
  const jun = await signUp(frontend.url)
  await add(jun, 'commenter')
  expect(await post(jun, path(`members/${jun.user.id}/remove`), { version: 1 })).toMatchObject({
    status: 303,
    to: '/projects',
  })
  expect((await jun.browser(path())).status).toBe(404)
})

test('statuses are added, changed, moved and deleted', async () => {
  const { mina, path, project } = await team()
  const names = async () => (await project()).statuses.map(({ name }) => name)
  await post(mina, path('statuses'), { name: 'Waiting', category: 'doing', limit: '' })
  expect(await names()).toEqual(['Backlog', 'Ready', 'In progress', 'In review', 'Done', 'Waiting'])
  const [first, second, , , , last] = (await project()).statuses
  await post(mina, path(`statuses/${last!.id}`), {
    version: 1,
    name: 'On hold',
    category: 'review',
    limit: '3',
  })
  expect((await project()).statuses.at(-1)).toMatchObject({ name: 'On hold', category: 'review', limit: 3 })
  await post(mina, path(`statuses/${last!.id}/move`), { version: 2, beforeId: second!.id })
  await post(mina, path(`statuses/${first!.id}/move`), { version: 1, beforeId: '' })
  expect(await names()).toEqual(['On hold', 'Ready', 'In progress', 'In review', 'Done', 'Backlog'])
  await post(mina, path(`statuses/${last!.id}/delete`), { version: 3 })
  expect(await names()).not.toContain('On hold')
})

test.each([
  ['0', 'Use 1 or more.'],
  ['1000', 'Use 999 or less.'],
  ['2.5', 'This value is not valid.'],
  ['many', 'This value is not valid.'],
])('a limit of %s is told beside its field and not taken for none', async (limit, sentence) => {
  const { mina, path, project } = await team()
  const { statuses } = await project()
  const { status, html } = await post(mina, path(`statuses/${statuses[0]!.id}`), {
    version: 1,
    name: 'Backlog',
    category: 'backlog',
    limit,
  })
  expect(status).toBe(422)
  expect(html).toContain(sentence)
  expect(html).toContain(`value="${limit}"`)
})

test('a status with tasks says that they have to move first', async () => {
  const { mina, path, project, key } = await team()
  const { statusId } = await json<Task>(
    mina.program(`/api/v1/projects/${key}/tasks`, { body: { title: 'Stays' } }),
  )
  expect(await read(mina, path())).toMatch(/<button[^>]* disabled[^>]* title="Move its task first"/)
  expect(await read(mina, path())).not.toContain(`action="${path(`statuses/${statusId}/delete`)}"`)
  const { status, html } = await post(mina, path(`statuses/${statusId}/delete`), { version: 1 })
  expect(status).toBe(409)
  expect(html).toContain('Move its tasks to another status first.')
  expect((await project()).statuses).toHaveLength(5)
})

test('labels belong to all who work in the project; a taken name is told beside its field', async () => {
  const { path, project, add } = await team()
  const jun = await signUp(frontend.url)
  await add(jun, 'editor')
  expect((await post(jun, path('labels'), { name: 'bug', color: 'rose' })).status).toBe(303)
  const taken = await post(jun, path('labels'), { name: 'bug', color: 'sky' })
  expect(taken.status).toBe(409)
  expect(taken.html).toContain('This is already in use.')
  const [label] = (await project()).labels
  await post(jun, path(`labels/${label!.id}`), { version: 1, name: 'defect', color: 'amber' })
  expect((await project()).labels).toMatchObject([{ name: 'defect', color: 'amber' }])
  await post(jun, path(`labels/${label!.id}/delete`), { version: 2 })
  expect((await project()).labels).toEqual([])
})

test('who is no admin reads the settings and finds no forms but the one to leave', async () => {
  const { path, add } = await team()
  const jun = await signUp(frontend.url)
  await add(jun, 'viewer')
  const html = await read(jun, path())
  expect(html).toContain('In progress')
  expect(html.match(new RegExp(`action="/projects/[^"]+"`, 'g'))).toEqual([
    `action="${path(`members/${jun.user.id}/remove`)}"`,
  ])
  const refused = await post(jun, path('statuses'), { name: 'Mine', category: 'done', limit: '' })
  expect(refused.status).toBe(403)
  expect(refused.html).toContain('Your role does not allow this')
})

test('a project ends only for who types its key', async () => {
  const { mina, path, key, project } = await team()
  const { version } = await project()
  const wrong = await post(mina, path('delete'), { version, confirm: 'KIOSKS' })
  expect(wrong.status).toBe(422)
  expect(wrong.html).toContain(`This is not ${key}.`)
  const right = await post(mina, path('delete'), { version, confirm: ` ${key.toLowerCase()} ` })
  expect(right).toMatchObject({ status: 303, to: '/projects' })
  expect((await mina.browser(path())).status).toBe(404)
})

test('while task-service is away the page says so', async () => {
  const { mina, path } = await team()
  const alone = testFrontend({ 'user-service': backends.urls['user-service'] })
  try {
    const answer = await fetch(alone.url + path(), { headers: { cookie: `session=${mina.session.token}` } })
    expect([answer.status, await answer.text()]).toEqual([
      200,
      expect.stringContaining('Projects can’t be shown just now.'),
    ])
  } finally {
    await alone.stop()
  }
})
