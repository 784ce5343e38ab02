import { afterAll, beforeAll, expect, test } from 'bun:test'
import { stream } from '../kit/events.ts'
import { door, until } from '../kit/testing.ts'
import type { Project, Task } from '../task-service/contract.ts'
import { type Somebody, signUp, type TestFrontend, testBackends, testFrontend } from './testing.ts'

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

type Message = { id?: string; event: string; data: any }

/** Watches a project as a browser does. `messages` grows until `closed`. */
async function watch(who: Somebody, project: Project, headers: Record<string, string> = {}, after = '') {
  const leaving = new AbortController()
  const query = `project=${project.id}${after && `&after=${after}`}`
  const answer = await who.browser(`/live?${query}`, { headers, signal: leaving.signal })
  const messages: Message[] = []
  const watching = {
    status: answer.status,
    messages,
    closed: false,
    lastId: () => messages.findLast(message => message.id)?.id,
    of: (event: string) => messages.filter(message => message.event === event),
    /** Waits for a message that fits. */
    next: (event: string, fits: (data: any) => boolean = () => true) =>
      until(() => messages.find(message => message.event === event && fits(message.data)), event),
    leave: () => leaving.abort(),
  }
  if (answer.status !== 200) return watching
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  void (async () => {
    let text = ''
    try {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream() as never)) {
        const blocks = (text + chunk).split('\n\n')
        text = blocks.pop()!
        for (const block of blocks) {
          const fields = Object.fromEntries(block.split('\n').map(line => line.split(/: (.*)/)))
          if (fields.event)
            messages.push({ id: fields.id, event: fields.event, data: JSON.parse(fields.data) })
        }
      }
    } catch {}
    watching.closed = true
  })()
  await watching.next('ready')
  return watching
}

const made = async <T>(answer: Promise<Response>): Promise<T> => {
  const response = await answer
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  return response.json() as T
}
const newProject = (who: Somebody) =>
  made<Project>(who.program('/api/v1/projects', { body: { name: 'Operations' } }))
const newTask = (who: Somebody, project: Project, title = 'Water the plants') =>
  made<Task>(who.program(`/api/v1/projects/${project.id}/tasks`, { body: { title } }))
const join = (admin: Somebody, project: Project, who: Somebody, role = 'editor') =>
  made(admin.program(`/api/v1/projects/${project.id}/members`, { body: { userId: who.user.id, role } }))

const inOrder = (streamId: string) => streamId.replace(/\d+/g, digits => digits.padStart(15, '0'))
/** Waits until the frontend has read the last event about a task, so that it comes too late to be told live. */
const past = (task: Task) =>
  until(async () => {
    const entries = await backends.redis.xrevrange(stream, '+', '-', 'COUNT', 200)
    const entry = entries.find(([, fields]) => fields.join().includes(task.id))
    return entry && inOrder(frontend.deps.live.position) >= inOrder(entry[0])
  }, 'the event')

test('what one member changes, the others hear of, each in their language; an outsider hears nothing', async () => {
  const [mina, jun, eve] = await Promise.all([
    signUp(frontend.url),
    signUp(frontend.url, { language: 'ko' }),
    signUp(frontend.url),
  ])
  const project = await newProject(mina)
  await join(mina, project, jun)
  const [hers, his] = [await watch(mina, project), await watch(jun, project)]
  expect((await watch(eve, project)).status).toBe(404)

  const task = await newTask(jun, project)
  for (const watching of [hers, his]) {
    const { data } = await watching.next('task')
    expect(data).toMatchObject({
      id: task.id,
      statusId: task.statusId,
      position: task.position,
      version: 1,
      deleted: false,
      actorId: jun.user.id,
    })
    const { data: counts } = await watching.next('counts')
    const byStatus = Object.fromEntries(project.statuses.map(({ id }) => [id, id === task.statusId ? 1 : 0]))
    expect(counts).toEqual({ byStatus, open: '1' })
  }
  const seen = { 'if-match': '"1"' }
  await made(
    mina.program(`/api/v1/tasks/${task.id}`, { method: 'PATCH', body: { title: 'Done' }, headers: seen }),
  )
  await his.next('task', data => data.version === 2)
  // A new title moves nothing between the columns.
  expect(his.of('counts')).toHaveLength(1)
  await mina.program(`/api/v1/tasks/${task.id}`, { method: 'DELETE', headers: { 'if-match': '"2"' } })
  await his.next('task', data => data.deleted)
  await made(mina.program(`/api/v1/projects/${project.id}/labels`, { body: { name: 'Bug', color: 'rose' } }))
  await his.next('project')
  hers.leave()
  his.leave()
  await until(() => frontend.deps.live.size === 0, 'the end of the streams')
})

