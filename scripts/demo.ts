import { crc32, deflateSync } from 'node:zlib'
import type { FileCategory } from '../services/file-service/contract.ts'
import type { Category, Project, Task, TaskPage } from '../services/task-service/contract.ts'
import type { SignedIn } from '../services/user-service/contract.ts'
import { onlooker, type Piece, people, type Who, type Work, work } from './demo-work.ts'
import { Trouble } from './trouble.ts'

const password = 'every demo needs one'
const emailOf = (who: string) => `${who}@example.com`

/**
 * Fills a running TaskMate with a team that has work to show, through its public API alone: the first who meets it as a client. What is there already
 * is not added again; one that was interrupted goes on where it stopped. Throws `Trouble` with what the API answered.
 */
export async function demo(publicUrl: string): Promise<void> {
  const api = new Api(publicUrl)
  // She joins when everything is there: whoever can sign in as her need not look further.
  const complete = await api.post(
    '/auth/sign-in',
    { email: emailOf(onlooker.who), password },
    { expect: [401] },
  )
  if (!complete) {
    const team = {} as Record<Who, Colleague>
    for (const who of Object.keys(people) as Who[]) team[who] = await join(api, { who, ...people[who] })
    const projects = await Promise.all(work.map(each => fill(team, each)))
    const { user } = await join(api, onlooker)
    for (const [index, { admin }] of work.entries())
      await addMember(team[admin], projects[index]!, user.id, 'viewer')
  }
  console.log(
    `Sign in as ${emailOf('mina')} (English) or ${emailOf('jiho')} (한국어) with the password "${password}".`,
  )
}

/** Somebody of the team, and their way to the API. */
type Colleague = { user: SignedIn['user']; api: Api }

async function join(
  api: Api,
  { who, ...profile }: { who: string; name: string; language: string; timeZone: string },
): Promise<Colleague> {
  const email = emailOf(who)
  const { user, session } =
    (await api.post<SignedIn>('/auth/sign-up', { email, password, ...profile }, { expect: [409] })) ??
    (await api.post<SignedIn>('/auth/sign-in', { email, password }))!
  return { user, api: new Api(api.publicUrl, session.token) }
}

const addMember = ({ api }: Colleague, { id }: Project, userId: string, role: string) =>
  api.post(`/projects/${id}/members`, { userId, role }, { expect: [409] })

/** Makes a project with all that happened in it. */
async function fill(team: Record<Who, Colleague>, work: Work): Promise<Project> {
  const { key, name, description, color } = work
  const { api, user } = team[work.admin]
  const project = (await api.post<Project>('/projects', { key, name, description, color }, { once: key }))!
  for (const [who, role] of Object.entries(work.others))
    await addMember(team[work.admin], project, team[who as Who].user.id, role)
  for (const [name, color] of Object.entries(work.labels))
    await api.post(`/projects/${project.id}/labels`, { name, color }, { expect: [409] })
  for (const name of work.drawers)
    await api.post('/file-categories', { projectId: project.id, name }, { expect: [409] })
  const { labels, statuses } = await api.get<Project>(`/projects/${project.id}`)
  const { items: drawers } = await api.get<{ items: FileCategory[] }>(
    `/file-categories?projectId=${project.id}`,
  )
  const statusOf = (category: Category) => statuses.find(status => status.category === category)!.id

  for (const [index, piece] of work.pieces.entries()) {
    const fields = {
      title: piece.title,
      description: piece.description,
      priority: piece.priority,
      statusId: statusOf(piece.at === 'backlog' ? 'backlog' : 'ready'),
      labelIds: piece.labels?.map(name => labels.find(label => label.name === name)!.id),
      assigneeIds: piece.by && [team[piece.by].user.id],
      due: dueOf(piece, user.timeZone),
    }
    await api.post<Task>(`/projects/${project.id}/tasks`, fields, { once: `${key} ${index}` })
  }
  const { items: tasks } = await api.get<TaskPage>(`/projects/${project.id}/tasks?sort=created&limit=200`)
  for (const [index, piece] of work.pieces.entries()) {
    const task = tasks.find(task => task.number === index + 1)!
    const doer = team[piece.by ?? work.admin].api
    for (const [line, [who, body]] of (piece.comments ?? []).entries())
      await team[who].api.post(
        `/tasks/${task.id}/comments`,
        { body },
        { once: `${key} ${index} comment ${line}` },
      )
    for (const [place, { name, drawer, content }] of (piece.files ?? []).entries()) {
      const query = new URLSearchParams({
        taskId: task.id,
        name,
        categoryId: drawers.find(({ name }) => name === drawer)!.id,
      })
      const bytes = content === 'palette' ? palette() : new TextEncoder().encode(content)
      await doer.post(`/files?${query}`, bytes, { once: `${key} ${index} file ${place}` })
    }
    // One that was interrupted has moved some of them already, perhaps half their way.
    const way = wayTo[piece.at]
    let version = task.version
    for (const category of way.slice(way.indexOf(task.category) + 1)) {
      const moved = await doer.post<Task>(
        `/tasks/${task.id}/move`,
        { statusId: statusOf(category) },
        { version },
      )
      version = moved!.version
    }
  }
  return project
}

