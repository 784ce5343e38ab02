import { expect, test } from 'bun:test'
import { frontendConfig } from './config.ts'

const env = { SECRET_KEY: 'x'.repeat(32), REDIS_URL: 'redis://localhost' }

test('without settings of its own the frontend serves this machine', () => {
  const config = frontendConfig(env)
  expect(config.publicUrl.href).toBe('http://localhost:3100/')
  expect([config.trustedProxies, config.apiRateLimit]).toEqual([0, 600])
})

test('a setting that cannot be used is named', () => {
  const refused = (more: Record<string, string>) => () => frontendConfig({ ...env, ...more })
  expect(refused({ PUBLIC_URL: 'taskmate.local' })).toThrow('PUBLIC_URL')
  expect(refused({ PUBLIC_URL: 'ftp://taskmate.local' })).toThrow('PUBLIC_URL')
  expect(refused({ TRUSTED_PROXIES: 'one' })).toThrow('TRUSTED_PROXIES')
  expect(refused({ API_RATE_LIMIT: '-1' })).toThrow('API_RATE_LIMIT')
})
