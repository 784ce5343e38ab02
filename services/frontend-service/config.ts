import { type Config, ConfigError, config, wholeNumber } from '../kit/config.ts'

export type FrontendConfig = Config & {
  /** What people type into their browser; its scheme decides whether cookies are for https only. */
  publicUrl: URL
  /** How many proxies of our own stand before this service, each adding to X-Forwarded-For. */
  trustedProxies: number
  /** Requests to the API a minute, for each session or, without one, each address. */
  apiRateLimit: number
}

type Env = Record<string, string | undefined>

/**
 * The frontend's settings: besides those of every service PUBLIC_URL (http://localhost:<port> unless set), TRUSTED_PROXIES (0: the browser
 * talks to this service itself; 1 behind an ingress) and API_RATE_LIMIT (600). Throws `ConfigError`, naming the variable.
 */
export function frontendConfig(env: Env = process.env): FrontendConfig {
  const base = config('frontend-service', env)
  const publicUrl = URL.parse(env.PUBLIC_URL ?? `http://localhost:${base.port}`)
  if (!publicUrl || !/^https?:$/.test(publicUrl.protocol))
    throw new ConfigError(`PUBLIC_URL is not an http or https address: ${env.PUBLIC_URL}`)
  return {
    ...base,
    publicUrl,
    trustedProxies: wholeNumber('TRUSTED_PROXIES', 0, {}, env),
    apiRateLimit: wholeNumber('API_RATE_LIMIT', 600, {}, env),
  }
}
