import type { Messages } from '../../views/messages/index.ts'

/** A JSON Schema (2020-12), as far as our contracts use it. */
export type Schema = {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  maxItems?: number
  description?: string
  [keyword: string]: unknown
}

type Words = Messages['apidocs']['words']

/** The shapes that a value may have: unions in unions as one list, and `null` last. */
function options(schema: Schema): Schema[] {
  const { anyOf, type } = schema
  const all = anyOf
    ? anyOf.flatMap(options)
    : Array.isArray(type)
      ? type.map(one => ({ ...schema, type: one }))
      : [schema]
  const isNull = (option: Schema) => option.type === 'null'
  // A query's `true` is text to HTTP and a boolean to the reader.
  const shown = all.filter(option => !isNull(option) && option.format !== 'boolean')
  return all.some(isNull) ? [...shown, { type: 'null' }] : shown
}

/** What a value may be, in words: `string (uuid) or null`, `integer, 1 to 200`, `low, medium, high`. */
export function valueWords(schema: Schema, words: Words): string {
  const all = options(schema)
  const constants = all.filter(option => 'const' in option).map(option => String(option.const))
  const others = all.filter(option => !('const' in option)).map(option => oneWords(option, words))
  return words.or([...(constants.length > 0 ? [words.oneOf(constants)] : []), ...others])
}

function oneWords(schema: Schema, words: Words): string {
  const { type, format, properties, patternProperties, items, minLength, maxLength, minimum, maximum } =
    schema
  if (schema.$ref) return schema.$ref.split('/').at(-1)!
  if (schema.enum) return words.oneOf(schema.enum.map(String))
  if (properties) return `{ ${Object.keys(properties).join(', ')} }`
  if (patternProperties) return words.mapOf(valueWords(Object.values(patternProperties)[0]!, words))
  if (type === 'array') {
    const list = words.listOf(items?.properties ? '{ … }' : items ? valueWords(items, words) : words.anything)
    return schema.maxItems === undefined ? list : `${list}, ${words.items(schema.maxItems)}`
  }
  if (type === undefined) return schema.description ?? words.anything
  const name = format ? `${type} (${format})` : String(type)
  if (type === 'string' && !format && (minLength !== undefined || maxLength !== undefined))
    return `${name}, ${words.characters(minLength, maxLength)}`
  if (minimum !== undefined || maximum !== undefined) return `${name}, ${words.range(minimum, maximum)}`
  return name
}

export type FieldRow = { name: string; required: boolean; value: string }

/** The fields of an object, and of the objects in it, by their path: `items[].due.zone`. */
export function fieldRows(schema: Schema, words: Words, path = ''): FieldRow[] {
  return options(schema).flatMap(option => {
    if (option.type === 'array' && option.items) return fieldRows(option.items, words, `${path}[]`)
    return Object.entries(option.properties ?? {}).flatMap(([key, value]) => {
      const name = path ? `${path}.${key}` : key
      const row = {
        name,
        required: option.required?.includes(key) ?? false,
        value: valueWords(value, words),
      }
      return [row, ...fieldRows(value, words, name)]
    })
  })
}

const samples: Record<string, unknown> = {
  uuid: '01990000-0000-7000-8000-000000000000',
  email: 'mina@example.com',
  date: '2026-12-31',
  'date-time': '2026-12-31T09:00:00Z',
}

/** A body that fits: what is required or, where nothing is, the first field. `name` is what a text without a form of its own says. */
export function sample(schema: Schema, name = ''): unknown {
  const [first = {}] = options(schema)
  if ('const' in first) return first.const
  if (first.enum) return first.enum[0]
  if (first.properties) {
    const keys = first.required?.length ? first.required : Object.keys(first.properties).slice(0, 1)
    return Object.fromEntries(keys.map(key => [key, sample(first.properties![key]!, key)]))
  }
  if (first.type === 'array') return first.items ? [sample(first.items, name)] : []
  if (first.type === 'integer' || first.type === 'number') return first.minimum ?? 1
  if (first.type === 'boolean') return true
  if (first.type === 'string') return samples[first.format ?? ''] ?? name
  return {}
}
