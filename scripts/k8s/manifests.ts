import { parseAllDocuments, stringify } from 'yaml'

/** A Kubernetes object. Its parts are read by path; kubeconform and the API server check their types. */
export type Manifest = {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  // biome-ignore lint/suspicious/noExplicitAny: a hundred types of Kubernetes for a handful of paths
  [part: string]: any
}

/** The objects of a YAML text, which may hold several documents. */
export const readManifests = (text: string): Manifest[] =>
  parseAllDocuments(text, yaml)
    .map(document => document.toJS())
    .filter(Boolean)

/** kubectl reads YAML 1.1, where a plain `off` is no text. */
const yaml = { version: '1.1' } as const

/** One YAML text of several objects, under a comment of its own. */
export const writeManifests = (comment: string, objects: Manifest[]): string =>
  `# ${comment}\n${objects.map(object => `---\n${stringify(inOrder(object), { ...yaml, lineWidth: 0, aliasDuplicateObjects: false })}`).join('')}`

/** What a reader looks for first. Everything else follows by the alphabet. */
const first = [
  'apiVersion kind metadata name namespace key image imagePullPolicy args replicas selector strategy template',
  'serviceAccountName automountServiceAccountToken initContainers containers envFrom env ports startupProbe',
  'livenessProbe readinessProbe resources securityContext volumeMounts volumes',
].flatMap(words => words.split(' '))
const place = (key: string) => (first.includes(key) ? first.indexOf(key) : first.length)

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  // Variables, labels and scripts keep the order that they were given.
  if (entries.every(([key]) => !first.includes(key))) return value
  return Object.fromEntries(
    entries
      .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
      .map(([key, part]) => [key, inOrder(part)]),
  )
}

/** The first object of a kind and name. Throws when there is none. */
export function find(objects: Manifest[], kind: string, name: string): Manifest {
  const found = objects.find(object => object.kind === kind && object.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name}.`)
  return found
}
