import postgres from 'postgres'
import type { Database } from './config.ts'

/** The pool of a service's own database, or a transaction in it: a query takes either. */
export type Sql = postgres.Sql<{ bigint: number }>
export type Tx = postgres.TransactionSql<{ bigint: number }>
export type Query = Sql | Tx

/** What may differ from the usual pool. */
export type ConnectOptions = {
  /** Connections at most; 10 unless told. */
  max?: number
  /** Called with the text of every statement: tests count queries by it. */
  onQuery?: (text: string) => void
}

/**
 * The driver is patched (patches/postgres@3.4.9.patch; database.test.ts shows what for). As it is released, a transaction whose connection closes ends the process
 * (porsager/postgres#1066, #1208) or goes on in the connection of somebody else (#1155), and a connection that closes while it has something to
 * write never works again.
 *
 * Opens a pool lazily: nothing is connected until the first query, and a database that is away makes queries fail
 * without ending the process. Instants come back as `Date`, days (`date`) as text, `bigint` as a number.
 */
export function connect(database: Database, { max = 10, onQuery }: ConnectOptions = {}): Sql {
  return postgres({
    host: database.host,
    port: database.port,
    user: database.user,
    password: database.password,
    database: database.name,
    max,
    connect_timeout: 5,
    idle_timeout: 300,
    // The driver's own waits grow to 20 seconds, and so long would every query hang, even once the database is back.
    backoff: () => 0.1,
    onnotice: () => {},
    ...(onQuery && { debug: (_connection: number, query: string) => onQuery(query) }),
    connection: { application_name: database.user, statement_timeout: 15_000, TimeZone: 'UTC' },
    types: {
      bigint: { to: 20, from: [20], serialize: String, parse: Number },
      // A date is a day, not an instant: a JavaScript Date would shift it by the zone of the process.
      day: { to: 1082, from: [1082], serialize: String, parse: String },
    },
  }) as unknown as Sql
}

/** Whether the database answers, as /ready says. Throws what the driver says when it does not. */
export const answers = async (sql: Sql) => (await sql`select 1`).length === 1

const connectionTrouble = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '53300',
])
/** Whether the error says that the database is away, and not that a statement was wrong. */
export const isUnavailable = (error: unknown) =>
  error instanceof Error && connectionTrouble.has(String((error as { code?: unknown }).code))

/** Whether the error is a violation of the named unique constraint (SQLSTATE 23505). */
export const violates = (error: unknown, constraint: string) =>
  error instanceof postgres.PostgresError && error.code === '23505' && error.constraint_name === constraint
