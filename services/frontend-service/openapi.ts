import type { BackendName } from '../kit/config.ts'
import { log } from '../kit/log.ts'
import { type Paths, schemas } from '../kit/openapi.ts'
import { open } from '../user-service/contract.ts'
import type { Foundation } from './app.ts'
import type { Clients } from './backends.ts'
import type { Schema } from './schema-words.ts'

export type Operation = {
  summary?: string
  description?: string
  operationId?: string
  tags?: string[]
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
  responses: Record<string, { description?: string; content?: Record<string, { schema: Schema }> }>
  security?: Record<string, string[]>[]
}
export type ApiDocument = {
  openapi: string
  info: Record<string, unknown>
  servers: { url: string }[]
  tags: { name: string }[]
  security: Record<string, string[]>[]
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>>
  /** The services that could not be asked: their part is missing for now. */
  'x-away': BackendName[]
}

const documentSeconds = 60
const partialDocumentSeconds = 3
const isOpen = new Set<string>(open)

/**
 * Joins what the backends say about themselves into the one OpenAPI 3.1 document of the public API. Kept for a minute; while a backend is away
 * its part is missing, is named in `x-away`, and is asked for again soon.
 */
export class Api {
  #document: Promise<ApiDocument> | undefined
  #until = 0

  constructor(
    private clients: Clients,
    private publicUrl: URL,
  ) {}

  document(): Promise<ApiDocument> {
    if (!this.#document || Date.now() > this.#until) {
      this.#until = Date.now() + documentSeconds * 1000
      this.#document = this.#join().then(document => {
        if (document['x-away'].length > 0) this.#until = Date.now() + partialDocumentSeconds * 1000
        return document
      })
    }
    return this.#document
  }

  async #join(): Promise<ApiDocument> {
    const away: BackendName[] = []
    const paths: ApiDocument['paths'] = {}
    const parts = await Promise.all(
      Object.entries(this.clients).map(async ([name, client]) => {
        try {
          const response = await client.fetch('/openapi.json', {}, { deadline: 2_000, tries: 2, whole: true })
          if (!response.ok) throw new Error(`${name} answered ${response.status}`)
          return ((await response.json()) as { paths: Paths }).paths
        } catch (error) {
          log.warn({ backend: name, error: (error as Error).message }, 'cannot read its part of the API')
          away.push(name as BackendName)
          return {}
        }
      }),
    )
    for (const [path, operations] of parts.flatMap(part => Object.entries(part))) {
      if (!path.startsWith('/api/v1/')) continue
      for (const [method, operation] of Object.entries(operations)) {
        const documented = operation as unknown as Operation
        // By its method and path as the service registered it.
        if (isOpen.has(`${method.toUpperCase()} ${path}`)) documented.security = []
        ;(paths[path] ??= {})[method] = documented
      }
    }
    const names = Object.values(paths).flatMap(operations =>
      Object.values(operations).flatMap(operation => operation.tags ?? []),
    )
    return {
      openapi: '3.1.1',
      info: {
        title: 'TaskMate',
        version: 'v1',
        license: { name: 'MIT', identifier: 'MIT' },
        description:
          'Everything that the pages of TaskMate do. Errors are problem details (RFC 9457) with a stable `code`. Updates need `If-Match` with the ETag that was read; creates take an `Idempotency-Key`; lists are paged by the cursor `next`.',
      },
      servers: [{ url: this.publicUrl.origin }],
      tags: [...new Set(names)].map(name => ({ name })),
      security: [{ session: [] }, { cookie: [] }],
      paths,
      components: {
        schemas,
        securitySchemes: {
          session: { type: 'http', scheme: 'bearer', description: 'The `session.token` of signing in.' },
          cookie: {
            type: 'apiKey',
            in: 'cookie',
            name: this.publicUrl.protocol === 'https:' ? '__Host-session' : 'session',
            description: 'The session of a signed-in browser, for pages of the same origin.',
          },
        },
      },
      'x-away': away,
    }
  }
}

/** `GET /openapi.json`: the public API, for programs. */
export const openapi = (app: Foundation, api: Api) =>
  app.get('/openapi.json', () => api.document(), { detail: { hide: true } })
