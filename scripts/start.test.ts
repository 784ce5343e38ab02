import { afterAll, expect, test } from 'bun:test'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { ports as standardPorts } from '../services/kit/config.ts'
import { until } from '../services/kit/testing.ts'
import { defaultHome, root } from './home.ts'
import { commandOf, freePort, stopLeftOvers } from './programs.ts'
import { services } from './services.ts'

// Each test runs the real command, in a folder and on ports of its own.
const patience = 60_000
const homes: string[] = []
afterAll(async () => {
  for (const home of homes) {
    await stopLeftOvers(home)
    rmSync(home, { recursive: true })
  }
}, patience)

function newHome() {
  mkdirSync(join(defaultHome, 'test'), { recursive: true })
  const home = mkdtempSync(join(defaultHome, 'test', `${process.pid}-start-`))
  homes.push(home)
  return home
}

/** Five ports that nobody listens on, as scripts/start reads them, and where the pages will be. */
async function newAddresses() {
  const port = async () => String(await freePort())
  const env = {
    PORT: await port(),
    USER_SERVICE_URL: `http://127.0.0.1:${await port()}`,
    TASK_SERVICE_URL: `http://127.0.0.1:${await port()}`,
    ANALYTICS_SERVICE_URL: `http://127.0.0.1:${await port()}`,
    FILE_SERVICE_URL: `http://127.0.0.1:${await port()}`,
  }
  return { env, url: `http://localhost:${env.PORT}` }
}

