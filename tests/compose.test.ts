import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../scripts/home.ts'
import { finish, freePort } from '../scripts/programs.ts'
import { databaseOf, backends, roleOf } from '../scripts/provision.ts'
import { services } from '../scripts/services.ts'
import { until } from '../services/kit/testing.ts'
import { readStory, tellStory, type Told } from './story.ts'

setDefaultTimeout(300_000)

const engine =
  (await finish(['docker', 'info', '--format', '{{.ServerVersion}}']).catch(() => null))?.code === 0
if (!engine) console.log('No Docker engine answers here: compose.yaml is not tested.')

const project = `taskmate-test-${process.pid}`
const imageOf = (service: string) => `taskmate/${service}:latest`

/** A clone of what is committed, so that nothing counts but what everybody gets. */
const clone = mkdtempSync(join(tmpdir(), 'taskmate-'))
let env: Record<string, string | undefined>

async function run(...command: string[]) {
  const { code, output, errors } = await finish(command, { cwd: clone, env })
  if (code !== 0) throw new Error(`${command.join(' ')} ended with code ${code}:\n${errors}`)
  return output
}
const compose = (...command: string[]) => run('docker', 'compose', ...command)
const up = () => compose('up', '--build', '--wait', '--quiet-pull')

/** Runs a command in a container that runs; gives how it ended and what it wrote, both ways. */
async function within(service: string, ...command: string[]) {
  const { code, output, errors } = await finish(['docker', 'compose', 'exec', '-T', service, ...command], {
    cwd: clone,
    env,
  })
  return { code, said: (output + errors).trim() }
}

type Container = {
  Name: string
  State: { ExitCode: number; Status: string; Health?: { Status: string } }
  Config: { User: string; Labels: Record<string, string> }
  HostConfig: {
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]>
    ReadonlyRootfs: boolean
    CapDrop: string[]
    CapAdd: string[] | null
    SecurityOpt: string[]
    Privileged: boolean
    Memory: number
    NanoCpus: number
    PidsLimit: number
    LogConfig: { Type: string }
  }
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
}
async function containers(): Promise<(Container & { service: string })[]> {
  const ids = (await compose('ps', '--all', '--quiet')).trim().split('\n')
  const found: Container[] = JSON.parse(await run('docker', 'inspect', ...ids))
  return found.map(each => ({ ...each, service: each.Config.Labels['com.docker.compose.service']! }))
}

