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

export type Database = { host: string; port: number; user: string; password: string; name: string }

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

/** A required variable of the environment, by name. Throws `ConfigError` when it is not set. */
export function need(name: string, env: Env = process.env): string {
  const value = env[name]
  if (!value) throw new ConfigError(`${name} is not set.`)
  return value
}

/** What every service reads from its environment. Throws `ConfigError`, naming the variable. */
export function config(name: ServiceName, env: Env = process.env): Config {
  const production = env.NODE_ENV === 'production'
  const secretKey = need('SECRET_KEY', env)
  if (secretKey.length < 32) throw new ConfigError('SECRET_KEY must have at least 32 characters.')
  if (production && /development|changeme|example/i.test(secretKey))
    throw new ConfigError(
      'SECRET_KEY is a development secret. Set random characters before running in production.',
    )
  const port = Number(env.PORT ?? ports[name])
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new ConfigError(`PORT is not a port: ${env.PORT}`)
  const url = (backend: BackendName, variable: string) =>
    (env[variable] ?? `http://127.0.0.1:${ports[backend]}`).replace(/\/+$/, '')
  return {
    name,
    host: env.HOST ?? '0.0.0.0',
    port,
    production,
    secretKey,
    redisUrl: need('REDIS_URL', env),
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
    port: Number(env.POSTGRES_PORT ?? 5432),
    user: env.POSTGRES_USER ?? name.replace('-', '_'),
    password: need('DATABASE_PASSWORD', env),
    name: `${name.replace('-', '_')}_db`,
  }
}
