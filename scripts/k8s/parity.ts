import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../home.ts'
import { type Compose, type ComposeService, migrates, readCompose, seconds } from './compose.ts'
import { arrows, clusterSettings, curations, host, sharedSettings } from './curations.ts'
import { type Manifest, readManifests } from './manifests.ts'

export const fields = [
  'image',
  'command',
  'environment',
  'secret',
  'port',
  'health',
  'limit',
  'volume',
  'user',
  'replica',
  'stop',
  'network',
  'order',
] as const
type Field = (typeof fields)[number]
/** What one side says of a service: for each field its parts by name, such as `environment` → `LOG_LEVEL` → `info`. */
type Facts = Record<Field, Record<string, string>>
type Side = Record<string, Facts>

/** A part of a field whose two sides differ; undefined where a side does not have it. */
export type Disagreement = {
  service: string
  field: Field
  part: string
  compose: string | undefined
  kubernetes: string | undefined
}

/** A disagreement that is meant, with both its values, and its reason. */
type Difference = { why: string; covers(found: Disagreement, compose: Compose): boolean }

const differences: Difference[] = [
  ...Object.entries(clusterSettings).map(([variable, { instead, value, why }]) => ({
    why,
    covers: ({ field, part, compose, kubernetes }: Disagreement) =>
      field === 'environment' && part === variable && compose === instead && kubernetes === value,
  })),
  {
    why: 'taskmate-config goes to every service as a whole; one that does not read a variable is not changed by it.',
    covers: ({ field, part, compose, kubernetes }, file) =>
      field === 'environment' && compose === undefined && kubernetes === sharedSettings(file)[part],
  },
  {
    why: 'People come in by the Ingress; Compose opens a port of this machine to this machine alone.',
    covers: ({ field, part, compose, kubernetes }) =>
      field === 'port' &&
      part === 'door' &&
      compose === '127.0.0.1:3100 to 3100' &&
      kubernetes === `Ingress ${host} to http`,
  },
  {
    why: 'A probe cannot ask more often than once a second.',
    covers: ({ field, part, compose, kubernetes }) =>
      field === 'health' &&
      part === 'while it starts' &&
      compose === 'every 0.3 s' &&
      kubernetes === 'every 1 s',
  },
  {
    why: 'Compose restarts nothing that is unhealthy; a cluster asks the process alone before it does.',
    covers: ({ field, part, compose }) => field === 'health' && part === 'alive' && compose === undefined,
  },
  {
    why: 'How many processes a pod may have is a setting of the kubelet (podPidsLimit), not of the pod.',
    covers: ({ field, part, kubernetes }) =>
      field === 'limit' && part === 'processes' && kubernetes === undefined,
  },
  {
    why: 'Docker has no bound for what a container writes into its logs together with its own files; here nothing but logs can be written, and those are bounded by their driver.',
    covers: ({ field, part, compose, kubernetes }) =>
      field === 'limit' && part === 'disk' && compose === undefined && kubernetes === '256Mi',
  },
  {
    why: 'Without requests of its own an init container would ask for its limits, and the pod with it.',
    covers: ({ service, field, part, compose }) =>
      field === 'limit' && part.startsWith('asks') && !!migrates(service) && compose === undefined,
  },
  {
    why: 'Each pod runs the migrations before its service; a lock makes them wait for each other, and what was applied is not applied again.',
    covers: ({ service, field, compose, kubernetes }) =>
      field === 'replica' && !!migrates(service) && compose === '1' && kubernetes === 'each pod',
  },
  {
    why: 'Containers of a pod share its network, so the migration has the arrows of its service.',
    covers: ({ service, field, compose }) =>
      field === 'network' && !!migrates(service) && compose === undefined,
  },
  {
    why: 'A network of Compose joins all that are in it; policies open only the arrows of the architecture, in their direction.',
    covers: ({ service, field, part, kubernetes }) =>
      field === 'network' &&
      kubernetes === undefined &&
      !arrows[migrates(service) ?? service]?.includes(part),
  },
  {
    why: 'A cluster starts pods in any order: migrations wait for PostgreSQL, and services answer without Redis until it is there.',
    covers: ({ field, part, compose, kubernetes }) =>
      field === 'order' &&
      (part === 'postgres' || part === 'redis') &&
      compose === 'service_healthy' &&
      kubernetes === undefined,
  },
]

/** What is wrong between a compose.yaml and the files of k8s/: one line each, naming file, field and both values; empty when all is well. */
export function parityProblems(composeText: string, files: Map<string, string>): string[] {
  const compose = readCompose(composeText)
  const objects = [...files.values()].flatMap(readManifests)
  const problems = disagreements(compose, objects)
    .filter(found => !reasonOf(found, compose))
    .map(({ service, field, part, compose, kubernetes }) => {
      const path = pathOf(files, migrates(service) ?? service)
      return `${service}: ${field} ${part}: compose.yaml has ${say(compose)}, ${path} has ${say(kubernetes)}.`
    })
  const found = disagreements(compose, objects)
  for (const difference of differences)
    if (!found.some(one => difference.covers(one, compose)))
      problems.push(`scripts/k8s/parity.ts excuses a difference that there is no more: ${difference.why}`)
  return problems
}

