import { toOpenAPISchema } from '@elysiajs/openapi'
import type { AnyElysia } from 'elysia'
import { ProblemDetails } from './problem.ts'

type Operation = {
  requestBody?: { content: Record<string, unknown> }
  responses?: Record<string, unknown>
  [key: string]: unknown
}
export type Paths = Record<string, Record<string, Operation>>

const problem = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
}
export const schemas = { ProblemDetails: plain(ProblemDetails) }

/** The OpenAPI 3.1 paths of a service, read off its routes: what is documented is what is checked. */
export function paths(app: AnyElysia): Paths {
  const { paths } = toOpenAPISchema(app as never) as unknown as { paths: Paths }
  for (const route of app.routes) {
    const operation = paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]
    if (!operation) continue
    // The generator does not know that our own parser takes JSON.
    if (route.hooks.body)
      operation.requestBody = { content: { 'application/json': { schema: route.hooks.body } } }
    const answers = { ...operation.responses }
    // What answers something declares it. The generator would give the nothing of a 204 a content.
    if (answers['204'] || !Object.keys(answers).some(status => status.startsWith('2')))
      answers['204'] = { description: 'Done. There is nothing to send back.' }
    operation.responses = { ...answers, default: problem }
  }
  return plain(paths)
}

/** A copy as JSON. A number in a query is text or a number to TypeBox; to a reader it is a number. */
function plain<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, part) => {
      const options: Record<string, unknown>[] | undefined = part?.anyOf
      const number =
        options?.length === 2 &&
        options[0]?.type === 'string' &&
        options.find(option => option.type === 'integer' || option.type === 'number')
      return number || part
    }),
  )
}
