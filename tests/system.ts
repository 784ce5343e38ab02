import { newSecrets } from '../scripts/home.ts'
import { allOf, type Crew, freePort, type Program } from '../scripts/programs.ts'
import { provision } from '../scripts/provision.ts'
import { type Servers, startServers, throwAwayCrew } from '../scripts/servers.ts'
import { freshenAssets, environmentOf, migrateAll, services, startServices } from '../scripts/services.ts'
import type { ServiceName } from '../services/kit/config.ts'

/** A whole TaskMate for one test file: five services on free ports, on PostgreSQL and Redis of their own. */
export type System = {
  /** Where people would go, without a slash at the end. */
  publicUrl: string
  /** Where each service answers. */
  urls: Record<ServiceName, string>
  servers: Servers
  /** The environment that a service was started with. */
  env(service: ServiceName): Record<string, string | undefined>
  /** A running program by name: a service, `postgres` or `valkey`. */
  program(name: ServiceName | 'postgres' | 'valkey'): Program
  crew: Crew
  /** Starts a program again that has gone. */
  again(name: ServiceName | 'postgres' | 'valkey'): void
  /** Stops everything and removes its data. Call it in afterAll. */
  stop(): Promise<void>
}

/**
 * Starts it as scripts/start does, with empty databases; from `bundles`, a folder that scripts/bundle.ts made, where it is given, and with `settings` in the
 * environment of each service. Takes a few seconds: give beforeAll a minute.
 */
export async function startSystem({
  bundles,
  settings,
}: {
  bundles?: string
  settings?: Record<string, string>
} = {}): Promise<System> {
  const { crew, dismiss } = await throwAwayCrew()
  try {
    const secrets = newSecrets()
    const [servers] = await allOf([startServers(crew, { secrets, durable: false }), freshenAssets()])
    await provision(servers.postgres, secrets.databases)
    const free = await Promise.all(services.map(async service => [service, await freePort()] as const))
    const ports = Object.fromEntries(free) as Record<ServiceName, number>
    const publicUrl = `http://localhost:${ports['frontend-service']}`
    const running = {
      home: crew.home,
      mode: 'production',
      secrets,
      servers,
      addresses: { ports, publicUrl },
      settings,
    } as const
    await migrateAll(running)
    await startServices(crew, running, { bundles })
    const program = (name: string) => crew.programs.findLast(program => program.name === name)!
    return {
      publicUrl,
      urls: Object.fromEntries(
        free.map(([service, port]) => [service, `http://127.0.0.1:${port}`]),
      ) as Record<ServiceName, string>,
      servers,
      env: service => environmentOf(service, running),
      program,
      crew,
      again: name => {
        crew.launch(program(name).launched)
      },
      stop: dismiss,
    }
  } catch (error) {
    await dismiss()
    throw error
  }
}
