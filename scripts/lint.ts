import { join } from 'node:path'
import { brokenArrows } from './arrows.ts'
import { root } from './home.ts'
import { finish } from './programs.ts'

/** A check of the sources that needs nothing running. `run` gives what is wrong, as text; empty when all is well. */
type Check = { name: string; run(): Promise<string> }

const tool = (name: string, path: string, ...options: string[]): Check => ({
  name,
  async run() {
    const { code, output, errors } = await finish(
      [process.execPath, join(root, 'node_modules', path), ...options],
      { cwd: root },
    )
    return code === 0 ? '' : output + errors || `${name} ended with code ${code}`
  },
})

/** oxlint; no unescaped text in JSX, which does not escape its children by itself; who may import whom. */
const lint: Check[] = [
  tool('lint', '.bin/oxlint', '--deny-warnings'),
  tool('escaping', '.bin/xss-scan'),
  { name: 'arrows', run: async () => brokenArrows(root).join('\n') },
]

export const checks: Check[] = [
  tool('format', '.bin/biome', 'format', '.'),
  tool('types', 'ts7/bin/tsc', '--noEmit'),
  ...lint,
]

/** How many checks or tests passed, and the names of those that failed. */
export type Outcome = { passed: number; failures: string[] }

/** Runs the checks at once and prints what each found. */
export async function runChecks(list: Check[]): Promise<Outcome> {
  const found = await Promise.all(list.map(async check => ({ name: check.name, wrong: await check.run() })))
  for (const { name, wrong } of found) console.log(wrong ? `✗ ${name}\n${wrong}` : `✓ ${name}`)
  const failures = found.filter(({ wrong }) => wrong).map(({ name }) => name)
  return { passed: found.length - failures.length, failures }
}

if (import.meta.main) process.exit((await runChecks(lint)).failures.length)
