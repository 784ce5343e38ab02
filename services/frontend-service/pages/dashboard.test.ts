import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { analyticsService } from '../../analytics-service/app.ts'
import { rebuild } from '../../analytics-service/rebuild.ts'
import { Access } from '../../kit/access.ts'
import { Client } from '../../kit/client.ts'
import { type Log, remoteLog } from '../../kit/events.ts'
import { serviceTokens, verifier } from '../../kit/identity.ts'
import { testDatabase, testSecret, until } from '../../kit/testing.ts'
import { signUp, type Somebody, type TestFrontend, testBackends, testFrontend } from '../testing.ts'

setDefaultTimeout(30_000)
let backends: Awaited<ReturnType<typeof testBackends>>
let database: Awaited<ReturnType<typeof testDatabase>>
let analytics: ReturnType<typeof Bun.serve>
let log: Log
let frontend: TestFrontend
let withoutAnalytics: TestFrontend
beforeAll(async () => {
  backends = await testBackends()
  database = await testDatabase('analytics-service')
  const tasks = new Client(backends.urls['task-service'])
  const app = analyticsService({
    sql: database.sql,
    verify: verifier({ keys: backends.users.keys.find, secret: testSecret, isRevoked: () => false }),
    access: new Access(tasks, backends.redis),
  })
  analytics = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: app.fetch })
  log = remoteLog({ 'task-service': tasks }, serviceTokens('analytics-service', testSecret))
  frontend = testFrontend({ ...backends.urls, 'analytics-service': analytics.url.origin })
  withoutAnalytics = testFrontend(backends.urls)
})
afterAll(async () => {
  await Promise.all([frontend.stop(), withoutAnalytics.stop()])
  await analytics.stop(true)
  await backends.stop()
  await database.drop()
})

const read = async (who: Somebody, path: string) => {
  const answer = await who.browser(path)
  return { status: answer.status, text: await answer.text() }
}

let made = 0
/** A project of somebody, with its statuses. */
async function newProject(who: Somebody) {
  const key = `DASH${++made}`
  const answer = await who.program('/api/v1/projects', { body: { name: `Boxes ${made}`, key } })
  return (await answer.json()) as { id: string; key: string; statuses: { id: string; category: string }[] }
}

test('the work of a team shows as sentences, charts and tables, in the reader’s language', async () => {
  const mina = await signUp(frontend.url, { language: 'ko', name: '서미나' })
  const { key, statuses } = await newProject(mina)
  const status = (category: string) => statuses.find(status => status.category === category)!.id
  for (const task of [
    {
      title: 'Fold & glue',
      statusId: status('doing'),
      assigneeIds: [mina.user.id],
      due: { date: '2026-01-02' },
    },
    { title: 'Print', statusId: status('done') },
  ])
    expect((await mina.program(`/api/v1/projects/${key}/tasks`, { body: task })).status).toBe(201)

  const path = `/projects/${key}/dashboard?weeks=4`
  await until(async () => {
    await rebuild(database.sql, log)
    return (await read(mina, path)).text.includes('Fold &amp; glue')
  }, 'the task being counted')
  const { status: answered, text } = await read(mina, path)
  expect(answered).toBe(200)
  expect(text).toContain('태스크 1개가 남았고, 1개는 마감이 지났어요')
  expect(text).toContain('서미나 님이 태스크 1개로 가장 많이 맡고 있어요.')
  expect(text).toContain('aria-current="page">4주</a>')
  expect(text).toContain(`href="/projects/${key}/tasks/1"`)
  expect(text.match(/role="img" aria-label="[^"]+\."/g)!.length).toBeGreaterThanOrEqual(4)
  expect(text.match(/<table/g)).toHaveLength(4)
  expect(text).not.toContain('style=')
})

test('a project without tasks says what to do first', async () => {
  const mina = await signUp(frontend.url)
  const { key } = await newProject(mina)
  const { status, text } = await read(mina, `/projects/${key}/dashboard`)
  expect(status).toBe(200)
  expect(text).toContain('No figures yet')
  expect(text).toContain(`href="/projects/${key}"`)
})

test('while analytics-service is away its part says so, and the frame of the project stays', async () => {
  const mina = await signUp(withoutAnalytics.url)
  const { key } = await newProject(mina)
  const { status, text } = await read(mina, `/projects/${key}/dashboard`)
  expect(status).toBe(200)
  expect(text).toContain('The dashboard can’t be shown just now.')
  expect(text).toContain(`href="/projects/${key}/list"`)
})

test('outsiders get 404, strangers are asked to sign in, and a period that there is not is refused', async () => {
  const [mina, outsider] = await Promise.all([signUp(frontend.url), signUp(frontend.url)])
  const { key } = await newProject(mina)
  const path = `/projects/${key}/dashboard`
  expect((await read(outsider, path)).status).toBe(404)
  expect((await read(mina, '/projects/NOWHERE/dashboard')).status).toBe(404)
  const stranger = await fetch(frontend.url + path, { redirect: 'manual' })
  expect(stranger.headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent(path)}`)
  for (const query of ['weeks=0', 'weeks=all', 'weeks=53'])
    expect([query, (await read(mina, `${path}?${query}`)).status]).toEqual([query, 422])
})
