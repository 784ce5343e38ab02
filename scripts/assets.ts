import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { assetsFolder } from '../views/assets.ts'
import { icons } from '../views/icons.ts'
import { root } from './home.ts'
import { finish } from './programs.ts'
import { command, Trouble } from './trouble.ts'

const help = `Builds what browsers get into views/dist, or the folder ASSETS_DIR: the style sheet, the script and the icons, each also compressed, and manifest.json with their names.

  bun run build:assets [--watch]`

const views = join(root, 'views')
const dist = assetsFolder
const pages = join(root, 'services', 'frontend-service')

/** The style sheet: Tailwind, with the classes that views and pages use. */
async function styles(): Promise<string> {
  const output = join(tmpdir(), `taskmate-${process.pid}.css`)
  try {
    const tailwind = join(root, 'node_modules', '@tailwindcss', 'cli', 'dist', 'index.mjs')
    const { code, errors } = await finish(
      [process.execPath, '--bun', tailwind, '-i', join(views, 'styles', 'app.css'), '-o', output, '--minify'],
      { cwd: root },
    )
    if (code !== 0) throw new Trouble(`The style sheet could not be built:\n${errors.trim()}`)
    return readFileSync(output, 'utf8')
  } finally {
    rmSync(output, { force: true })
  }
}

/** The script: htmx and our own lines, as one file. */
async function script(): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(views, 'client', 'app.ts')],
    target: 'browser',
    format: 'esm',
    minify: true,
  })
  return outputs[0]!.text()
}

/** All icons as symbols of one SVG. Lucide's come without their frame: size, colour and stroke are the style sheet's. */
function sprite(): string {
  const symbols = Object.entries(icons).map(([name, icon]) => {
    const markup = typeof icon === 'string' ? lucide(icon) : icon.markup
    return `<symbol id="${name}" viewBox="0 0 24 24">${markup}</symbol>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`
}

function lucide(name: string): string {
  const text = readFileSync(join(root, 'node_modules', 'lucide-static', 'icons', `${name}.svg`), 'utf8')
  return text
    .slice(text.indexOf('>', text.indexOf('<svg')) + 1, text.lastIndexOf('</svg>'))
    .replace(/\s*\n\s*/g, '')
}

/** Puts a file in its place whole: a frontend may be serving the one before it. */
function put(name: string, content: string | Uint8Array): void {
  const next = join(dist, `${name}.${process.pid}`)
  writeFileSync(next, content)
  renameSync(next, join(dist, name))
}

/** Writes a file under a name that changes with its content, beside its compressed forms. Gives the name. */
function write(name: string, content: string): string {
  const hash = new Bun.CryptoHasher('sha256').update(content).digest('hex').slice(0, 10)
  const built = name.replace(/\.(\w+)$/, `.${hash}.$1`)
  const bytes = Buffer.from(content)
  put(built, bytes)
  put(`${built}.gz`, gzipSync(bytes, { level: 9 }))
  put(
    `${built}.br`,
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  )
  return built
}

/** Builds everything. The manifest comes last, so that a running frontend never names a file that is not there yet. */
export async function buildAssets(): Promise<void> {
  mkdirSync(dist, { recursive: true })
  const [css, js] = await Promise.all([styles(), script()])
  const manifest = {
    'app.css': write('app.css', css),
    'app.js': write('app.js', js),
    'icons.svg': write('icons.svg', sprite()),
    'favicon.svg': write('favicon.svg', readFileSync(join(views, 'favicon.svg'), 'utf8')),
  }
  put('manifest.json', JSON.stringify(manifest))
  // A frontend that still runs with the last build, and a page that was opened from it, name its files for a while.
  const yesterday = Date.now() - 24 * 60 * 60 * 1000
  for (const name of readdirSync(dist))
    if ((statSync(join(dist, name), { throwIfNoEntry: false })?.mtimeMs ?? yesterday) < yesterday)
      rmSync(join(dist, name), { force: true })
}

/** Builds everything now and after each change, for good. The watch comes first: a change during a build is in the next one. */
async function follow(): Promise<never> {
  let timer: Timer | undefined
  let running = Promise.resolve()
  const build = () => {
    running = running.then(buildAssets).catch(error => console.error((error as Error).message))
  }
  const changed = (_: string, name: string | null) => {
    if (name?.startsWith('dist')) return
    clearTimeout(timer)
    timer = setTimeout(build, 50)
  }
  for (const folder of [views, pages]) watch(folder, { recursive: true }, changed)
  build()
  return new Promise(() => {})
}

if (import.meta.main)
  await command(async () => {
    const { values } = parseArgs({ options: { watch: { type: 'boolean' }, help: { type: 'boolean' } } })
    if (values.help) return console.log(help)
    await (values.watch ? follow() : buildAssets())
  })
