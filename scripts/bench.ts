import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { connect } from '../services/kit/database.ts'
import { databaseConfig } from '../services/kit/config.ts'
import { call, somebody, testVerifier } from '../services/kit/testing.ts'
import { taskService } from '../services/task-service/app.ts'
import type { ImportReport, Project, Task } from '../services/task-service/contract.ts'
import type { SignedIn } from '../services/user-service/contract.ts'
import { startSystem, type System } from '../tests/system.ts'
import { defaultHome, root } from './home.ts'
import { freePort, interruption, type Program, untilReady } from './programs.ts'
import { services } from './services.ts'
import { command, Trouble } from './trouble.ts'

const help = `Measures a TaskMate of its own, started and thrown away here, and prints one Markdown table.

  bun run bench                    takes about a minute
  bun run bench board.json         and imports this Trello board

Memory and processor time are read from /proc, which only Linux has. What other programs do meanwhile is in the figures too: the load is printed.`

const onLinux = process.platform === 'linux'
const notHere = 'not measured: needs Linux'

/** A line of the table. `goal` is empty for what has none. */
type Row = { what: string; measured: string; goal?: string }

async function bench() {
  if (process.argv.includes('--help')) return console.log(help)
  const boardPath = process.argv[2]
  const rows: Row[] = []
  let failed = false
  let isInterrupted = false
  const interrupted = interruption().then(() => {
    isInterrupted = true
  })
  /** One thing that cannot be measured must not hide the others. */
  const measure = async (what: string, figures: () => Promise<Row[]>) => {
    if (isInterrupted) return
    console.error(`measuring ${what}`)
    try {
      rows.push(...(await figures()))
    } catch (error) {
      failed = true
      rows.push({ what, measured: `not measured: ${(error as Error).message.split('\n')[0]}` })
    }
  }

  await measure('start', () => start(interrupted))
  if (isInterrupted) throw new Trouble('Interrupted.')
  process.env.API_RATE_LIMIT = '1000000' // Measuring is no abuse.
  const system = await startSystem()
  const measureAll = async () => {
    await measure('idle memory', () => idleMemory(system))
    const mina = await signUp(system)
    const big = await mina.importBoard(boardOf(1000))
    await measure('first load of the board page', () => firstLoad(system, mina, big))
    await measure('board of 1,000 tasks', () => boardTimes(system, mina, big))
    await measure('statements', () => statements(system, mina, big))
    await measure('64 creates at once', () => createsAtOnce(mina))
    await measure('processor time of a task list', () => processorTime(system, mina, big))
    if (boardPath) await measure('import', () => importOf(mina, resolve(boardPath)))
  }
  try {
    await Promise.race([interrupted, measureAll()])
  } finally {
    await system.stop()
  }
  if (isInterrupted) throw new Trouble('Interrupted.')

  const [cpu] = cpus()
  const load = loadavg().map(value => value.toFixed(1))
  console.log(
    `${cpus().length} × ${cpu?.model.trim()}, load ${load.join(' ')}, Bun ${Bun.version}, ${process.platform}\n`,
  )
  console.log(['| what | measured | goal |', '| --- | --- | --- |'].join('\n'))
  for (const { what, measured, goal = '' } of rows) console.log(`| ${what} | ${measured} | ${goal} |`)
  if (failed) throw new Trouble('Not everything could be measured.')
}

// Starting ---------------------------------------------------------------------------------------------------------------------

