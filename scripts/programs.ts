import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { diskFull, Trouble } from './trouble.ts'

/** A program that runs beside this one, in a session of its own, so that a Ctrl-C reaches only the one who started it. */
export type Program = {
  name: string
  /** How it was started: `crew.launch` starts it again so, once it is gone. */
  launched: Launch
  pid: number
  /** Its exit code, once it is gone. */
  exited: Promise<number>
  /** Asks it to end, and ends it after ten seconds. Resolves when it is gone. */
  stop(): Promise<void>
  /** Ends it at once, as a crash would. */
  kill(): void
  /** What to tell when it went away by itself: its name, and the last lines that it wrote. */
  trouble(): Trouble
}

export type Launch = {
  name: string
  command: string[]
  /** A path that no other program of this machine is started with: it says whose process it is. The last argument unless told. */
  mark?: string
  env?: Record<string, string | undefined>
  signal?: 'SIGTERM' | 'SIGINT'
  user?: { uid: number; gid: number }
  /** Called with each line that it writes, beside the log. */
  onLine?: (line: string) => void
}

type Note = { pid: number; mark: string; signal: 'SIGTERM' | 'SIGINT' }

/** The programs that belong together: started one after the other, stopped in the opposite order. */
export class Crew {
  readonly programs: Program[] = []
  readonly #gone = Promise.withResolvers<Program>()
  #stopping = false

  /** `home` is the folder that gets logs/<name>.log and, for `stopLeftOvers`, run/<name>.pid. */
  constructor(readonly home: string) {}

  /** Resolves with the first program that goes away without being asked. */
  get gone(): Promise<Program> {
    return this.#gone.promise
  }

