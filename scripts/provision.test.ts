import { afterAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import type { BackendName } from '../services/kit/config.ts'
import { newSecrets } from './home.ts'
import { backends, databaseOf, provision, roleOf } from './provision.ts'
import { startServers, throwAwayCrew } from './servers.ts'
import { Trouble } from './trouble.ts'

const { crew, dismiss } = await throwAwayCrew()
const secrets = newSecrets()
const servers = await startServers(crew, { secrets, durable: false })
const administrator = servers.postgres
afterAll(dismiss, 60_000)

/** Runs a statement as the login of a service, or as the administrator. Gives the rows, or the SQLSTATE of the refusal. */
async function as(
  who: BackendName | 'administrator',
  database: string,
  statement: string,
  passwords = secrets.databases,
) {
  const login =
    who === 'administrator'
      ? administrator
      : { ...administrator, user: roleOf(who), password: passwords[who] }
  const sql = postgres({ ...login, username: login.user, database, max: 1, onnotice: () => {} })
  try {
    return [...(await sql.unsafe(statement))] as unknown[]
  } catch (error) {
    return (error as { code?: string }).code
  } finally {
    await sql.end({ timeout: 2 })
  }
}

const insufficientPrivilege = '42501'
const wrongPassword = '28P01'

test('each service owns its database and can connect to no other', async () => {
  await provision(administrator, secrets.databases)
  const databases = [...backends.map(databaseOf), 'postgres', 'template1']
  for (const service of backends) {
    const answers = await Promise.all(
      databases.map(async name => [name, await as(service, name, 'select 1 as one')]),
    )
    expect(Object.fromEntries(answers)).toEqual(
      Object.fromEntries(
        databases.map(name => [name, name === databaseOf(service) ? [{ one: 1 }] : insufficientPrivilege]),
      ),
    )
  }
  expect(await as('task-service', 'task_service_db', 'create table notes (id int)')).toEqual([])
  expect(await as('task-service', 'task_service_db', 'create role more')).toBe(insufficientPrivilege)
})

test('run again it keeps the data, and the new passwords hold', async () => {
  await provision(administrator, secrets.databases)
  await as('user-service', 'user_service_db', 'create table kept as select 42 as answer')
  const rotated = newSecrets().databases
  await provision(administrator, rotated)
  expect(await as('user-service', 'user_service_db', 'table kept', rotated)).toEqual([{ answer: 42 }])
  expect(await as('user-service', 'user_service_db', 'table kept')).toBe(wrongPassword)
})

test('several that run at once do not disturb each other', async () => {
  for (const service of backends)
    await as('administrator', 'postgres', `drop database if exists ${databaseOf(service)}`)
  await Promise.all(Array.from({ length: 4 }, () => provision(administrator, secrets.databases)))
  expect(await as('file-service', 'file_service_db', 'select 1 as one')).toEqual([{ one: 1 }])
})

test('an administrator who is no superuser needs CREATEROLE and CREATEDB', async () => {
  for (const service of backends) {
    await as('administrator', 'postgres', `drop database if exists ${databaseOf(service)}`)
    await as('administrator', 'postgres', `drop role if exists ${roleOf(service)}`)
  }
  await as(
    'administrator',
    'postgres',
    `create role keeper login createrole createdb password 'k'; create role visitor login password 'v'`,
  )
  await as('administrator', 'postgres', 'grant connect on database postgres to keeper, visitor')
  const visitor = { ...administrator, user: 'visitor', password: 'v' }
  await expect(provision(visitor, secrets.databases)).rejects.toThrow(
    /visitor may not create roles and databases/,
  )
  await provision({ ...administrator, user: 'keeper', password: 'k' }, secrets.databases)
  expect(await as('analytics-service', 'analytics_service_db', 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await as('analytics-service', 'user_service_db', 'select 1 as one')).toBe(insufficientPrivilege)
})

test('a server that refuses or does not answer is trouble in one line', async () => {
  const refused = provision({ ...administrator, password: 'wrong' }, secrets.databases)
  await expect(refused).rejects.toThrow(
    new Trouble(
      `PostgreSQL at 127.0.0.1:${administrator.port} does not let taskmate in: password authentication failed for user "taskmate".`,
    ),
  )
  await expect(provision({ ...administrator, port: 1 }, secrets.databases)).rejects.toThrow(
    'No PostgreSQL answers at 127.0.0.1:1.',
  )
})
