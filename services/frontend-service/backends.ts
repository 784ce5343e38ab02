import type { Dashboard, DashboardQuery } from '../analytics-service/contract.ts'
import type {
  File,
  FileCategory,
  FileChange,
  FilePage,
  FileQuery,
  NewFileCategory,
  UploadQuery,
} from '../file-service/contract.ts'
import { answered, type Caller, type CallOptions, callerHeaders, Client } from '../kit/client.ts'
import type { BackendName, Config } from '../kit/config.ts'
import { log } from '../kit/log.ts'
import type { Role } from '../kit/schema.ts'
import type {
  AccessAnswer,
  Board,
  ChangePage,
  Color,
  Comment,
  CommentPage,
  ImportReport,
  Label,
  Link,
  Member,
  Move,
  MyTasks,
  NewLabel,
  NewLink,
  NewMember,
  NewProject,
  NewStatus,
  NewTask,
  Project,
  ProjectChange,
  ProjectSummary,
  Status,
  StatusChange,
  Task,
  TaskChange,
  TaskPage,
  TaskQuery,
} from '../task-service/contract.ts'
import type {
  PasswordChange,
  ProfileChange,
  PublicUser,
  Session,
  SignedIn,
  SignIn,
  SignUp,
  User,
  Verified,
} from '../user-service/contract.ts'

type Paging = { limit?: number; after?: string }

export type Clients = Record<BackendName, Client>

/** One client, with its circuit breaker, for each backend. */
export const clientsOf = (urls: Config['urls']): Clients => ({
  'user-service': new Client(urls['user-service']),
  'task-service': new Client(urls['task-service']),
  'analytics-service': new Client(urls['analytics-service']),
  'file-service': new Client(urls['file-service']),
})

/**
 * Every call that a page makes to a backend, with the types of its contract. All of them throw what `Client` throws: the backend's own
 * problem, or 503 when it is away.
 */
export const backendsOn = (clients: Clients) => ({
  users: users(clients['user-service']),
  tasks: tasks(clients['task-service']),
  analytics: analytics(clients['analytics-service']),
  files: files(clients['file-service']),
})
export type Backends = ReturnType<typeof backendsOn>

/** The browser that signs in: its session is listed by this name. */
const seenAs = (userAgent: string) => ({ headers: { 'user-agent': userAgent } })

function users(client: Client) {
  const names = new Names(client)
  return {
    signUp: (caller: Caller, body: SignUp, userAgent: string) =>
      client.post<SignedIn>('/api/v1/auth/sign-up', caller, { body, ...seenAs(userAgent) }),
    signIn: (caller: Caller, body: SignIn, userAgent: string) =>
      client.post<SignedIn>('/api/v1/auth/sign-in', caller, { body, ...seenAs(userAgent) }),
    /** Who a session token belongs to; `caller.token` is that token. */
    verify: (caller: Caller) => client.get<Verified>('/api/v1/auth/verify', caller),
    me: (caller: Caller) => client.get<User>('/api/v1/me', caller),
    changeMe: (caller: Caller, version: number, body: ProfileChange) =>
      client.patch<User>('/api/v1/me', caller, { version, body }),
    changePassword: (caller: Caller, body: PasswordChange) =>
      client.post<void>('/api/v1/me/password', caller, { body }),
    sessions: (caller: Caller) => client.get<{ items: Session[] }>('/api/v1/sessions', caller),
    endSession: (caller: Caller, id: string) => client.delete(`/api/v1/sessions/${id}`, caller),
    endOtherSessions: (caller: Caller) =>
      client.post<{ revoked: number }>('/api/v1/sessions/revoke-others', caller),
    /** The person with exactly this email, if there is one. */
    byEmail: async (caller: Caller, email: string): Promise<PublicUser | null> => {
      const { items } = await client.get<{ items: PublicUser[] }>('/api/v1/users', caller, {
        query: { email },
      })
      return items[0] ?? null
    },
    /**
     * The names of people by id. Never fails: while user-service is away it gives the names that it knows, and leaves out the others as it
     * does with ids of nobody.
     */
    names: (caller: Caller, ids: Iterable<string>) => names.of(caller, ids),
  }
}

