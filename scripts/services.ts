import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { databaseConfig, ports, type ServiceName } from '../services/kit/config.ts'
import { migrate } from '../services/kit/migrate.ts'
import { buildAssets } from './assets.ts'
import { root, type Secrets } from './home.ts'
import { type Crew, isFree, untilReady } from './programs.ts'
import { backends, roleOf } from './provision.ts'
import type { Servers } from './servers.ts'
import { Trouble } from './trouble.ts'

export const services = Object.keys(ports) as ServiceName[]

/** Where each service listens on this machine, and the address that people type. */
export type Addresses = { ports: Record<ServiceName, number>; publicUrl: string }

const isBackend = (service: ServiceName) => backends.find(backend => backend === service)
const urlVariable = (service: ServiceName) => `${service.replace('-', '_').toUpperCase()}_URL`

/**
 * The addresses that the environment asks for: the frontend listens on PORT, a backend on the port of its <NAME>_SERVICE_URL,
 * people type PUBLIC_URL. Throws `Trouble` for one that is no port or URL.
 */
export function addressesFrom(env: Record<string, string | undefined>): Addresses {
  const chosen = services.map(service => {
    const variable = isBackend(service) ? urlVariable(service) : 'PORT'
    const value = env[variable]
    if (!value) return [service, ports[service]]
    const port = Number(isBackend(service) ? URL.parse(value)?.port : value)
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new Trouble(
        `${variable} ${isBackend(service) ? 'names no port' : 'is not a port number'}: ${value}`,
      )
    return [service, port]
  })
  const byService: Record<ServiceName, number> = Object.fromEntries(chosen)
  const publicUrl = env.PUBLIC_URL ?? `http://localhost:${byService['frontend-service']}`
  if (!URL.canParse(publicUrl)) throw new Trouble(`PUBLIC_URL is no URL: ${publicUrl}`)
  return { ports: byService, publicUrl: publicUrl.replace(/\/+$/, '') }
}

/** Throws `Trouble` that names the first port which another program holds. */
export async function needFreePorts({ ports }: Addresses) {
  for (const service of services) {
    if (await isFree(ports[service])) continue
    const way = isBackend(service)
      ? `${urlVariable(service)}=http://127.0.0.1:<another port>`
      : 'PORT=<another port>'
    throw new Trouble(
      `Port ${ports[service]}, which ${service} needs, is taken by another program. Stop that one, or set ${way}.`,
    )
  }
}

type Running = {
  home: string
  mode: 'production' | 'development'
  secrets: Secrets
  servers: Servers
  addresses: Addresses
  /** Settings beside these, for all services. */
  settings?: Record<string, string>
}

/** What a service's process finds in its environment: of the secrets only its own. */
export function environmentOf(
  service: ServiceName,
  { home, mode, secrets, servers, addresses, settings }: Running,
) {
  const backend = isBackend(service)
  return {
    ...process.env,
    ...settings,
    NODE_ENV: mode,
    SERVICE_NAME: service,
    HOST: '127.0.0.1',
    PORT: String(addresses.ports[service]),
    PUBLIC_URL: addresses.publicUrl,
    SECRET_KEY: secrets.secretKey,
    REDIS_URL: servers.redisUrl,
    POSTGRES_HOST: backend && servers.postgres.host,
    POSTGRES_PORT: backend && String(servers.postgres.port),
    POSTGRES_USER: backend && roleOf(backend),
    DATABASE_PASSWORD: backend && secrets.databases[backend],
    FILES_DIR: service === 'file-service' ? join(home, 'files') : undefined,
    ...Object.fromEntries(
      backends.map(name => [urlVariable(name), `http://127.0.0.1:${addresses.ports[name]}`]),
    ),
  }
}

/** Brings the four databases to the newest schema, all at once. Resolves with how many files were applied. */
export async function migrateAll(running: Running): Promise<number> {
  const applied = await Promise.all(
    backends.map(backend =>
      migrate(
        databaseConfig(backend, environmentOf(backend, running)),
        join(root, 'services', backend, 'migrations'),
      ),
    ),
  )
  return applied.flat().length
}

type How = {
  /** Restart a service when a file that it imports changes, and wait as long as it takes for one that is broken. */
  watch?: boolean
  /** The folder of what scripts/bundle.ts made, to start that in place of the sources. */
  bundles?: string
  onReady?: (service: ServiceName) => void
  onLine?: (service: ServiceName, line: string) => void
}

/** Starts the five services and resolves when each says on /ready that it can serve. Throws the trouble of one that stops. */
export async function startServices(
  crew: Crew,
  running: Running,
  { watch, bundles, onReady, onLine }: How = {},
): Promise<void> {
  const started = services.map(service => {
    const main = bundles ? join(bundles, service, 'main.js') : join(root, 'services', service, 'main.ts')
    return {
      service,
      program: crew.launch({
        name: service,
        command: [process.execPath, ...(watch ? ['--watch', '--no-clear-screen'] : []), main],
        env: environmentOf(service, running),
        onLine: onLine && (line => onLine(service, line)),
      }),
    }
  })
  await Promise.all(
    started.map(async ({ service, program }) => {
      const ready = () => isReady(`http://127.0.0.1:${running.addresses.ports[service]}/ready`)
      await untilReady(program, ready, watch ? Number.POSITIVE_INFINITY : 60_000)
      onReady?.(service)
    }),
  )
}

const isReady = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    response => response.ok,
    () => false,
  )

const dist = join(root, 'views', 'dist')

/** Builds what browsers get when its sources are younger. True when it had to. */
export async function freshenAssets(): Promise<boolean> {
  const built = youngest(dist)
  const sources = ['views', 'services/frontend-service', 'scripts/assets.ts', 'bun.lock']
  if (built > 0 && sources.every(source => youngest(join(root, source)) < built)) return false
  await buildAssets()
  return true
}

/** Builds what browsers get again whenever its sources change. */
export function followAssets(crew: Crew, onLine: (line: string) => void): void {
  const script = join(root, 'scripts', 'assets.ts')
  crew.launch({ name: 'assets', command: [process.execPath, script, '--watch'], mark: script, onLine })
}

/** When the youngest file in a folder was written, in milliseconds since 1970; 0 when there is none. What was built does not count. */
function youngest(path: string): number {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(
    0,
    ...readdirSync(path).map(name => (join(path, name) === dist ? 0 : youngest(join(path, name)))),
  )
}
