import { expect, test } from 'bun:test'
import { FormatRegistry } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { paths } from './openapi.ts'
import { Day, Id, Instant } from './schema.ts'
import { service } from './service.ts'
import { testVerifier } from './testing.ts'

test.each([
  ['any version', '01a20ead-f3e0-4599-b629-d043e8770647', true],
  ['the nil one', '00000000-0000-0000-0000-000000000000', true],
  ['a URN', 'urn:uuid:01a20ead-f3e0-7599-b629-d043e8770647', false],
  ['something behind it', '01a20ead-f3e0-7599-b629-d043e8770647x', false],
])('An id: %s', (_, text, valid) => {
  expect(Value.Check(Id, text)).toBe(valid)
})

test.each([
  ['2024-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-00-10', false],
  ['0000-01-01', false],
  ['2026-1-1', false],
  ['2026-01-01T00:00:00Z', false],
])('A day: %s', (text, valid) => {
  expect(Value.Check(Day, text)).toBe(valid)
})

test.each([
  ['2026-12-31T23:59:59.000Z', true],
  ['2026-12-31T23:59:59+09:00', true],
  ['2026-12-31T23:59:59', false],
  ['2026-12-31T24:00:00Z', false],
  ['2026-02-30T00:00:00Z', false],
  ['2026-12-31', false],
  ['Mon Jan 01 2026', false],
])('An instant: %s', (text, valid) => {
  expect(Value.Check(Instant, text)).toBe(valid)
})

test('Making the API document leaves the checks as they are', async () => {
  const formats = () => ['uuid', 'date', 'date-time', 'email'].map(name => FormatRegistry.Get(name))
  const before = formats()
  await paths(service({ name: 'task-service', verify: testVerifier(), ready: async () => true }))
  expect(formats()).toEqual(before)
})
