import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { decodeJwt, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import type { File, FileCategories, FileCategory, FilePage } from '../services/file-service/contract.ts'
import { frontendConfig } from '../services/frontend-service/config.ts'
import { connectDeps } from '../services/frontend-service/deps.ts'
import type { ApiDocument } from '../services/frontend-service/openapi.ts'
import { frontendService } from '../services/frontend-service/routes.ts'
import { serviceTokens } from '../services/kit/identity.ts'
import { newId } from '../services/kit/schema.ts'
import type {
  Board,
  ChangePage,
  Comment,
  CommentPage,
  ImportReport,
  Label,
  Link,
  Project,
  Status,
  Task,
} from '../services/task-service/contract.ts'
import { open, type Sessions, type Verified } from '../services/user-service/contract.ts'
import { type Answer, password, type Send, type Somebody, sender, signUp } from './people.ts'
import { startSystem, type System } from './system.ts'

setDefaultTimeout(60_000)

/** Is in all that the owner writes, and in nothing that is anybody else's. */
const secret = 'Zeppelin'
/** An export of a Trello board with nothing in it. */
const trelloBoard = { id: '5f0000000000000000000001', name: 'Balloons', lists: [], cards: [] }

let system: System
let owner: Somebody
let outsider: Somebody
let world: World
/** All that the owner can read, before anybody else has tried anything. */
let before: unknown
let documented: ApiDocument['paths']
let attempts: Record<string, Attempt>
let forgeries: string[]
let routes: Route[]
let anonymous: Send

beforeAll(async () => {
  system = await startSystem()
  const { publicUrl } = system
  anonymous = sender(publicUrl)
  ;[owner, outsider] = await Promise.all([signUp(publicUrl, secret), signUp(publicUrl, 'Outsider')])
  const [member, doomedMember] = await Promise.all([signUp(publicUrl, 'Member'), signUp(publicUrl, 'Member')])
  world = await makeWorld(owner, member, doomedMember)
  before = await ownersView()
  documented = ((await (await fetch(`${publicUrl}/openapi.json`)).json()) as ApiDocument).paths
  attempts = attemptsOn(world)
  forgeries = await forgedIdentities(owner)
  routes = await pageRoutes()
})
afterAll(() => system?.stop())

// People and their things ------------------------------------------------------------------------------------------------------

type World = Awaited<ReturnType<typeof makeWorld>>
/**
 * A project with one of everything, all at version 1. What has a `doomed` twin may be changed, and the twin be deleted.
 */
async function makeWorld({ user, session, send, ask }: Somebody, member: Somebody, doomedMember: Somebody) {
  const make = async <T>(path: string, body: unknown) => ask<T>('POST', `/api/v1${path}`, body)
  const named = (name: string) => ({ name: `${secret} ${name}` })
  const project = await make<Project>('/projects', named('works'))
  const doomedProject = await make<Project>('/projects', named('ruins'))
  const of = `/projects/${project.id}`
  const task = (title: string) => make<Task>(`${of}/tasks`, { title: `${secret} ${title}` })
  const status = (name: string) => make<Status>(`${of}/statuses`, { ...named(name), category: 'doing' })
  const label = (name: string) => make<Label>(`${of}/labels`, { ...named(name), color: 'sky' })
  const category = (name: string) =>
    make<FileCategory>('/file-categories', { ...named(name), projectId: project.id })
  const things = {
    userId: user.id,
    sessionId: session.id,
    project,
    doomedProject,
    task: await task('build'),
    movedTask: await task('fly'),
    doomedTask: await task('crash'),
    deletedTask: await task('forget'),
    status: await status('air'),
    doomedStatus: await status('ground'),
    label: await label('light'),
    doomedLabel: await label('heavy'),
    category: await category('plans'),
    doomedCategory: await category('scraps'),
    memberId: member.user.id,
    doomedMemberId: doomedMember.user.id,
  }
  const { task: first } = things
  const comment = () => make<Comment>(`/tasks/${first.id}/comments`, { body: `${secret} ahoy` })
  const file = (name: string) =>
    make<File>(`/files?taskId=${first.id}&name=${secret}-${name}`, new TextEncoder().encode(secret))
  for (const userId of [things.memberId, things.doomedMemberId])
    await make(`${of}/members`, { userId, role: 'viewer' })
  await send('DELETE', `/api/v1/tasks/${things.deletedTask.id}`, { headers: { 'if-match': '"1"' } })
  const link = await make<Link>(`/tasks/${first.id}/links`, { url: `https://example.com/${secret}` })
  return {
    ...things,
    link,
    comment: await comment(),
    doomedComment: await comment(),
    file: await file('hull.txt'),
    doomedFile: await file('hole.txt'),
    imported: await make<ImportReport>('/imports/trello', trelloBoard),
  }
}

async function ownersView() {
  const { project, doomedProject, deletedTask } = world
  const get = <T>(path: string) => owner.ask<T>('GET', `/api/v1${path}`)
  const board = await get<Board>(`/projects/${project.id}/board`)
  const tasks = await Promise.all(
    board.columns
      .flatMap(column => column.items)
      .map(async ({ id }) => ({
        task: await get<Task>(`/tasks/${id}`),
        comments: await get<CommentPage>(`/tasks/${id}/comments`),
        history: await get<ChangePage>(`/tasks/${id}/history`),
        files: await get<FilePage>(`/files?taskId=${id}`),
      })),
  )
  const { items: sessions } = await get<typeof Sessions.static>('/sessions')
  return {
    board,
    tasks,
    deleted: await get<Task>(`/tasks/${deletedTask.id}`),
    doomed: await get<Project>(`/projects/${doomedProject.id}`),
    projects: await get('/projects'),
    categories: await get<typeof FileCategories.static>(`/file-categories?projectId=${project.id}`),
    me: await get('/me'),
    sessions: sessions.map(({ lastSeenAt: _, ...session }) => session),
  }
}

// What can be tried -------------------------------------------------------------------------------------------------------------

/** How to try an operation on the owner's things. */
type Attempt = {
  /** Values for the path. */
  at?: Record<string, string | number>
  query?: Record<string, string>
  body?: unknown
  /** It changes something, whose version is 1. */
  changes?: true
  /**
   * `owned`, unless told: others must not even learn whether it exists. `own`: everybody does it with what is their own, and finds nothing of
   * the owner's there. `open`: needs nobody to be signed in.
   */
  kind?: 'owned' | 'own' | 'open'
}

/**
 * Every operation of the API, in an order in which the owner can do one after the other. Whoever adds an operation adds it here: then nobody but its
 * owner can do it.
 */
function attemptsOn(world: World): Record<string, Attempt> {
  const project = { project: world.project.id }
  const task = { task: world.task.id }
  const statusId = world.movedTask.statusId
  return {
    'POST /api/v1/auth/sign-up': {
      body: { email: `new.${newId()}@example.com`, password, name: 'New' },
      kind: 'open',
    },
    'POST /api/v1/auth/sign-in': { body: { email: outsider.user.email, password }, kind: 'open' },
    'GET /api/v1/auth/keys': { kind: 'open' },
    // Answers 401 by itself when nobody is signed in.
    'GET /api/v1/auth/verify': { kind: 'own' },
    'GET /api/v1/me': { kind: 'own' },
    'PATCH /api/v1/me': { body: { timeZone: 'Asia/Seoul' }, changes: true, kind: 'own' },
    'GET /api/v1/sessions': { kind: 'own' },
    'GET /api/v1/users': { query: { ids: world.memberId }, kind: 'own' },
    'GET /api/v1/projects': { kind: 'own' },
    'POST /api/v1/projects': { body: { name: 'Boats' }, kind: 'own' },
    'POST /api/v1/imports/trello': { body: trelloBoard, kind: 'own' },
    'GET /api/v1/my/tasks': { kind: 'own' },

    'GET /api/v1/projects/{project}': { at: project },
    'GET /api/v1/projects/{project}/access': { at: project },
    'GET /api/v1/projects/{project}/board': { at: project },
    'GET /api/v1/projects/{project}/tasks': { at: project },
    'GET /api/v1/projects/{project}/tasks/{number}': { at: { ...project, number: 1 } },
    'POST /api/v1/projects/{project}/tasks': { at: project, body: { title: 'Mutiny' } },
    'POST /api/v1/projects/{project}/members': {
      at: project,
      body: { userId: outsider.user.id, role: 'viewer' },
    },
    'POST /api/v1/projects/{project}/statuses': { at: project, body: { name: 'Sea', category: 'done' } },
    'POST /api/v1/projects/{project}/labels': { at: project, body: { name: 'wet', color: 'teal' } },
    'PATCH /api/v1/projects/{project}/members/{userId}': {
      at: { ...project, userId: world.memberId },
      body: { role: 'editor' },
      changes: true,
    },
    'DELETE /api/v1/projects/{project}/members/{userId}': {
      at: { ...project, userId: world.doomedMemberId },
      changes: true,
    },
    'PATCH /api/v1/projects/{project}/statuses/{id}': {
      at: { ...project, id: world.status.id },
      body: { name: 'Mutiny' },
      changes: true,
    },
    'DELETE /api/v1/projects/{project}/statuses/{id}': {
      at: { ...project, id: world.doomedStatus.id },
      changes: true,
    },
    'PATCH /api/v1/projects/{project}/labels/{id}': {
      at: { ...project, id: world.label.id },
      body: { name: 'mutiny' },
      changes: true,
    },
    'DELETE /api/v1/projects/{project}/labels/{id}': {
      at: { ...project, id: world.doomedLabel.id },
      changes: true,
    },

    'GET /api/v1/tasks/{task}': { at: task },
    'GET /api/v1/tasks/{task}/access': { at: task },
    'GET /api/v1/tasks/{task}/history': { at: task },
    'GET /api/v1/tasks/{task}/comments': { at: task },
    'POST /api/v1/tasks/{task}/comments': { at: task, body: { body: 'Mutiny!' } },
    'PATCH /api/v1/comments/{id}': {
      at: { id: world.comment.id },
      body: { body: 'Mutiny!' },
      changes: true,
    },
    'DELETE /api/v1/comments/{id}': { at: { id: world.doomedComment.id }, changes: true },
    'GET /api/v1/files': { query: { projectId: world.project.id } },
    'POST /api/v1/files': {
      query: { taskId: world.task.id, name: 'mutiny.txt' },
      body: new TextEncoder().encode('Mutiny!'),
    },
    'GET /api/v1/files/{id}': { at: { id: world.file.id } },
    'GET /api/v1/files/{id}/content': { at: { id: world.file.id } },
    'PATCH /api/v1/files/{id}': {
      at: { id: world.file.id },
      body: { name: 'mutiny.txt' },
      changes: true,
    },
    'DELETE /api/v1/files/{id}': { at: { id: world.doomedFile.id }, changes: true },
    'GET /api/v1/file-categories': { query: { projectId: world.project.id } },
    'POST /api/v1/file-categories': { body: { projectId: world.project.id, name: 'Charts' } },
    'PATCH /api/v1/file-categories/{id}': {
      at: { id: world.category.id },
      body: { name: 'Mutiny' },
      changes: true,
    },
    'DELETE /api/v1/file-categories/{id}': { at: { id: world.doomedCategory.id }, changes: true },
    'GET /api/v1/analytics/projects/{projectId}/dashboard': { at: { projectId: world.project.id } },

    'PATCH /api/v1/tasks/{task}': { at: task, body: { title: 'Mutiny' }, changes: true },
    'POST /api/v1/tasks/{task}/move': {
      at: { task: world.movedTask.id },
      body: { statusId },
      changes: true,
    },
    'POST /api/v1/tasks/{task}/links': {
      at: { task: world.movedTask.id },
      body: { url: 'https://example.com' },
    },
    'DELETE /api/v1/tasks/{task}/links/{id}': { at: { ...task, id: world.link.id } },
    'DELETE /api/v1/tasks/{task}': { at: { task: world.doomedTask.id }, changes: true },
    'POST /api/v1/tasks/{task}/restore': { at: { task: world.deletedTask.id } },
    'PATCH /api/v1/projects/{project}': {
      at: project,
      body: { description: 'Mutiny' },
      changes: true,
    },
    'DELETE /api/v1/projects/{project}': { at: { project: world.doomedProject.id }, changes: true },

    'POST /api/v1/me/password': {
      body: { currentPassword: password, newPassword: `${password}!` },
      kind: 'own',
    },
    'POST /api/v1/sessions/revoke-others': { kind: 'own' },
    'DELETE /api/v1/sessions/{id}': { at: { id: world.sessionId } },
  }
}

/** Tries an operation as somebody; `headers` beside what it needs. */
function attempt(send: Send, operation: string, headers: Record<string, string> = {}): Promise<Answer> {
  const [method, path] = operation.split(' ') as [string, string]
  const { at = {}, query = {}, body, changes } = attempts[operation]!
  const search = new URLSearchParams(query).toString()
  return send(method, path.replace(/\{(\w+)\}/g, (_, name) => String(at[name])) + (search && `?${search}`), {
    body,
    headers: { ...(changes && { 'if-match': '"1"' }), ...headers },
  })
}
const operations = (...kinds: NonNullable<Attempt['kind']>[]) =>
  Object.keys(attempts).filter(operation => kinds.includes(attempts[operation]!.kind ?? 'owned'))

/** Tries several, one after the other, and gives those that `wrong` says something about. */
async function complaints(
  operations: string[],
  send: Send,
  wrong: (answer: Answer, operation: string) => boolean,
  headers?: Record<string, string>,
): Promise<string[]> {
  const found: string[] = []
  for (const operation of operations) {
    const answer = await attempt(send, operation, headers)
    if (wrong(answer, operation)) found.push(`${operation} answered ${answer.status} ${answer.text}`)
  }
  return found
}

/** Whether an answer has anything of the owner's: their words, or the id of one of their things. */
function tells({ text, headers }: Answer): boolean {
  const all = text + JSON.stringify([...headers])
  const { memberId: _, doomedMemberId: __, ...mine } = world
  const ids = JSON.stringify(mine).match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)!
  return all.includes(secret) || ids.some(id => all.includes(id))
}

