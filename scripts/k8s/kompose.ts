import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../home.ts'
import { finish } from '../programs.ts'
import { Trouble } from '../trouble.ts'
import { readCompose } from './compose.ts'
import { type Manifest, readManifests } from './manifests.ts'

export const komposeVersion = '1.38.0'

/** Whether kompose is installed in the version that the manifests are made with. */
export function hasKompose(): boolean {
  const path = Bun.which('kompose')
  return path !== null && Bun.spawnSync([path, 'version']).stdout.toString().startsWith(komposeVersion)
}

/**
 * What kompose makes of a compose.yaml, untouched. It runs in a folder of its own, with an empty environment, where every secret is the
 * word `placeholder`: kompose would write the real ones into its answer. Throws `Trouble` when kompose is missing or refuses.
 */
export async function kompose(composeText: string): Promise<Manifest[]> {
  if (!hasKompose())
    throw new Trouble(
      `kompose ${komposeVersion} is needed: go install github.com/kubernetes/kompose@v${komposeVersion}`,
    )
  const folder = mkdtempSync(join(tmpdir(), 'taskmate-kompose-'))
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  try {
    const compose = readCompose(composeText)
    put('compose.yaml', composeText)
    for (const { file } of Object.values(compose.secrets ?? {})) put(file, 'placeholder')
    for (const { file } of Object.values(compose.configs ?? {}))
      put(file, await Bun.file(join(root, file)).text())
    const { code, output, errors } = await finish(
      ['kompose', 'convert', '--stdout', '--secrets-as-files', '--with-kompose-annotation=false'],
      { cwd: folder, env: { PATH: process.env.PATH } },
    )
    if (code !== 0) throw new Trouble(`kompose refuses compose.yaml: ${errors.trim()}`)
    return readManifests(output)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
