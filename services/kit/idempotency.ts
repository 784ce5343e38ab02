import type { Sql, Tx } from './database.ts'
import type { Person } from './identity.ts'
import { log } from './log.ts'
import { Problem } from './problem.ts'

/**
 * Runs a create once for each Idempotency-Key of a person: a repeat gets the first answer again, also when both come at once (the second
 * waits for the first's transaction). The same key with another request is 422. Without a key it just runs.
 *
 * The database needs
 * `create table idempotency_keys (person_id uuid, key text, request text not null, response jsonb not null, created_at timestamptz not null default now(), primary key (person_id, key))`.
 */
export async function once<T>(
  tx: Tx,
  { personId, key, request }: { personId: string; key: string | undefined; request: unknown },
  create: () => Promise<T>,
): Promise<T> {
  if (key === undefined) return create()
  const hash = new Bun.CryptoHasher('sha256').update(JSON.stringify(request)).digest('hex')
  const [mine] = await tx`
    insert into idempotency_keys (person_id, key, request, response) values (${personId}, ${key}, ${hash}, 'null')
    on conflict do nothing returning true as mine`
  if (!mine) {
    const [first] = await tx<{ request: string; response: T }[]>`
      select request, response from idempotency_keys where person_id = ${personId} and key = ${key}`
    if (first?.request !== hash) throw new Problem(422, 'idempotency_key_reused')
    return first.response
  }
  const response = await create()
  await tx`
    update idempotency_keys set response = ${tx.json(response as never)} where person_id = ${personId} and key = ${key}`
  return response
}

/** What a route that creates knows of its request. */
type Creating = {
  request: Request
  person: Person
  headers: { 'idempotency-key'?: string | undefined }
  body: unknown
}

/** Runs a create in one transaction, `once` for the path and the body of its request. */
export const createOnce = <T>(
  sql: Sql,
  { request, person, headers, body }: Creating,
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

const keptDays = 7

/** Forgets keys that are older than a week, now and every hour. Returns how to stop. */
export function forgetOldKeys(sql: Sql): () => void {
  const forget = () =>
    sql`delete from idempotency_keys where created_at < now() - make_interval(days => ${keptDays})`.catch(
      error => log.warn({ error: error.message }, 'cannot forget old idempotency keys'),
    )
  void forget()
  const timer = setInterval(forget, 60 * 60 * 1000)
  return () => clearInterval(timer)
}
