import { FormatRegistry } from '@sinclair/typebox'
import type { AnyElysia } from 'elysia'
import { ProblemDetails } from './problem.ts'

type Operation = {
  parameters?: { name: string; in: string; required?: boolean }[]
  requestBody?: { content: Record<string, unknown> }
  responses?: Record<string, unknown>
  [key: string]: unknown
}
/** Operations by path and method in lower case. */
export type Paths = Record<string, Record<string, Operation>>

const problem = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } } },
}
/** The schemas that the paths refer to, for `components` of the document. */
export const schemas = { ProblemDetails: plain(ProblemDetails) }

/** The OpenAPI 3.1 paths of a service, read off its routes: what is documented is what is checked. */
export async function paths(app: AnyElysia): Promise<Paths> {
  const toOpenAPISchema = await generator()
  const { paths } = toOpenAPISchema(app as never) as unknown as { paths: Paths }
  for (const route of app.routes) {
    const operation = paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]
    if (!operation) continue
    // The generator does not know that our own parser takes JSON.
    if (route.hooks.body)
      operation.requestBody = { content: { 'application/json': { schema: route.hooks.body } } }
    // Optional to the schema, so that its lack is 428 and not 422; to the caller it is not.
    for (const parameter of operation.parameters ?? [])
      if (parameter.in === 'header' && parameter.name === 'if-match') parameter.required = true
    const answers = { ...operation.responses }
    // What answers something declares it. The generator would give the nothing of a 204 a content.
    if (answers['204'] || !Object.keys(answers).some(status => status.startsWith('2')))
      answers['204'] = { description: 'Done. There is nothing to send back.' }
    operation.responses = { ...answers, default: problem }
  }
  return plain(paths)
}

/**
 * Loaded when a document is asked for, and without its side effect: it puts checks of its own in place of Elysia's for `uuid`, `email` and `date`, which build
 * a schema anew for every value. A list of 50 tasks took six times as long.
 */
async function generator() {
  const formats = [...FormatRegistry.Entries()]
  const { toOpenAPISchema } = await import('@elysiajs/openapi')
  for (const [name, check] of formats) FormatRegistry.Set(name, check)
  return toOpenAPISchema
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
