import { afterAll, beforeAll, expect, test } from 'bun:test'
import { signUp, type Somebody, type TestFrontend, testBackends, testFrontend } from '../testing.ts'

const trello = await Bun.file(`${import.meta.dir}/../../task-service/testdata/trello.json`).text()

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

async function choose({ browser }: Somebody, file: string | Uint8Array<ArrayBuffer>, name = 'board.json') {
  const form = new FormData()
  form.append('file', new Blob([file]), name)
  const answer = await browser('/import', { body: form })
  const text = await answer.text()
  const token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? ''
  return { status: answer.status, text, token }
}
const bring = ({ browser }: Somebody, token: string) =>
  browser('/import/board', {
    body: new URLSearchParams({ token }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
/** A board of its own, so that tests know nothing of each other. */
const board = (name: string) => JSON.stringify({ ...JSON.parse(trello), name })
const projectsOf = async ({ program }: Somebody) =>
  ((await (await program('/api/v1/projects')).json()) as any).items as { key: string; name: string }[]

test('a board is shown first, and brought by the second step without choosing the file again', async () => {
  const mina = await signUp(frontend.url)
  const { status, text, token } = await choose(mina, board('Café & <sons>'))
  expect(status).toBe(200)
  expect(text).toContain('“Café &amp; &lt;sons&gt;” becomes a new project')
  expect(await projectsOf(mina)).toEqual([])
  const answer = await bring(mina, token)
  const [project] = await projectsOf(mina)
  expect(project!.name).toBe('Café & <sons>')
  expect([answer.status, answer.headers.get('location')]).toEqual([303, `/projects/${project!.key}`])
})

test('a board that came before says that nothing is missing, and sending twice adds nothing', async () => {
  const mina = await signUp(frontend.url, { language: 'ko' })
  const { token } = await choose(mina, trello)
  const answers = await Promise.all([bring(mina, token), bring(mina, token)])
  expect(answers.map(answer => answer.status)).toEqual([303, 303])
  expect(await projectsOf(mina)).toHaveLength(1)
  const { text } = await choose(mina, trello)
  expect(text).toContain('보드는 이미 다 들어와 있어요')
  expect(text).not.toContain('name="token"')
})

test.each([
  ['nothing', '', '', 422, 'Choose a file first.'],
  ['text that is no JSON', 'hello', 'board.json', 422, 'Not a Trello board'],
  ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0]), 'board.json', 422, 'Not a Trello board'],
  ['JSON that is no board', '{"lists":[]}', 'board.json', 422, 'Not a Trello board'],
  ['a file over the limit', new Uint8Array(20 * 1024 * 1024 + 1), 'board.json', 413, 'Too large'],
])('%s is refused with a sentence, and the form stays', async (_, file, name, status, sentence) => {
  const answer = await choose(await signUp(frontend.url), file, name)
  expect(answer.status).toBe(status)
  expect(answer.text).toContain(sentence)
  expect(answer.text).toContain('enctype="multipart/form-data"')
})

test('a file that is no longer at hand, or another session’s, has to be chosen again', async () => {
  const [mina, jun] = [await signUp(frontend.url), await signUp(frontend.url)]
  const first = await choose(mina, board('First'))
  await choose(mina, board('Second'))
  for (const answer of [await bring(mina, first.token), await bring(jun, first.token)]) {
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('The file is no longer at hand')
  }
  expect(await projectsOf(mina)).toEqual([])
})

test('while task-service is away the page says so', async () => {
  const alone = testFrontend({ 'user-service': backends.urls['user-service'] })
  try {
    const { session } = await signUp(frontend.url)
    const form = new FormData()
    form.append('file', new Blob([trello]), 'board.json')
    const answer = await fetch(`${alone.url}/import`, {
      method: 'POST',
      body: form,
      headers: { cookie: `session=${session.token}`, 'sec-fetch-site': 'same-origin' },
    })
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('Not available right now')
  } finally {
    await alone.stop()
  }
})
