import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose'
import type { Query, Sql, Tx } from '../kit/database.ts'
import { type Person, signPerson, tokenSeconds } from '../kit/identity.ts'
import { log } from '../kit/log.ts'
import { newId } from '../kit/schema.ts'

const days = 24 * 60 * 60 * 1000
const rotateAfter = 30 * days
/** A new key is published this long before it signs: longer than any replica or service goes without reading the keys again. */
const lead = 10 * 60 * 1000
/** A replaced key stays published until long after its last token. */
const tail = 60 * 60 * 1000
const reloadAfter = 60_000

type Row = { id: string; public_jwk: JWK; private_jwk: Uint8Array; signs_from: Date }
type Key = { id: string; signsFrom: number; key: CryptoKey }
type Known = { signers: Key[]; published: JWK[]; find: JWTVerifyGetKey }

/**
 * The Ed25519 pairs (RFC 8037) that sign people's tokens, shared by all replicas through the database and read again every minute. A key signs
 * for 30 days. What is known stays in use while the database is away.
 */
export class SigningKeys {
  #known: Known | undefined
  #loading: Promise<Known> | undefined
  #timer = setInterval(
    () => this.#load().catch(error => log.warn({ error: error.message }, 'cannot read the signing keys')),
    reloadAfter,
  )

  constructor(
    private sql: Sql,
    private secret: string,
  ) {}

  /** Signs a token for the person. `expiresAt` is an instant, never later than what the token says. */
  async sign(person: Omit<Person, 'kind'>): Promise<{ token: string; expiresAt: string }> {
    const { signers } = await this.#get()
    const now = Date.now()
    // There is always one that signs now: the first key of a database signs at once. A clock that is a little slow may see it in the future.
    const signer = signers.findLast(key => key.signsFrom <= now) ?? signers[0]!
    const expiresAt = new Date((Math.floor(now / 1000) + tokenSeconds) * 1000).toISOString()
    return { token: await signPerson(person, signer.key, signer.id), expiresAt }
  }

  /** The public keys, oldest first. */
  published = async (): Promise<JWK[]> => (await this.#get()).published

  /** Finds the key that a token names, for the verifier of this service itself. */
  find: JWTVerifyGetKey = async (header, token) => (await this.#get()).find(header, token)

  stop() {
    clearInterval(this.#timer)
  }

  async #get(): Promise<Known> {
    return this.#known ?? this.#load()
  }

  /** One at a time, however many ask. */
  #load(): Promise<Known> {
    this.#loading ??= this.#read().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #read(): Promise<Known> {
    let rows = await readRows(this.sql)
    if (this.#isDue(rows))
      rows = await this.sql.begin(async tx => {
        // Replicas that see at once that a key is due make one, not one each.
        await tx`lock table signing_keys in share row exclusive mode`
        const current = await readRows(tx)
        if (this.#isDue(current)) await this.#rotate(tx, current)
        return readRows(tx)
      })
    const published = rows
      .filter(isPublished)
      .map(row => ({ ...row.public_jwk, kid: row.id, alg: 'EdDSA', use: 'sig' }))
    const signers: Key[] = []
    for (const row of rows) {
      const jwk = this.#open(row)
      if (jwk)
        signers.push({
          id: row.id,
          signsFrom: row.signs_from.getTime(),
          key: (await importJWK(jwk, 'EdDSA')) as CryptoKey,
        })
    }
    this.#known = { signers, published, find: createLocalJWKSet({ keys: published }) }
    return this.#known
  }

  #isDue(rows: Row[]): boolean {
    const newest = rows.findLast(row => this.#open(row))
    return !newest || newest.signs_from.getTime() < Date.now() - rotateAfter
  }

  async #rotate(tx: Tx, rows: Row[]) {
    for (const row of rows.filter((row, index) => !isPublished(row, index, rows)))
      await tx`delete from signing_keys where id = ${row.id}`
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    const id = newId()
    // Without a key that can sign (a new database, or another SECRET_KEY than before) there is nothing to wait for.
    const signsFrom = new Date(Date.now() + (rows.some(row => this.#open(row)) ? lead : 0))
    await tx`
      insert into signing_keys (id, public_jwk, private_jwk, signs_from)
      values (${id}, ${tx.json((await exportJWK(pair.publicKey)) as never)}, ${this.#seal(id, await exportJWK(pair.privateKey))}, ${signsFrom})`
    log.info({ key: id, signsFrom }, 'made a signing key')
  }

  #cipherKey = () => new Uint8Array(hkdfSync('sha256', this.secret, '', 'taskmate signing keys', 32))

  /** The private key for the database: initialization vector (12 bytes), tag (16 bytes), AES-256-GCM of the JWK, bound to the key's id. */
  #seal(id: string, jwk: JWK): Uint8Array {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#cipherKey(), iv).setAAD(Buffer.from(id))
    const sealed = Buffer.concat([cipher.update(JSON.stringify(jwk)), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), sealed])
  }

  /** Undefined when it was sealed under another SECRET_KEY: it still proves old tokens, and signs no new ones. */
  #open({ id, private_jwk: sealed }: Row): JWK | undefined {
    const cipher = createDecipheriv('aes-256-gcm', this.#cipherKey(), sealed.subarray(0, 12))
      .setAAD(Buffer.from(id))
      .setAuthTag(sealed.subarray(12, 28))
    try {
      return JSON.parse(Buffer.concat([cipher.update(sealed.subarray(28)), cipher.final()]).toString())
    } catch {
      return undefined
    }
  }
}

const readRows = (sql: Query) =>
  sql<Row[]>`select id, public_jwk, private_jwk, signs_from from signing_keys order by signs_from, id`

/** Whether tokens of this key, one of all in order, may still be about. */
const isPublished = (_: Row, index: number, rows: readonly Row[]) => {
  const successor = rows[index + 1]
  return !successor || successor.signs_from.getTime() > Date.now() - tail
}
