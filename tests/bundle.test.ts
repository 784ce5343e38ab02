import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../scripts/bundle.ts'
import { finish } from '../scripts/programs.ts'
import { backends } from '../scripts/provision.ts'
import { readStory, tellStory } from './story.ts'
import { startSystem, type System } from './system.ts'

setDefaultTimeout(60_000)

const bundles = mkdtempSync(join(tmpdir(), 'bundles-'))
let system: System
beforeAll(async () => {
  await bundle(bundles)
  system = await startSystem({ bundles })
})
afterAll(async () => {
  await system?.stop()
  rmSync(bundles, { recursive: true })
})

test('the bundles that images are made of do what the sources do', async () => {
  await readStory(await tellStory(system.publicUrl))
})

test.each(backends)('the bundle of %s finds its migrations', async service => {
  const migrate = [process.execPath, join(bundles, service, 'main.js'), 'migrate']
  const { code, output } = await finish(migrate, { env: system.env(service) })
  expect({ code, ...JSON.parse(output) }).toMatchObject({ code: 0, applied: [] })
})
