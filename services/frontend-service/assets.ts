import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { assetsFolder } from '../../views/assets.ts'
import { notFound } from '../kit/problem.ts'

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/**
 * GET /assets/:name: what the build made, as compressed as the browser likes. A name stands for one content for good (RFC 8246), so nobody asks twice.
 * Throws 404 for what was not built.
 */
export function serveAsset(request: Request, name: string): Response {
  const type = types[/^[a-z]+\.[0-9a-f]{10}\.(css|js|svg)$/.exec(name)?.[1] ?? '']
  const path = join(assetsFolder, name)
  if (!type || !existsSync(path)) throw notFound()
  const accepted = request.headers.get('accept-encoding') ?? ''
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : null
  const suffix = encoding === 'br' ? '.br' : encoding === 'gzip' ? '.gz' : ''
  return new Response(Bun.file(path + suffix), {
    headers: {
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(encoding && { 'content-encoding': encoding }),
    },
  })
}