/** The first start makes the databases; the second finds everything as a person does who works with it each day. */
async function start(interrupted: Promise<void>): Promise<Row[]> {
  const home = join(defaultHome, 'bench', String(process.pid))
  mkdirSync(home, { recursive: true })
  try {
    await startOnce(home, interrupted)
    const seconds = await startOnce(home, interrupted)
    return [
      {
        what: '`./scripts/start`, warm, to all five healthy',
        measured: `${seconds.toFixed(2)} s`,
        goal: 'under 3 s',
      },
    ]
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

async function startOnce(home: string, interrupted: Promise<void>): Promise<number> {
  const free = await Promise.all(services.map(() => freePort()))
  const variables = services.map((service, index) =>
    service === 'frontend-service'
      ? ['PORT', String(free[index])]
      : [`${service.replace('-', '_').toUpperCase()}_URL`, `http://127.0.0.1:${free[index]}`],
  )
  const { POSTGRES_HOST: _, REDIS_URL: __, ...env } = process.env
  const began = performance.now()
  const child = Bun.spawn([join(root, 'scripts', 'start'), '--data', home], {
    env: { ...env, ...Object.fromEntries(variables) },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  void interrupted.then(() => child.kill())
  try {
    let said = ''
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += chunk
      if (said.includes('TaskMate is at')) return (performance.now() - began) / 1000
    }
    throw new Error(`scripts/start ended: ${said.trim().split('\n').at(-1)}`)
  } finally {
    child.kill('SIGINT')
    await child.exited
  }
}

// Memory and processor, by /proc -----------------------------------------------------------------------------------------------

async function idleMemory(system: System): Promise<Row[]> {
  const what = 'Memory of the five services together, idle'
  const goal = 'under 400 MB'
  if (!onLinux) return [{ what, measured: notHere, goal }]
  // Until what a start leaves behind has been cleaned away.
  await Bun.sleep(5_000)
  const sum = (file: string, field: string) =>
    services.reduce((total, service) => {
      const text = readFileSync(`/proc/${system.program(service).pid}/${file}`, 'utf8')
      return total + Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1])
    }, 0)
  const megabytes = (kibibytes: number) => `${Math.round((kibibytes * 1024) / 1e6)} MB`
  return [
    {
      what: `${what} (RSS, what they share counted five times)`,
      measured: megabytes(sum('status', 'VmRSS')),
      goal,
    },
    { what: `${what} (PSS, what they share counted once)`, measured: megabytes(sum('smaps_rollup', 'Pss')) },
  ]
}

const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(2)} ms`

/** Seconds of processor time that a program has used. */
function processorSeconds({ pid }: Program): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100 // USER_HZ is 100 on every Linux.
}

async function processorTime(system: System, mina: Api, { project }: ImportReport): Promise<Row[]> {
  const what = 'Processor time of a list of 50 tasks'
  if (!onLinux) return [{ what, measured: notHere }]
  const path = `/projects/${project.id}/tasks?limit=50`
  const served = [system.program('frontend-service'), system.program('task-service')]
  const [gateway, tasks] = await processorPerRequest(served, 2_000, async () => {
    await mina.get(path)
  })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const bare = system.crew.launch({
    name: 'bare',
    command: [process.execPath, join(root, 'scripts', 'bench', 'bare.ts')],
    env: {
      ...system.env('task-service'),
      PORT: String(port),
      PROJECT_ID: project.id!,
      PROJECT_KEY: project.key!,
    },
  })
  await untilReady(bare, () =>
    fetch(url).then(
      response => response.ok,
      () => false,
    ),
  )
  const [through, alone] = await Promise.all([mina.get(path), fetch(url).then(response => response.json())])
  if (!Bun.deepEquals(through, alone)) throw new Error('the bare server answers something else')
  const [least] = await processorPerRequest([bare], 2_000, async () => {
    await (await fetch(url)).text()
  })
  await bare.stop()
  return [
    {
      what: `${what}, through gateway + task-service`,
      measured: `${milliseconds(gateway!)} + ${milliseconds(tasks!)}`,
    },
    { what: `${what}, bare Bun.serve with the same query and driver`, measured: milliseconds(least!) },
    { what: 'Ratio of the two', measured: ((gateway! + tasks!) / least!).toFixed(1) },
  ]
}

/** Seconds of processor time that each program needs for a request, over so many of them, eight at a time, after warming up. */
async function processorPerRequest(
  programs: Program[],
  requests: number,
  request: () => Promise<void>,
): Promise<number[]> {
  await inParallel(8, requests / 4, request)
  const before = programs.map(processorSeconds)
  await inParallel(8, requests, request)
  return programs.map((program, index) => (processorSeconds(program) - before[index]!) / requests)
}

// Pages ------------------------------------------------------------------------------------------------------------------------

/** Fetches the page and what it names, as a browser does that has nothing yet. */
async function firstLoad(system: System, mina: Api, { project }: ImportReport): Promise<Row[]> {
  const page = new URL(`${system.publicUrl}/projects/${project.key}`)
  const html = await download(page, mina.cookie)
  const named = new Set<string>()
  const rewriter = new HTMLRewriter()
  for (const [selector, attribute] of [
    ['link[rel~=stylesheet], link[rel~=icon], link[rel~=manifest], link[rel~=modulepreload]', 'href'],
    ['script[src], img[src]', 'src'],
    ['use[href]', 'href'],
  ] as const)
    rewriter.on(selector, {
      element: element => {
        named.add(element.getAttribute(attribute)!)
      },
    })
  rewriter.transform(html.text)
  const urls = new Map([...named].map(name => [new URL(name, page).href.split('#')[0]!, new URL(name, page)]))
  urls.delete(page.href)
  const here = [...urls.values()].filter(url => url.host === page.host)
  const parts = await Promise.all(here.map(url => download(url)))
  const outside = parts.flatMap(part => part.text.match(/(?:url\(|@import)\s*['"]?https?:[^)'"\s]+/g) ?? [])
  const all = [html, ...parts]
  const weight = (kind: RegExp) =>
    all.filter(part => kind.test(part.type)).reduce((sum, part) => sum + part.bytes, 0)
  const [markup, styles, script, rest] = [/html/, /css/, /javascript/, /^(?!.*(html|css|javascript))/].map(
    weight,
  ) as [number, number, number, number]
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`
  return [
    {
      what: `First load of the board page, HTML + CSS + JS compressed`,
      measured: `${kilobytes(markup + styles + script)} (${kilobytes(markup)} + ${kilobytes(styles)} + ${kilobytes(script)})`,
      goal: 'under 100 KB',
    },
    {
      what: 'Requests of the first load (pictures and icons weigh)',
      measured: `${all.length} (${kilobytes(rest)})`,
    },
    {
      what: 'Requests to another host',
      measured: String(urls.size - here.length + outside.length),
      goal: '0',
    },
  ]
}

