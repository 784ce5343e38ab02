import { readFileSync } from 'node:fs'

/** The five services, and the port each listens on unless PORT says otherwise. */
export const ports = {
  'user-service': 3000,
  'task-service': 3001,
  'analytics-service': 3002,
  'file-service': 3003,
  'frontend-service': 3100,
} as const
export type ServiceName = keyof typeof ports
export type BackendName = Exclude<ServiceName, 'frontend-service'>

/** A login to a database of PostgreSQL. */
export type Database = { host: string; port: number; user: string; password: string; name: string }

/** What every service needs to know, whatever it does. */
export type Config = {
  name: ServiceName
  host: string
  port: number
  production: boolean
  /** 32 random bytes or more that all services share: they sign what services say to each other. */
  secretKey: string
  redisUrl: string
  /** Where each backend answers, without a slash at the end. */
  urls: Record<BackendName, string>
}

type Env = Record<string, string | undefined>

/** A setting is missing or cannot be used. The message is one line for the operator; `main` prints it and exits. */
export class ConfigError extends Error {}

/**
 * A required variable of the environment, by name, or what the file says that `<name>_FILE` names: containers get their secrets as files.
 * Throws `ConfigError` when it is not set.
 */
export function need(name: string, env: Env = process.env): string {
  const value = setting(name, env)
  if (!value) throw new ConfigError(`${name} is not set.`)
  return value
}

function setting(name: string, env: Env): string | undefined {
  const file = env[`${name}_FILE`]
  if (!file) return env[name]
  if (env[name]) throw new ConfigError(`${name} and ${name}_FILE are both set. Set one of them.`)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new ConfigError(`${name}_FILE cannot be read: ${(error as Error).message}`)
  }
}

/** A variable that is a whole number from `least` to `most`; `standard` where it is not set. Throws `ConfigError`. */
export function wholeNumber(
  name: string,
  standard: number,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {},
  env: Env = process.env,
): number {
  const value = Number(env[name] || standard)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`
  throw new ConfigError(`${name} is not a whole number ${range}: ${env[name]}`)
}
const aPort = { most: 65_535 }

/** Gives the secret back. Throws `ConfigError`, in production, for one that others may know too. */
function unguessed(name: string, value: string, env: Env): string {
  const known = /^(password|postgres|redis|secret|taskmate)$|development|change.?me|example/i
  if (env.NODE_ENV === 'production' && known.test(value))
    throw new ConfigError(
      `${name} is a development secret. Set random characters before running in production.`,
    )
  return value
}

/** Where Redis answers, with its password: REDIS_URL may carry it, or REDIS_PASSWORD says it, so that the address itself is no secret. */
function redisUrl(env: Env): string {
  const url = URL.parse(need('REDIS_URL', env))
  if (!url) throw new ConfigError('REDIS_URL is not a URL.')
  const password = setting('REDIS_PASSWORD', env)
  if (password) url.password = password
  if (url.password) unguessed('REDIS_PASSWORD', decodeURIComponent(url.password), env)
  return url.href
}

/** What every service reads from its environment. Throws `ConfigError`, naming the variable. */
export function config(name: ServiceName, env: Env = process.env): Config {
  const secretKey = unguessed('SECRET_KEY', need('SECRET_KEY', env), env)
  if (secretKey.length < 32) throw new ConfigError('SECRET_KEY must have at least 32 characters.')
  const url = (backend: BackendName, variable: string) =>
    (env[variable] ?? `http://127.0.0.1:${ports[backend]}`).replace(/\/+$/, '')
  return {
    name,
    host: env.HOST ?? '0.0.0.0',
    port: wholeNumber('PORT', ports[name], aPort, env),
    production: env.NODE_ENV === 'production',
    secretKey,
    redisUrl: redisUrl(env),
    urls: {
      'user-service': url('user-service', 'USER_SERVICE_URL'),
      'task-service': url('task-service', 'TASK_SERVICE_URL'),
      'analytics-service': url('analytics-service', 'ANALYTICS_SERVICE_URL'),
      'file-service': url('file-service', 'FILE_SERVICE_URL'),
    },
  }
}

/** The login of a backend to its own database: `user-service` owns `user_service_db`, as a role that opens no other. */
export function databaseConfig(name: BackendName, env: Env = process.env): Database {
  return {
    host: need('POSTGRES_HOST', env),
    port: wholeNumber('POSTGRES_PORT', 5432, aPort, env),
    user: env.POSTGRES_USER ?? name.replace('-', '_'),
    password: unguessed('DATABASE_PASSWORD', need('DATABASE_PASSWORD', env), env),
    name: `${name.replace('-', '_')}_db`,
  }
}