const isProblem = ({ headers, text }: Answer, code: string) =>
  headers.get('content-type') === 'application/problem+json' && JSON.parse(text).code === code

// Forged identities -------------------------------------------------------------------------------------------------------------

/** Tokens like those by which the services know each other and the people, and how they may be put into a header. */
async function forgedIdentities({ user, session }: Somebody): Promise<string[]> {
  const direct = await fetch(`${system.urls['user-service']}/api/v1/auth/verify`, {
    headers: { authorization: `Bearer ${session.token}` },
  })
  const { identity } = (await direct.json()) as Required<typeof Verified.static>
  const claims = decodeJwt(identity.token)
  const published = JSON.parse((await anonymous('GET', '/api/v1/auth/keys')).text) as {
    keys: { kid: string; x: string }[]
  }
  const { kid, x } = published.keys[0]!
  const signed = (alg: string, key: CryptoKey | Uint8Array) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key)
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  const tokens = [
    // Real ones, which never leave the inside: even they mean nothing at the gateway.
    identity.token,
    await serviceTokens('frontend-service', system.env('frontend-service').SECRET_KEY!)(),
    await serviceTokens('task-service', 'a secret that somebody made up')(),
    new UnsecuredJWT(claims).encode(),
    await signed('EdDSA', privateKey),
    // The public key, taken for a shared secret.
    await signed('HS256', Buffer.from(x, 'base64url')),
    user.id,
    session.id,
    '',
    'null',
  ]
  return [
    ...tokens.map(token => `Bearer ${token}`),
    `bearer  ${tokens[0]}`,
    `Bearer ${tokens[0]}, Bearer ${tokens[1]}`,
    `Basic ${Buffer.from(`${user.email}:${password}`).toString('base64')}`,
    'Bearer',
  ]
}

