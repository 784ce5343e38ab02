import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { claim, defaultHome, secretsOf } from './home.ts'
import { allOf, Crew, interruption, stopLeftOvers } from './programs.ts'
import { administratorOf, provision } from './provision.ts'
import { startServers } from './servers.ts'
import {
  addressesFrom,
  freshenAssets,
  followAssets,
  migrateAll,
  needFreePorts,
  startServices,
} from './services.ts'
import { command, Trouble } from './trouble.ts'

const help = `Starts TaskMate on this machine and stops it on Ctrl-C; the data stay.

  scripts/start             with PostgreSQL and Redis of its own
  scripts/start --demo      and with a demo team that has work to show
  --data DIR                keeps everything in DIR instead of .taskmate

In the environment:
  POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER, DATABASE_PASSWORD
                            a PostgreSQL that already runs, and an administrator of it
  REDIS_URL                 a Redis that already runs
  PORT, PUBLIC_URL          where the pages are; 3100 and http://localhost:3100
  USER_SERVICE_URL, TASK_SERVICE_URL, ANALYTICS_SERVICE_URL, FILE_SERVICE_URL
                            http://127.0.0.1:<port> for another port than 3000 to 3003`

/** The ports that the servers of a home take when they are free. */
const serverPorts = { postgres: 54_329, redis: 63_799 }

type Options = {
  home: string
  demo: boolean
  /** Reload what changes, and show what the services write. */
  watch: boolean
}

/** Runs TaskMate until someone interrupts it or a part of it fails, which is thrown as `Trouble`. Says so when it already runs. */
export async function start({ home, demo, watch }: Options): Promise<void> {
  const began = performance.now()
  const addresses = addressesFrom(process.env)
  const administrator = administratorOf(process.env)
  const claimed = claim(home, addresses.publicUrl)
  if ('running' in claimed) {
    console.log(`TaskMate already runs at ${claimed.running.publicUrl} (process ${claimed.running.pid}).`)
    if (demo) console.log('Stop it and start with --demo to add the demo team.')
    return
  }
  const crew = new Crew(home)
  const interrupted = interruption()
  try {
    await Promise.race([interrupted, run(), trouble()])
  } finally {
    if (crew.programs.length > 0) console.log('Stopping')
    process.on('SIGINT', () => crew.programs.forEach(program => program.kill())) // who cannot wait asks twice
    await crew.stop()
    claimed.release()
  }

  async function run() {
    await stopLeftOvers(home)
    await needFreePorts(addresses)
    const secrets = secretsOf(home)
    const [servers] = await allOf([
      startServers(crew, {
        secrets,
        durable: true,
        ports: serverPorts,
        running: { postgres: administrator, redisUrl: process.env.REDIS_URL },
      }),
      freshenAssets().then(built => built && tell('pages built')),
    ])
    tell(
      `PostgreSQL on ${servers.postgres.host}:${servers.postgres.port}, Redis on ${new URL(servers.redisUrl).host}`,
    )
    const running = { home, mode: watch ? 'development' : 'production', secrets, servers, addresses } as const
    await provision(servers.postgres, secrets.databases)
    const migrations = await migrateAll(running)
    tell(`four databases, ${migrations === 0 ? 'nothing to migrate' : `${migrations} migrations`}`)
    if (watch) followAssets(crew, line => show('assets', line))
    await startServices(crew, running, {
      watch,
      onReady: service => tell(`${service} on port ${addresses.ports[service]}`),
      onLine: watch ? show : undefined,
    })
    if (demo) {
      const { demo } = await import('./demo.ts')
      await demo(addresses.publicUrl)
      tell('the demo team is there')
    }
    tell(`TaskMate is at ${addresses.publicUrl}`)
    const kept = relative(process.cwd(), home) || home
    console.log(`Ctrl-C stops it; the data stay in ${kept.startsWith('..') ? home : kept}, the logs too.`)
    await interrupted
  }

  async function trouble() {
    throw (await crew.gone).trouble()
  }

  function show(program: string, line: string) {
    console.log(`${program.padEnd(17)} │ ${line}`)
  }

  function tell(what: string) {
    console.log(`${((performance.now() - began) / 1000).toFixed(2).padStart(6)} s  ${what}`)
  }
}

/** The options of a command line. Throws `Trouble` for one that there is not. */
export function optionsFrom(parameters: string[]) {
  try {
    const { values } = parseArgs({
      args: parameters,
      options: { help: { type: 'boolean' }, demo: { type: 'boolean' }, data: { type: 'string' } },
    })
    return {
      help: values.help ?? false,
      demo: values.demo ?? false,
      home: values.data ? resolve(values.data) : defaultHome,
    }
  } catch (error) {
    throw new Trouble(`${(error as Error).message.split('.')[0]}. --help shows the options.`)
  }
}

if (import.meta.main)
  await command(async () => {
    const options = optionsFrom(process.argv.slice(2))
    if (options.help) return console.log(help)
    await start({ ...options, watch: false })
  })
