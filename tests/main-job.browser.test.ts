import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { until } from '../services/kit/testing.ts'
import { barriers, launch, visit } from './browser.ts'
import { startSystem, type System } from './system.ts'

setDefaultTimeout(60_000)

/** Of a TaskMate that runs already, or of one for this test alone. */
let publicUrl = process.env.TASKMATE_URL
let system: System | undefined
let browser: Browser
beforeAll(async () => {
  ;[system, browser] = await Promise.all([publicUrl ? undefined : startSystem(), launch()])
  publicUrl ??= system!.publicUrl
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await system?.stop()
}, 30_000)

/** A board as Trello exports it: a sample of our own, or the file that TRELLO_BOARD names. */
const board = process.env.TRELLO_BOARD ?? 'services/task-service/testdata/trello.json'
const email = `mina.${crypto.randomUUID().slice(0, 8)}@example.com`
const password = 'a quiet lake at dawn'

test('somebody signs up, imports a Trello board, moves its cards, attaches a file and reads the dashboard', async () => {
  const { page, context, complaints } = await visit(browser, publicUrl!, {
    viewport: { width: 1440, height: 900 },
  })
  await page.goto('/')
  expect(new URL(page.url()).pathname).toBe('/sign-in')
  await page.click('text=Create an account')
  await page.fill('[name=name]', 'Mina Seo')
  await page.fill('[name=email]', email)
  await page.fill('[name=password]', password)
  await page.click('button.btn-primary')
  await page.waitForURL('**/')

  // Import: first a look, then for real, then again, which adds nothing.
  await page.click('#sidebar >> text=Import a board')
  const look = async () => {
    await page.setInputFiles('[name=file]', board)
    await page.getByRole('button', { name: 'See what it brings' }).click()
    await page.waitForSelector('.import-table')
    const row = page.locator('.import-table tr', { has: page.locator('th:text-is("Cards")') })
    const [found, added, present] = (await row.locator('td.num').allInnerTexts()).map(text =>
      Number(text.replace(/\D/g, '')),
    )
    return { found, added, present }
  }
  const cards = await look()
  expect(cards.found).toBeGreaterThan(0)
  expect(cards).toMatchObject({ added: cards.found, present: 0 })
  expect(await barriers(page)).toEqual([])
  await page.click('button.btn-primary')
  await page.waitForURL('**/projects/*')
  const path = new URL(page.url()).pathname
  const shown = async () => {
    const counts = await page.locator('.col > header .count').allInnerTexts()
    return counts.reduce((sum, text) => sum + Number.parseInt(text, 10), 0)
  }
  expect(await shown()).toBe(cards.found!)
  await page.goto('/import')
  expect(await look()).toEqual({ found: cards.found, added: 0, present: cards.found })
  await page.goto(path)

  // Move a card by the keyboard while the same board is open elsewhere.
  const other = await visit(browser, publicUrl!, { storageState: await context.storageState() })
  await other.page.goto(path)
  await Promise.all([page, other.page].map(each => each.locator('#live[data-state="on"]').waitFor()))
  const first = page
    .locator('.col')
    .filter({ has: page.locator('.card') })
    .first()
  const card = first.locator('.cards > li').first()
  const id = await card.getAttribute('id')
  const columnOf = (where: typeof page) =>
    where.evaluate(
      id => document.getElementById(id)?.closest('.col')?.querySelector('h2')?.textContent ?? null,
      id!,
    )
  const before = await columnOf(page)
  await card.locator('a').first().focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Space')
  await until(async () => (await columnOf(page)) !== before)
  const after = await columnOf(page)
  await until(async () => (await columnOf(other.page)) === after, 'the other browser showing the move')

  // Open it, say something, attach a file, and get the very same bytes back.
  await page.locator(`#${id} a`).first().click()
  await page.locator('#panel h2, #panel [name=title]').first().waitFor()
  await page.fill('#panel [placeholder="Write a comment"]', 'Moved after the call with the bakery')
  await page
    .locator('#panel')
    .getByRole('button', { name: /^(Send|Comment)$/ })
    .click()
  await page.locator('#panel').getByText('Moved after the call with the bakery').first().waitFor()
  const bytes = Buffer.from('가나다 — minutes of the call\n'.repeat(2_000))
  await page.setInputFiles('#panel #f-file', { name: '회의록.txt', mimeType: 'text/plain', buffer: bytes })
  const file = page.locator('#panel .file a', { hasText: '회의록.txt' })
  await file.waitFor()
  const content = await page.request.get((await file.getAttribute('href'))!)
  expect(content.status()).toBe(200)
  expect(bytes.equals(await content.body())).toBe(true)

  // The dashboard counts all of it, a few seconds later at most.
  await until(async () => {
    await page.goto(`${path}/dashboard`)
    const rows = await page.locator('main').innerText()
    return rows.includes(after!) && (await counted()) === cards.found
  }, 'the dashboard counting every card')
  async function counted() {
    const { id: projectId } = await (await page.request.get(`/api/v1${path}`)).json()
    const answer = await page.request.get(`/api/v1/analytics/projects/${projectId}/dashboard`)
    const { totals } = await answer.json()
    return totals.open + totals.done
  }
  expect(await page.locator('main svg').count()).toBeGreaterThan(1)
  expect(await barriers(page)).toEqual([])
  expect([...complaints, ...other.complaints]).toEqual([])
  await other.context.close()
  await context.close()
})