async function download(url: URL, cookie?: string) {
  const response = await fetch(url, {
    headers: { 'accept-encoding': 'gzip', ...(cookie && { cookie }) },
    decompress: false,
    redirect: 'manual',
  } as RequestInit)
  if (response.status !== 200) throw new Error(`${url.pathname} answered ${response.status}`)
  const raw = new Uint8Array(await response.arrayBuffer())
  const bytes = response.headers.get('content-encoding') === 'gzip' ? Bun.gunzipSync(raw) : raw
  return {
    type: response.headers.get('content-type') ?? '',
    bytes: raw.byteLength,
    text: new TextDecoder().decode(bytes),
  }
}

async function boardTimes(system: System, mina: Api, { project }: ImportReport): Promise<Row[]> {
  const load = async () => {
    await download(new URL(`${system.publicUrl}/projects/${project.key}`), mina.cookie)
  }
  const page = await times(load)
  const served = [system.program('frontend-service'), system.program('task-service')]
  const work = onLinux
    ? (await processorPerRequest(served, 200, load)).map(milliseconds).join(' + ')
    : notHere
  const board = await times(async () => {
    await mina.get(`/projects/${project.id}/board`)
  })
  return [
    { what: 'Board of 1,000 tasks, page, p50 / p95', measured: page, goal: 'p95 under 100 ms' },
    { what: 'Processor time of that page, frontend + task-service', measured: work },
    {
      what: 'Board of 1,000 tasks, API through the gateway, p50 / p95',
      measured: board,
      goal: 'p95 under 100 ms',
    },
  ]
}

/** Of 200 requests, one after the other, from the first byte sent to the last received, on this machine. */
async function times(request: () => Promise<void>): Promise<string> {
  await inParallel(1, 20, request)
  const took: number[] = []
  await inParallel(1, 200, async () => {
    const began = performance.now()
    await request()
    took.push(performance.now() - began)
  })
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.ceil(took.length * share) - 1]!.toFixed(1)
  return `${at(0.5)} / ${at(0.95)} ms`
}

// Statements and creates -------------------------------------------------------------------------------------------------------