const say = (value: string | undefined) => (value === undefined ? 'none' : JSON.stringify(value))

function pathOf(files: Map<string, string>, service: string) {
  for (const [path, text] of files)
    if (readManifests(text).some(({ kind, metadata }) => kind === 'Deployment' && metadata.name === service))
      return path
  return 'k8s/'
}

const reasonOf = (found: Disagreement, compose: Compose) =>
  differences.find(difference => difference.covers(found, compose))

/** Every part of every field whose two sides differ, meant or not. */
function disagreements(compose: Compose, objects: Manifest[]): Disagreement[] {
  const sides = { compose: composeSide(compose), kubernetes: clusterSide(objects) }
  const services = new Set([...Object.keys(sides.compose), ...Object.keys(sides.kubernetes)])
  const found: Disagreement[] = []
  for (const service of services)
    for (const field of fields) {
      const ours = sides.compose[service]?.[field] ?? {}
      const theirs = sides.kubernetes[service]?.[field] ?? {}
      for (const part of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
        if (ours[part] !== theirs[part])
          found.push({ service, field, part, compose: ours[part], kubernetes: theirs[part] })
    }
  return found
}

// --- What compose.yaml says ---

function composeSide(compose: Compose): Side {
  return Object.fromEntries(
    Object.entries(compose.services).map(([name, service]) => [name, composeFacts(name, service, compose)]),
  )
}

function composeFacts(name: string, service: ComposeService, compose: Compose): Facts {
  const { limits, reservations } = service.deploy.resources
  const health = service.healthcheck
  return {
    image: { name: service.image },
    command: defined({ words: service.command && JSON.stringify(service.command) }),
    environment: service.environment ?? {},
    secret: Object.fromEntries(
      (service.secrets ?? []).map(({ source, target }) => [`/run/secrets/${target}`, source]),
    ),
    port: {
      ...Object.fromEntries((service.expose ?? []).map(port => [port, 'inside'])),
      ...Object.fromEntries(
        (service.ports ?? []).map(port => ['door', `${port.host_ip}:${port.published} to ${port.target}`]),
      ),
    },
    health: health
      ? {
          ready: question(health.test.slice(1)),
          times: times(seconds(health.interval), seconds(health.timeout), health.retries),
          'while it starts': `every ${seconds(health.start_interval)} s`,
          'time to start': `${seconds(health.start_period)} s`,
        }
      : {},
    limit: defined({
      processor: cores(limits.cpus),
      memory: bytes(limits.memory),
      processes: String(limits.pids),
      'asks processor': reservations && cores(reservations.cpus),
      'asks memory': reservations && bytes(reservations.memory),
    }),
    volume: Object.fromEntries([
      ...(service.volumes ?? [])
        .map(volume => volume.split(':').reverse())
        .map(([at, of]) => [at, `volume ${of}`]),
      ...(service.tmpfs ?? []).map(at => [at, 'memory']),
      ...(service.configs ?? []).map(({ source, target }) => [
        target,
        config(source, readFileSync(join(root, compose.configs![source]!.file), 'utf8')),
      ]),
    ]),
    user: {
      is: service.user,
      'root filesystem': service.read_only ? 'read-only' : 'writable',
      capabilities: `without ${(service.cap_drop ?? []).join(', ')}`,
      privileges: service.security_opt?.includes('no-new-privileges:true') ? 'no new' : 'may gain',
    },
    replica: { copies: String(service.deploy.replicas ?? 1) },
    stop: defined({ patience: service.stop_grace_period && `${seconds(service.stop_grace_period)} s` }),
    network: Object.fromEntries(
      Object.entries(compose.services)
        .filter(([other, { expose, networks }]) => other !== name && expose && networks.some(shared))
        .map(([other]) => [other, 'can call']),
    ),
    order: Object.fromEntries(
      Object.entries(service.depends_on ?? {}).map(([other, { condition }]) => [other, condition]),
    ),
  }
  function shared(network: string) {
    return service.networks.includes(network)
  }
}

// --- What the manifests say ---

function clusterSide(objects: Manifest[]): Side {
  const side: Side = {}
  for (const deployment of objects)
    if (deployment.kind === 'Deployment') {
      const { name } = deployment.metadata
      const pod = deployment.spec.template.spec
      side[name] = clusterFacts(name, pod.containers[0], deployment, objects)
      for (const step of pod.initContainers ?? [])
        side[`${name}-migrate`] = {
          ...clusterFacts(name, step, deployment, objects),
          port: {},
          replica: { copies: 'each pod' },
          stop: {},
          order: {},
        }
    }
  return side
}

// biome-ignore lint/suspicious/noExplicitAny: see Manifest
function clusterFacts(name: string, container: any, deployment: Manifest, objects: Manifest[]): Facts {
  const pod = deployment.spec.template.spec
  const kinds = (kind: string) => objects.filter(object => object.kind === kind)
  const named = (kind: string, wanted: string) => kinds(kind).find(({ metadata }) => metadata.name === wanted)
  const service = kinds('Service').find(({ spec }) => spec.selector.app === name)
  const ingress = kinds('Ingress')
    .flatMap(({ spec }) => spec.rules)
    .map(rule => ({ host: rule.host, service: rule.http.paths[0].backend.service }))
    .find(way => way.service.name === name)
  const { readinessProbe: ready, livenessProbe: live, startupProbe: start, resources } = container
  const mounts = (container.volumeMounts ?? []).map((mount: { name: string; mountPath: string }) => ({
    at: mount.mountPath,
    volume: pod.volumes.find((volume: { name: string }) => volume.name === mount.name) ?? {},
  }))
  const { runAsUser, runAsGroup } = pod.securityContext ?? {}
  const security = container.securityContext ?? {}
  return {
    image: { name: container.image },
    command: defined({ words: container.args && JSON.stringify(container.args) }),
    environment: {
      ...Object.assign(
        {},
        ...(container.envFrom ?? []).map(
          (from: { configMapRef: { name: string } }) => named('ConfigMap', from.configMapRef.name)?.data,
        ),
      ),
      ...Object.fromEntries(
        (container.env ?? []).map((variable: { name: string; value: string }) => [
          variable.name,
          variable.value,
        ]),
      ),
    },
    secret: Object.fromEntries(
      mounts.flatMap(({ at, volume }: { at: string; volume: Manifest[string] }) =>
        (volume.secret?.items ?? []).map((item: { key: string; path: string }) => [
          `${at}/${item.path}`,
          item.key,
        ]),
      ),
    ),
    port: defined({
      ...Object.fromEntries(
        (service?.spec.ports ?? [])
          .filter(({ port, targetPort }: { port: number; targetPort: number }) =>
            container.ports?.some(
              (own: { containerPort: number }) => own.containerPort === targetPort && port === targetPort,
            ),
          )
          .map(({ port }: { port: number }) => [port, 'inside']),
      ),
      door: ingress && `Ingress ${ingress.host} to ${ingress.service.port.name}`,
    }),
    health: ready
      ? defined({
          ready: ready.httpGet
            ? `GET :${ready.httpGet.port}${ready.httpGet.path}`
            : question(ready.exec.command),
          times: times(ready.periodSeconds, ready.timeoutSeconds, ready.failureThreshold),
          'while it starts': start && `every ${start.periodSeconds} s`,
          'time to start': start && `${start.periodSeconds * start.failureThreshold} s`,
          alive:
            live &&
            (live.httpGet ? `GET :${live.httpGet.port}${live.httpGet.path}` : `port ${live.tcpSocket.port}`),
        })
      : {},
    limit: defined({
      processor: resources.limits?.cpu && cores(resources.limits.cpu),
      memory: resources.limits?.memory && bytes(resources.limits.memory),
      disk: resources.limits?.['ephemeral-storage'],
      'asks processor': resources.requests?.cpu && cores(resources.requests.cpu),
      'asks memory': resources.requests?.memory && bytes(resources.requests.memory),
    }),
    volume: defined(
      Object.fromEntries(
        mounts.map(({ at, volume }: { at: string; volume: Manifest[string] }) => [at, kept(volume, named)]),
      ),
    ),
    user: {
      is: `${runAsUser}:${runAsGroup}`,
      'root filesystem': security.readOnlyRootFilesystem ? 'read-only' : 'writable',
      capabilities: `without ${(security.capabilities?.drop ?? []).join(', ')}`,
      privileges: security.allowPrivilegeEscalation === false ? 'no new' : 'may gain',
    },
    replica: { copies: String(deployment.spec.replicas ?? 1) },
    stop: defined({
      patience: pod.terminationGracePeriodSeconds && `${pod.terminationGracePeriodSeconds} s`,
    }),
    network: Object.fromEntries(openArrows(name, objects).map(other => [other, 'can call'])),
    order: Object.fromEntries(
      (pod.initContainers ?? []).map(() => [`${name}-migrate`, 'service_completed_successfully']),
    ),
  }
}

/** What a mounted volume is, in the words of both sides; undefined for secrets, which are a field of their own. */
function kept(volume: Manifest[string], named: (kind: string, name: string) => Manifest | undefined) {
  if (volume.persistentVolumeClaim) return `volume ${volume.persistentVolumeClaim.claimName}`
  if (volume.emptyDir) return volume.emptyDir.medium === 'Memory' ? 'memory' : 'disk'
  if (volume.configMap)
    return config(
      volume.configMap.name,
      named('ConfigMap', volume.configMap.name)?.data[volume.configMap.items[0].key] ?? '',
    )
}

/** The services that a pod may call and that let it in, by the port that each listens on. */
function openArrows(caller: string, objects: Manifest[]): string[] {
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy')
  type Rule = { from?: Peer[]; to?: Peer[]; ports: { port: number }[] }
  type Peer = { podSelector?: { matchLabels?: { app?: string } }; namespaceSelector?: unknown }
  const reaches = (rule: Rule, peers: Peer[] | undefined, app: string, port: number) =>
    rule.ports.some(one => one.port === port) &&
    !!peers?.some(
      ({ podSelector, namespaceSelector }) => !namespaceSelector && podSelector?.matchLabels?.app === app,
    )
  const of = (app: string) => policies.filter(({ spec }) => spec.podSelector.matchLabels?.app === app)
  return objects
    .filter(({ kind, metadata }) => kind === 'Service' && metadata.name !== caller)
    .filter(({ metadata: { name }, spec }) => {
      const port = spec.ports[0].targetPort
      const out = of(caller).some(({ spec }) =>
        spec.egress?.some((rule: Rule) => reaches(rule, rule.to, name, port)),
      )
      const into = of(name).some(({ spec }) =>
        spec.ingress?.some((rule: Rule) => reaches(rule, rule.from, caller, port)),
      )
      return out && into
    })
    .map(({ metadata }) => metadata.name)
}

// --- Words that both sides are put into ---

/** What a health check asks: the page, where it asks for one. */
function question(words: string[]): string {
  const page = /http:\/\/127\.0\.0\.1:(\d+)(\/\w+)/.exec(words.join(' '))
  return page ? `GET :${page[1]}${page[2]}` : words.join(' ')
}
const times = (every: number, within: number, often: number) =>
  `every ${every} s, within ${within} s, ${often} times`
const cores = (amount: string) =>
  String(amount.endsWith('m') ? Number(amount.slice(0, -1)) / 1000 : Number(amount))
/** `256M` of Compose and `256Mi` of Kubernetes are the same: Compose counts by 1024. */
const bytes = (amount: string) => amount.replace(/i$/, '').replace(/^(\d+)G$/, (_, n) => `${n * 1024}M`)
const config = (name: string, content: string) =>
  `config ${name}, sha256 ${new Bun.CryptoHasher('sha256').update(content).digest('hex').slice(0, 12)}`

function defined(parts: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined),
  )
}

