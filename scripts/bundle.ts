import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { assetsFolder } from '../views/assets.ts'
import { buildAssets } from './assets.ts'
import { root } from './home.ts'
import { services } from './services.ts'
import { command } from './trouble.ts'

const help = `Makes of each service one file that needs nothing but Bun, for images: dist/<service>/main.js, beside it its migrations
or what browsers get.

  bun scripts/bundle.ts [--into dist]`

/**
 * Bundles the five services into `into`, which is emptied. Names stay as they are: shortened ones change what Elysia makes of a handler,
 * whose text it reads.
 */
export async function bundle(into: string): Promise<void> {
  rmSync(into, { recursive: true, force: true })
  await buildAssets()
  for (const service of services) {
    const source = join(root, 'services', service)
    const outdir = join(into, service)
    mkdirSync(outdir, { recursive: true })
    await Bun.build({
      entrypoints: [join(source, 'main.ts')],
      outdir,
      target: 'bun',
      minify: { whitespace: true, syntax: true, identifiers: false },
    })
    if (existsSync(join(source, 'migrations')))
      cpSync(join(source, 'migrations'), join(outdir, 'migrations'), { recursive: true })
  }
  cpSync(assetsFolder, join(into, 'frontend-service', 'dist'), { recursive: true })
}

if (import.meta.main)
  await command(async () => {
    const { values } = parseArgs({ options: { into: { type: 'string' }, help: { type: 'boolean' } } })
    if (values.help) return console.log(help)
    await bundle(values.into ?? join(root, 'dist'))
  })
