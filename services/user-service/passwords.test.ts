import { expect, test } from 'bun:test'
import { hashPassword, nobodysHash, refuseCommon, verifyPassword } from './passwords.ts'

const mina = { email: 'mina.seo@acme.example', name: '서민아' }
const isCommon = (password: string) => {
  try {
    refuseCommon(password, mina, 'password')
    return false
  } catch {
    return true
  }
}

test.each([
  'password123',
  'P@ssw0rd2024!',
  'p4ssword 1234',
  '1234567890',
  '0987654321',
  'qwertyuiop',
  'Qwertyuiop123',
  '1q2w3e4r5t',
  'aaaaaaaaaa',
  '1212121212',
  'iloveyou!!!',
  'letmein12345',
  'adminadmin',
  'minaseo1234',
  'Mina.Seo.99',
  'acme-2024-acme',
  '서민아1234567',
  '비밀번호12345',
])('%s is refused as too easy to guess', password => {
  expect(isCommon(password)).toBe(true)
})

test.each([
  'a quiet lake at dawn',
  'correct horse battery staple',
  'x7#Kq2!vZp',
  '8472910365',
  'mina writes long passwords',
  '고양이는 창가에서 잔다',
])('%s is taken', password => {
  expect(isCommon(password)).toBe(false)
})

test('a long password of repeated words is judged in linear time', () => {
  const name = Array.from({ length: 30 }, (_, length) => 'a'.repeat(length + 2)).join(' ')
  expect(() =>
    refuseCommon(`bcdefg${'a'.repeat(249)}x`, { email: 'a@example.com', name }, 'password'),
  ).not.toThrow()
})

test('a password is right in either Unicode form, and a null character counts', async () => {
  const hash = await hashPassword('창가의 고양이\0café'.normalize('NFD'))
  expect(await verifyPassword('창가의 고양이\0café'.normalize('NFC'), hash)).toBe(true)
  expect(await verifyPassword('창가의 고양이', hash)).toBe(false)
})

test('an unknown email costs what a known one does: the same algorithm and parameters', async () => {
  const parameters = (hash: string) => hash.split('$').slice(0, 4)
  expect(parameters(await hashPassword('a quiet lake at dawn'))).toEqual(parameters(nobodysHash))
  expect(parameters(nobodysHash)).toEqual(['', 'argon2id', 'v=19', 'm=19456,t=2,p=1'])
})

test('at most two hashes are made at once, in the order they came, and beyond two hundred waiting are refused', async () => {
  const original = Bun.password.verify
  const started: string[] = []
  const gate = Promise.withResolvers<void>()
  let now = 0
  let most = 0
  Bun.password.verify = (async (password: string) => {
    started.push(password)
    most = Math.max(most, ++now)
    await gate.promise
    now--
    return true
  }) as typeof original
  try {
    const tries = Array.from({ length: 203 }, (_, i) => verifyPassword(`try ${i}`, nobodysHash))
    await expect(tries.at(-1)).rejects.toMatchObject({ status: 503 })
    gate.resolve()
    expect(await Promise.all(tries.slice(0, -1))).toHaveLength(202)
    expect(most).toBe(2)
    expect(started).toEqual(Array.from({ length: 202 }, (_, i) => `try ${i}`))
  } finally {
    Bun.password.verify = original
  }
})
