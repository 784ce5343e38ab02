import { describe, expect, test } from 'bun:test'
import { gunzipSync } from 'node:zlib'
import { asset } from '../../views/assets.ts'
import { Problem } from '../kit/problem.ts'
import { serveAsset } from './assets.ts'

const get = (path: string, encoding = '') =>
  serveAsset(
    new Request(`http://localhost${path}`, { headers: { 'accept-encoding': encoding } }),
    path.replace('/assets/', ''),
  )

test('what browsers get may be kept for good, as compressed as they like', async () => {
  const plain = get(asset('app.css'))
  expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(plain.headers.get('content-type')).toBe('text/css; charset=utf-8')
  expect(plain.headers.get('content-encoding')).toBeNull()
  const text = await plain.text()
  const zipped = get(asset('app.css'), 'gzip, deflate')
  expect(zipped.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(await zipped.arrayBuffer()).toString()).toBe(text)
  expect(get(asset('app.css'), 'gzip, br, zstd').headers.get('content-encoding')).toBe('br')
})

test.each(['manifest.json', 'app.css', 'app.0123456789.css', '../assets.ts', '..%2fassets.ts', 'app.css.gz'])(
  'nothing but what was built is served: %s',
  name => {
    const ask = () => serveAsset(new Request('http://localhost/assets/x'), name)
    expect(ask).toThrow(new Problem(404, 'not_found'))
  },
)

describe('the first load stays small', () => {
  test.each([
    ['app.css', 14 * 1024],
    ['app.js', 24 * 1024],
    ['icons.svg', 5 * 1024],
  ] as const)('%s is at most %d bytes compressed', async (name, most) => {
    expect((await get(asset(name), 'gzip').arrayBuffer()).byteLength).toBeLessThanOrEqual(most)
  })
})
