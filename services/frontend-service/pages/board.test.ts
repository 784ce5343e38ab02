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

const htmx = { 'hx-request': 'true' }
const post = (
  { browser }: Somebody,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
) =>
  browser(path, {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })

async function newProject(mina: Somebody, titles: string[] = []) {
  const project = (await (
    await mina.program('/api/v1/projects', { body: { name: 'Operations' } })
  ).json()) as Project
  const path = `/projects/${project.key}`
  const tasks: Task[] = []
  for (const title of titles)
    tasks.push((await (await mina.program(`/api/v1${path}/tasks`, { body: { title } })).json()) as Task)
  return { ...project, path, tasks }
}
const read = async (who: Somebody, path: string, headers = {}) =>
  await (await who.browser(path, { headers })).text()
/** The titles of the cards, in order. */
const cards = (html: string) =>
  [...html.matchAll(/<li id="card-[^]*?<a [^>]*>([^<]*)<\/a>/g)].map(match => match[1])

test('a board shows its tasks by status, as text whatever they say, and how many over the limit', async () => {
  const mina = await signUp(frontend.url)
  const { path, statuses } = await newProject(mina, ['<b>One</b>', 'Two'])
  await mina.program(`/api/v1${path}/statuses/${statuses[0]!.id}`, {
    method: 'PATCH',
    body: { limit: 1 },
    headers: { 'if-match': `"${statuses[0]!.version}"` },
  })
  const html = await read(mina, path)
  expect(cards(html)).toEqual(['&lt;b&gt;One&lt;/b&gt;', 'Two'])
  expect(html).toContain('2 of 1, over')
  expect(html).toContain('data-can-edit')
})

test('quick add answers a form with the board, and htmx with the card; sent twice it adds once', async () => {
  const mina = await signUp(frontend.url)
  const { path, statuses } = await newProject(mina)
  const fields = { title: ' Call the depot ', statusId: statuses[2]!.id, key: crypto.randomUUID() }
  const first = await post(mina, `${path}/tasks`, fields)
  expect([first.status, first.headers.get('location')]).toEqual([303, path])
  const again = await post(mina, `${path}/tasks`, fields, htmx)
  expect(cards(await again.text())).toEqual(['Call the depot'])
  expect(cards(await read(mina, path))).toEqual(['Call the depot'])
})

test('a title that is refused stays in its line, with the reason', async () => {
  const mina = await signUp(frontend.url)
  const { path, statuses } = await newProject(mina)
  const answer = await post(mina, `${path}/tasks`, { title: '   ', statusId: statuses[3]!.id })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain('This cannot be empty.')
  expect(html).toMatch(new RegExp(`<option value="${statuses[3]!.id}" selected`))
  // Where script asked, the page stays and a toast tells.
  const toast = await post(mina, `${path}/tasks`, { title: '   ', statusId: '' }, htmx)
  expect([toast.status, toast.headers.get('hx-retarget')]).toEqual([422, '#toasts'])
})

test('a column shows its first fifty cards and the rest on demand, with script and without', async () => {
  const mina = await signUp(frontend.url)
  const { path } = await newProject(
    mina,
    Array.from({ length: 53 }, (_, index) => `T${index + 1}`),
  )
  const html = await read(mina, path)
  expect(cards(html)).toHaveLength(50)
  const more = /hx-get="([^"]*more=[^"]*)"/.exec(html)![1]!.replaceAll('&amp;', '&')
  expect(cards(await read(mina, more, htmx))).toEqual(['T51', 'T52', 'T53'])
  const whole = await read(mina, more)
  expect(whole).toStartWith('<!doctype html>')
  expect(cards(whole)).toEqual(['T51', 'T52', 'T53'])
})

const place = ({ statusId, position }: Task) => ({ fromStatusId: statusId, fromPosition: position })

test('a card moves between its neighbours, though one of them has left', async () => {
  const mina = await signUp(frontend.url)
  const { path, statuses, tasks } = await newProject(mina, ['One', 'Two', 'Three'])
  const [one, two, three] = tasks as [Task, Task, Task]
  const move = (task: Task, fields: Record<string, string>) =>
    post(mina, `${path}/tasks/${task.number}/move`, { ...place(task), ...fields }, htmx)
  expect((await move(three, { statusId: one.statusId, afterId: '', beforeId: one.id })).status).toBe(200)
  expect(cards(await read(mina, path))).toEqual(['Three', 'One', 'Two'])
  // The card above has gone to another column meanwhile; the one below is still there.
  expect((await move(one, { statusId: statuses[1]!.id, afterId: '', beforeId: '' })).status).toBe(200)
  const moved = (await (await mina.program(`/api/v1/tasks/${three.id}`)).json()) as Task
  expect((await move(moved, { statusId: two.statusId, afterId: one.id, beforeId: two.id })).status).toBe(200)
  expect(cards(await read(mina, path))).toEqual(['Three', 'Two', 'One'])
})

test('a card that somebody else has moved is answered where it is, with their name', async () => {
  const [mina, jun] = [await signUp(frontend.url), await signUp(frontend.url, { name: 'Jun Park' })]
  const { path, key, statuses, tasks } = await newProject(mina, ['One'])
  await mina.program(`/api/v1/projects/${key}/members`, { body: { userId: jun.user.id, role: 'editor' } })
  const [seen] = tasks as [Task]
  const move = (who: Somebody, statusId: string) =>
    post(
      who,
      `${path}/tasks/${seen.number}/move`,
      { ...place(seen), statusId, afterId: '', beforeId: '' },
      htmx,
    )
  expect((await move(jun, statuses[3]!.id)).status).toBe(200)
  const answer = await move(mina, statuses[1]!.id)
  expect(answer.status).toBe(409)
  const html = await answer.text()
  expect(html).toContain('Jun Park moved this card to In review in the meantime.')
  expect(html).toContain(`data-status="${statuses[3]!.id}"`)
})

test('who is not a member finds no board; without task-service it says so', async () => {
  const [mina, stranger] = [await signUp(frontend.url), await signUp(frontend.url)]
  const { path } = await newProject(mina)
  expect((await stranger.browser(path)).status).toBe(404)
  const alone = testFrontend({ 'user-service': backends.urls['user-service'] })
  const lonely = await signUp(alone.url)
  const answer = await lonely.browser('/projects/OPS')
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('Tasks can’t be shown just now.')
  await alone.stop()
})
