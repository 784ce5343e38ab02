import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../scripts/home.ts'
import { installLinters, linter } from '../scripts/linters.ts'
import { finish } from '../scripts/programs.ts'
import { services } from '../scripts/services.ts'
import { startRegistry } from './registry.ts'
import { readWorkflow, scriptOf } from './workflows.ts'

setDefaultTimeout(300_000)

if (process.env.CI) await installLinters()
const folder = '.github/workflows'
const names = readdirSync(join(root, folder))
const actionlint = linter('actionlint')
if (!actionlint) console.log('actionlint is not installed (bun scripts/linters.ts): its test is not run.')
const hasEngine = (await finish(['docker', 'info']).catch(() => null))?.code === 0
if (!hasEngine) console.log('No Docker engine answers here: publishing is not tested.')

test.skipIf(!actionlint)('actionlint and shellcheck find nothing in the workflows', async () => {
  const { output, errors } = await finish([actionlint!, '-shellcheck', linter('shellcheck') ?? ''], {
    cwd: root,
  })
  expect(output + errors).toBe('')
})

test.each(names)('%s may do nothing by itself, and names its actions by commit', name => {
  const workflow = readWorkflow(name)
  expect(workflow.permissions).toEqual({})
  for (const job of Object.values(workflow.jobs)) {
    expect(job.permissions).toMatchObject({ contents: 'read' })
    expect(job['timeout-minutes']).toBeGreaterThan(0)
    for (const { uses, with: options } of job.steps)
      if (uses) {
        expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/)
        if (uses.startsWith('actions/checkout@')) expect(options).toEqual({ 'persist-credentials': false })
      }
  }
  // A secret or a title in the text of a script would be code; as a variable it is data.
  for (const { steps } of Object.values(workflow.jobs))
    for (const { run } of steps) expect(run ?? '').not.toContain('${{')
  expect(readFileSync(join(root, folder, name), 'utf8')).toMatch(/@[0-9a-f]{40} # v\d/)
})

describe.skipIf(!hasEngine)('the steps that publish images', () => {
  const registry = startRegistry()
  const home = mkdtempSync(join(tmpdir(), 'taskmate-publish-'))
  afterAll(async () => {
    registry.stop()
    const made = [...registry.pushed.keys()].map(name => `${registry.address}/${name}`)
    if (made.length > 0) await finish(['docker', 'image', 'rm', ...made])
    rmSync(home, { recursive: true })
  })

  test('push all five and hand over what was pushed, by digest', async () => {
    const workflow = readWorkflow('deploy.yaml')
    const output = join(home, 'output')
    const env = {
      ...process.env,
      // So that signing in changes nothing of whoever runs this.
      DOCKER_CONFIG: home,
      REGISTRY: registry.address,
      TOKEN: 'token',
      GITHUB_ACTOR: 'somebody',
      GITHUB_REPOSITORY: 'Some/TaskMate',
      GITHUB_SHA: 'c0ffee',
      GITHUB_OUTPUT: output,
    }
    for (const step of ['Sign in to the registry', 'Build and push the images']) {
      const { code, errors } = await finish(['bash', '-e', '-c', scriptOf(workflow, step)], {
        cwd: root,
        env,
      })
      expect({ step, code, errors: code === 0 ? '' : errors }).toEqual({ step, code: 0, errors: '' })
    }
    const expected = services.map(service => {
      const digest = registry.pushed.get(`some/taskmate/${service}:c0ffee`)
      expect(digest).toBeDefined()
      return `${service}=${registry.address}/some/taskmate/${service}@${digest}`
    })
    expect(readFileSync(output, 'utf8').trim()).toBe(`images=${expected.join(' ')}`)
  })
})