/** Headers in which other systems keep who somebody is. */
const forgedHeaders = () => ({
  'x-user-id': owner.user.id,
  'x-user-email': owner.user.email,
  'x-session-id': owner.session.id,
  'x-forwarded-user': owner.user.id,
  'x-forwarded-for': '10.1.2.3, 127.0.0.1',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  forwarded: 'for=127.0.0.1;host=evil.example',
  'x-real-ip': '127.0.0.1',
  'x-client-address': '127.0.0.1',
  'x-original-url': '/internal/events',
  'x-rewrite-url': '/internal/events',
  'x-http-method-override': 'GET',
  'x-service': 'frontend-service',
})

// The matrix --------------------------------------------------------------------------------------------------------------------

test('every operation of the API is tried here', () => {
  const all = Object.entries(documented).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
  )
  expect(Object.keys(attempts).sort()).toEqual(all.sort())
})

test('the document says which operations need nobody to be signed in', () => {
  const unguarded = Object.entries(documented).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security?.length === 0)
      .map(([method]) => `${method.toUpperCase()} ${path}`),
  )
  expect(unguarded.sort()).toEqual([...open].sort())
})

describe('who is not signed in', () => {
  test('is refused, but where everybody is let in', async () => {
    expect(
      await complaints(
        operations('owned', 'own'),
        anonymous,
        answer => answer.status !== 401 || !isProblem(answer, 'unauthenticated'),
      ),
    ).toEqual([])
    expect(await complaints(operations('open'), anonymous, ({ status }) => status >= 300)).toEqual([])
  })

  test('does not become anybody by a token that looks like those of the inside', async () => {
    for (const authorization of forgeries)
      expect(
        await complaints(operations('owned', 'own'), anonymous, ({ status }) => status !== 401, {
          authorization,
        }),
      ).toEqual([])
    for (const token of forgeries.map(header => header.replace(/^bearer +/i, '')))
      for (const cookie of [`session=${token}`, `__Host-session=${owner.session.token}`])
        expect((await anonymous('GET', '/api/v1/me', { headers: { cookie } })).status).toBe(401)
  })

  test('does not become anybody by headers', async () => {
    expect(
      await complaints(
        operations('owned', 'own'),
        anonymous,
        ({ status }) => status !== 401,
        forgedHeaders(),
      ),
    ).toEqual([])
  })

  test('gets the sign-in page in place of every page', async () => {
    expect(
      await pageComplaints(anonymous, ({ status, headers }) => {
        const target = headers.get('location') ?? headers.get('hx-redirect')
        return status !== 401 && !target?.startsWith('/sign-in?next=')
      }),
    ).toEqual([])
  })
})