/** The statuses that a task goes through, so that its history tells of work. */
const wayTo: Record<Category, Category[]> = {
  backlog: [],
  ready: [],
  doing: ['doing'],
  review: ['doing', 'review'],
  done: ['doing', 'done'],
}

function dueOf({ due, time }: Piece, zone: string) {
  if (due === undefined) return undefined
  const day = Temporal.Now.plainDateISO(zone).add({ days: due })
  if (!time) return { date: day.toString() }
  const at = day.toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant()
  return { at: at.toString({ fractionalSecondDigits: 3 }), zone }
}

/** A picture (PNG) of the hues that the product is drawn in, side by side. */
function palette(): Uint8Array {
  const [width, height] = [640, 240]
  const hues = [0x0f766e, 0x14b8a6, 0x99f6e4, 0xf59e0b, 0xe11d48, 0x7c3aed, 0x0ea5e9, 0x1e293b]
  const row = Buffer.alloc(1 + width * 3)
  for (let x = 0; x < width; x++) row.writeUIntBE(hues[Math.floor((x * hues.length) / width)]!, 1 + x * 3, 3)
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const size = Buffer.alloc(4)
    size.writeUInt32BE(data.length)
    const check = Buffer.alloc(4)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([size, body, check])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8) // Eight bits a channel, red, green and blue.
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(Array(height).fill(row)))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

type Options = {
  /** Statuses of errors that are as good as an answer, which then is undefined. */
  expect?: number[]
  /** The Idempotency-Key: a repeat gets the first answer. */
  once?: string
  /** The version that is changed. */
  version?: number
}

/** The public API, as somebody or as nobody. */
class Api {
  constructor(
    readonly publicUrl: string,
    private readonly token?: string,
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await this.#ask('GET', path, undefined, {})) as T
  }

  post<T>(path: string, body: object, options: Options = {}): Promise<T | undefined> {
    return this.#ask('POST', path, body, options) as Promise<T | undefined>
  }

  async #ask(method: string, path: string, body: object | undefined, { expect, once, version }: Options) {
    const bytes = body instanceof Uint8Array
    const response = await fetch(`${this.publicUrl}/api/v1${path}`, {
      method,
      headers: {
        'accept-language': 'en',
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body && { 'content-type': bytes ? 'application/octet-stream' : 'application/json' }),
        ...(once && { 'idempotency-key': `demo ${once}` }),
        ...(version && { 'if-match': `"${version}"` }),
      },
      ...(body && { body: bytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await response.text()
    if (response.ok) return text ? JSON.parse(text) : undefined
    if (expect?.includes(response.status)) return undefined
    throw new Trouble(
      `The demo team could not be made: ${method} ${path} answered ${response.status} ${text}`,
    )
  }
}
