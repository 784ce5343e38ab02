import { loadavg } from 'node:os'
import { root } from '../home.ts'
import { finish, freePort } from '../programs.ts'
import { services } from '../services.ts'
import { command, Trouble } from '../trouble.ts'

const help = `Measures TaskMate under Docker Compose, in a project of its own that is thrown away, and prints a Markdown table.

  bun scripts/bench/compose.ts`

const base = 'oven/bun:1.4.5-distroless'
const port = await freePort()

async function docker(...parameters: string[]) {
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: 'taskmate-bench',
    COMPOSE_FILE: 'compose.yaml',
    PORT: String(port),
  }
  const { code, output, errors } = await finish(['docker', ...parameters], { cwd: root, env })
  if (code !== 0) throw new Trouble(`docker ${parameters.join(' ')}:\n${errors.trim()}`)
  return output
}
const remove = () => docker('compose', 'down', '--volumes', '--timeout', '1')

/** Seconds from nothing but images until every service is healthy and a page comes. */
async function start(): Promise<number> {
  await remove()
  const began = performance.now()
  await docker('compose', 'up', '--wait')
  const page = await fetch(`http://localhost:${port}/sign-in`)
  if (!page.ok) throw new Trouble(`/sign-in answered ${page.status}.`)
  return (performance.now() - began) / 1000
}

/** Megabytes of memory (RSS) that the program in a container has. */
async function memory(service: string): Promise<number> {
  const read = `console.log(require('node:fs').readFileSync('/proc/1/status', 'utf8'))`
  const status = await docker('compose', 'exec', '--no-TTY', service, 'bun', '-e', read)
  return (Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024) / 1e6
}

const size = async (image: string) =>
  Number(await docker('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6

if (import.meta.main)
  await command(async () => {
    if (process.argv.includes('--help')) return console.log(help)
    await docker('compose', 'build')
    try {
      const starts = [await start(), await start(), await start()]
      const rows: [what: string, measured: string, goal: string][] = [
        [
          '`up --wait`, images built, empty volumes: three starts',
          starts.map(each => `${each.toFixed(1)} s`).join(', '),
          '< 10 s',
        ],
      ]
      const sizeOfBase = await size(base)
      for (const service of services) {
        const over = (await size(`taskmate/${service}:latest`)) - sizeOfBase
        rows.push([`${service}: image over ${base}`, `${over.toFixed(1)} MB`, '< 30 MB'])
        rows.push([`${service}: memory (RSS), idle`, `${(await memory(service)).toFixed(0)} MB`, '< 90 MB'])
      }
      console.log('| What | Measured | Goal |\n| --- | --- | --- |')
      for (const row of rows) console.log(`| ${row.join(' | ')} |`)
      const load = loadavg()[0]!.toFixed(1)
      console.log(`\n${new Date().toISOString().slice(0, 10)}, Bun ${Bun.version}, load ${load}.`)
    } finally {
      await remove()
    }
  })
