import { afterAll, beforeAll, expect, test } from 'bun:test'
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

const create = ({ browser }: Somebody, fields: Record<string, string>) =>
  browser('/projects', {
    method: 'POST',
    body: new URLSearchParams({ key: '', color: 'teal', ...fields }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
const newKey = () => `K${crypto.randomUUID().slice(0, 6).toUpperCase()}`

test('a new project opens its board and is listed for those in it', async () => {
  const [mina, stranger] = [await signUp(frontend.url), await signUp(frontend.url)]
  const key = newKey()
  const answer = await create(mina, { name: 'Box <builder>', key: ` ${key.toLowerCase()} ` })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `/projects/${key}`])
  const text = await (await mina.browser('/projects')).text()
  expect(text).toContain('Box &lt;builder&gt;')
  expect(text).toContain('c-teal')
  expect(text).toContain('Admin')
  expect(await (await stranger.browser('/projects')).text()).not.toContain(key)
})

test('a key may be left to be made from the name', async () => {
  const mina = await signUp(frontend.url)
  const answer = await create(mina, { name: 'Operations' })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toMatch(/^\/projects\/[A-Z][A-Z0-9]+$/)
})

test('a taken key is told beside the field, and what was typed stays', async () => {
  const mina = await signUp(frontend.url)
  const key = newKey()
  await create(mina, { name: 'One', key })
  const answer = await create(mina, { name: 'Another "one"', key, color: 'rose' })
  const text = await answer.text()
  expect(answer.status).toBe(409)
  expect(text).toContain('Another project has this key.')
  expect(text).toContain('value="Another &#34;one&#34;"')
  expect(text).toMatch(/value="rose" checked/)
})

test('an empty name and a broken key are told beside their fields', async () => {
  const mina = await signUp(frontend.url, { language: 'ko' })
  const answer = await create(mina, { name: '', key: '7up!' })
  const text = await answer.text()
  expect(answer.status).toBe(422)
  expect(text).toContain('비워 둘 수 없어요.')
  expect(text).toContain('정해진 형식과 달라요.')
})

test('while task-service is away the list says so and the form waits', async () => {
  const alone = testFrontend({ 'user-service': backends.urls['user-service'] })
  try {
    const { session } = await signUp(frontend.url)
    const answer = await fetch(`${alone.url}/projects`, { headers: { cookie: `session=${session.token}` } })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Projects can’t be shown just now.')
  } finally {
    await alone.stop()
  }
})
