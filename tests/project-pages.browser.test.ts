import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { barriers, launch, visit } from './browser.ts'
import { startSystem, type System } from './system.ts'

setDefaultTimeout(60_000)

let system: System
let browser: Browser
beforeAll(async () => {
  ;[system, browser] = await Promise.all([startSystem(), launch()])
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await system?.stop()
}, 30_000)

/** Somebody new in a browser of their own, signed in. */
async function enter(name: string, language: 'en' | 'ko' = 'en', options: BrowserContextOptions = {}) {
  const { page, context, complaints } = await visit(browser, system.publicUrl, options)
  const email = `${crypto.randomUUID()}@example.com`
  const answer = await context.request.post('/api/v1/auth/sign-up', {
    data: { email, password: 'a quiet lake at dawn', name, language, timeZone: 'Asia/Seoul' },
    headers: { origin: system.publicUrl },
  })
  const { session } = await answer.json()
  await context.addCookies([{ name: 'session', value: session.token, url: system.publicUrl }])
  const ask = async (path: string, data: unknown) => {
    const answer = await context.request.post(`/api/v1${path}`, {
      data,
      headers: { origin: system.publicUrl },
    })
    if (!answer.ok()) throw new Error(`${path} answered ${answer.status()} ${await answer.text()}`)
    return answer.json()
  }
  return { page, context, complaints, email, ask }
}
type Somebody = Awaited<ReturnType<typeof enter>>

/** A project of theirs with one task: the paths of both, and a way to attach files to the task. */
async function newProject({ ask, context }: Somebody, name = 'Station kiosk') {
  const { key } = await ask('/projects', { name })
  const { id } = await ask(`/projects/${key}/tasks`, { title: 'Sign the lease' })
  const attach = async (name: string, content: string) => {
    const answer = await context.request.post('/api/v1/files', {
      params: { taskId: id, name },
      data: Buffer.from(content),
      headers: { origin: system.publicUrl, 'content-type': 'application/octet-stream' },
    })
    expect(answer.status()).toBe(201)
  }
  return { project: `/projects/${key}`, task: `/projects/${key}/tasks/1`, attach }
}

