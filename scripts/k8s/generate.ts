import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../home.ts'
import { command } from '../trouble.ts'
import { readCompose } from './compose.ts'
import { curations, type Draft } from './curations.ts'
import { kompose } from './kompose.ts'
import { type Manifest, readManifests, writeManifests } from './manifests.ts'
import { parityPage } from './parity.ts'

const comment =
  'Made by `bun run k8s:generate` from compose.yaml and scripts/k8s/curations.ts, which says why each thing is as it is.'

/** The file of k8s/ that an object belongs into: those of the guide, each complete, so that they can be applied one by one. */
function fileOf({ kind, metadata: { name, labels }, spec }: Manifest): string {
  if (kind === 'Ingress') return 'k8s/networking/ingress.yaml'
  if (name === 'postgres' || name === 'provision') return 'k8s/infrastructure/postgres.yaml'
  if (name === 'redis') return 'k8s/infrastructure/redis.yaml'
  if (name === 'files' && spec) return 'k8s/services/file-service.yaml'
  return labels?.app ? `k8s/services/${name}.yaml` : 'k8s/namespace.yaml'
}

/** The manifests that a compose.yaml gives, as the text of each file by its path. */
export async function generate(composeText: string): Promise<Map<string, string>> {
  const draft: Draft = { compose: readCompose(composeText), objects: await kompose(composeText) }
  for (const curation of curations) curation.apply(draft)
  const files = Map.groupBy(draft.objects, fileOf)
  return new Map([...files].map(([path, objects]) => [path, writeManifests(comment, objects)]))
}

/** The manifests in the repository, as the text of each generated file by its path. */
export function committed(): Map<string, string> {
  const folders = ['k8s', 'k8s/infrastructure', 'k8s/services', 'k8s/networking']
  const files = new Map<string, string>()
  for (const folder of folders)
    for (const name of readdirSync(join(root, folder)))
      if (name.endsWith('.yaml') && name !== 'kustomization.yaml')
        files.set(`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8'))
  return files
}

const help = `Makes k8s/ and docs/parity.md of compose.yaml: kompose, then the curations of scripts/k8s/curations.ts.

  bun run k8s:generate             writes the files
  bun run k8s:generate --kompose   only prints what kompose gives, before any curation`

if (import.meta.main)
  await command(async () => {
    if (process.argv.includes('--help')) return console.log(help)
    const composeText = await Bun.file(join(root, 'compose.yaml')).text()
    if (process.argv.includes('--kompose'))
      return console.log(writeManifests('What kompose gives.', await kompose(composeText)))
    const files = await generate(composeText)
    const objects = [...files.values()].flatMap(readManifests)
    files.set('docs/parity.md', parityPage(readCompose(composeText), objects))
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
      console.log(path)
    }
  })