function tasks(client: Client) {
  const project = (key: string) => `/api/v1/projects/${encodeURIComponent(key)}`
  const task = (id: string) => `/api/v1/tasks/${id}`
  return {
    projects: (caller: Caller, options?: Pick<CallOptions, 'deadline'>) =>
      client.get<{ items: ProjectSummary[] }>('/api/v1/projects', caller, options),
    /** `key` of a project is its key or its id, here and below. */
    project: (caller: Caller, key: string) => client.get<Project>(project(key), caller),
    createProject: (caller: Caller, body: NewProject) =>
      client.post<Project>('/api/v1/projects', caller, { body }),
    changeProject: (caller: Caller, key: string, version: number, body: ProjectChange) =>
      client.patch<Project>(project(key), caller, { version, body }),
    deleteProject: (caller: Caller, key: string, version: number) =>
      client.delete(project(key), caller, { version }),
    access: (caller: Caller, key: string) => client.get<AccessAnswer>(`${project(key)}/access`, caller),

    addMember: (caller: Caller, key: string, body: NewMember) =>
      client.post<Member>(`${project(key)}/members`, caller, { body }),
    changeMember: (caller: Caller, key: string, userId: string, version: number, role: Role) =>
      client.patch<Member>(`${project(key)}/members/${userId}`, caller, { version, body: { role } }),
    removeMember: (caller: Caller, key: string, userId: string, version: number) =>
      client.delete(`${project(key)}/members/${userId}`, caller, { version }),
    addStatus: (caller: Caller, key: string, body: NewStatus) =>
      client.post<Status>(`${project(key)}/statuses`, caller, { body }),
    changeStatus: (caller: Caller, key: string, id: string, version: number, body: StatusChange) =>
      client.patch<Status>(`${project(key)}/statuses/${id}`, caller, { version, body }),
    deleteStatus: (caller: Caller, key: string, id: string, version: number) =>
      client.delete(`${project(key)}/statuses/${id}`, caller, { version }),
    addLabel: (caller: Caller, key: string, body: NewLabel) =>
      client.post<Label>(`${project(key)}/labels`, caller, { body }),
    changeLabel: (
      caller: Caller,
      key: string,
      id: string,
      version: number,
      body: { name?: string; color?: Color },
    ) => client.patch<Label>(`${project(key)}/labels/${id}`, caller, { version, body }),
    deleteLabel: (caller: Caller, key: string, id: string, version: number) =>
      client.delete(`${project(key)}/labels/${id}`, caller, { version }),

    board: (caller: Caller, key: string, query: { limit?: number } = {}) =>
      client.get<Board>(`${project(key)}/board`, caller, { query }),
    list: (caller: Caller, key: string, query: TaskQuery = {}) =>
      client.get<TaskPage>(`${project(key)}/tasks`, caller, { query }),
    mine: (caller: Caller, query: Paging = {}) => client.get<MyTasks>('/api/v1/my/tasks', caller, { query }),
    task: (caller: Caller, id: string) => client.get<Task>(task(id), caller),
    taskByNumber: (caller: Caller, key: string, number: number) =>
      client.get<Task>(`${project(key)}/tasks/${number}`, caller),
    createTask: (caller: Caller, key: string, body: NewTask, idempotencyKey?: string) =>
      client.post<Task>(`${project(key)}/tasks`, caller, { body, idempotencyKey }),
    changeTask: (caller: Caller, id: string, version: number, body: TaskChange) =>
      client.patch<Task>(task(id), caller, { version, body }),
    moveTask: (caller: Caller, id: string, version: number, body: Move) =>
      client.post<Task>(`${task(id)}/move`, caller, { version, body }),
    deleteTask: (caller: Caller, id: string, version: number) => client.delete(task(id), caller, { version }),
    restoreTask: (caller: Caller, id: string) => client.post<Task>(`${task(id)}/restore`, caller),
    addLink: (caller: Caller, id: string, body: NewLink) =>
      client.post<Link>(`${task(id)}/links`, caller, { body }),
    deleteLink: (caller: Caller, id: string, linkId: string) =>
      client.delete(`${task(id)}/links/${linkId}`, caller),
    comments: (caller: Caller, id: string, query: Paging = {}) =>
      client.get<CommentPage>(`${task(id)}/comments`, caller, { query }),
    addComment: (caller: Caller, id: string, body: string, idempotencyKey?: string) =>
      client.post<Comment>(`${task(id)}/comments`, caller, { body: { body }, idempotencyKey }),
    changeComment: (caller: Caller, id: string, version: number, body: string) =>
      client.patch<Comment>(`/api/v1/comments/${id}`, caller, { version, body: { body } }),
    deleteComment: (caller: Caller, id: string, version: number) =>
      client.delete(`/api/v1/comments/${id}`, caller, { version }),
    history: (caller: Caller, id: string, query: Paging = {}) =>
      client.get<ChangePage>(`${task(id)}/history`, caller, { query }),
    /** Imports a Trello export, given as the bytes of the file, or with `dryRun` only says what it would do. */
    importTrello: async (
      caller: Caller,
      file: Uint8Array<ArrayBuffer>,
      { dryRun }: { dryRun: boolean },
    ): Promise<ImportReport> => {
      const headers = callerHeaders(caller)
      headers.set('content-type', 'application/json')
      const path = `/api/v1/imports/trello${dryRun ? '?dryRun=true' : ''}`
      const init = { method: 'POST', headers, body: file }
      return answered(await client.fetch(path, init, { deadline: 60_000, whole: true }))
    },
  }
}

