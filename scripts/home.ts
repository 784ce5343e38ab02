import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BackendName } from '../services/kit/config.ts'

/** The top of the repository. */
export const root = resolve(import.meta.dir, '..')

/** Where everything lives that TaskMate keeps on this machine, unless --data names another folder. */
export const defaultHome = join(root, '.taskmate')

/** What only this installation knows: made up at its first start, kept in secrets.json, readable by its owner alone. */
export type Secrets = {
  /** 32 random bytes in hex, shared by the five services. */
  secretKey: string
  /** Of the PostgreSQL administrator, and of Redis. */
  postgres: string
  redis: string
  /** Of each service's own login to its database. */
  databases: Record<BackendName, string>
}

/** New random secrets. */
export function newSecrets(): Secrets {
  const random = () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex')
  return {
    secretKey: random(),
    postgres: random(),
    redis: random(),
    databases: {
      'user-service': random(),
      'task-service': random(),
      'analytics-service': random(),
      'file-service': random(),
    },
  }
}

/** The secrets of this home; the first call makes them up. */
export function secretsOf(home: string): Secrets {
  const path = join(home, 'secrets.json')
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  mkdirSync(home, { recursive: true })
  const secrets = newSecrets()
  writeFileSync(`${path}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  chmodSync(`${path}.new`, 0o600)
  renameSync(`${path}.new`, path)
  return secrets
}
