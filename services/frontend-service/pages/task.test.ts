import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Label, Project, Task, TaskChange } from '../../task-service/contract.ts'
import { client, signUp, type Somebody, type TestFrontend, testBackends, testFrontend } from '../testing.ts'

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

/** Mina, Jun who may edit too, and a task of theirs. */
async function team() {
  const [mina, jun] = [await signUp(frontend.url), await signUp(frontend.url, { name: 'Jun Park' })]
  const api = async <T>(who: Somebody, path: string, body: unknown, more: object = {}): Promise<T> =>
    (await (await who.program(`/api/v1${path}`, { body, ...more })).json()) as T
  const project = await api<Project>(mina, '/projects', { name: 'Operations' })
  await api(mina, `/projects/${project.key}/members`, { userId: jun.user.id, role: 'editor' })
  const task = await api<Task>(mina, `/projects/${project.key}/tasks`, {
    title: 'Call the depot',
    description: 'First line',
  })
  const path = `/projects/${project.key}/tasks/${task.number}`
  const read = async () => (await (await mina.program(`/api/v1/tasks/${task.id}`)).json()) as Task
  return {
    mina,
    jun,
    project,
    task,
    path,
    api,
    read,
    /** Jun changes the task by the API. */
    junChanges: async (change: TaskChange) =>
      api(jun, `/tasks/${task.id}`, change, {
        method: 'PATCH',
        headers: { 'if-match': `"${(await read()).version}"` },
      }),
    /** Mina sends a form of the panel. */
    send: (
      fields: Record<string, string> | [string, string][],
      at = '',
      headers: Record<string, string> = {},
    ) =>
      mina.browser(path + at, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
    show: async (headers = {}) => await (await mina.browser(path, { headers })).text(),
  }
}
const inPanel = { 'hx-request': 'true', 'hx-target': 'aside#panel' }

test('a task is a page with its board behind it, and a panel for htmx', async () => {
  const { path, show, mina } = await team()
  const page = await show()
  expect(page).toStartWith('<!doctype html>')
  expect(page).toContain('id="board"')
  expect(page).toContain('First line')
  const panel = await show(inPanel)
  expect(panel).toStartWith('<title>')
  expect(panel).not.toContain('id="board"')
  const beside = await (await mina.browser(`${path}?in=list`)).text()
  expect(beside).toContain('class="list"')
})

test('a field is saved on top of what others changed elsewhere', async () => {
  const { task, junChanges, send, read, path } = await team()
  await junChanges({ priority: 'high' })
  const answer = await send({ field: 'title', base: task.title, value: 'Call the depot on Friday' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, path])
  expect(await read()).toMatchObject({ title: 'Call the depot on Friday', priority: 'high' })
})

test('a field that somebody else has changed is not overwritten: both versions are shown and mine can be kept', async () => {
  const { junChanges, send, read } = await team()
  await junChanges({ description: 'Theirs & more' })
  const mine = { field: 'description', base: 'First line', value: 'Mine\r\n<b>two</b>' }
  for (const headers of [{}, inPanel]) {
    const answer = await send(mine, '', headers)
    expect(answer.status).toBe(409)
    const html = await answer.text()
    expect(html).toContain('Jun Park changed the description while you were at it.')
    expect(html).toContain('Mine\n&lt;b&gt;two&lt;/b&gt;')
    expect(html).toContain('Theirs &amp; more')
  }
  expect((await read()).description).toBe('Theirs & more')
  expect((await send({ ...mine, base: 'Theirs & more' })).status).toBe(303)
  expect((await read()).description).toBe('Mine\n<b>two</b>')
})

test('when both want the same there is nothing to settle', async () => {
  const { junChanges, send, task, read } = await team()
  await junChanges({ priority: 'urgent' })
  const { version } = await read()
  expect((await send({ field: 'priority', base: task.priority, value: 'urgent' })).status).toBe(303)
  expect((await read()).version).toBe(version)
})

test('what was typed stays in the form when it is refused', async () => {
  const { send, task } = await team()
  const answer = await send({ field: 'title', base: task.title, value: '  ' }, '', inPanel)
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('This cannot be empty.')
  const link = await send({ url: 'ftp://example.com', title: '' }, '/links')
  expect(link.status).toBe(422)
  const html = await link.text()
  expect(html).toContain('Use an address that starts with http:// or https://.')
  expect(html).toContain('value="ftp://example.com"')
})

test('a due day has no zone; a due time is meant in the zone of who sets it', async () => {
  const { send, read } = await team()
  await send({ field: 'due', base: '', day: '2030-05-01', time: '' })
  expect((await read()).due).toEqual({ date: '2030-05-01' })
  await send({ field: 'due', base: '2030-05-01', day: '2030-05-01', time: '09:30' })
  const due = { at: '2030-05-01T00:30:00.000Z', zone: 'Asia/Seoul' }
  expect((await read()).due).toEqual(due)
  const base = `${due.at} ${due.zone}`
  expect((await send({ field: 'due', base, day: '', time: '09:30' })).status).toBe(422)
  expect((await send({ field: 'due', base, day: '2030-02-30', time: '09:30' })).status).toBe(422)
  expect((await send({ field: 'due', base, day: '2030-02-30', time: '' })).status).toBe(422)
  expect((await read()).due).toEqual(due)
  await send({ field: 'due', base, day: '2030-05-01', time: '09:30', clear: 'true' })
  expect((await read()).due).toBeNull()
})

test('labels and assignees of two people add up', async () => {
  const { mina, jun, project, api, send, read, junChanges } = await team()
  const labels: Label[] = []
  for (const name of ['one', 'two', 'three'])
    labels.push(await api<Label>(mina, `/projects/${project.key}/labels`, { name, color: 'sky' }))
  const [one, two, three] = labels.map(label => label.id) as [string, string, string]
  await junChanges({ labelIds: [one, two] })
  // Mina saw `one` alone, takes it off and puts `three` on.
  await send(
    [
      ['base', one],
      ['ids', three],
    ],
    '/labels',
  )
  expect((await read()).labelIds.toSorted()).toEqual([two, three].toSorted())
  await send(
    [
      ['base', ''],
      ['ids', mina.user.id],
      ['ids', jun.user.id],
    ],
    '/assignees',
  )
  expect((await read()).assigneeIds).toHaveLength(2)
  await send({ base: `${mina.user.id} ${jun.user.id}` }, '/assignees')
  expect((await read()).assigneeIds).toEqual([])
})

test('a new label is made and put on; a taken name is told', async () => {
  const { send, read, show } = await team()
  expect((await send({ name: 'drivers', color: 'rose' }, '/labels/new')).status).toBe(303)
  expect((await read()).labelIds).toHaveLength(1)
  expect((await send({ name: 'drivers', color: 'sky' }, '/labels/new')).status).toBe(409)
  expect(await show()).toContain('added the label drivers')
})

test('a description can be seen before it is saved', async () => {
  const { send, read } = await team()
  const answer = await send({
    field: 'description',
    base: 'First line',
    value: '**bold** <i>x</i>',
    preview: 'true',
  })
  const html = await answer.text()
  expect(html).toContain('<strong>bold</strong>')
  expect(html).not.toContain('<i>x</i>')
  expect((await read()).description).toBe('First line')
})

test('comments are added once, changed by their author, and deleted', async () => {
  const { send, show, read } = await team()
  const fields = { value: 'Who **drives**?\r\n\r\nOn Friday', key: crypto.randomUUID() }
  await send(fields, '/comments')
  await send(fields, '/comments')
  expect((await read()).commentCount).toBe(1)
  const html = await show()
  expect(html).toContain('<strong>drives</strong>')
  const id = /id="comment-([0-9a-f-]{36})"/.exec(html)![1]!
  await send({ value: 'Jun drives', version: '1', base: fields.value }, `/comments/${id}`)
  const stale = await send({ value: 'I drive', version: '1', base: '' }, `/comments/${id}`)
  expect(stale.status).toBe(412)
  expect(await stale.text()).toContain('I drive')
  expect(await show()).toContain('Jun drives')
  await send({ version: '2' }, `/comments/${id}/delete`)
  expect((await read()).commentCount).toBe(0)
})

test('a deleted task is shown as such, and restored', async () => {
  const { send, show, read, path } = await team()
  const answer = await send({}, '/delete', inPanel)
  expect(answer.headers.get('hx-push-url')).toBe(path.split('/tasks')[0]!)
  expect(await answer.text()).toContain(`hx-post="${path}/restore"`)
  const html = await show()
  expect(html).toContain('This task is in the trash.')
  expect(html).not.toContain('id="edit-title"')
  expect((await send({}, '/restore')).status).toBe(303)
  expect((await read()).deletedAt).toBeNull()
})

test('without file-service the files say so, and the rest of the task works', async () => {
  const { mina, path } = await team()
  const { 'user-service': users, 'task-service': tasks } = backends.urls
  const alone = testFrontend({ 'user-service': users, 'task-service': tasks })
  const browser = client(alone.url, {
    cookie: `session=${mina.session.token}`,
    'sec-fetch-site': 'same-origin',
  })
  const html = await (await browser(path)).text()
  expect(html).toContain('Files can’t be shown just now.')
  expect(html).toContain('id="edit-title"')
  const body = new URLSearchParams({ value: 'Still here', key: crypto.randomUUID() }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await browser(`${path}/comments`, { method: 'POST', body, headers })).status).toBe(303)
  await alone.stop()
})

