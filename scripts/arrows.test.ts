import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { brokenArrows } from './arrows.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

function broken(files: Record<string, string>) {
  const top = mkdtempSync(join(tmpdir(), 'arrows-'))
  folders.push(top)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true })
    writeFileSync(join(top, path), text)
  }
  return brokenArrows(top)
}

test('what the house allows is not reported', () => {
  const files = {
    'services/kit/a.ts': `import postgres from 'postgres'\nimport './b.ts'`,
    'services/task-service/contract.ts': `import { t } from '../kit/a.ts'\nimport { U } from '../user-service/contract.ts'`,
    'services/task-service/main.ts': `import '../kit/a.ts'\nimport './tasks.ts'\nimport { C } from '../file-service/contract.ts'`,
    'services/file-service/main.ts': `import { C } from '../task-service/contract.ts'`,
    'services/task-service/tasks.test.ts': `import '../user-service/sessions.ts'`,
    'services/task-service/testing.ts': `import '../user-service/sessions.ts'`,
    'services/task-service/routes/tasks.ts': `import '../tasks.ts'`,
    'services/task-service/app.ts': `import './routes/tasks.ts'`,
    'services/frontend-service/board.tsx': `import { Card } from '../../views/card.tsx'`,
    'views/card.tsx': `import './icon.tsx'\nimport type { Task } from '../services/task-service/contract.ts'`,
    'scripts/demo.ts': `import '../services/task-service/tasks.ts'\nimport '../views/card.tsx'`,
  }
  expect(broken(files)).toEqual([])
})

const rules: [what: string, path: string, text: string, line: string][] = [
  [
    'kit imports a service',
    'services/kit/a.ts',
    `import './b.ts'\nimport '../task-service/contract.ts'`,
    'services/kit/a.ts:2 imports services/task-service/contract.ts: kit stands on nothing but itself',
  ],
  [
    'kit imports views',
    'services/kit/a.ts',
    `export * from '../../views/card.tsx'`,
    'services/kit/a.ts:1 imports views/card.tsx: kit stands on nothing but itself',
  ],
  [
    'a service imports the inside of another',
    'services/task-service/a.ts',
    `const b = await import('../user-service/sessions.ts')`,
    'services/task-service/a.ts:1 imports services/user-service/sessions.ts: a service imports kit, its own files and the contracts of others',
  ],
  [
    'a service imports scripts',
    'services/task-service/a.ts',
    `import '../../scripts/home.ts'`,
    'services/task-service/a.ts:1 imports scripts/home.ts: a service imports kit, its own files and the contracts of others',
  ],
  [
    'a backend imports views',
    'services/task-service/a.ts',
    `import '../../views/card.tsx'`,
    'services/task-service/a.ts:1 imports views/card.tsx: only the frontend imports views',
  ],
  [
    'a contract imports its service',
    'services/task-service/contract.ts',
    `import './tasks.ts'`,
    'services/task-service/contract.ts:1 imports services/task-service/tasks.ts: a contract imports kit and contracts, so that who imports it gets nothing else',
  ],
  [
    'what runs imports what is made for tests',
    'services/task-service/a.ts',
    `import './testing.ts'`,
    'services/task-service/a.ts:1 imports services/task-service/testing.ts: only tests import what is made for tests',
  ],
  [
    'views import values of a contract',
    'views/card.tsx',
    `import { Task } from '../services/task-service/contract.ts'`,
    'views/card.tsx:1 imports services/task-service/contract.ts: views import views, and of contracts the types alone (import type)',
  ],
  [
    'views import a type of kit',
    'views/card.tsx',
    `type A = import('../services/kit/a.ts').A`,
    'views/card.tsx:1 imports services/kit/a.ts: views import views, and of contracts the types alone (import type)',
  ],
]

test.each(rules)('%s: reported with file and line', (_, path, text, line) => {
  expect(broken({ [path]: text })).toEqual([line])
})

test('folders that import each other are reported with the imports that close the ring', () => {
  const files = {
    'views/a/one.ts': `import '../b/two.ts'`,
    'views/b/two.ts': `import '../c/three.ts'`,
    'views/c/three.ts': `\nimport '../a/one.ts'`,
  }
  expect(broken(files)).toEqual([
    'views/a → views/b → views/c → views/a: folders import each other (views/a/one.ts:1, views/b/two.ts:1, views/c/three.ts:2)',
  ])
})

test('contracts that import each other are a ring', () => {
  const files = {
    'services/task-service/contract.ts': `import type { A } from '../user-service/contract.ts'`,
    'services/user-service/contract.ts': `import type { B } from '../task-service/contract.ts'`,
  }
  expect(broken(files)).toHaveLength(1)
})
