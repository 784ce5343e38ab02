import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import type { Browser, Page } from 'playwright-core'
import { barriers, launch, visit } from './browser.ts'
import { startSystem, type System } from './system.ts'

setDefaultTimeout(60_000)

let system: System
let browser: Browser
beforeAll(async () => {
  ;[system, browser] = await Promise.all([startSystem(), launch()])
})
afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

const password = 'a quiet lake at dawn'
const newEmail = () => `jiwoo.${crypto.randomUUID().slice(0, 8)}@example.com`

async function signUp(page: Page, name = 'Jiwoo Han') {
  await page.goto('/sign-up')
  await page.fill('[name=name]', name)
  await page.fill('[name=email]', newEmail())
  await page.fill('[name=password]', password)
  await page.click('button.btn-primary')
  await page.waitForURL('**/')
}

test.each([true, false])(
  'somebody signs up and makes a first project; script: %p',
  async javaScriptEnabled => {
    const { page, complaints, context } = await visit(browser, system.publicUrl, { javaScriptEnabled })
    await page.goto('/projects')
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await page.click('text=Create an account')
    await page.fill('[name=name]', 'Jiwoo Han')
    await page.fill('[name=email]', newEmail())
    await page.fill('[name=password]', 'short')
    await page.evaluate(() => document.querySelector('form.door')?.setAttribute('novalidate', ''))
    await page.click('button.btn-primary')
    await page.waitForSelector('text=Use at least 10 characters.')
    expect(await page.inputValue('[name=name]')).toBe('Jiwoo Han')
    expect(await page.inputValue('[name=password]')).toBe('')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('password')

    await page.fill('[name=password]', password)
    await page.click('button.btn-primary')
    await page.waitForURL('**/projects')
    await page.fill('[name=name]', 'Box builder')
    await page.check('[name=color][value=rose]', { force: true })
    await page.click('text=Create project')
    await page.waitForURL('**/projects/*')
    await page.goto('/')
    await page.waitForSelector('#sidebar >> text=Box builder')
    expect(complaints).toEqual([])
    await context.close()
  },
)

test('who signs up gets the time zone of the browser', async () => {
  const { page, context } = await visit(browser, system.publicUrl, { timezoneId: 'Pacific/Auckland' })
  await signUp(page)
  await page.goto('/settings')
  expect(await page.content()).toContain('Pacific/Auckland')
  await context.close()
})

test('signing out ends the session in the browser', async () => {
  const { page, context } = await visit(browser, system.publicUrl)
  await signUp(page)
  await page.click('text=Sign out')
  await page.waitForURL('**/sign-in')
  await page.goto('/')
  expect(new URL(page.url()).pathname).toBe('/sign-in')
  await context.close()
})

describe('without a mouse', () => {
  test('the first stop is a way past the menu', async () => {
    const { page, context } = await visit(browser, system.publicUrl)
    await signUp(page)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    await context.close()
  })

  test('on a phone the menu opens as a drawer and Esc closes it', async () => {
    const { page, context } = await visit(browser, system.publicUrl, {
      viewport: { width: 360, height: 740 },
    })
    await signUp(page)
    await page.waitForSelector('#sidebar', { state: 'hidden' })
    await page.focus('.menu')
    await page.keyboard.press('Enter')
    await page.waitForSelector('#sidebar >> text=All projects')
    await page.keyboard.press('Escape')
    await page.waitForSelector('#sidebar', { state: 'hidden' })
    expect(await page.evaluate(() => document.activeElement?.classList.contains('menu'))).toBe(true)
    await context.close()
  })
})

describe('nothing stands in anybody’s way', () => {
  const looks = (['en', 'ko'] as const).flatMap(language =>
    (['light', 'dark'] as const).flatMap(colorScheme =>
      [360, 1440].map(width => [language, colorScheme, width] as const),
    ),
  )
  test.each(looks)('in %s, %s, %d px wide', async (language, colorScheme, width) => {
    const { page, complaints, context } = await visit(browser, system.publicUrl, {
      colorScheme,
      locale: language,
      viewport: { width, height: 800 },
      reducedMotion: 'reduce',
    })
    const found: Record<string, string[]> = {}
    const look = async (path: string) => {
      await page.goto(path)
      found[path] = await barriers(page)
    }
    for (const path of ['/sign-in', '/sign-up']) await look(path)
    await signUp(page, language === 'ko' ? '한지우' : 'Jiwoo Han')
    for (const path of ['/', '/projects', '/no-such-page']) await look(path)
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map(path => [path, []])))
    expect(await page.getAttribute('html', 'lang')).toBe(language)
    expect(complaints).toEqual([])
    await context.close()
  })
})