test('the history is told in words', async () => {
  const { project, task, junChanges, show } = await team()
  await junChanges({ statusId: project.statuses[2]!.id, due: { date: '2030-05-01' } })
  await junChanges({ title: 'Call <them>', due: null })
  const text = (await show()).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
  expect(text).toContain(`Jun Park moved it from Backlog to In progress`)
  expect(text).toContain('Jun Park set the due date to Wednesday, 1 May 2030')
  expect(text).toContain('Jun Park removed the due date (Wednesday, 1 May 2030)')
  expect(text).toContain(`Jun Park renamed it from “${task.title}” to “Call &lt;them&gt;”`)
})

test('ids, numbers and fields that do not fit are refused, never an error of ours', async () => {
  const { mina, send, path } = await team()
  const at = (rest: string) => mina.browser(path.replace(/\d+$/, rest))
  for (const rest of ['0', 'x', '99999999999', '2147483647', '-1'])
    expect([404, 422]).toContain((await at(rest)).status)
  for (const fields of [
    { field: 'nothing', base: '' },
    { field: 'status', base: '', value: 'x' },
    { field: 'priority', base: 'none', value: 'most' },
    { field: 'due', base: '', value: 'x y z' },
    { field: 'title', base: 'Call the depot', value: 'a\u0000b' },
  ])
    for (const headers of [{}, inPanel]) {
      const { status } = await send(fields as Record<string, string>, '', headers)
      expect({ fields, isTheirs: status >= 400 && status < 500 }).toEqual({ fields, isTheirs: true })
    }
  expect((await send({ base: '', ids: 'x' }, '/labels')).status).toBe(422)
  expect((await send({ url: 'javascript:alert(1)' }, '/links')).status).toBe(422)
})
