import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Project, Task } from '../../task-service/contract.ts'
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

test('the trash is a choice among the statuses: its tasks open their panel, and are listed again once restored', async () => {
  const { number, id } = (await (
    await mina.program(`/api/v1/projects/${project.key}/tasks`, { body: { title: 'Quinces' } })
  ).json()) as Task
  const at = `/projects/${project.key}/tasks/${number}`
  expect(await read('?status=trash')).toContain('The trash is empty')
  await mina.browser(`${at}/delete`, { method: 'POST' })
  expect(titles(await read(''))).not.toContain('Quinces')
  // Whatever else the form still says.
  const html = await read('?status=trash&q=plum&assignee=none&priority=urgent&sort=due')
  expect(titles(html)).toEqual(['Quinces'])
  expect(html).toContain('<option value="trash" selected>Trash</option>')
  expect(html).toContain(`data-path="/projects/${project.key}/list?status=trash"`)
  // Not its status: a live row of it does not take the place of this one.
  expect(html).toContain(`id="row-${id}" data-status="trash"`)
  for (const name of ['q', 'assignee', 'label', 'priority', 'sort'])
    expect(html).not.toContain(`name="${name}"`)
  expect(await (await mina.browser(`${at}?in=list`)).text()).toContain(`${at}/restore?in=list`)
  await mina.browser(`${at}/restore?in=list`, { method: 'POST' })
  expect(titles(await read('?status=trash'))).toEqual([])
  expect(titles(await read(''))).toContain('Quinces')
})

test('htmx gets the view alone, and a filter that makes no sense is refused', async () => {
  const part = await read('?q=plum', { 'hx-request': 'true', 'hx-target': 'main#main' })
  expect(part).toStartWith('<title>')
  expect(part).toContain(`data-path="/projects/${project.key}/list?q=plum"`)
  expect((await mina.browser(`/projects/${project.key}/list?priority=most`)).status).toBe(422)
  expect((await mina.browser(`/projects/${project.key}/list?after=xyz`)).status).toBe(422)
})