describe('somebody else', () => {
  test('does not even learn whether the things of others exist', async () => {
    const wrong = (answer: Answer) =>
      answer.status !== 404 || !isProblem(answer, 'not_found') || tells(answer)
    expect(await complaints(operations('owned'), outsider.send, wrong)).toEqual([])
    expect(await complaints(operations('owned'), outsider.send, wrong, forgedHeaders())).toEqual([])
  })

  test('finds nothing of others among what is their own', async () => {
    const theirs = operations('own').filter(operation => !/password|revoke/.test(operation))
    expect(await complaints(theirs, outsider.send, answer => answer.status >= 300 || tells(answer))).toEqual(
      [],
    )
    // The same key for the same create, by somebody else, is another create.
    const asking = { body: { name: 'Kites' }, headers: { 'idempotency-key': 'the same key' } }
    const [first, second] = [
      await owner.send('POST', '/api/v1/projects', asking),
      await outsider.send('POST', '/api/v1/projects', asking),
    ]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(JSON.parse(first.text).id).not.toBe(JSON.parse(second.text).id)
    await owner.send('DELETE', `/api/v1/projects/${JSON.parse(first.text).id}`, {
      headers: { 'if-match': '"1"' },
    })
  })

  test('cannot reach the things of others through a project of their own', async () => {
    const mine = await outsider.ask<Project>('POST', '/api/v1/projects', { name: 'Boats' })
    const of = `/api/v1/projects/${mine.id}`
    const task = await outsider.ask<Task>('POST', `${of}/tasks`, { title: 'Row' })
    const file = await outsider.ask<File>('POST', `/api/v1/files?taskId=${task.id}&name=a`, new Uint8Array(1))
    const { status, label, category, memberId, movedTask, link, project, task: theirs } = world
    const tries: [method: string, path: string, body?: unknown][] = [
      ['PATCH', `${of}/statuses/${status.id}`, { name: 'Mutiny' }],
      ['DELETE', `${of}/statuses/${status.id}`],
      ['PATCH', `${of}/labels/${label.id}`, { name: 'mutiny' }],
      ['DELETE', `${of}/labels/${label.id}`],
      ['PATCH', `${of}/members/${memberId}`, { role: 'admin' }],
      ['DELETE', `${of}/members/${memberId}`],
      ['POST', `${of}/statuses`, { name: 'Sea', category: 'done', beforeId: status.id }],
      ['POST', `${of}/tasks`, { title: 'Mutiny', statusId: status.id }],
      ['POST', `${of}/tasks`, { title: 'Mutiny', labelIds: [label.id] }],
      ['POST', `${of}/tasks`, { title: 'Mutiny', assigneeIds: [memberId] }],
      ['PATCH', `/api/v1/tasks/${task.id}`, { statusId: status.id }],
      ['PATCH', `/api/v1/tasks/${task.id}`, { labelIds: [label.id] }],
      ['PATCH', `/api/v1/tasks/${task.id}`, { assigneeIds: [memberId] }],
      ['POST', `/api/v1/tasks/${task.id}/move`, { statusId: status.id }],
      ['POST', `/api/v1/tasks/${task.id}/move`, { statusId: task.statusId, beforeId: movedTask.id }],
      ['POST', `/api/v1/tasks/${task.id}/move`, { statusId: task.statusId, afterId: movedTask.id }],
      ['DELETE', `/api/v1/tasks/${task.id}/links/${link.id}`],
      ['POST', `/api/v1/files?taskId=${task.id}&name=a&categoryId=${category.id}`, new Uint8Array(1)],
      ['PATCH', `/api/v1/files/${file.id}`, { categoryId: category.id }],
    ]
    const found: string[] = []
    for (const [method, path, body] of tries) {
      const answer = await outsider.send(method, path, { body, headers: { 'if-match': '"1"' } })
      const refused = answer.status >= 400 && answer.status < 500
      if (!refused || answer.text.includes(secret))
        found.push(`${method} ${path} answered ${answer.status} ${answer.text}`)
    }
    expect(found).toEqual([])
    // Where such an id is only a filter, there is nothing of it here.
    for (const path of [
      `${of}/tasks?status=${status.id}`,
      `${of}/tasks?label=${label.id}`,
      `${of}/tasks?assignee=${memberId}`,
      `/api/v1/files?projectId=${mine.id}&taskId=${theirs.id}`,
      `/api/v1/files?projectId=${mine.id}&categoryId=${category.id}`,
    ])
      expect([path, await outsider.ask<unknown>('GET', path)]).toEqual([path, { items: [], next: null }])
    expect(
      (await outsider.send('GET', `/api/v1/files?projectId=${project.id}&taskId=${task.id}`)).status,
    ).toBe(404)
  })

  test('sees no page of a project of others, and changes nothing by its forms', async () => {
    expect(
      await pageComplaints(outsider.browse, answer => {
        // Deleting what is gone is done: it leads to a page, which is not there for them.
        const leads = answer.headers.has('location') || answer.headers.has('hx-redirect')
        return (answer.status < 400 && !leads) || answer.status >= 500 || answer.text.includes(secret)
      }),
    ).toEqual([])
  })

  test('cannot use the cookie of others from another site', async () => {
    const cookie = `session=${owner.session.token}`
    const found: string[] = []
    const origins: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      {},
    ]
    for (const from of origins)
      for (const operation of Object.keys(attempts).filter(operation => !operation.startsWith('GET'))) {
        const { status } = await attempt(anonymous, operation, { ...from, cookie })
        if (status !== 403) found.push(`${operation} answered ${status}`)
      }
    expect(found).toEqual([])
  })
})

