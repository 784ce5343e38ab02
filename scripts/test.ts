import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.ts'
import { defaultHome, newSecrets, root } from './home.ts'
import { checks, type Outcome, runChecks } from './lint.ts'
import { startServers, testEnvironment, throwAwayCrew } from './servers.ts'
import { freshenAssets } from './services.ts'
import { allOf, interruption } from './programs.ts'
import { command, Trouble } from './trouble.ts'

const help = `Runs the checks of the sources, then every test on a throw-away PostgreSQL and Redis and in a real Chromium.

  scripts/test                            everything
  scripts/test services/task-service      only the tests in these folders or files, and no checks

Options go to bun test (--test-name-pattern, --timeout …). CHROMIUM names the browser to use.`

/** Runs bun test in a process of its own. One that dies, or fails outside of any test, counts as one failure. */
async function runTests(paths: string[], options: string[], env: Record<string, string>): Promise<Outcome> {
  const report = join(defaultHome, `report-${process.pid}.xml`)
  const child = Bun.spawn(
    [process.execPath, 'test', ...options, '--reporter=junit', `--reporter-outfile=${report}`, ...paths],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'test', ...env },
      stdin: 'ignore',
      stdout: 'inherit',
      stderr: 'inherit',
    },
  )
  const code = await child.exited
  const outcome = existsSync(report) ? outcomeOf(readFileSync(report, 'utf8')) : { passed: 0, failures: [] }
  rmSync(report, { force: true })
  if (code !== 0 && outcome.failures.length === 0) outcome.failures.push(`bun test ${paths.join(' ')}`)
  return outcome
}

/** What a JUnit report says. */
function outcomeOf(report: string): Outcome {
  const outcome: Outcome = { passed: 0, failures: [] }
  for (const [, test, inside] of report.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)) {
    const attribute = (name: string) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(test!)?.[1] ?? ''
    if (inside?.includes('<skipped')) continue
    if (inside) outcome.failures.push(unescaped(`${attribute('file')}: ${attribute('name')}`))
    else outcome.passed++
  }
  return outcome
}

const unescaped = (text: string) =>
  text.replace(
    /&(lt|gt|quot|apos|amp);/g,
    (_, name) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name as 'lt'],
  )

const inBrowser = (path: string) => /^(\.\/)?tests(\/|$)/.test(path)

await command(async () => {
  const parameters = process.argv.slice(2)
  if (parameters.includes('--help')) return console.log(help)
  const options = parameters.filter(parameter => parameter.startsWith('-'))
  const filters = parameters.filter(parameter => !parameter.startsWith('-'))
  const paths = filters.length > 0 ? filters : ['services', 'views', 'scripts', 'tests']
  const plain = paths.filter(path => !inBrowser(path)).map(path => `./${path.replace(/^\.\//, '')}`)
  const browser = paths.filter(inBrowser).map(path => `./${path.replace(/^\.\//, '')}`)

  const outcomes: Outcome[] = []
  if (filters.length === 0) outcomes.push(await runChecks(checks))
  const { crew, dismiss } = await throwAwayCrew()
  try {
    await Promise.race([run(), interruption().then(() => Promise.reject(new Trouble('Interrupted.')))])
  } finally {
    await dismiss()
  }
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failures = outcomes.flatMap(outcome => outcome.failures)
  for (const failure of failures) console.log(`✗ ${failure}`)
  console.log(`${passed} passed, ${failures.length} failed`)
  process.exit(failures.length === 0 ? 0 : 1)

  async function run() {
    const [servers] = await allOf([
      startServers(crew, { secrets: newSecrets(), durable: false }),
      freshenAssets(), // pages name the files that browsers get
    ])
    const env = testEnvironment(servers)
    if (plain.length > 0) outcomes.push(await runTests(plain, options, env))
    if (browser.length > 0)
      outcomes.push(await runTests(browser, options, { ...env, CHROMIUM: await findChromium() }))
  }
})
