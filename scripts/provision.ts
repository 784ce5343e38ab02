import postgres from 'postgres'
import type { BackendName } from '../services/kit/config.ts'
import type { Postgres } from './postgres.ts'
import { command, Trouble } from './trouble.ts'

export const backends = [
  'user-service',
  'task-service',
  'analytics-service',
  'file-service',
] as const satisfies readonly BackendName[]

/** `user-service` logs in as `user_service` and owns `user_service_db`. */
export const roleOf = (service: BackendName) => service.replace('-', '_')
export const databaseOf = (service: BackendName) => `${roleOf(service)}_db`

/**
 * Gives each backend a login of its own and a database that this login owns and nobody else can enter. Run again it
 * changes nothing but the passwords, which become the given ones. `administrator` needs CREATEROLE and CREATEDB. Throws
 * `Trouble` when the server does not let it in.
 */
export async function provision(
  administrator: Postgres,
  passwords: Record<BackendName, string>,
): Promise<void> {
  const sql = postgres({
    ...administrator,
    username: administrator.user,
    database: 'postgres',
    max: 1,
    onnotice: () => {},
  })
  try {
    // Two deployments may start at once, and creating a role or a database knows no "if not exists" that is safe then.
    await sql`select pg_advisory_lock(hashtext('taskmate.provision'))`
    const [self] = await sql`select rolsuper as superuser from pg_roles where rolname = current_user`
    for (const service of backends) {
      const role = roleOf(service)
      const database = databaseOf(service)
      const [found] = await sql`
        select exists (select from pg_roles where rolname = ${role}) as role,
               exists (select from pg_database where datname = ${database}) as database`
      const [login] = await sql`
        select format(${found!.role ? 'alter' : 'create'} || ' role %I login password %L', ${role}::text, ${passwords[service]}::text) as statement`
      await sql.unsafe(login!.statement)
      // Who is no superuser may give a database only to a role that it is a member of.
      if (!self!.superuser) await sql`grant ${sql(role)} to current_user`
      if (!found!.database)
        await sql`create database ${sql(database)} owner ${sql(role)} template template0 encoding 'UTF8'`
      await sql`revoke all on database ${sql(database)} from public`
    }
  } catch (error) {
    throw refusal(administrator, error) ?? error
  } finally {
    await sql.end({ timeout: 2 })
  }
}

function refusal({ host, port, user }: Postgres, error: unknown): Trouble | undefined {
  const { code, message } = error as { code?: string; message: string }
  if (code === '28P01' || code === '28000')
    return new Trouble(`PostgreSQL at ${host}:${port} does not let ${user} in: ${message}.`)
  if (code === '42501')
    return new Trouble(
      `PostgreSQL at ${host}:${port}: ${user} may not create roles and databases (${message}).`,
    )
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'CONNECT_TIMEOUT' || code === 'EAI_AGAIN')
    return new Trouble(`No PostgreSQL answers at ${host}:${port}.`)
}

/** The administrator that the environment names, or undefined when it names no server. Throws `Trouble` when it is half told. */
export function administratorOf(env: Record<string, string | undefined>): Postgres | undefined {
  if (!env.POSTGRES_HOST) return
  if (!env.DATABASE_PASSWORD) throw new Trouble('POSTGRES_HOST is set but DATABASE_PASSWORD is not.')
  const port = Number(env.POSTGRES_PORT ?? 5432)
  if (!Number.isInteger(port)) throw new Trouble(`POSTGRES_PORT is not a port: ${env.POSTGRES_PORT}`)
  return {
    host: env.POSTGRES_HOST,
    port,
    user: env.POSTGRES_USER ?? 'taskmate',
    password: env.DATABASE_PASSWORD,
  }
}

const help = `Gives each backend its own login and database, safely run again.

  bun scripts/provision.ts

POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER, DATABASE_PASSWORD   an administrator of the server
USER_SERVICE_PASSWORD, TASK_SERVICE_PASSWORD,
ANALYTICS_SERVICE_PASSWORD, FILE_SERVICE_PASSWORD                the password each service's login gets`

if (import.meta.main)
  await command(async () => {
    if (process.argv.includes('--help')) return console.log(help)
    const administrator = administratorOf(process.env)
    if (!administrator) throw new Trouble('POSTGRES_HOST is not set.')
    const passwords = backends.map(service => {
      const name = `${roleOf(service).toUpperCase()}_PASSWORD`
      const password = process.env[name]
      if (!password) throw new Trouble(`${name} is not set.`)
      return [service, password]
    })
    await provision(administrator, Object.fromEntries(passwords))
  })