test('a comment names its task', async () => {
  const mina = await signUp(frontend.url)
  const project = await newProject(mina)
  const task = await newTask(mina, project)
  const watching = await watch(mina, project)
  await made(mina.program(`/api/v1/tasks/${task.id}/comments`, { body: { body: 'Soon' } }))
  expect((await watching.next('comment')).data).toEqual({ taskId: task.id })
  watching.leave()
})

test('the open tasks are counted anew when one is done, and when their status becomes one of done', async () => {
  const mina = await signUp(frontend.url)
  const project = await newProject(mina)
  const [first] = [await newTask(mina, project), await newTask(mina, project)]
  const watching = await watch(mina, project)
  const headers = { 'if-match': '"1"' }
  const done = project.statuses.find(({ category }) => category === 'done')!
  const body = { statusId: done.id }
  await made(mina.program(`/api/v1/tasks/${first.id}`, { method: 'PATCH', body, headers }))
  await watching.next('counts', ({ byStatus, open }) => byStatus[done.id] === 1 && open === '1')
  const status = `/api/v1/projects/${project.id}/statuses/${first.statusId}`
  await made(mina.program(status, { method: 'PATCH', body: { category: 'done' }, headers }))
  await watching.next('counts', ({ open }) => open === '0')
  watching.leave()
})

test('another project is not heard of', async () => {
  const mina = await signUp(frontend.url)
  const [here, there] = [await newProject(mina), await newProject(mina)]
  const watching = await watch(mina, here)
  await newTask(mina, there, 'There')
  const task = await newTask(mina, here, 'Here')
  await watching.next('task', data => data.id === task.id)
  expect(watching.of('task')).toHaveLength(1)
  watching.leave()
})

test('who reconnects hears what happened meanwhile, once, and then what comes', async () => {
  const mina = await signUp(frontend.url)
  const [project, elsewhere] = [await newProject(mina), await newProject(mina)]
  const before = await watch(mina, project)
  const first = await newTask(mina, project)
  await before.next('task')
  before.leave()
  await until(() => frontend.deps.live.size === 0, 'the end of the stream')
  await newTask(mina, elsewhere, 'Elsewhere')
  const missed = await newTask(mina, project, 'Missed')
  await past(missed)
  const again = await watch(mina, project, { 'last-event-id': before.lastId()! })
  await again.next('task', data => data.id === missed.id)
  const later = await newTask(mina, project, 'Later')
  await again.next('task', data => data.id === later.id)
  expect(again.of('task').map(({ data }) => data.id)).not.toContain(first.id)
  expect(again.of('task')).toHaveLength(2)
  expect(again.of('refresh')).toHaveLength(0)
  again.leave()
})

test('between asking for its data and listening, a page misses nothing', async () => {
  const mina = await signUp(frontend.url)
  const project = await newProject(mina)
  const { position } = frontend.deps.live
  const task = await newTask(mina, project)
  await past(task)
  const watching = await watch(mina, project, {}, position)
  await watching.next('task', data => data.id === task.id)
  watching.leave()
})

test('who missed more than the stream remembers is told to load the view again', async () => {
  const mina = await signUp(frontend.url)
  const project = await newProject(mina)
  const watching = await watch(mina, project, { 'last-event-id': '1-1' })
  await watching.next('refresh')
  const nonsense = await watch(mina, project, { 'last-event-id': 'nonsense' })
  await nonsense.next('refresh')
  watching.leave()
  nonsense.leave()
})

