import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { File, FileCategory, FilePage } from '../../file-service/contract.ts'
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

async function json<T>(answer: Promise<Response> | Response): Promise<T> {
  const response = await answer
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Somebody with a project and a task, in which files are made. */
async function team(language: 'en' | 'ko' = 'en') {
  const mina = await signUp(frontend.url, { language })
  const project = await json<Project>(mina.program('/api/v1/projects', { body: { name: 'Kiosk' } }))
  const task = await json<Task>(
    mina.program(`/api/v1/projects/${project.id}/tasks`, { body: { title: 'Sign <the> lease' } }),
  )
  const upload = (name: string, bytes: string | Uint8Array = 'some text') =>
    json<File>(
      fetch(`${frontend.url}/api/v1/files?${new URLSearchParams({ taskId: task.id, name })}`, {
        method: 'POST',
        body: bytes as BodyInit,
        headers: { authorization: `Bearer ${mina.session.token}` },
      }),
    )
  const path = `/projects/${project.key}/files`
  const files = async () =>
    (await json<FilePage>(mina.program(`/api/v1/files?projectId=${project.id}`))).items
  const categories = async () =>
    (await json<{ items: FileCategory[] }>(mina.program(`/api/v1/file-categories?projectId=${project.id}`)))
      .items
  return { mina, project, task, upload, path, files, categories }
}
const post = ({ browser }: Somebody, path: string, fields: Record<string, string | number>) =>
  browser(path, {
    method: 'POST',
    body: new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, `${value}`])).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
const text = async (answer: Promise<Response>) => (await answer).text()

test('the files of a project are listed newest first, with task, size and who attached them', async () => {
  const { mina, path, upload, task } = await team()
  await upload('기획서 <최종>.txt')
  await upload('page.html', '<script>alert(1)</script>')
  const html = await text(mina.browser(path))
  expect(html).toMatch(/page\.html.*기획서 &lt;최종>\.txt/s)
  expect(html).toContain('Sign &lt;the&gt; lease')
  expect(html).toContain(`href="/projects/${task.key.split('-')[0]}/tasks/1"`)
  expect(html).toContain('9 bytes')
  expect(html).toContain('Mina Seo')
})

test('only what is safe is linked to be shown; everything else is downloaded', async () => {
  const { mina, path, upload } = await team()
  const [plain, active] = [await upload('a.txt'), await upload('a.svg', '<svg onload="alert(1)"></svg>')]
  const html = await text(mina.browser(path))
  expect(html).toContain(`href="/files/${plain.id}?inline=true"`)
  expect(html).not.toContain(`/files/${active.id}?inline`)
  expect(html).not.toContain('<img')
  const answer = await mina.browser(`/files/${active.id}?inline=true`)
  expect(answer.headers.get('content-disposition')).toStartWith('attachment')
})

test('a project without files teaches the first step, in the language of the reader', async () => {
  const { mina, path } = await team('ko')
  expect(await text(mina.browser(path))).toContain('아직 파일이 없어요')
})

test('categories are added, filter the files, are renamed, and leave their files when they go', async () => {
  const { mina, path, project, upload, categories, files } = await team()
  const [one, two] = [await upload('one.txt'), await upload('two.txt')]
  const of = (below: string) => `/projects/${project.key}/${below}`
  expect((await post(mina, of('file-categories'), { name: 'Contracts' })).status).toBe(303)
  let [category] = await categories()
  await post(mina, of(`files/${one.id}`), { version: 1, name: 'one.txt', categoryId: category!.id })
  const inside = await text(mina.browser(`${path}?category=${category!.id}`))
  expect(inside).toContain('one.txt')
  expect(inside).not.toContain('two.txt')
  const outside = await text(mina.browser(`${path}?category=none`))
  expect(outside).toContain('two.txt')
  expect(outside).not.toContain('one.txt')

  await post(mina, of(`file-categories/${category!.id}`), { version: category!.version, name: 'Leases' })
  ;[category] = await categories()
  expect(category!.name).toBe('Leases')
  const answer = await post(mina, of(`file-categories/${category!.id}/delete?category=${category!.id}`), {
    version: category!.version,
  })
  expect(answer.headers.get('location')).toBe(`${path}?done=category-deleted`)
  expect((await files()).map(file => [file.id, file.categoryId])).toEqual([
    [two.id, null],
    [one.id, null],
  ])
})

