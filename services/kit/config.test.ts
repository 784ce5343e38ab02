import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, config, databaseConfig, need } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(content: string) {
  const path = join(folder, crypto.randomUUID())
  writeFileSync(path, content)
  return path
}

const random = 'c8f1'.repeat(16)
const env = { NODE_ENV: 'production', REDIS_URL: 'redis://redis:6379', SECRET_KEY: random }
const database = { NODE_ENV: 'production', POSTGRES_HOST: 'postgres', DATABASE_PASSWORD: random }

test('a setting may be said in a file, whose last line end does not count', () => {
  expect(need('SECRET_KEY', { SECRET_KEY_FILE: file('from a file\n') })).toBe('from a file')
})

test.each([
  ['neither', {}, 'A is not set.'],
  ['an empty one', { A: '' }, 'A is not set.'],
  ['an empty file', { A_FILE: file('\n') }, 'A is not set.'],
  ['a file that is not there', { A_FILE: join(folder, 'none') }, 'A_FILE cannot be read: '],
  ['both', { A: 'one', A_FILE: file('two') }, 'A and A_FILE are both set. Set one of them.'],
])('a setting that is needed is named: %s', (_, env, message) => {
  expect(() => need('A', env)).toThrow(new RegExp(`^${message}`))
  expect(() => need('A', env)).toThrow(ConfigError)
})

test('the password of Redis may come apart from its address', () => {
  expect(config('user-service', env).redisUrl).toBe('redis://redis:6379')
  const path = file(`${random}\n`)
  expect(config('user-service', { ...env, REDIS_PASSWORD_FILE: path }).redisUrl).toBe(
    `redis://:${random}@redis:6379`,
  )
  expect(() => config('user-service', { ...env, REDIS_URL: 'redis' })).toThrow('REDIS_URL is not a URL.')
})

test.each([
  ['half a number', { PORT: '1.5' }],
  ['words', { PORT: 'http' }],
  ['too much', { PORT: '65536' }],
  ['too little', { PORT: '-1' }],
])('a number that cannot be used is named: %s', (_, wrong) => {
  expect(() => config('user-service', { ...env, ...wrong })).toThrow(
    new ConfigError(`PORT is not a whole number from 0 to 65535: ${wrong.PORT}`),
  )
  expect(config('user-service', { ...env, PORT: '' }).port).toBe(3000)
})

const known = 'is a development secret. Set random characters before running in production.'

test.each([
  ['SECRET_KEY', { SECRET_KEY: 'dummy_master_key_for_development_only' }],
  ['SECRET_KEY', { SECRET_KEY: undefined, SECRET_KEY_FILE: file('change-me-'.repeat(4)) }],
  ['REDIS_PASSWORD', { REDIS_PASSWORD: 'redis' }],
  ['REDIS_PASSWORD', { REDIS_URL: 'redis://:password@redis:6379' }],
])('in production %s may not be one that others know', (name, wrong) => {
  expect(() => config('user-service', { ...env, ...wrong })).toThrow(`${name} ${known}`)
  expect(config('user-service', { ...env, ...wrong, NODE_ENV: 'development' }).production).toBe(false)
})

test('in production the password of a database may not be one that others know', () => {
  const wrong = { ...database, DATABASE_PASSWORD: 'password' }
  expect(() => databaseConfig('user-service', wrong)).toThrow(`DATABASE_PASSWORD ${known}`)
  expect(databaseConfig('user-service', database)).toEqual({
    host: 'postgres',
    port: 5432,
    user: 'user_service',
    password: random,
    name: 'user_service_db',
  })
})
