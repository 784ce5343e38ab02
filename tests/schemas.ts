import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../scripts/k8s/manifests.ts'

// biome-ignore lint/suspicious/noExplicitAny: JSON schemas of many shapes
type Schema = any

/**
 * Writes a strict JSON schema for each kind that a cluster knows (its /openapi/v2) or a definition (CRD) brings, into a folder and under
 * names that kubeconform looks for as `{{.ResourceKind}}-{{.ResourceAPIVersion}}.json`.
 */
export function writeSchemas(
  folder: string,
  openapi: { definitions: Record<string, Schema> },
  crds: Manifest[],
) {
  mkdirSync(folder, { recursive: true })
  const put = (kind: string, version: string, schema: Schema) =>
    writeFileSync(join(folder, `${kind.toLowerCase()}-${version}.json`), JSON.stringify(schema))
  const definitions = Object.fromEntries(
    Object.entries(openapi.definitions).map(([name, schema]) => [name, strict(schema)]),
  )
  for (const [name, schema] of Object.entries(definitions)) {
    const kinds: { kind: string; version: string }[] = schema['x-kubernetes-group-version-kind'] ?? []
    if (kinds.length !== 1) continue
    const { kind, version } = kinds[0]!
    put(kind, version, { $ref: `#/definitions/${name}`, definitions: reachable(definitions, name) })
  }
  for (const { spec } of crds)
    for (const { name, schema } of spec.versions) {
      const { properties, ...rest } = strict(schema.openAPIV3Schema)
      put(spec.names.kind, name, { ...rest, properties: { ...properties, metadata: { type: 'object' } } })
    }
}

/** No fields but those that are known; numbers where text or a number may be. */
function strict(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string')
    return { type: ['string', 'integer'] }
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]))
  const open = schema.additionalProperties || schema['x-kubernetes-preserve-unknown-fields']
  return schema.properties &&
    typeof schema.properties === 'object' &&
    !schema.properties.type?.length &&
    !open
    ? { ...inner, additionalProperties: false }
    : inner
}

function reachable(definitions: Record<string, Schema>, name: string, found: Record<string, Schema> = {}) {
  if (found[name]) return found
  found[name] = definitions[name]
  for (const [, next] of JSON.stringify(definitions[name]).matchAll(/"#\/definitions\/([^"]+)"/g))
    reachable(definitions, next!, found)
  return found
}