// --- The page ---

/** The table: service × field, `same` or the numbers of the reasons why not. */
export function parityTable(compose: Compose, objects: Manifest[]): string {
  const found = disagreements(compose, objects)
  const rows = Object.keys(compose.services).map(service => {
    const cells = fields.map(field => {
      const here = found.filter(one => one.service === service && one.field === field)
      const reasons = new Set(
        here.map(one => differences.findIndex(({ covers }) => covers(one, compose)) + 1),
      )
      if (reasons.has(0)) return '**differs**'
      return reasons.size === 0 ? 'same' : [...reasons].sort((a, b) => a - b).join(', ')
    })
    return `| ${[service, ...cells].join(' | ')} |`
  })
  return [`| service | ${fields.join(' | ')} |`, `|${' --- |'.repeat(fields.length + 1)}`, ...rows].join('\n')
}

/** docs/parity.md. */
export const parityPage = (compose: Compose, objects: Manifest[]) => `# Docker Compose and Kubernetes

Kept by \`bun run k8s:generate\`; \`bun run k8s:check\` fails when compose.yaml, k8s/ and this page disagree.

compose.yaml is the description of the running system. kompose translates it, and scripts/k8s/curations.ts changes what comes out, one
named step after the other. After an edit of compose.yaml (a port, a variable, a limit, a health check):

\`\`\`sh
bun run k8s:generate            # writes k8s/ and this page
bun run k8s:generate --kompose  # only shows what kompose gives, before any step
bun run k8s:check               # says where the two sides differ
\`\`\`

## What is the same

\`same\` is that both sides say the same of it; a number is a difference that is meant, explained below.

${parityTable(compose, objects)}

${differences.map(({ why }, index) => `${index + 1}. ${why}`).join('\n')}

## What kompose gives, and what we make of it

| step | reason |
| --- | --- |
${curations.map(({ name, why }) => `| ${name} | ${why.replaceAll('|', '\\|')} |`).join('\n')}

What kompose leaves out without a word: \`depends_on\`, \`security_opt\`, the limit of processes, and the order of one-shot services.
`