/** Runs scripts/start; `said` is what it has written so far. */
function start(home: string, env: Record<string, string>, ...options: string[]) {
  const child = Bun.spawn([process.execPath, join(root, 'scripts', 'start.ts'), '--data', home, ...options], {
    env: { ...process.env, POSTGRES_HOST: undefined, REDIS_URL: undefined, ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const started = { child, said: '', errors: '' }
  const read = async (stream: ReadableStream<Uint8Array>, part: 'said' | 'errors') => {
    for await (const chunk of stream) started[part] += new TextDecoder().decode(chunk)
  }
  const ended = Promise.all([child.exited, read(child.stdout, 'said'), read(child.stderr, 'errors')])
  return Object.assign(started, { ended: ended.then(([code]) => code) })
}

async function untilUp(started: ReturnType<typeof start>) {
  const over = started.ended.then(code => {
    throw new Error(`scripts/start ended with code ${code}:\n${started.said}${started.errors}`)
  })
  const up = async () => {
    while (!started.said.includes('Ctrl-C stops it')) await Bun.sleep(20)
  }
  await Promise.race([up(), over])
  return started
}

const notes = (home: string): { file: string; pid: number }[] =>
  readdirSync(join(home, 'run')).map(file => ({
    file,
    pid: JSON.parse(readFileSync(join(home, 'run', file), 'utf8')).pid,
  }))
const pidOf = (home: string, name: string) => notes(home).find(({ file }) => file === `${name}.pid`)!.pid

const person = { email: 'mina@example.com', password: 'salted plum and rain' }
const ask = (url: string, path: string, body: object) =>
  fetch(`${url}/api/v1/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test(
  'it starts, says so when it is started twice, stops on Ctrl-C and finds its data again',
  async () => {
    const home = newHome()
    const { env, url } = await newAddresses()
    const first = await untilUp(start(home, env))
    expect(first.said).toContain(`TaskMate is at ${url}`)
    expect((await ask(url, 'sign-up', { ...person, name: 'Mina Seo' })).status).toBe(201)
    expect(statSync(join(home, 'secrets.json')).mode & 0o777).toBe(0o600)

    const running = notes(home)
    const second = start(home, env)
    expect(await second.ended).toBe(0)
    expect(second.said).toBe(`TaskMate already runs at ${url} (process ${first.child.pid}).\n`)
    const third = start(home, env, '--demo')
    expect(await third.ended).toBe(0)
    expect(third.said).toBe(`${second.said}Stop it and start with --demo to add the demo team.\n`)
    expect(notes(home)).toEqual(running)
    expect(running.map(({ file }) => file).toSorted()).toEqual(
      [...services, 'postgres', 'valkey'].map(name => `${name}.pid`).toSorted(),
    )

    first.child.kill('SIGINT')
    expect(await first.ended).toBe(0)
    expect(first.errors).toBe('')
    expect(running.map(({ pid }) => commandOf(pid))).toEqual(running.map(() => ''))
    expect(readdirSync(join(home, 'run'))).toEqual([])

    const again = await untilUp(start(home, env))
    expect(again.said).toContain('nothing to migrate')
    expect((await ask(url, 'sign-in', person)).status).toBe(200)
    again.child.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  },
  patience,
)

test(
  'a start that was killed leaves programs behind, which the next start ends before it takes their place',
  async () => {
    const home = newHome()
    const { env, url } = await newAddresses()
    const killed = await untilUp(start(home, env))
    expect((await ask(url, 'sign-up', { ...person, name: 'Mina Seo' })).status).toBe(201)
    const orphans = notes(home)
    const postgres = pidOf(home, 'postgres')
    killed.child.kill('SIGKILL')
    await killed.child.exited
    // PostgreSQL dies too, so that its postmaster.pid names a process that is gone.
    process.kill(postgres, 'SIGKILL')
    await until(() => !commandOf(postgres), 'the end of PostgreSQL')
    expect(orphans.filter(({ pid }) => commandOf(pid))).toHaveLength(orphans.length - 1)
    expect(existsSync(join(home, 'postgres', 'postmaster.pid'))).toBe(true)

    const next = await untilUp(start(home, env))
    expect(orphans.filter(({ pid }) => commandOf(pid))).toEqual([])
    expect((await ask(url, 'sign-in', person)).status).toBe(200)

    // A service that dies ends everything, and its name and last words are said.
    process.kill(pidOf(home, 'task-service'), 'SIGKILL')
    expect(await next.ended).toBe(1)
    expect(next.errors).toStartWith('task-service stopped by itself. The last that it said')
    expect(next.errors).toContain('"service":"task-service"')
    expect(readdirSync(join(home, 'run'))).toEqual([])
  },
  patience,
)

test(
  'it uses servers that already run, and starts none of its own',
  async () => {
    const home = newHome()
    const { env, url } = await newAddresses()
    const servers = {
      POSTGRES_HOST: process.env.TEST_POSTGRES_HOST!,
      POSTGRES_PORT: process.env.TEST_POSTGRES_PORT!,
      POSTGRES_USER: process.env.TEST_POSTGRES_USER!,
      DATABASE_PASSWORD: process.env.TEST_POSTGRES_PASSWORD!,
      REDIS_URL: `${process.env.TEST_REDIS_URL}/9`,
    }
    const started = await untilUp(start(home, { ...env, ...servers }))
    expect((await ask(url, 'sign-in', person)).status).toBe(401)
    expect(notes(home).map(({ file }) => file)).not.toContain('postgres.pid')
    expect(existsSync(join(home, 'postgres')) || existsSync(join(home, 'valkey'))).toBe(false)
    started.child.kill('SIGINT')
    expect(await started.ended).toBe(0)
  },
  patience,
)

test('a port that another program holds is one line, and nothing is started', async () => {
  const { env } = await newAddresses()
  const other = Bun.serve({ hostname: '0.0.0.0', port: 0, fetch: () => new Response() })
  const started = start(newHome(), { ...env, TASK_SERVICE_URL: `http://127.0.0.1:${other.port}` })
  expect(await started.ended).toBe(1)
  expect(started.errors).toBe(
    `Port ${other.port}, which task-service needs, is taken by another program. Stop that one, or set TASK_SERVICE_URL=http://127.0.0.1:<another port>.\n`,
  )
  expect(started.said).toBe('')
  await other.stop(true)
})

const refusals: [why: string, env: Record<string, string>, options: string[], line: string][] = [
  ['an option that there is not', {}, ['--nope'], "Unknown option '--nope'. --help shows the options.\n"],
  ['half a PostgreSQL', { POSTGRES_HOST: 'db' }, [], 'POSTGRES_HOST is set but DATABASE_PASSWORD is not.\n'],
  [
    'a Redis that does not answer',
    { REDIS_URL: 'redis://127.0.0.1:1' },
    [],
    'No Redis answers at REDIS_URL, or it does not let us in.\n',
  ],
  [
    'a PostgreSQL that does not answer',
    {
      POSTGRES_HOST: '127.0.0.1',
      POSTGRES_PORT: '1',
      DATABASE_PASSWORD: 'x',
      REDIS_URL: process.env.TEST_REDIS_URL!,
    },
    [],
    'No PostgreSQL answers at 127.0.0.1:1.\n',
  ],
  ['an address without a port', { TASK_SERVICE_URL: 'tasks' }, [], 'TASK_SERVICE_URL names no port: tasks\n'],
  ['a port that is none', { PORT: 'abc' }, [], 'PORT is not a port number: abc\n'],
]

test.each(refusals)('%s is one line', async (_, env, options, line) => {
  const started = start(newHome(), { ...(await newAddresses()).env, ...env }, ...options)
  expect(await started.ended).toBe(1)
  expect(started.errors).toBe(line)
})

test('--help names the standard port', async () => {
  const started = start(newHome(), {}, '--help')
  expect(await started.ended).toBe(0)
  expect(started.said).toContain(`http://localhost:${standardPorts['frontend-service']}`)
})

const platforms: [what: string, uname: string, getconf: string, line: string][] = [
  [
    'another system',
    'FreeBSD amd64',
    '64',
    'TaskMate runs on Linux and macOS with a 64-bit x86 or ARM processor, not on FreeBSD amd64.',
  ],
  [
    'Windows',
    'MINGW64_NT-10.0 x86_64',
    '64',
    'TaskMate runs on Linux and macOS with a 64-bit x86 or ARM processor, not on MINGW64_NT-10.0 x86_64.',
  ],
  ['a 32-bit system', 'Linux x86_64', '32', 'TaskMate needs a 64-bit system; this one is 32-bit.'],
  ['musl', 'Linux x86_64', '64', 'TaskMate needs a Linux with glibc; this one (Alpine?) has musl.'],
]

test.each(platforms)('%s is one line, before anything is installed', (_, uname, bits, line) => {
  const [system, machine] = uname.split(' ')
  const tools = newHome()
  const tool = (name: string, text: string) =>
    writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  tool('uname', `[ "$1" = -s ] && echo ${system} || echo ${machine}`)
  tool('getconf', `[ "$1" = LONG_BIT ] && echo ${bits}`)
  const { exitCode, stdout, stderr } = Bun.spawnSync([join(root, 'scripts', 'start')], {
    env: { ...process.env, PATH: `${tools}:${process.env.PATH}` },
  })
  expect({ exitCode, said: stdout.toString() }).toEqual({ exitCode: 1, said: '' })
  expect(stderr.toString()).toStartWith(line)
  expect(stderr.toString().trim().split('\n')).toHaveLength(1)
})
