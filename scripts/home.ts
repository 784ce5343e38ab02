import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BackendName } from '../services/kit/config.ts'
import { commandOf } from './programs.ts'

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
  renameSync(`${path}.new`, path)
  return secrets
}

/** Who runs TaskMate in a home. */
export type Claim = { pid: number; publicUrl: string }

/**
 * Makes this process the one that runs TaskMate in `home`, until `release`. When another one lives that did so before, gives
 * that instead and changes nothing.
 */
export function claim(home: string, publicUrl: string): { release(): void } | { running: Claim } {
  mkdirSync(home, { recursive: true })
  const path = join(home, 'running.json')
  const mine: Claim = { pid: process.pid, publicUrl }
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, JSON.stringify(mine))
  try {
    for (;;) {
      try {
        linkSync(draft, path) // whole or not at all, and only one of two that try at once
        return { release: () => rmSync(path, { force: true }) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const running: Claim = JSON.parse(readFileSync(path, 'utf8'))
      if (/scripts\/(start|dev)\.ts/.test(commandOf(running.pid))) return { running }
      rmSync(path, { force: true }) // its process was killed
    }
  } finally {
    rmSync(draft)
  }
}
