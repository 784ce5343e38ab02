import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Project } from '../../task-service/contract.ts'
import { signUp, type Somebody, type TestFrontend, testBackends, testFrontend } from '../testing.ts'

let backends: Awaited<ReturnType<typeof testBackends>>
let frontend: TestFrontend
let mina: Somebody
let project: Project
beforeAll(async () => {
  backends = await testBackends()
  frontend = testFrontend(backends.urls)
  mina = await signUp(frontend.url)
  project = (await (
    await mina.program('/api/v1/projects', { body: { name: 'Operations' } })
  ).json()) as Project
  for (const [title, more] of [
    ['Apples', { priority: 'low', statusId: project.statuses[1]!.id }],
    ['Pears & plums', { priority: 'urgent', assigneeIds: [mina.user.id] }],
    ['Plums', { due: { date: '2030-05-01' } }],
  ] as const)
    await mina.program(`/api/v1/projects/${project.key}/tasks`, { body: { title, ...more } })
})
afterAll(async () => {
  await frontend.stop()
  await backends.stop()
})

const read = async (search: string, headers = {}) =>
  await (await mina.browser(`/projects/${project.key}/list${search}`, { headers })).text()
const titles = (html: string) =>
  [...html.matchAll(/tasks\/\d+\?in=list"[^>]*>([^<]*)</g)].map(match => match[1])

test('tasks stand below their statuses in the order of the board', async () => {
  const html = await read('')
  expect(titles(html)).toEqual(['Pears &amp; plums', 'Plums', 'Apples'])
  expect(html.indexOf('>Backlog<')).toBeLessThan(html.indexOf('Pears'))
  expect(html.indexOf('Plums')).toBeLessThan(html.lastIndexOf('>Ready<'))
})

test('a filter is what its form sends, where nothing chosen comes as empty', async () => {
  const none = 'status=&assignee=&label=&priority=&q='
  expect(titles(await read(`?${none}&q=plum&sort=position`.replace('&q=&', '&')))).toEqual([
    'Pears &amp; plums',
    'Plums',
  ])
  expect(titles(await read(`?priority=urgent&status=&assignee=&label=`))).toEqual(['Pears &amp; plums'])
  expect(titles(await read('?assignee=none&sort=due'))).toEqual(['Plums', 'Apples'])
  expect(titles(await read(`?status=${project.statuses[1]!.id}`))).toEqual(['Apples'])
  expect(titles(await read('?label=none&sort=priority'))).toEqual(['Pears &amp; plums', 'Apples', 'Plums'])
  const nothing = await read('?q=%25')
  expect(nothing).toContain('No task fits')
  expect(nothing).toContain('value="%"')
})

test('htmx gets the view alone, and a filter that makes no sense is refused', async () => {
  const part = await read('?q=plum', { 'hx-request': 'true', 'hx-target': 'main#main' })
  expect(part).toStartWith('<title>')
  expect(part).toContain(`data-path="/projects/${project.key}/list?q=plum"`)
  expect((await mina.browser(`/projects/${project.key}/list?priority=most`)).status).toBe(422)
  expect((await mina.browser(`/projects/${project.key}/list?after=xyz`)).status).toBe(422)
})