test('when very much changes at once, one reload is asked for in place of it all', async () => {
  const mina = await signUp(frontend.url)
  const project = await newProject(mina)
  const before = await watch(mina, project)
  await newTask(mina, project, 'The first')
  await before.next('task')
  before.leave()
  await Promise.all(Array.from({ length: 45 }, (_, i) => newTask(mina, project, `Task ${i}`)))
  await past(await newTask(mina, project, 'The last'))
  const again = await watch(mina, project, { 'last-event-id': before.lastId()! })
  await again.next('refresh')
  await again.next('counts', ({ open }) => open === '47')
  expect(again.of('task')).toHaveLength(0)
  again.leave()
})

test('a session that ends takes its streams along', async () => {
  const mina = await signUp(frontend.url)
  const project = await newProject(mina)
  const { email, password } = mina
  const second = await signUp(frontend.url)
  await join(mina, project, second, 'viewer')
  const [hers, theirs] = [await watch(mina, project), await watch(second, project)]
  const answer = await mina.program('/api/v1/auth/sign-in', { body: { email, password } })
  const { session } = await answer.json()
  const laptop = { authorization: `Bearer ${session.token}` }
  await mina.program(`/api/v1/sessions/${mina.session.id}`, { method: 'DELETE', headers: laptop })
  await until(() => hers.closed, 'the end of the stream')
  expect(theirs.closed).toBe(false)
  theirs.leave()
})

test('who is removed from a project hears no more of it, not even of the removal', async () => {
  const [mina, jun] = await Promise.all([signUp(frontend.url), signUp(frontend.url)])
  const project = await newProject(mina)
  await join(mina, project, jun)
  await past(await newTask(mina, project)) // that he joined is no news to him then
  const [hers, his] = [await watch(mina, project), await watch(jun, project)]
  const member = `/api/v1/projects/${project.id}/members/${jun.user.id}`
  const removed = await mina.program(member, { method: 'DELETE', headers: { 'if-match': '"1"' } })
  expect(removed.status).toBe(204)
  await newTask(mina, project, 'Secret')
  await until(() => his.closed, 'the end of the stream')
  await hers.next('task')
  expect(hers.closed).toBe(false)
  expect(his.messages.filter(({ event }) => event !== 'ready')).toEqual([])
  expect((await watch(jun, project)).status).toBe(404)
  hers.leave()
})

test('who is not signed in, or names no project, is refused', async () => {
  const mina = await signUp(frontend.url)
  const project = await newProject(mina)
  const anyone = await fetch(`${frontend.url}/live?project=${project.id}`)
  expect([anyone.status, (await anyone.json()).code]).toEqual([401, 'unauthenticated'])
  expect((await mina.browser('/live?project=OPS')).status).toBe(422)
  expect((await mina.browser(`/live?project=${project.id}`, { method: 'HEAD' })).status).toBe(200)
})

test('when Redis was away the browsers come back, and miss nothing', async () => {
  const target = new URL(frontend.deps.config.redisUrl)
  const way = await door(Number(target.port))
  target.port = String(way.port)
  const shaky = testFrontend(backends.urls, { redisUrl: target.href })
  await until(() => shaky.deps.redis.status === 'ready', 'Redis')
  const mina = await signUp(shaky.url)
  const project = await newProject(mina)
  const before = await watch(mina, project)
  await way.shut()
  const task = await newTask(mina, project)
  await way.open()
  await until(() => before.closed, 'the end of the stream')
  const again = await watch(mina, project, { 'last-event-id': before.lastId()! })
  await again.next('task', data => data.id === task.id)
  again.leave()
  await shaky.stop()
  await way.shut()
})

test('a replica that leaves ends its streams, so that browsers go to another', async () => {
  const leaving = testFrontend(backends.urls)
  const mina = await signUp(leaving.url)
  const project = await newProject(mina)
  const watching = await watch(mina, project)
  await leaving.deps.live.stop()
  await until(() => watching.closed, 'the end of the stream')
  await leaving.stop()
})