test('the inside cannot be reached from outside', async () => {
  for (const path of [
    '/internal/events?after=0',
    '/api/v1/internal/events?after=0',
    '/api/v1//internal/events?after=0',
    '/api/v1/tasks/../../../internal/events?after=0',
    '/api/v1/tasks/..%2f..%2f..%2finternal%2fevents?after=0',
    '/api/v1/tasks/%2e%2e/%2e%2e/%2e%2e/internal/events?after=0',
    '/api/v1/tasks/..;/..;/internal/events?after=0',
    '/api/v1/tasks\\..\\..\\..\\internal\\events?after=0',
    '/files/..%2f..%2f..%2finternal%2fevents%3fafter=0%23',
    '/files/x%2f..%2f..%2f..%2f..%2finternal%2fevents',
    '/metrics',
    '/api/v1/up',
  ])
    for (const send of [anonymous, outsider.send]) {
      const { status, text } = await send('GET', path)
      expect([path, [303, 400, 401, 404, 422].includes(status), text.includes('producer')]).toEqual([
        path,
        true,
        false,
      ])
    }
})

test('nobody chooses the address under which their session is listed', async () => {
  const stranger = await signUp(system.publicUrl, 'Stranger', forgedHeaders())
  const { items } = await stranger.ask<typeof Sessions.static>('GET', '/api/v1/sessions')
  expect(items.map(({ address }) => address)).not.toContain('10.1.2.3')
  expect(items.map(({ address }) => /^(::1|(::ffff:)?127\.0\.0\.1)$/.test(address))).toEqual([true])
})