describe('without script', () => {
  const noScript = { javaScriptEnabled: false }

  test('a Trello board is looked at and then imported, without choosing its file again', async () => {
    const { page, context, complaints } = await enter('서미나', 'ko', noScript)
    await page.goto('/import')
    await page.setInputFiles('[name=file]', 'services/task-service/testdata/trello.json')
    await page.click('main .btn-primary')
    await page.locator('.import-table').waitFor()
    expect(new URL(page.url()).pathname).toBe('/import')
    await page.getByRole('button', { name: '가져오기', exact: true }).click()
    await page.waitForURL('**/projects/*')
    expect(await page.locator('.card').count()).toBeGreaterThan(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('files are attached, found, put into a category, renamed, downloaded and removed', async () => {
    const mina = await enter('Mina Seo', 'en', { ...noScript, acceptDownloads: true })
    const { page, context, complaints } = mina
    const { project, task } = await newProject(mina)
    await page.goto(task)
    const file = {
      name: '임대 계약서 (최종).bin',
      mimeType: 'text/html',
      buffer: Buffer.from('\0 the lease'),
    }
    await page.setInputFiles('[type=file]', file)
    await page.locator('form:has([type=file]) button').click()
    await page.getByText('임대 계약서 (최종).bin').first().waitFor()
    await page.goto(`${project}/files`)
    const row = page.locator('.file-row')
    expect(await row.innerText()).toContain('임대 계약서 (최종).bin')
    expect(await row.innerText()).toContain('Sign the lease')

    await page.getByText('New category').first().click()
    await page.fill('#category-new', 'Contracts')
    await page.getByRole('button', { name: 'Add category' }).click()
    await page.getByText('The category is added.').waitFor()
    await page.locator('.file-edit > summary').click()
    await row.getByLabel('Name', { exact: true }).fill('계약서.bin')
    await row.getByLabel('Category', { exact: true }).selectOption({ label: 'Contracts' })
    await row.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The file is saved.').waitFor()
    await page.locator('.chips').getByText('Contracts').click()
    expect(await row.locator('.file-name').innerText()).toContain('계약서.bin')

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row.getByRole('link', { name: 'Download 계약서.bin' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('계약서.bin')
    expect(await Bun.file(await download.path()).text()).toBe('\0 the lease')

    await page.locator('.file-edit > summary').click()
    await page.getByText('Remove this file').click()
    await page.getByRole('button', { name: 'Remove for good' }).click()
    await page.getByText('The file is removed.').waitFor()
    expect(await row.count()).toBe(0)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a member is added by their email, and their browser shows the project', async () => {
    const [mina, jun] = [await enter('Mina Seo', 'en', noScript), await enter('박준', 'ko')]
    const { project } = await newProject(mina, 'Winter market')
    await jun.page.goto('/projects')
    expect(await jun.page.content()).not.toContain('Winter market')
    await mina.page.goto(`${project}/settings`)
    await mina.page.fill('[name=email]', jun.email)
    await mina.page.locator('.new-thing [name=role]').first().selectOption('viewer')
    await mina.page.getByRole('button', { name: 'Add member' }).click()
    await mina.page.locator('.thing', { hasText: '박준' }).waitFor()
    await jun.page.reload()
    await jun.page.click('#sidebar >> text=Winter market')
    await jun.page.waitForURL(`**${project}`)
    await jun.page.goto(`${project}/settings`)
    expect(await jun.page.locator('main form').count()).toBe(1) // the one to leave
    expect([...mina.complaints, ...jun.complaints]).toEqual([])
    await mina.context.close()
    await jun.context.close()
  })
})

test('columns take the order, names and limits of the settings', async () => {
  const mina = await enter('Mina Seo')
  const { page, context, complaints } = mina
  const { project } = await newProject(mina)
  await page.goto(`${project}/settings`)
  await page.fill('#status-new', 'Waiting')
  await page.fill('#limit-new', '2')
  await page.getByRole('button', { name: 'Add status' }).click()
  await page.getByRole('button', { name: 'Move Waiting left' }).click()
  await page.getByText('Moved.').waitFor()
  await page.goto(project)
  const columns = await page.locator('.col > header h2').allInnerTexts()
  expect(columns.map(name => name.trim()).slice(-2)).toEqual(['Waiting', 'Done'])
  expect(complaints).toEqual([])
  await context.close()
})

test('a picture made of script is downloaded, not shown, and runs nothing', async () => {
  const mina = await enter('Mina Seo', 'en', { acceptDownloads: true })
  const { page, context, complaints } = mina
  const { project, attach } = await newProject(mina)
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title = "owned"</script></svg>'
  await attach('logo.svg', svg)
  await page.goto(`${project}/files`)
  expect(await page.locator('.file-row img').count()).toBe(0)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.file-name a', { hasText: 'logo.svg' }).click(),
  ])
  expect(await Bun.file(await download.path()).text()).toBe(svg)
  const id = /files\/([\w-]+)/.exec(download.url())![1]
  const answer = await context.request.get(`/files/${id}?inline=true`)
  expect(answer.headers()).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringMatching(/^attachment/),
  })
  expect(await page.title()).not.toBe('owned')
  expect(complaints).toEqual([])
  await context.close()
})

test.each([
  ['en', 'light', 360],
  ['ko', 'dark', 360],
  ['en', 'dark', 1440],
  ['ko', 'light', 1440],
] as const)('nothing bars the way: %s, %s, %d wide', async (language, colorScheme, width) => {
  const mina = await enter('서미나', language, { colorScheme, viewport: { width, height: 800 } })
  const { page, context, complaints } = mina
  const { project, attach } = await newProject(mina, 'A'.repeat(100))
  await mina.ask(`${project}/labels`, { name: 'W'.repeat(40), color: 'rose' })
  await attach(`${'긴이름'.repeat(60)}.txt`, 'text')
  for (const path of ['/import', `${project}/files`, `${project}/settings`]) {
    await page.goto(path)
    for (const summary of await page.locator('main summary').all()) await summary.click()
    expect({ path, barriers: await barriers(page) }).toEqual({ path, barriers: [] })
    const hidden = await page.locator('main').evaluate(main => main.scrollWidth - main.clientWidth)
    expect({ path, hidden }).toEqual({ path, hidden: 0 })
  }
  await page.goto('/import')
  await page.setInputFiles('[name=file]', 'services/task-service/testdata/trello.json')
  await page.click('main .btn-primary')
  await page.locator('.import-table').waitFor()
  expect(await barriers(page)).toEqual([])
  expect(complaints).toEqual([])
  await context.close()
})

// The last one: it takes a service away.
test('while file-service is away its parts say so, and everything else of the task goes on', async () => {
  const mina = await enter('Mina Seo')
  const { page, context } = mina
  const { project, task } = await newProject(mina)
  await system.program('file-service').stop()
  await page.goto(`${project}/files`)
  await page.getByText('Files can’t be shown just now.').waitFor()
  await page.goto(task)
  await page.getByText('Files can’t be shown just now.').waitFor()
  await page.getByPlaceholder('Write a comment').fill('Signed at noon')
  await page.getByRole('button', { name: /^(Send|Comment)$/ }).click()
  await page.locator('.talk, #panel, main').getByText('Signed at noon').first().waitFor()
  await page.reload()
  expect(await page.content()).toContain('Signed at noon')
  await context.close()
})
