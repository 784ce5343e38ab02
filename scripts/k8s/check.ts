import { join } from 'node:path'
import { root } from '../home.ts'
import { command } from '../trouble.ts'
import { readCompose } from './compose.ts'
import { committed, generate } from './generate.ts'
import { hasKompose } from './kompose.ts'
import { readManifests } from './manifests.ts'
import { parityPage, parityProblems, parityTable } from './parity.ts'

const help = `Says where compose.yaml, k8s/ and docs/parity.md disagree, and prints the table of what is the same.

  bun run k8s:check`

/** Lines of a text that the other does not have at their place, as \`path:line: a, not b\`; the first of each file is enough. */
function firstChange(path: string, is: string | undefined, should: string | undefined): string | undefined {
  if (is === should) return
  if (is === undefined) return `${path} is missing.`
  if (should === undefined) return `${path} is there, and compose.yaml gives no such file.`
  const [have, want] = [is.split('\n'), should.split('\n')]
  const line = want.findIndex((text, index) => text !== have[index])
  const at = line === -1 ? want.length : line
  return `${path}:${at + 1} has ${JSON.stringify(have[at]?.trim() ?? '')}, generated would be ${JSON.stringify(want[at]?.trim() ?? '')}.`
}

/** What is wrong with the repository's manifests, one line each: parity first, then files that are not as they would be generated. */
export async function driftProblems(composeText: string, files: Map<string, string>, page: string) {
  const problems = parityProblems(composeText, files)
  const objects = [...files.values()].flatMap(readManifests)
  problems.push(
    ...[firstChange('docs/parity.md', page, parityPage(readCompose(composeText), objects))].flatMap(
      one => one ?? [],
    ),
  )
  if (!hasKompose()) return problems
  const fresh = await generate(composeText)
  for (const path of new Set([...fresh.keys(), ...files.keys()])) {
    const change = firstChange(path, files.get(path), fresh.get(path))
    if (change) problems.push(change)
  }
  return problems
}

if (import.meta.main)
  await command(async () => {
    if (process.argv.includes('--help')) return console.log(help)
    const composeText = await Bun.file(join(root, 'compose.yaml')).text()
    const files = committed()
    const page = await Bun.file(join(root, 'docs/parity.md')).text()
    console.log(parityTable(readCompose(composeText), [...files.values()].flatMap(readManifests)))
    if (!hasKompose())
      console.log('kompose is not installed: whether k8s/ is as it would be generated was not checked.')
    const problems = await driftProblems(composeText, files, page)
    for (const problem of problems) console.error(problem)
    process.exit(problems.length === 0 ? 0 : 1)
  })