test('a taken or empty name of a category is told beside its field, which keeps what was typed', async () => {
  const { mina, project } = await team()
  const path = `/projects/${project.key}/file-categories`
  await post(mina, path, { name: 'Contracts' })
  const taken = await post(mina, path, { name: 'Contracts' })
  const html = await taken.text()
  expect(taken.status).toBe(409)
  expect(html).toContain('Another category has this name.')
  expect(html).toContain('value="Contracts" id="category-new" name="name" autofocus')
  const empty = await post(mina, path, { name: '' })
  expect(empty.status).toBe(422)
  expect(await empty.text()).toContain('This cannot be empty.')
})

test('a file is renamed, and two who rename it at once lose nothing', async () => {
  const { mina, path, upload, files } = await team()
  const file = await upload('draft.txt')
  const rename = (name: string) =>
    post(mina, `${path}/${file.id}?category=none`, { version: 1, name, categoryId: '' })
  const first = await rename('final.txt')
  expect([first.status, first.headers.get('location')]).toEqual([303, `${path}?category=none&done=saved`])
  const second = await rename('other.txt')
  const html = await second.text()
  expect(second.status).toBe(412)
  expect(html).toContain('Saved now: Name “final.txt”, Category “Without a category”.')
  expect(html).toContain('value="other.txt"')
  expect(html).toContain('name="version" value="2"')
  expect((await files())[0]!.name).toBe('final.txt')
})

test('a file is removed for good, once however often it is asked', async () => {
  const { mina, path, upload, files } = await team()
  const file = await upload('old.txt')
  for (let time = 0; time < 2; time++)
    expect((await post(mina, `${path}/${file.id}/remove`, { version: 1 })).status).toBe(303)
  expect(await files()).toEqual([])
  expect((await mina.browser(`/files/${file.id}`)).status).toBe(404)
})

test('who may only read sees the files and no forms, and nobody else sees anything', async () => {
  const { mina, path, project, upload } = await team()
  const file = await upload('plan.txt')
  const [jun, stranger] = [await signUp(frontend.url), await signUp(frontend.url)]
  await json(
    mina.program(`/api/v1/projects/${project.id}/members`, { body: { userId: jun.user.id, role: 'viewer' } }),
  )
  const html = await text(jun.browser(path))
  expect(html).toContain('plan.txt')
  expect(html).not.toContain(`action="${path}`)
  expect((await post(jun, `${path}/${file.id}/remove`, { version: 1 })).status).toBe(403)
  expect((await stranger.browser(path)).status).toBe(404)
  expect((await post(stranger, `${path}/${file.id}/remove`, { version: 1 })).status).toBe(303)
  expect((await jun.browser(`/files/${file.id}`)).status).toBe(200)
})

test('many files come page by page', async () => {
  const { mina, path, upload } = await team()
  for (let count = 0; count < 31; count++) await upload(`${count}.txt`)
  const first = await text(mina.browser(path))
  expect(first.match(/class="file-row"/g)).toHaveLength(30)
  const next = /href="([^"]+after=[^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&')
  const second = await text(mina.browser(next))
  expect(second.match(/class="file-row"/g)).toHaveLength(1)
  expect(second).toContain('0.txt')
})

test('while file-service is away its part says so, and the way to the rest of the project is there', async () => {
  const { mina, path, project } = await team()
  const { 'file-service': _, ...others } = backends.urls
  const alone = testFrontend(others)
  try {
    const answer = await fetch(alone.url + path, { headers: { cookie: `session=${mina.session.token}` } })
    const html = await answer.text()
    expect(answer.status).toBe(200)
    expect(html).toContain('Files can’t be shown just now.')
    expect(html).toContain(`href="/projects/${project.key}/dashboard"`)
  } finally {
    await alone.stop()
  }
})
