import type { File } from '../services/file-service/contract.ts'
import type { Project, Task } from '../services/task-service/contract.ts'
import type { SignedIn } from '../services/user-service/contract.ts'

/** People who work with a TaskMate all the time, through every service. */
export type Load = {
  /** Whether a request that the other side did not answer may be sent again, once: with the same key where it creates something. */
  mayRetry: boolean
  /** What happened since it was last asked. A failure is a request without an answer, or with one that says 5xx or refuses it. */
  take(): { requests: number; retries: number; failures: string[] }
  /** Ends it. Gives the tasks and files whose creation was answered and that are not there, or there twice. */
  stop(): Promise<{ missing: string[]; twice: string[] }>
}

const people = 4
/** Milliseconds between the requests of one person: under the limit of requests, and enough to have some in flight at any time. */
const pace = 120

/** Signs somebody up, makes a project, and keeps several sessions busy in it until `stop`. */
export async function startLoad(publicUrl: string): Promise<Load> {
  const account = {
    email: `load.${crypto.randomUUID().slice(0, 8)}@example.com`,
    password: 'a quiet lake at dawn',
  }
  let seen = { requests: 0, retries: 0, failures: [] as string[] }
  const answered: string[] = []
  let going = true

  const send = (method: string, path: string, { token, body, key }: Asked) =>
    fetch(`${publicUrl}/api/v1${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && {
          'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json',
        }),
        ...(key && { 'idempotency-key': key }),
      },
      ...(body && {
        body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(20_000),
    })
  const must = async <T>(...request: Parameters<typeof send>) => {
    const answer = await send(...request)
    if (!answer.ok) throw new Error(`${request[0]} ${request[1]}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  await must('POST', '/auth/sign-up', { body: { ...account, name: 'Load' } })
  const tokens = await Promise.all(
    Array.from({ length: people }, async () => {
      const { session } = await must<SignedIn>('POST', '/auth/sign-in', { body: account })
      return session.token
    }),
  )
  const project = await must<Project>('POST', '/projects', { token: tokens[0], body: { name: 'Load' } })
  const tasks = `/projects/${project.id}/tasks`

  const load: Load = {
    mayRetry: false,
    take() {
      const taken = seen
      seen = { requests: 0, retries: 0, failures: [] }
      return taken
    },
    async stop() {
      going = false
      await Promise.all(working)
      const all = async <T>(list: string): Promise<T[]> => {
        const items: T[] = []
        let after: string | null = ''
        while (after !== null) {
          const page: { items: T[]; next: string | null } = await must(
            'GET',
            `${list}limit=200${after && `&after=${after}`}`,
            { token: tokens[0] },
          )
          items.push(...page.items)
          after = page.next
        }
        return items
      }
      const found = [
        ...(await all<Task>(`${tasks}?`)).map(({ title }) => title),
        ...(await all<File>(`${files}&`)).map(({ name }) => name),
      ]
      const there = new Set(found)
      return {
        missing: answered.filter(name => !there.has(name)),
        twice: found.filter((name, index) => found.indexOf(name) !== index),
      }
    },
  }

  /** One request of the load; answers whether it was answered well. */
  async function ask(...[method, path, asked]: Parameters<typeof send>): Promise<boolean> {
    seen.requests++
    for (let attempt = 1; ; attempt++) {
      const answer = await send(method, path, asked).then(
        async response =>
          response.ok ? (await response.arrayBuffer(), 'ok') : `${response.status} ${await response.text()}`,
        error => String(error),
      )
      if (answer === 'ok') return true
      if (load.mayRetry && attempt === 1) {
        seen.retries++
        continue
      }
      seen.failures.push(`${new Date().toISOString()} ${method} ${path}: ${answer.slice(0, 200)}`)
      return false
    }
  }

  const task = await must<Task>('POST', tasks, { token: tokens[0], body: { title: 'Keep the files' } })
  const files = `/files?taskId=${task.id}`
  /** What each of them does in turn, called by a name that no other turn has. */
  const turns = [
    async (token: string, name: string) => {
      if (await ask('POST', tasks, { token, body: { title: name }, key: name })) answered.push(name)
    },
    (token: string) => ask('GET', `${tasks}?limit=20`, { token }),
    async (token: string, name: string) => {
      const upload = `${files}&name=${encodeURIComponent(name)}`
      if (await ask('POST', upload, { token, body: new Uint8Array(20_000), key: name })) answered.push(name)
    },
    (token: string) => ask('GET', `/analytics/projects/${project.id}/dashboard`, { token }),
    (token: string) => ask('GET', '/me', { token }),
  ]
  const working = tokens.map(async (token, person) => {
    for (let turn = 0; going; turn++) {
      await turns[turn % turns.length]!(token, `${person}-${turn}-${account.email}`)
      await Bun.sleep(pace)
    }
  })
  return load
}

type Asked = { token?: string; body?: object; key?: string }
