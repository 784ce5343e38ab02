import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../services/kit/testing.ts'
import { Crew, commandOf, freePort, isFree, stopLeftOvers } from './programs.ts'

const home = mkdtempSync(join(tmpdir(), 'programs-'))
afterAll(() => rmSync(home, { recursive: true }))

/** A program that writes what it is asked, and ends when it is asked to. */
function script(name: string, text: string) {
  const path = join(home, `${name}.sh`)
  writeFileSync(path, text)
  return { name, command: ['sh', path] }
}
const sleeper = (name: string) => script(name, 'while :; do sleep 0.05; done')

test('a crew stops the last started first, and starts nothing more', async () => {
  const crew = new Crew(home)
  const order: string[] = []
  for (const name of ['one', 'two', 'three']) crew.launch(sleeper(name)).exited.then(() => order.push(name))
  await crew.stop()
  await until(() => order.length === 3)
  expect(order).toEqual(['three', 'two', 'one'])
  expect(() => crew.launch(sleeper('four'))).toThrow('stopped while it started')
  expect(existsSync(join(home, 'run', 'one.pid'))).toBe(false)
})

test('a program that goes away unasked is named with what it said last', async () => {
  const crew = new Crew(home)
  crew.launch(sleeper('steady'))
  crew.launch(script('brittle', 'echo first; echo I am out of luck >&2; exit 3'))
  const gone = await crew.gone
  expect(gone.trouble().message).toBe(
    `brittle stopped by itself. The last that it said (${join(home, 'logs', 'brittle.log')}):\n  first\n  I am out of luck`,
  )
  await crew.stop()
})

test('a program that ran out of disk is told as a full disk', async () => {
  const crew = new Crew(home)
  crew.launch(script('writer', 'echo "PANIC: could not write to file: No space left on device"; exit 1'))
  expect((await crew.gone).trouble().message).toStartWith('The disk is full: writer could not write.')
})

test('lines are shown whole as they come, and logged', async () => {
  const lines: string[] = []
  const talker = script('talker', 'printf "half "; sleep 0.05; printf "whole\\nlast"')
  const program = new Crew(home).launch({ ...talker, onLine: line => lines.push(line) })
  await program.exited
  expect(lines).toEqual(['half whole', 'last'])
  expect(await Bun.file(join(home, 'logs', 'talker.log')).text()).toBe('half whole\nlast')
})

test('left-overs are ended; a process that only has the number of one is left alone', async () => {
  const crew = new Crew(home)
  const orphan = crew.launch(sleeper('orphan'))
  mkdirSync(join(home, 'run'), { recursive: true })
  const stranger = { pid: process.pid, mark: '/no/such/program', signal: 'SIGTERM' }
  writeFileSync(join(home, 'run', 'stranger.pid'), JSON.stringify(stranger))
  await until(() => commandOf(orphan.pid).includes('orphan.sh'))
  await stopLeftOvers(home)
  expect(commandOf(orphan.pid)).toBe('')
  expect(existsSync(join(home, 'run', 'stranger.pid'))).toBe(false)
})

test('nobody is given the same port twice', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()))
  expect(new Set(ports).size).toBe(50)
})

test('a port is free until somebody listens on it, at whatever address', async () => {
  const port = await freePort()
  expect(await isFree(port)).toBe(true)
  for (const hostname of ['127.0.0.1', '0.0.0.0']) {
    const server = Bun.serve({ hostname, port, fetch: () => new Response() })
    expect(await isFree(port)).toBe(false)
    expect(await freePort(port)).not.toBe(port)
    await server.stop(true)
  }
})
