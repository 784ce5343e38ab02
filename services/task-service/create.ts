import type { Sql, Tx } from '../kit/database.ts'
import { once } from '../kit/idempotency.ts'
import type { Person } from '../kit/identity.ts'

type Context = {
  request: Request
  person: Person
  headers: { 'idempotency-key'?: string | undefined }
  body: unknown
}

/** Runs a create in one transaction, once for each Idempotency-Key: a repeat of the request gets the first answer again. */
export const createOnce = <T>(
  sql: Sql,
  { request, person, headers, body }: Context,
  create: (tx: Tx) => Promise<T>,
): Promise<T> =>
  sql.begin(tx =>
    once(
      tx,
      {
        personId: person.userId,
        key: headers['idempotency-key'],
        request: [new URL(request.url).pathname, body],
      },
      () => create(tx),
    ),
  ) as Promise<T>