  /** Starts a program with its output in its log. Throws once the crew is being stopped. */
  launch(launched: Launch): Program {
    const { name, command, mark = command.at(-1)!, env, signal = 'SIGTERM', user, onLine } = launched
    if (this.#stopping) throw new Trouble('TaskMate was stopped while it started.')
    const logPath = join(this.home, 'logs', `${name}.log`)
    const notePath = join(this.home, 'run', `${name}.pid`)
    for (const folder of ['logs', 'run']) mkdirSync(join(this.home, folder), { recursive: true })
    const log = openSync(logPath, 'w', 0o600)
    const child = Bun.spawn(command, {
      env: env ?? process.env,
      stdin: 'ignore',
      stdout: onLine ? 'pipe' : log,
      stderr: onLine ? 'pipe' : log,
      detached: true,
      ...user,
    })
    const note: Note = { pid: child.pid, mark, signal }
    writeFileSync(notePath, JSON.stringify(note))
    const streams = onLine ? [child.stdout, child.stderr] : []
    const written = Promise.all(
      streams.map(stream => copyLines(stream as unknown as ReadableStream, log, onLine!)),
    )
    const isGone = () => child.exitCode !== null || child.signalCode !== null
    let asked = false
    const program: Program = {
      name,
      launched,
      pid: child.pid,
      exited: Promise.all([child.exited, written]).then(([code]) => {
        closeSync(log)
        rmSync(notePath, { force: true })
        if (!asked && !this.#stopping) this.#gone.resolve(program)
        return code
      }),
      async stop() {
        asked = true
        if (!isGone()) child.kill(signal)
        const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
        await program.exited
        clearTimeout(timer)
      },
      kill() {
        if (!isGone()) child.kill('SIGKILL')
      },
      trouble() {
        const text = existsSync(logPath) ? readFileSync(logPath, 'utf8').trimEnd() : ''
        if (diskFull(text))
          return new Trouble(`The disk is full: ${name} could not write. Free some space and start again.`)
        const last = text.split('\n').slice(-12).join('\n  ')
        return new Trouble(
          `${name} stopped by itself${last ? `. The last that it said (${logPath}):\n  ${last}` : '.'}`,
        )
      },
    }
    this.programs.push(program)
    return program
  }

  /** Stops all, the last started first. Resolves when they are gone. */
  async stop() {
    this.#stopping = true
    for (const program of this.programs.toReversed()) await program.stop()
  }
}

async function copyLines(stream: ReadableStream<Uint8Array>, log: number, onLine: (line: string) => void) {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    writeFileSync(log, chunk)
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    lines.forEach(line => onLine(line))
  }
  if (rest) onLine(rest)
}

export type Finished = { code: number; output: string; errors: string }

/** Runs a program to its end and gives what it wrote. `input` is its standard input. */
export async function finish(
  command: string[],
  options: {
    cwd?: string
    env?: Record<string, string | undefined>
    user?: { uid: number; gid: number }
    input?: string
  } = {},
): Promise<Finished> {
  const { user, input = '', ...rest } = options
  const child = Bun.spawn(command, {
    ...rest,
    ...user,
    stdin: new Blob([input]),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const read = (stream: ReadableStream) => new Response(stream).text()
  const [output, errors, code] = await Promise.all([read(child.stdout), read(child.stderr), child.exited])
  return { code, output, errors }
}

/** Like Promise.all, but lets each come to its end before it throws, so that nothing runs on behind a failure. */
export async function allOf<T extends readonly unknown[]>(
  works: readonly [...T],
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(works)
  return Promise.all(works)
}

/** Resolves when someone asks this process to end: Ctrl-C, SIGTERM, or the terminal is closed. */
export function interruption(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
  return promise
}

/** Waits until `ready` says so, asking often. Throws the program's trouble when it stops first, or after `patience` milliseconds. */
export async function untilReady(
  program: Program,
  ready: () => boolean | Promise<boolean>,
  patience = 60_000,
) {
  let gone = false
  program.exited.then(() => {
    gone = true
  })
  const deadline = Date.now() + patience
  while (!(await ready())) {
    if (gone) throw program.trouble()
    if (Date.now() > deadline)
      throw new Trouble(`${program.name} did not become ready within ${patience / 1000} seconds.`)
    await Bun.sleep(15)
  }
}

/**
 * Ends what an earlier run left behind in this home because it was killed and could not clean up. A process id that now
 * belongs to another program is left alone.
 */
export async function stopLeftOvers(home: string) {
  const run = join(home, 'run')
  if (!existsSync(run)) return
  const notes = readdirSync(run).filter(file => file.endsWith('.pid'))
  await Promise.all(
    notes.map(async file => {
      const { pid, mark, signal } = readNote(join(run, file))
      for (let waited = 0; commandOf(pid).includes(mark); waited += 20) {
        if (waited % 10_000 === 0) kill(pid, waited === 0 ? signal : 'SIGKILL')
        await Bun.sleep(20)
      }
      rmSync(join(run, file), { force: true })
    }),
  )
}

function readNote(path: string): Note {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { pid: 0, mark: '\0', signal: 'SIGTERM' }
  }
}

function kill(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch {
    // It went away in the meantime, which is what was wanted.
  }
}

/** The command line of a living process; empty when there is none. */
export function commandOf(pid: number): string {
  if (process.platform !== 'linux')
    return Bun.spawnSync(['ps', '-o', 'args=', '-p', String(pid)])
      .stdout.toString()
      .trim()
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** Whether nobody listens on the port, at any address that `localhost` or 127.0.0.1 leads to. */
export async function isFree(port: number): Promise<boolean> {
  const answers = (host: string) =>
    new Promise<boolean>(resolve => {
      const socket = connect({ host, port }, () => resolve(true))
      socket.once('error', () => resolve(false)).once('close', () => resolve(false))
      socket.setTimeout(1_000, () => socket.destroy())
      socket.once('connect', () => socket.destroy())
    })
  // Where a program holds the port at all addresses, some systems still let one listen on a single address: so ask as well.
  const taken = await Promise.all([answers('127.0.0.1'), answers('localhost')])
  return !taken.includes(true) && listens(port)
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(false))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return promise
}

const handedOut = new Set<number>()

/**
 * A port that nobody listens on now, and that this process was not given before; `preferred` when that is so of it. It lies below
 * the range from which systems take the near end of outgoing connections, any of which could grab it before it is used.
 */
export async function freePort(preferred?: number): Promise<number> {
  for (let port = preferred; ; port = 10_000 + Math.floor(Math.random() * 22_000)) {
    if (port === undefined || handedOut.has(port)) continue
    handedOut.add(port)
    if (await isFree(port)) return port
  }
}
