import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** The Chromium that scripts/test found. Close it in afterAll. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] })

/**
 * A page in a browser profile of its own, at `publicUrl`. `complaints` gathers what must never happen on any page: errors of scripts, what the content
 * security policy refused, failed requests, and requests to another host.
 */
export async function visit(browser: Browser, publicUrl: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({
    baseURL: publicUrl,
    locale: 'en-GB',
    // A cluster for tests shows a certificate that its Ingress controller made itself.
    ignoreHTTPSErrors: true,
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(`error: ${error.message}`))
  page.on('console', message => {
    // That an answer was 4xx is part of some stories and asserted there.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`console: ${message.text()}`)
  })
  page.on('requestfailed', request => {
    // Going to the next page gives up what the last one was still loading.
    const why = request.failure()?.errorText
    if (why !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()}: ${why}`)
  })
  page.on('response', response => {
    if (response.status() >= 400 && new URL(response.url()).pathname.startsWith('/assets/'))
      complaints.push(`${response.status()}: ${response.url()}`)
  })
  page.on('request', request => {
    if (/^https?:/.test(request.url()) && new URL(request.url()).origin !== publicUrl)
      complaints.push(`another host: ${request.url()}`)
  })
  return { page, context, complaints }
}

/** What axe finds wrong with a page as it stands (WCAG 2.2 A and AA, and good practice), and whether it is wider than its window. Expect []. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document)
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        node => `${id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(-1)?.trim()}`,
      ),
    )
  })
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
  return tooWide ? [...found, 'the page scrolls sideways'] : found
}