/** Counts what task-service sends to its database, in an app of this process on the same data. */
async function statements(system: System, mina: Api, { project }: ImportReport): Promise<Row[]> {
  const small = await mina.importBoard(boardOf(1))
  const sent: string[] = []
  const sql = connect(databaseConfig('task-service', system.env('task-service')), {
    onQuery: text => sent.push(text),
  })
  const ask = call(taskService({ sql, verify: testVerifier() }), somebody({ userId: mina.userId }))
  const count = async (method: string, path: string, body?: unknown) => {
    sent.length = 0
    const { status } = await ask(method, `/api/v1/projects/${path}`, body)
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}`)
    return sent.length
  }
  try {
    await count('GET', `${project.id}/board`) // A new connection asks for the types once.
    const one = await count('GET', `${small.project.id}/board`)
    const thousand = await count('GET', `${project.id}/board`)
    const list = await count('GET', `${project.id}/tasks`)
    const create = await count('POST', `${small.project.id}/tasks`, { title: 'One more' })
    return [
      {
        what: 'Statements of a board of 1 task, of 1,000',
        measured: `${one}, ${thousand}`,
        goal: 'the same',
      },
      { what: 'Statements of a task list, of a create', measured: `${list}, ${create}` },
    ]
  } finally {
    await sql.end({ timeout: 2 })
  }
}

async function createsAtOnce(mina: Api): Promise<Row[]> {
  const project = await mina.post<Project>('/projects', { name: 'At once', key: 'ONCE' })
  const tasks = await Promise.allSettled(
    Array.from({ length: 64 }, (_, index) =>
      mina.post<Task>(`/projects/${project.id}/tasks`, { title: `Task ${index}` }),
    ),
  )
  const numbers = tasks.flatMap(task => (task.status === 'fulfilled' ? [task.value.number] : []))
  const whole = numbers.toSorted((a, b) => a - b).every((number, index) => number === index + 1)
  return [
    {
      what: '64 creates at once in one project',
      measured: `${numbers.length} tasks, ${64 - numbers.length} failures, numbers ${whole ? 'without' : 'with'} a gap`,
      goal: '64, 0, without',
    },
  ]
}

// Import -----------------------------------------------------------------------------------------------------------------------

async function importOf(mina: Api, path: string): Promise<Row[]> {
  const text = readFileSync(path, 'utf8')
  const began = performance.now()
  const { project: _, notes, dryRun: __, ...parts } = await mina.importBoard(text)
  const took = performance.now() - began
  const again = await mina.importBoard(text)
  const counts = Object.entries(parts).map(([part, { found, added }]) => `${part} ${added} of ${found}`)
  const { project: ___, notes: ____, dryRun: _____, ...second } = again
  const more = Object.values(second).reduce((sum, { added }) => sum + added, 0)
  return [
    { what: 'Import of the Trello board, through the gateway', measured: `${Math.round(took)} ms` },
    { what: 'Brought along', measured: counts.join(', ') },
    { what: 'Noted', measured: notes.map(({ code, count }) => `${code} ${count}`).join(', ') || 'nothing' },
    { what: 'Added by importing it again', measured: String(more), goal: '0' },
  ]
}

/** A board as Trello exports it, with so many cards on five lists. */
function boardOf(size: number) {
  const id = (kind: number, index: number) =>
    `650a${kind.toString(16).padStart(4, '0')}${index.toString(16).padStart(16, '0')}`
  const lists = ['Ideas', 'To do', 'Doing', 'Review', 'Done'].map((name, pos) => ({
    id: id(1, pos),
    name,
    pos,
    closed: false,
  }))
  const labels = ['Design', 'Content', 'Backend'].map((name, index) => ({
    id: id(2, index),
    name,
    color: 'sky',
  }))
  const members = ['Dana Kim', 'Ada Novak', '이도윤'].map((fullName, index) => ({
    id: id(3, index),
    fullName,
  }))
  const cards = Array.from({ length: size }, (_, index) => ({
    id: id(4, index),
    idList: lists[index % lists.length]!.id,
    name: `Write down what number ${index} is about`,
    desc: 'As long as a description often is, with a **word** or two that matter.',
    closed: false,
    pos: index,
    due: index % 3 === 0 ? '2030-01-01T09:00:00.000Z' : null,
    idLabels: [labels[index % labels.length]!.id],
    idMembers: [members[index % members.length]!.id],
  }))
  return { id: id(5, size), name: `Board of ${size}`, lists, labels, members, cards }
}

// Asking -----------------------------------------------------------------------------------------------------------------------

type Api = Awaited<ReturnType<typeof signUp>>

/** Somebody new, who asks through the gateway. */
async function signUp(system: System) {
  const ask = async <T>(method: string, path: string, body?: unknown, token?: string): Promise<T> => {
    const response = await fetch(`${system.publicUrl}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const { user, session } = await ask<SignedIn>('POST', '/auth/sign-up', {
    email: 'bench@example.com',
    password: 'only for measuring',
    name: 'Mina Seo',
    timeZone: 'Asia/Seoul',
  })
  return {
    userId: user.id,
    cookie: `session=${session.token}`,
    get: <T>(path: string) => ask<T>('GET', path, undefined, session.token),
    post: <T>(path: string, body: unknown) => ask<T>('POST', path, body, session.token),
    importBoard: (board: unknown) => ask<ImportReport>('POST', '/imports/trello', board, session.token),
  }
}

/** Does it so many times, at most `width` at once. */
async function inParallel(width: number, times: number, act: () => Promise<void>) {
  let left = times
  const worker = async () => {
    while (left-- > 0) await act()
  }
  await Promise.all(Array.from({ length: width }, worker))
}

if (import.meta.main) await command(bench)
