import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the build puts what browsers get, and from where it is served. */
export const assetsFolder = process.env.ASSETS_DIR ?? join(import.meta.dir, 'dist')

let manifest: Record<string, string> = {}
let readAt = Number.NEGATIVE_INFINITY

/**
 * The address of a built file by its plain name, `app.css` → `/assets/app.3f9a1c.css`. Names change with content, so browsers keep them for good.
 * While TaskMate is worked on, a new build shows within a second.
 */
export function asset(name: 'app.css' | 'app.js' | 'icons.svg' | 'favicon.svg'): string {
  const now = performance.now()
  if (readAt < 0 || (process.env.NODE_ENV !== 'production' && now - readAt > 1_000)) {
    const path = join(assetsFolder, 'manifest.json')
    try {
      manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
    } catch (error) {
      throw new Error(`${path} cannot be read. Build it with: bun run build:assets`, { cause: error })
    }
    readAt = now
  }
  const built = manifest[name]
  if (!built) throw new Error(`${name} was not built.`)
  return `/assets/${built}`
}