const analytics = (client: Client) => ({
  dashboard: (caller: Caller, projectId: string, query: DashboardQuery = {}) =>
    client.get<Dashboard>(`/api/v1/analytics/projects/${projectId}/dashboard`, caller, { query }),
})

/** How long an upload may take until file-service answers. Whoever gives up before ends it. */
export const uploadDeadline = 60 * 60 * 1000

const files = (client: Client) => ({
  list: (caller: Caller, query: FileQuery) => client.get<FilePage>('/api/v1/files', caller, { query }),
  file: (caller: Caller, id: string) => client.get<File>(`/api/v1/files/${id}`, caller),
  changeFile: (caller: Caller, id: string, version: number, body: FileChange) =>
    client.patch<File>(`/api/v1/files/${id}`, caller, { version, body }),
  deleteFile: (caller: Caller, id: string, version: number) =>
    client.delete(`/api/v1/files/${id}`, caller, { version }),
  categories: (caller: Caller, projectId: string) =>
    client.get<{ items: FileCategory[] }>('/api/v1/file-categories', caller, { query: { projectId } }),
  addCategory: (caller: Caller, body: NewFileCategory) =>
    client.post<FileCategory>('/api/v1/file-categories', caller, { body }),
  renameCategory: (caller: Caller, id: string, version: number, name: string) =>
    client.patch<FileCategory>(`/api/v1/file-categories/${id}`, caller, { version, body: { name } }),
  deleteCategory: (caller: Caller, id: string, version: number) =>
    client.delete(`/api/v1/file-categories/${id}`, caller, { version }),
  /** Streams the bytes of a file to its store, never holding them. Ending `signal` breaks it off and leaves nothing. */
  upload: async (
    caller: Caller,
    query: UploadQuery,
    bytes: ReadableStream<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<File> => {
    const headers = callerHeaders(caller)
    headers.set('content-type', 'application/octet-stream')
    const init = { method: 'POST', headers, body: bytes, duplex: 'half', ...(signal && { signal }) }
    const search = new URLSearchParams(Object.entries(query))
    return answered(
      await client.fetch(`/api/v1/files?${search}`, init as RequestInit, { deadline: uploadDeadline }),
    )
  },
})

const nameSeconds = 60
const namesAtMost = 20_000
const idsInOneCall = 200

/** Names of people, asked of user-service and kept for a minute: every page shows some. */
class Names {
  #known = new Map<string, { name: string | null; until: number }>()

  constructor(private client: Client) {}

  async of(caller: Caller, ids: Iterable<string>): Promise<Map<string, string>> {
    const wanted = [...new Set(ids)]
    const now = Date.now()
    const missing = wanted.filter(id => (this.#known.get(id)?.until ?? 0) <= now)
    const calls: Promise<void>[] = []
    for (let start = 0; start < missing.length; start += idsInOneCall)
      calls.push(this.#ask(caller, missing.slice(start, start + idsInOneCall)))
    await Promise.all(calls)
    const names = new Map<string, string>()
    for (const id of wanted) {
      const name = this.#known.get(id)?.name
      if (name != null) names.set(id, name)
    }
    return names
  }

  async #ask(caller: Caller, ids: string[]) {
    try {
      const { items } = await this.client.get<{ items: PublicUser[] }>('/api/v1/users', caller, {
        query: { ids: ids.join(',') },
        deadline: 1_000,
      })
      const names = new Map(items.map(user => [user.id, user.name]))
      const until = Date.now() + nameSeconds * 1000
      if (this.#known.size > namesAtMost) this.#known.clear()
      // Nobody's ids are remembered too: a project with people from an import would ask for them with every page.
      for (const id of ids) this.#known.set(id, { name: names.get(id) ?? null, until })
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'cannot get the names of people')
    }
  }
}
