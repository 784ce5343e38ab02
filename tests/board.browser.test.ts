import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Project, Task } from '../services/task-service/contract.ts'
import type { SignedIn } from '../services/user-service/contract.ts'
import { until } from '../services/kit/testing.ts'
import { barriers, launch, visit } from './browser.ts'
import { startSystem, type System } from './system.ts'

setDefaultTimeout(30_000)

let system: System
let browser: Browser
let mina: Somebody
let jun: Somebody
beforeAll(async () => {
  ;[system, browser] = await Promise.all([startSystem(), launch()])
  ;[mina, jun] = await Promise.all([signUp('Mina Seo', 'en'), signUp('박준', 'ko')])
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await system?.stop()
}, 30_000)

type Somebody = SignedIn & {
  ask: <T = unknown>(method: string, path: string, body?: unknown, version?: number) => Promise<T>
}

async function signUp(name: string, language: string): Promise<Somebody> {
  const email = `${crypto.randomUUID()}@example.com`
  const body = { email, password: 'a quiet lake at dawn', name, language, timeZone: 'Asia/Seoul' }
  const answer = await fetch(`${system.publicUrl}/api/v1/auth/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const signedIn = (await answer.json()) as SignedIn
  return {
    ...signedIn,
    ask: async (method, path, body, version) => {
      const answer = await fetch(`${system.publicUrl}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${signedIn.session.token}`,
          'content-type': 'application/json',
          ...(version !== undefined && { 'if-match': `"${version}"` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return (answer.status === 204 ? undefined : await answer.json()) as never
    },
  }
}

/** A project of Mina, in which Jun is an editor, with tasks in its second status. */
async function newProject(titles: string[] = []) {
  const project = await mina.ask<Project>('POST', '/projects', { name: 'Box builder' })
  await mina.ask('POST', `/projects/${project.key}/members`, { userId: jun.user.id, role: 'editor' })
  const tasks: Task[] = []
  for (const title of titles)
    tasks.push(
      await mina.ask<Task>('POST', `/projects/${project.key}/tasks`, {
        title,
        statusId: project.statuses[1]!.id,
      }),
    )
  return { ...project, tasks, path: `/projects/${project.key}` }
}

/** A browser of somebody, at a path. It closes when the test is over. */
async function open(who: Somebody, path: string, options: BrowserContextOptions = {}) {
  const { context, page, complaints } = await visit(browser, system.publicUrl, {
    viewport: { width: 1440, height: 900 },
    ...options,
  })
  await context.addCookies([{ name: 'session', value: who.session.token, url: system.publicUrl }])
  await page.goto(path)
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

const titles = (page: Page, column: number) =>
  page.locator('.col').nth(column).locator('.card h3').allTextContents()
const shows = (page: Page, column: number, expected: string[]) =>
  until(async () => Bun.deepEquals(await titles(page, column), expected))
const isLive = (page: Page) => page.locator('#live[data-state="on"]').waitFor()
const said = (page: Page) => page.locator('#said').innerText()

/** Drags a card over another one, as a hand would, with the pointer at `part` of its height. */
async function drag(page: Page, title: string, over: { column: number; title?: string }, part = 0.2) {
  const from = (await page.locator('.card', { hasText: title }).boundingBox())!
  const column = page.locator('.col').nth(over.column)
  const target = over.title ? column.locator('.card', { hasText: over.title }) : column.locator('.cards')
  const to = (await target.boundingBox())!
  await page.mouse.move(from.x + 40, from.y + 10)
  await page.mouse.down()
  await page.mouse.move(from.x + 50, from.y + 20, { steps: 3 })
  await page.mouse.move(to.x + 40, to.y + to.height * part, { steps: 8 })
}

test('a card that is dragged moves, and another browser shows it without reload', async () => {
  const { path, tasks, key, statuses } = await newProject(['One', 'Two', 'Three'])
  await using me = await open(mina, path)
  await using other = await open(jun, path)
  await Promise.all([isLive(me.page), isLive(other.page)])
  await drag(me.page, 'Two', { column: 2 })
  await me.page.mouse.up()
  await shows(me.page, 2, ['Two'])
  await shows(other.page, 2, ['Two'])
  await shows(other.page, 1, ['One', 'Three'])
  await jun.ask('POST', `${path}/tasks`, { title: 'Four', statusId: statuses[0]!.id })
  await me.page.locator('.side [aria-current] .n', { hasText: '4' }).waitFor()
  // Between two others, and it stays there.
  await drag(me.page, 'Two', { column: 1, title: 'Three' })
  await me.page.mouse.up()
  await shows(other.page, 1, ['One', 'Two', 'Three'])
  await me.page.reload()
  await shows(me.page, 1, ['One', 'Two', 'Three'])
  // The drag was no click.
  expect(new URL(me.page.url()).pathname).toBe(path)
  const moved = await mina.ask<Task>('GET', `/projects/${key}/tasks/${tasks[1]!.number}`)
  expect(moved.version).toBe(3)
  expect([...me.complaints, ...other.complaints]).toEqual([])
})

test('Escape gives up a drag', async () => {
  const { path } = await newProject(['One', 'Two'])
  await using me = await open(mina, path)
  await drag(me.page, 'One', { column: 3 })
  await shows(me.page, 3, ['One'])
  await me.page.keyboard.press('Escape')
  await me.page.mouse.up()
  expect(await titles(me.page, 1)).toEqual(['One', 'Two'])
  expect(await me.page.locator('.ghost').count()).toBe(0)
})

test('a finger that rests on a card drags it, and one that moves at once scrolls', async () => {
  const { path } = await newProject(['One', 'Two'])
  await using me = await open(mina, path, { hasTouch: true, viewport: { width: 700, height: 800 } })
  const { page } = me
  const cdp = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number, y?: number) =>
    cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: x === undefined ? [] : [{ x, y: y! }],
    })
  const card = (await page.locator('.card', { hasText: 'One' }).boundingBox())!
  const target = (await page.locator('.col').nth(0).locator('.cards').boundingBox())!
  await touch('touchStart', card.x + 20, card.y + 10)
  await touch('touchMove', card.x + 60, card.y + 40)
  await touch('touchEnd')
  expect(await page.locator('.ghost').count()).toBe(0)
  const at = (await page.locator('.card', { hasText: 'One' }).boundingBox())!
  await touch('touchStart', at.x + 20, at.y + 10)
  await page.locator('.ghost').waitFor()
  for (let step = 1; step <= 6; step++)
    await touch('touchMove', at.x + 20 + ((target.x + 60 - at.x - 20) * step) / 6, at.y + 10)
  await shows(page, 0, ['One'])
  await touch('touchEnd')
  await page.locator('li[data-version="2"]', { hasText: 'One' }).waitFor()
  await page.reload()
  await shows(page, 0, ['One'])
  expect(me.complaints).toEqual([])
})

test('the keyboard lifts, moves, puts back and drops a card, and says where it is', async () => {
  const { path } = await newProject(['One', 'Two', 'Three'])
  await using me = await open(mina, path)
  const { page } = me
  await page.locator('.card a', { hasText: 'One' }).focus()
  await page.keyboard.press('ArrowDown')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Two')
  await page.keyboard.press('Space')
  expect(await said(page)).toBe('Two: lifted. Ready, position 2 of 3.')
  await page.keyboard.press('ArrowUp')
  expect(await said(page)).toBe('Ready, position 1 of 3.')
  expect(await titles(page, 1)).toEqual(['Two', 'One', 'Three'])
  await page.keyboard.press('ArrowRight')
  expect(await said(page)).toBe('In progress, position 1 of 1.')
  await page.keyboard.press('Escape')
  expect(await said(page)).toBe('Two: put back to Ready.')
  expect(await titles(page, 1)).toEqual(['One', 'Two', 'Three'])
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Space')
  expect(await said(page)).toBe('Two: dropped in In review, position 1 of 1.')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Two')
  await until(async () => (await page.locator('.col').nth(3).locator('.count').innerText()) === '1')
  await page.reload()
  expect(await titles(page, 3)).toEqual(['Two'])
  expect(me.complaints).toEqual([])
})

test('a card that another person has moved meanwhile goes where they put it, and their name is told', async () => {
  const { path, tasks, statuses } = await newProject(['One', 'Two'])
  await using me = await open(mina, path)
  const { page } = me
  await isLive(page)
  await drag(page, 'One', { column: 2 })
  await jun.ask('POST', `/tasks/${tasks[0]!.id}/move`, { statusId: statuses[3]!.id }, tasks[0]!.version)
  await page.mouse.up()
  await page.locator('.toast', { hasText: '박준 moved this card to In review' }).waitFor()
  await shows(page, 3, ['One'])
})

test('a change of another field does not stop a move', async () => {
  const { path, tasks } = await newProject(['One', 'Two'])
  await using me = await open(mina, path)
  await drag(me.page, 'One', { column: 2 })
  await jun.ask('PATCH', `/tasks/${tasks[0]!.id}`, { priority: 'high' }, tasks[0]!.version)
  await me.page.mouse.up()
  await shows(me.page, 2, ['One'])
  await until(async () => (await me.page.locator('.card', { hasText: 'One' }).locator('.pr').count()) === 1)
})

test('a card that cannot be moved goes back, with a word', async () => {
  const { path } = await newProject(['One', 'Two'])
  await using me = await open(mina, path)
  const { page } = me
  await page.route('**/move', route => route.fulfill({ status: 503, body: '' }))
  await drag(page, 'One', { column: 2 })
  await page.mouse.up()
  await page.locator('.toast', { hasText: 'could not be moved' }).waitFor()
  expect(await titles(page, 1)).toEqual(['One', 'Two'])
})

test('quick add makes one task after another, and Enter that ends a syllable sends nothing', async () => {
  const { path } = await newProject()
  await using me = await open(mina, path)
  const { page } = me
  await page.getByText('What is the first thing to do?').waitFor()
  await page.keyboard.press('c')
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Input.imeSetComposition', { text: '가나', selectionStart: 2, selectionEnd: 2 })
  await cdp.send('Input.insertText', { text: '가나다' })
  // Enter as Safari tells it when it ends the composing of a syllable: a key of the input method that would send the form.
  await cdp.send('Input.dispatchKeyEvent', {
    type: 'keyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
    text: '\r',
  })
  await page.keyboard.press('End')
  expect(await page.locator('#add [name="title"]').inputValue()).toBe('가나다')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Second')
  await page.keyboard.press('Enter')
  await shows(page, 1, ['가나다', 'Second'])
  expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe('title')
  expect(await page.getByText('What is the first thing to do?').count()).toBe(0)
  // The column's own button chooses where.
  await page.locator('.col').nth(2).getByRole('link', { name: 'Add to In progress' }).click()
  await page.keyboard.type('Third')
  await page.keyboard.press('Enter')
  await shows(page, 2, ['Third'])
  await until(async () => (await page.locator('.col').nth(1).locator('.count').innerText()) === '2')
  expect(await page.locator('.card').count()).toBe(3)
  expect(me.complaints).toEqual([])
})

test('a task opens beside the board, is edited in place, and Escape closes it', async () => {
  const { path, tasks } = await newProject(['Call the depot', 'Two'])
  await using me = await open(mina, path)
  await using other = await open(jun, path)
  const { page } = me
  await Promise.all([isLive(page), isLive(other.page)])
  await page.locator('.card a', { hasText: 'Call the depot' }).click()
  await page.locator('#panel h2').waitFor({ state: 'attached' })
  expect(new URL(page.url()).pathname).toBe(`${path}/tasks/${tasks[0]!.number}`)
  await page.getByRole('textbox', { name: 'Title' }).fill('Call the depot on Friday')
  await page.keyboard.press('Enter')
  await shows(other.page, 1, ['Call the depot on Friday', 'Two'])
  const title = page.getByRole('textbox', { name: 'Title' })
  await page.locator('#task-title', { hasText: 'Call the depot on Friday' }).waitFor({ state: 'attached' })
  await title.fill('Something else')
  await page.keyboard.press('Escape')
  expect(await title.inputValue()).toBe('Call the depot on Friday')
  await page.getByRole('combobox', { name: 'Status' }).selectOption('In progress')
  await shows(other.page, 2, ['Call the depot on Friday'])
  await page.getByRole('combobox', { name: 'Priority' }).selectOption('Urgent')
  await page.getByRole('button', { name: 'Choose labels' }).click()
  await page.getByLabel('New label').fill('drivers')
  await page.getByRole('button', { name: 'Create and add' }).click()
  await page.locator('.props .many', { hasText: 'drivers' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Choose assignees' }).click()
  await page.getByRole('checkbox', { name: '박준' }).check()
  await page.getByRole('checkbox', { name: 'Mina Seo' }).check()
  await page.locator('.props .many', { hasText: 'Mina Seo' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Choose a due date' }).click()
  await page.locator('#f-day').fill('2030-05-01')
  await page.locator('#f-time').fill('09:30')
  await page.locator('#pick-due').getByRole('button', { name: 'Save' }).click()
  await page.locator('.props time', { hasText: '1 May 2030, 09:30' }).waitFor()
  // Labels that somebody else makes are there to choose at once.
  await jun.ask('POST', `${path}/labels`, { name: 'depot', color: 'lime' })
  await page.locator('#pick-labels label', { hasText: 'depot' }).waitFor({ state: 'attached' })
  await page.locator('summary', { hasText: 'Write a description' }).click()
  await page.getByRole('textbox', { name: 'Description' }).fill('Bring **labels**')
  await page.locator('#edit-description').getByRole('button', { name: 'Save' }).click()
  await page.locator('.md strong', { hasText: 'labels' }).waitFor()
  await page.getByLabel('Comment', { exact: true }).fill('Who drives?')
  await page.keyboard.press('Control+Enter')
  await page.locator('.talk', { hasText: 'Who drives?' }).waitFor()
  expect(await page.getByLabel('Comment', { exact: true }).inputValue()).toBe('')
  await page.locator('summary', { hasText: 'Add a link' }).click()
  await page.getByLabel('Address').fill('https://example.com/depot')
  // A half-filled form stays open and filled when the task changes around it.
  await jun.ask('POST', `/tasks/${tasks[0]!.id}/comments`, { body: 'I do' })
  await page.locator('.talk', { hasText: 'I do' }).waitFor()
  await page.locator('#panel .links + details').getByRole('button', { name: 'Add' }).click()
  await page.getByRole('link', { name: 'https://example.com/depot' }).waitFor()
  await page
    .locator('#f-file')
    .setInputFiles({ name: '배달.txt', mimeType: 'text/plain', buffer: Buffer.from('one') })
  await page.locator('.file', { hasText: '배달.txt' }).waitFor()

  const task = await mina.ask<Task>('GET', `/tasks/${tasks[0]!.id}`)
  expect(task).toMatchObject({
    title: 'Call the depot on Friday',
    description: 'Bring **labels**',
    priority: 'urgent',
    due: { at: '2030-05-01T00:30:00.000Z', zone: 'Asia/Seoul' },
    commentCount: 2,
    linkCount: 1,
  })
  expect(task.assigneeIds).toHaveLength(2)
  expect(task.labelIds).toHaveLength(1)
  const activity = (await page.locator('.talk').innerText()).replace(/\s+/g, ' ')
  expect(activity).toContain('Mina Seo moved it from Ready to In progress')
  expect(activity).toContain('renamed it from “Call the depot” to “Call the depot on Friday”')
  await page.locator('.panel-bar').click()
  await page.keyboard.press('Escape')
  expect(new URL(page.url()).pathname).toBe(path)
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Call the depot on Friday')
  expect(me.complaints).toEqual([])
}, 30_000)

test('what a form of a task did is in sight: what is wrong, a comment, a date', async () => {
  const { path, tasks } = await newProject(['Call the depot'])
  for (let count = 1; count <= 12; count++)
    await jun.ask('POST', `/tasks/${tasks[0]!.id}/comments`, { body: `Call ${count}` })
  await using me = await open(mina, `${path}/tasks/${tasks[0]!.number}`, {
    viewport: { width: 1440, height: 500 },
  })
  const { page } = me
  await isLive(page)
  await page.locator('summary', { hasText: 'Add a link' }).click()
  const address = page.getByLabel('Address')
  await address.fill('ftp://example.com')
  await page.locator('#new-link').getByRole('button', { name: 'Add' }).click()
  await page.locator('#f-url[aria-invalid="true"]:focus').waitFor()
  expect(await address.inputValue()).toBe('ftp://example.com')
  expect(await page.locator('#f-url-help').innerText()).toContain('http://')

  const inSight = (text: string) =>
    page
      .locator('.talk > li', { hasText: text })
      .evaluate(
        item =>
          item.getBoundingClientRect().bottom <= item.closest('.panel-body')!.getBoundingClientRect().bottom,
      )
  expect(await inSight('Call 12')).toBe(false)
  await page.getByLabel('Comment', { exact: true }).fill('Who drives?')
  await page.keyboard.press('Control+Enter')
  await page.locator('.talk', { hasText: 'Who drives?' }).waitFor()
  await until(() => inSight('Who drives?'))

  // Refused about no field of its own: the notice at the top is where the reader is brought to.
  await page.getByLabel('Comment', { exact: true }).fill(' ')
  await page.keyboard.press('Control+Enter')
  await page.locator('.note.bad:focus').waitFor()

  await page.getByRole('button', { name: 'Choose a due date' }).click()
  await page.locator('#f-day').fill('2030-05-01')
  await page.locator('#pick-due').getByRole('button', { name: 'Save' }).click()
  await page.locator('.props time', { hasText: '1 May 2030' }).waitFor()
  await page.locator('#pick-due').waitFor({ state: 'hidden' })
  expect(await page.evaluate(() => document.activeElement?.getAttribute('popovertarget'))).toBe('pick-due')
  expect(me.complaints).toEqual([])
}, 30_000)

test('two people who change the same field see both versions, and nothing is lost', async () => {
  const { path, tasks } = await newProject(['Draft'])
  const [task] = tasks as [Task]
  await using me = await open(mina, `${path}/tasks/${task.number}`)
  const { page } = me
  await isLive(page)
  await page.locator('summary', { hasText: 'Write a description' }).click()
  const text = page.getByRole('textbox', { name: 'Description' })
  await text.fill('Mine, half written')
  // Somebody saves the same field, and another one, meanwhile: mine stays, the rest of the panel follows.
  await jun.ask('PATCH', `/tasks/${task.id}`, { description: 'Theirs', priority: 'high' }, task.version)
  await page.locator('.is-overtaken .overtaken').waitFor()
  await until(async () => (await page.getByRole('combobox', { name: 'Priority' }).inputValue()) === 'high')
  expect(await text.inputValue()).toBe('Mine, half written')
  // Not even a reload loses it.
  page.once('dialog', dialog => dialog.accept())
  await page.reload()
  await until(async () => (await text.inputValue()) === 'Mine, half written')
  await page.locator('#edit-description').getByRole('button', { name: 'Save' }).click()
  await page.getByText('박준 changed the description while you were at it.').waitFor()
  expect(await page.locator('.version .pre').innerText()).toBe('Theirs')
  const mine = page.getByLabel('Yours')
  expect(await mine.inputValue()).toBe('Mine, half written')
  expect((await mina.ask<Task>('GET', `/tasks/${task.id}`)).description).toBe('Theirs')
  await mine.fill('Theirs and mine')
  await page.getByRole('button', { name: 'Keep mine' }).click()
  await page.locator('.md', { hasText: 'Theirs and mine' }).waitFor()
  expect((await mina.ask<Task>('GET', `/tasks/${task.id}`)).description).toBe('Theirs and mine')
  // What both wrote is in the history.
  await page.locator('.ev summary').first().click()
  expect(await page.locator('.was').allInnerTexts()).toContainEqual(expect.stringContaining('Theirs'))
  expect(me.complaints).toEqual([])
}, 30_000)

test('a deleted task comes back from its toast', async () => {
  const { path, tasks } = await newProject(['One', 'Two'])
  await using me = await open(mina, path)
  const { page } = me
  await isLive(page)
  await page.locator('.card a', { hasText: 'One' }).click()
  await page.getByRole('button', { name: 'Move to trash' }).click()
  await shows(page, 1, ['Two'])
  expect(new URL(page.url()).pathname).toBe(path)
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await shows(page, 1, ['One', 'Two'])
  expect((await mina.ask<Task>('GET', `/tasks/${tasks[0]!.id}`)).deletedAt).toBeNull()
  expect(me.complaints).toEqual([])
})

test('without script people create, edit, move, comment and resolve a conflict', async () => {
  const { path, statuses } = await newProject()
  await using me = await open(mina, path, { javaScriptEnabled: false })
  const { page } = me
  await page.locator('#add [name="title"]').fill('Call the depot')
  await page.locator('#add button').click()
  await page.locator('.card a', { hasText: 'Call the depot' }).click()
  await page.locator('#edit-title textarea').fill('Call the depot on Friday')
  await page.locator('#edit-title button').click()
  await page.locator('#edit-status select').selectOption(statuses[2]!.id)
  await page.locator('#edit-status button').click()
  expect(await titles(page, 2)).toEqual(['Call the depot on Friday'])
  await page.locator('.compose textarea').fill('Who drives?')
  await page.locator('.compose button').click()
  expect(await page.locator('.talk').innerText()).toContain('Who drives?')
  const number = Number(new URL(page.url()).pathname.split('/').at(-1))
  const task = await mina.ask<Task>('GET', `${path}/tasks/${number}`)
  await page.locator('#edit-title textarea').fill('My title')
  await jun.ask('PATCH', `/tasks/${task.id}`, { title: 'Their title' }, task.version)
  await page.locator('#edit-title button').click()
  expect(await page.getByLabel('Yours').inputValue()).toBe('My title')
  expect(await page.locator('.version .pre').innerText()).toBe('Their title')
  await page.getByRole('button', { name: 'Keep mine' }).click()
  expect((await mina.ask<Task>('GET', `/tasks/${task.id}`)).title).toBe('My title')
  await page.locator('[data-close]').click()
  expect(await titles(page, 2)).toEqual(['My title'])
  expect(me.complaints).toEqual([])
}, 30_000)

test('the list filters, orders, opens tasks by keys, and shows what others change', async () => {
  const { path, tasks } = await newProject(['Apples', 'Pears', 'Plums'])
  await using me = await open(mina, `${path}/list`)
  const { page } = me
  await isLive(page)
  const rows = () => page.locator('.list .t a').allInnerTexts()
  await jun.ask('PATCH', `/tasks/${tasks[1]!.id}`, { title: 'Sweet pears', priority: 'urgent' }, 1)
  await until(async () => Bun.deepEquals(await rows(), ['Apples', 'Sweet pears', 'Plums']))
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Sweet pears')
  await page.keyboard.press('Enter')
  await page.locator('#panel[data-task]').waitFor()
  expect(page.url()).toEndWith(`/tasks/${tasks[1]!.number}?in=list`)
  await page.keyboard.press('Escape')
  expect(page.url()).toEndWith('/list')
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Urgent first')
  await until(async () => (await rows())[0] === 'Sweet pears')
  await page.keyboard.press('/')
  await page.keyboard.type('plum')
  await page.keyboard.press('Enter')
  await until(async () => Bun.deepEquals(await rows(), ['Plums']))
  expect(new URL(page.url()).search).toBe('?q=plum&sort=priority')
  await page.getByRole('combobox', { name: 'Order' }).selectOption('By status')
  await until(async () => new URL(page.url()).search === '?q=plum')
  expect(await page.locator('#filter .chosen').count()).toBe(0)
  expect(me.complaints).toEqual([])
})

test('a backlog can be folded, and stays so', async () => {
  const { path } = await newProject(['One'])
  await using me = await open(mina, path)
  const { page } = me
  await page.getByRole('button', { name: 'Fold Backlog' }).click()
  await page.locator('.col.shut .cards').waitFor({ state: 'hidden' })
  await page.reload()
  expect(await page.locator('.col.shut').count()).toBe(1)
  expect(await barriers(page)).toEqual([])
  await page.getByRole('button', { name: 'Fold Backlog', expanded: false }).click()
  expect(await page.locator('.col.shut').count()).toBe(0)
  expect(me.complaints).toEqual([])
})

test('a viewer sees everything and is offered no way to change it', async () => {
  const { path, key, tasks } = await newProject(['One', 'Two'])
  const viewer = await signUp('Priya Nair', 'en')
  await mina.ask('POST', `/projects/${key}/members`, { userId: viewer.user.id, role: 'viewer' })
  await using me = await open(viewer, `${path}/tasks/${tasks[0]!.number}`)
  expect(await me.page.locator('main form, #panel form').count()).toBe(0)
  await drag(me.page, 'Two', { column: 2 })
  await me.page.mouse.up()
  expect(await titles(me.page, 1)).toEqual(['One', 'Two'])
  expect(me.complaints).toEqual([])
})

test('board, list and task have no barriers, at night neither, and fit a phone', async () => {
  const { path, tasks } = await newProject(['x'.repeat(500), 'Two'])
  await mina.ask(
    'PATCH',
    `/tasks/${tasks[0]!.id}`,
    { priority: 'urgent', due: { date: '2020-01-01' }, assigneeIds: [jun.user.id] },
    1,
  )
  await mina.ask('POST', `/tasks/${tasks[0]!.id}/comments`, {
    body: `${'y'.repeat(300)} **bold** [link](https://example.com)`,
  })
  for (const [who, width, colorScheme] of [
    [mina, 1440, 'light'],
    [jun, 1440, 'dark'],
    [jun, 360, 'light'],
    [mina, 360, 'dark'],
  ] as const) {
    await using me = await open(who, path, { viewport: { width, height: 800 }, colorScheme })
    for (const at of [path, `${path}/list`, `${path}/tasks/${tasks[0]!.number}`]) {
      await me.page.goto(at)
      expect({ at, width, found: await barriers(me.page) }).toEqual({ at, width, found: [] })
    }
    expect(me.complaints).toEqual([])
  }
}, 60_000)
