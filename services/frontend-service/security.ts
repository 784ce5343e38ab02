import { socketAddress } from '../kit/serve.ts'

/**
 * Nothing but our own files, no inline script or style, no frame around us. `blob:` and `data:` are pictures that the page itself made.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "font-src 'self'",
  "manifest-src 'self'",
].join('; ')

/** The headers that every answer carries. */
export const securityHeaders = (publicUrl: URL): Record<string, string> => ({
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  ...(publicUrl.protocol === 'https:' && { 'strict-transport-security': 'max-age=31536000' }),
})

/**
 * Whether a request that changes something may come from another site's page, which could use the reader's cookie (CSRF). The browser says
 * where it comes from: Sec-Fetch-Site, or Origin where that is missing. Neither is no browser of today, and refused too.
 */
export function mayBeForged(request: Request, publicUrl: URL): boolean {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return false
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('origin')
  return origin !== publicUrl.origin && origin !== `${publicUrl.protocol}//${request.headers.get('host')}`
}

/**
 * The address of the browser. Each proxy adds to X-Forwarded-For the address that it saw: with `proxies` of our own in front, the one that the first of them
 * saw is that many from the end, and what stands before it was made up by the client.
 */
export function clientAddress(request: Request, proxies: number): string {
  const forwarded = (request.headers.get('x-forwarded-for') ?? '').split(',').map(address => address.trim())
  return (proxies > 0 && forwarded.at(-proxies)) || (socketAddress(request) ?? 'unknown')
}

/** Where to go after signing in: a path of this site, whatever the address bar was made to say. */
export function localPath(next: string | null | undefined): string {
  if (!next?.startsWith('/')) return '/'
  const url = URL.parse(next, 'http://here')
  // `/.//there` is a path here, and another host once it is alone.
  return url?.origin === 'http://here' && !url.pathname.startsWith('//') ? url.pathname + url.search : '/'
}