test('after all of this the owner finds everything as it was', async () => {
  expect(await ownersView()).toEqual(before as never)
})

test('the owner can do all of it', async () => {
  // So that every refusal above was one of a request that works.
  expect(await complaints(operations('owned', 'own'), owner.send, ({ status }) => status >= 300)).toEqual([])
})

// Pages -------------------------------------------------------------------------------------------------------------------------

type Route = { method: string; path: string; form?: URLSearchParams }

/** Sends to every route of the frontend that is about something of somebody's what would be for the owner, and gives those that `wrong` says something about. */
async function pageComplaints(send: Send, wrong: (answer: Answer) => boolean): Promise<string[]> {
  const { project, file, task } = world
  const found: string[] = []
  const asks: Record<string, string>[] = [{}, { 'hx-request': 'true', 'hx-target': 'main#main' }]
  for (const { method, path: route, form } of routes) {
    const path = route
      .replace(':key', project.key)
      .replace(':number', String(task.number))
      .replace(':id', file.id)
    for (const headers of asks) {
      const answer = await send(method, path, {
        ...(form && { body: form }),
        headers: { origin: system.publicUrl, ...headers },
      })
      if (wrong(answer)) found.push(`${method} ${path} answered ${answer.status} ${answer.text}`)
    }
  }
  return found
}