describe.skipIf(!engine)('compose.yaml', () => {
  let told: Told
  beforeAll(async () => {
    const port = String(await freePort())
    env = { ...process.env, COMPOSE_PROJECT_NAME: project, PORT: port, PUBLIC_URL: undefined }
    await run('git', 'clone', '--quiet', root, clone)
    await run('scripts/secrets')
    await up()
    told = await tellStory(`http://localhost:${port}`)
  })
  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '1')
    rmSync(clone, { recursive: true })
  })

  test('from a clean clone the whole system comes up, and works', async () => {
    await readStory(told)
    const states = (await containers()).map(({ service, State }) =>
      service.endsWith('-migrate')
        ? [service, State.Status, State.ExitCode]
        : [service, State.Status, State.Health?.Status],
    )
    expect(states.toSorted()).toEqual(
      [
        ...backends.map(service => [`${service}-migrate`, 'exited', 0]),
        ...[...services, 'postgres', 'redis'].map(service => [service, 'running', 'healthy']),
      ].toSorted(),
    )
  })

  test('only the frontend can be reached from outside, and from this machine alone', async () => {
    const published = (await containers()).flatMap(({ service, HostConfig }) =>
      Object.entries(HostConfig.PortBindings ?? {}).flatMap(([port, bindings]) =>
        bindings.map(({ HostIp }) => [service, port, HostIp]),
      ),
    )
    expect(published).toEqual([['frontend-service', '3100/tcp', '127.0.0.1']])
  })

  test('no container has more than it needs', async () => {
    for (const { service, Config, HostConfig } of await containers()) {
      const { Memory, NanoCpus, PidsLimit } = HostConfig
      const limited = [Memory, NanoCpus, PidsLimit].every(limit => limit > 0)
      expect({ service, user: Config.User, limited, ...HostConfig }).toMatchObject({
        service,
        user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/),
        limited: true,
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        CapAdd: null,
        SecurityOpt: ['no-new-privileges:true'],
        Privileged: false,
        LogConfig: { Type: 'local' },
      })
    }
  })

  test('who need not talk cannot: the frontend reaches no PostgreSQL, a backend nothing outside', async () => {
    const postgres = (await containers()).find(({ service }) => service === 'postgres')!
    const { IPAddress } = Object.values(postgres.NetworkSettings.Networks)[0]!
    const reach = (service: string, host: string, port: number) =>
      within(
        service,
        'bun',
        '-e',
        `require('node:net').connect({ host: '${host}', port: ${port}, timeout: 2000 })
          .once('connect', () => { console.log('reached'); process.exit() })
          .once('timeout', () => { console.log('nobody'); process.exit() })
          .once('error', () => { console.log('nobody'); process.exit() })`,
      )
    expect(await reach('task-service', 'postgres', 5432)).toEqual({ code: 0, said: 'reached' })
    expect(await reach('frontend-service', 'redis', 6379)).toEqual({ code: 0, said: 'reached' })
    for (const host of ['postgres', IPAddress])
      expect(await reach('frontend-service', host, 5432)).toEqual({ code: 0, said: 'nobody' })
    // The frontend's way out of the machine leads through its gateway, which answers there too.
    const gateway = (
      await run('docker', 'network', 'inspect', `${project}_edge`, '-f', '{{(index .IPAM.Config 0).Gateway}}')
    ).trim()
    expect(await reach('task-service', gateway, Number(env.PORT))).toEqual({ code: 0, said: 'nobody' })
  })

  test('a login of a service opens its own database and no other; Redis lets nobody in without the password', async () => {
    const names = (
      await within(
        'postgres',
        'psql',
        '-U',
        'taskmate',
        '-d',
        'postgres',
        '-Atc',
        'select datname from pg_database where datallowconn',
      )
    ).said.split('\n')
    expect(names).toContain('postgres')
    for (const service of backends) {
      const secret = `${roleOf(service).toUpperCase()}_PASSWORD`
      const opened: string[] = []
      for (const name of names) {
        const login = `PGPASSWORD=$(cat /run/secrets/${secret}) psql -h 127.0.0.1 -U ${roleOf(service)} -d ${name} -c 'select 1'`
        if ((await within('postgres', 'sh', '-c', login)).code === 0) opened.push(name)
      }
      expect({ service, opened }).toEqual({ service, opened: [databaseOf(service)] })
    }
    expect((await within('redis', 'redis-cli', 'get', 'anything')).said).toContain('NOAUTH')
  })

  test('secrets can be replaced: the logins get the passwords of the new files', async () => {
    rmSync(join(clone, '.taskmate', 'secrets'), { recursive: true })
    await run('scripts/secrets')
    await compose('up', '--wait', '--force-recreate', 'postgres')
    const again = await within('postgres', 'sh', '/docker-entrypoint-initdb.d/provision.sh')
    expect(again).toEqual({ code: 0, said: '' })
    await compose('up', '--wait', '--force-recreate')
    await readStory(told)
  })

  test('images hold Bun and a bundle: nobody is root, nothing is written, there is no shell', async () => {
    for (const service of services) {
      const [{ Config }] = JSON.parse(await run('docker', 'image', 'inspect', imageOf(service)))
      expect(Config).toMatchObject({
        User: '65532:65532',
        Healthcheck: { Test: ['CMD', '/usr/local/bin/bun', '-e', expect.stringContaining('/ready')] },
        Labels: {
          'org.opencontainers.image.title': service,
          'org.opencontainers.image.licenses': 'MIT',
        },
      })
      expect(Object.keys(Config.ExposedPorts)).toHaveLength(1)
      expect(
        await within(
          service,
          'bun',
          '-e',
          `Bun.write('/app/x', 'x').catch(error => console.log(error.code))`,
        ),
      ).toEqual({
        code: 0,
        said: 'EROFS',
      })
      const id = (await run('docker', 'create', imageOf(service))).trim()
      const tools = await run('sh', '-c', `docker export ${id} | tar -t`).finally(() =>
        run('docker', 'rm', id),
      )
      expect(tools).toContain('app/main.js')
      expect(
        tools.match(
          /(^|\/)bin\/(ba|da|z|a)?sh$|\/bin\/(busybox|apt|apt-get|dpkg|apk|curl|wget)$|node_modules\/./gm,
        ),
      ).toBeNull()
    }
  })

  test.each(services)('%s refuses to start in production with a development secret', async service => {
    const random = 'c8f1'.repeat(16)
    const settings = {
      SECRET_KEY: 'dummy_master_key_for_development_only',
      REDIS_URL: 'redis://redis:6379',
      POSTGRES_HOST: 'postgres',
      DATABASE_PASSWORD: random,
    }
    const variables = Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`])
    const { code, errors } = await finish(['docker', 'run', '--rm', ...variables, imageOf(service)])
    expect({ code, errors }).toEqual({
      code: 1,
      errors: 'SECRET_KEY is a development secret. Set random characters before running in production.\n',
    })
  })

  test('secrets are random, readable by nobody else on this machine, and made once', async () => {
    const folder = join(clone, '.taskmate', 'secrets')
    const read = () => readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))
    const before = read()
    expect(new Set(before).size).toBe(7)
    for (const secret of before) expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    await run('scripts/secrets')
    expect(read()).toEqual(before)
    // Neither arguments nor variables of a container tell one.
    const shown = JSON.stringify(await containers()) + (await compose('top'))
    for (const secret of before) expect(shown).not.toContain(secret)
  })

  test('stopped, every program leaves by itself; up again, everything is still there', async () => {
    await compose('stop')
    const ended = (await containers()).map(({ service, State }) => [service, State.ExitCode])
    expect(ended).toEqual(ended.map(([service]) => [service!, 0]))
    await compose('down')
    await up()
    await readStory(told)
  })

  test('with compose.dev.yaml the sources of the folder run, and a change shows', async () => {
    await compose('down', '--volumes', '--timeout', '1')
    env = { ...env, COMPOSE_FILE: 'compose.yaml:compose.dev.yaml' }
    await up()
    const publicUrl = `http://localhost:${env.PORT}`
    const change = (path: string, edit: (text: string) => string) =>
      writeFileSync(join(clone, path), edit(readFileSync(join(clone, path), 'utf8')))
    const page = () =>
      fetch(`${publicUrl}/sign-in`).then(
        answer => answer.text(),
        () => '',
      )
    const styles = async () => {
      const path = /\/assets\/app\.\w+\.css/.exec(await page())?.[0]
      return path ? (await fetch(publicUrl + path)).text() : ''
    }
    expect(await page()).not.toContain('Come in, please')
    change('views/messages/en/auth.ts', text =>
      text.replace(/signInTitle: '.*'/, "signInTitle: 'Come in, please'"),
    )
    await until(async () => (await page()).includes('Come in, please'), 'the changed sentence')
    change('views/styles/base.css', text => `${text}\n.changed-here { color: rebeccapurple }\n`)
    await until(async () => (await styles()).includes('.changed-here'), 'the changed style sheet')
    await readStory(await tellStory(publicUrl))
  })
})