/** All routes below /projects/:key, with a form where one is posted, and those of a project or a file that are elsewhere. */
async function pageRoutes(): Promise<Route[]> {
  const deps = connectDeps(frontendConfig(system.env('frontend-service')))
  const { routes } = frontendService(deps)
  await deps.live.stop()
  deps.close()
  return [
    { method: 'GET', path: `/live?project=${world.project.id}` },
    { method: 'GET', path: '/files/:id' },
    ...routes
      .filter(({ path }) => path.startsWith('/projects/:key'))
      .map(({ method, path, hooks }) => ({
        method,
        path,
        ...(method === 'POST' && { form: formFor(hooks.body as unknown as Schema | undefined) }),
      })),
  ]
}

type Schema = {
  properties?: Record<string, Schema>
  anyOf?: Schema[]
  const?: string
  type?: string
  format?: string
}
/** A form that fits a schema. */
function formFor(schema: Schema | undefined): URLSearchParams {
  const value = (field: Schema): string =>
    field.anyOf
      ? value(field.anyOf[0]!)
      : (field.const ??
        (field.format === 'uuid' ? world.file.id : field.type === 'string' && !field.format ? 'Mutiny' : '1'))
  const fields = Object.entries(schema?.properties ?? {})
  return new URLSearchParams(fields.map(([name, field]) => [name, value(field)]))
}
