import type { Compose, ComposeService } from './compose.ts'
import { migrates, seconds } from './compose.ts'
import { find, type Manifest } from './manifests.ts'

/** What kompose made, on its way to what we run: curations change `objects` in their order. */
export type Draft = { compose: Compose; objects: Manifest[] }

/** One change to what kompose gives, and the reason that it needs changing. */
export type Curation = { name: string; why: string; apply(draft: Draft): void }

export const namespace = 'taskmate'
export const configMap = 'taskmate-config'
export const secret = 'taskmate-secrets'
export const host = 'taskmate.local'
/** Of the emptyDir in memory that a tmpfs becomes. */
const memoryFolder = '64Mi'

/**
 * Who calls whom: everything else is refused. Compose's networks can only say who could; these are the arrows of
 * docs/architecture.md, and the check makes sure that Compose joins the two ends of each.
 */
export const arrows: Record<string, readonly string[]> = {
  'frontend-service': ['user-service', 'task-service', 'analytics-service', 'file-service', 'redis'],
  'user-service': ['postgres', 'redis'],
  'task-service': ['user-service', 'postgres', 'redis'],
  'analytics-service': ['user-service', 'task-service', 'postgres', 'redis'],
  'file-service': ['user-service', 'task-service', 'postgres', 'redis'],
}

/** Where a cluster needs another value than Docker Compose, and why. */
export const clusterSettings: Record<string, { instead: string; value: string; why: string }> = {
  DRAIN_SECONDS: {
    instead: '0',
    value: '5',
    why: 'Endpoints and ingress controllers learn a moment after the signal that a pod leaves; until then requests still arrive.',
  },
  PUBLIC_URL: {
    instead: 'http://localhost:3100',
    value: `https://${host}`,
    why: 'The Ingress is where people come in.',
  },
  TRUSTED_PROXIES: {
    instead: '0',
    value: '1',
    why: "The Ingress controller stands before us and tells the browser's address.",
  },
}

/** The size of each volume claim: kompose asks for 100Mi whatever it is for. */
const claims: Record<string, string> = { postgres: '5Gi', redis: '1Gi', files: '10Gi' }

const isOurs = (service: ComposeService) => service.image.startsWith('taskmate/')
const tierOf = (service: ComposeService) =>
  !isOurs(service) ? 'infrastructure' : service.ports ? 'frontend' : 'backend'
const labelsOf = (name: string, service: ComposeService) => ({
  app: name,
  tier: tierOf(service),
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/component': tierOf(service),
  'app.kubernetes.io/part-of': 'taskmate',
})

/** Name, service of compose.yaml, Deployment, spec of its pods and main container, for each that keeps running. */
function workloads({ compose, objects }: Draft) {
  return Object.entries(compose.services)
    .filter(([name]) => !migrates(name))
    .map(([name, service]) => {
      const deployment = find(objects, 'Deployment', name)
      const pod = deployment.spec.template.spec
      return { name, service, deployment, pod, container: pod.containers[0] }
    })
}

const portOf = (service: ComposeService) => Number(service.expose![0])

function add(draft: Draft, app: string, kind: string, apiVersion: string, body: Record<string, unknown>) {
  draft.objects.push({
    apiVersion,
    kind,
    metadata: { name: app, namespace, labels: labelsOf(app, draft.compose.services[app]!) },
    ...body,
  })
}

/** The variables that several services share with one value, and those that a cluster sets otherwise: what an operator may want to change. */
export function sharedSettings(compose: Compose): Record<string, string> {
  const values = new Map<string, string[]>()
  for (const [name, service] of Object.entries(compose.services))
    if (isOurs(service) && !migrates(name))
      for (const [variable, value] of Object.entries(service.environment ?? {}))
        values.set(variable, [...(values.get(variable) ?? []), value])
  const shared: Record<string, string> = {}
  for (const [variable, all] of values)
    if (clusterSettings[variable]) shared[variable] = clusterSettings[variable].value
    else if (all.length > 1 && new Set(all).size === 1 && !variable.endsWith('_FILE'))
      shared[variable] = all[0]!
  return shared
}

/** Mounts keys of the one Secret under the file names that compose.yaml gives them. */
function mountSecrets(
  pod: Manifest[string],
  container: Manifest[string],
  service: ComposeService,
  volume: string,
) {
  container.volumeMounts = container.volumeMounts.filter(
    (mount: { mountPath: string }) => !mount.mountPath.startsWith('/run/secrets/'),
  )
  container.volumeMounts.unshift({ name: volume, mountPath: '/run/secrets', readOnly: true })
  pod.volumes.unshift({
    name: volume,
    secret: {
      secretName: secret,
      // Read by the group, which fsGroup makes the container's.
      defaultMode: 0o440,
      items: service.secrets!.map(({ source, target }) => ({ key: source, path: target })),
    },
  })
  for (const variable of container.env ?? [])
    if (variable.name.endsWith('_FILE')) variable.value = service.environment![variable.name]
}

export const curations: Curation[] = [
  {
    name: 'names that operators type',
    why: 'kompose labels everything `io.kompose.service`. Operators select by `app` and `tier`, dashboards by `app.kubernetes.io/…`, and ports have names. A port that is both exposed and published it offers twice, which a cluster refuses.',
    apply(draft) {
      for (const { name, service, deployment, container } of workloads(draft)) {
        const labels = labelsOf(name, service)
        const port = isOurs(service) ? 'http' : name
        const offered = find(draft.objects, 'Service', name)
        deployment.metadata = { name, namespace, labels }
        deployment.spec.selector = { matchLabels: { app: name } }
        deployment.spec.template.metadata = { labels }
        offered.metadata = { name, namespace, labels }
        offered.spec.selector = { app: name }
        offered.spec.ports = once(offered.spec.ports).map(one => ({ ...one, name: port }))
        container.ports = once(container.ports).map(one => ({ ...one, name: port }))
      }
      for (const object of draft.objects)
        if (object.kind === 'ConfigMap' || object.kind === 'PersistentVolumeClaim')
          object.metadata = {
            name: object.metadata.name,
            namespace,
            labels: { 'app.kubernetes.io/part-of': 'taskmate' },
          }
    },
  },
  {
    name: 'a namespace that refuses privileges',
    why: 'kompose makes no namespace. Ours enforces the `restricted` Pod Security Standard, so that a manifest that asks for more is refused whoever wrote it.',
    apply({ objects }) {
      objects.unshift({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: namespace,
          labels: {
            'app.kubernetes.io/part-of': 'taskmate',
            ...Object.fromEntries(
              ['enforce', 'audit', 'warn'].map(mode => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
            ),
          },
        },
      })
    },
  },
  {
    name: 'migrations before each service',
    why: 'kompose makes bare Pods of the migration steps, which nothing waits for and nothing repeats. As init container `db-migrate` each runs before its service; replicas that start together wait for each other on a lock. It asks for what its service asks for: without requests of its own it would ask for its limits, and the pod with it.',
    apply(draft) {
      for (const { name, service, pod } of workloads(draft)) {
        pod.volumes ??= []
        const step = draft.compose.services[`${name}-migrate`]
        if (!step) continue
        const migration = find(draft.objects, 'Pod', `${name}-migrate`).spec.containers[0]
        migration.name = 'db-migrate'
        migration.resources.requests = { ...pod.containers[0].resources.requests }
        mountSecrets(pod, migration, step, 'migration-secrets')
        pod.initContainers = [migration]
        if (!service.secrets) throw new Error(`${name} migrates and has no secrets.`)
      }
      draft.objects = draft.objects.filter(object => object.kind !== 'Pod')
    },
  },
  {
    name: 'secrets that are not in the repository',
    why: 'kompose writes the values of secrets into the manifests, one Secret each, and mounts them under other names than compose.yaml says (`SECRET_KEY` becomes `secret-key`, in variables too but not in commands). Here they are files of the one Secret taskmate-secrets, under their own names, each service with its own alone; the Secret is made from the same folder that Compose reads.',
    apply(draft) {
      draft.objects = draft.objects.filter(object => object.kind !== 'Secret')
      for (const { service, pod, container } of workloads(draft)) {
        pod.volumes = pod.volumes.filter(
          (volume: { name: string; secret?: unknown }) =>
            !volume.secret || volume.name === 'migration-secrets',
        )
        mountSecrets(pod, container, service, 'secrets')
      }
    },
  },
  {
    name: 'settings in one ConfigMap',
    why: 'kompose repeats every variable in every workload. What services share is in taskmate-config, where an operator changes it once; so are the few values that a cluster needs to be others.',
    apply(draft) {
      const data = sharedSettings(draft.compose)
      const namespaceAt = draft.objects.findIndex(object => object.kind === 'Namespace')
      draft.objects.splice(namespaceAt + 1, 0, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: configMap, namespace, labels: { 'app.kubernetes.io/part-of': 'taskmate' } },
        data,
      })
      for (const { service, pod } of workloads(draft)) {
        if (!isOurs(service)) continue
        for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
          container.env = container.env.filter((variable: { name: string }) => !(variable.name in data))
          container.envFrom = [{ configMapRef: { name: configMap } }]
        }
      }
    },
  },
  {
    name: 'three probes for three questions',
    why: 'kompose makes the health check a liveness probe that begins after the start period, and so kills pods whose database is away. Here a startup probe asks every second until the process is up, liveness asks the process alone (/up, or whether its port opens), and readiness asks what Compose asks.',
    apply(draft) {
      for (const { service, container } of workloads(draft)) {
        const { exec, initialDelaySeconds: _, ...times } = container.livenessProbe
        const page = /http:\/\/127\.0\.0\.1:(\d+)(\/\w+)/.exec(exec.command.join(' '))
        const alive = page
          ? { httpGet: { path: '/up', port: Number(page[1]) } }
          : { tcpSocket: { port: portOf(service) } }
        const ready = page ? { httpGet: { path: page[2], port: Number(page[1]) } } : { exec }
        container.startupProbe = {
          ...alive,
          periodSeconds: 1,
          timeoutSeconds: times.timeoutSeconds,
          failureThreshold: Math.ceil(seconds(service.healthcheck!.start_period)),
        }
        container.livenessProbe = { ...alive, ...times }
        container.readinessProbe = { ...ready, ...times }
      }
    },
  },
  {
    name: 'nothing that a pod does not need',
    why: 'kompose keeps user, capabilities and the read-only root, and drops no-new-privileges; `restricted` asks for it, for a seccomp profile and for a user that is not root. Each service has an account of its own without a token, since none talks to the API server. Service links would put REDIS_PORT=tcp://… and the like among our variables.',
    apply(draft) {
      for (const { name, pod } of workloads(draft)) {
        const { runAsUser, runAsGroup } = pod.containers[0].securityContext
        pod.serviceAccountName = name
        pod.automountServiceAccountToken = false
        pod.enableServiceLinks = false
        pod.securityContext = {
          runAsNonRoot: true,
          runAsUser,
          runAsGroup,
          fsGroup: runAsGroup,
          fsGroupChangePolicy: 'OnRootMismatch',
          seccompProfile: { type: 'RuntimeDefault' },
        }
        for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
          const { capabilities, readOnlyRootFilesystem } = container.securityContext
          container.securityContext = {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem,
            capabilities,
          }
        }
        add(draft, name, 'ServiceAccount', 'v1', { automountServiceAccountToken: false })
      }
    },
  },
  {
    name: 'limits that are read and hold',
    why: 'kompose writes memory in bytes, sets no bound to what a pod may write outside its volumes, and lets a tmpfs grow to the memory of the node.',
    apply(draft) {
      for (const { pod } of workloads(draft)) {
        for (const container of [...(pod.initContainers ?? []), ...pod.containers])
          for (const [side, disk] of [
            ['requests', '16Mi'],
            ['limits', '256Mi'],
          ] as const) {
            const part = container.resources[side]
            part.memory = mebibytes(part.memory)
            part['ephemeral-storage'] = disk
          }
        for (const volume of pod.volumes) if (volume.emptyDir) volume.emptyDir.sizeLimit = memoryFolder
      }
    },
  },
  {
    name: 'volumes of a useful size',
    why: 'kompose asks for 100Mi for every volume.',
    apply({ objects }) {
      for (const object of objects)
        if (object.kind === 'PersistentVolumeClaim')
          object.spec.resources.requests.storage = claims[object.metadata.name]
    },
  },
  {
    name: 'images of this machine',
    why: 'Without a policy the tag `latest` is pulled at every start, and nothing has pushed our images anywhere: the base is for minikube. The overlays for staging and production name a registry and digests.',
    apply(draft) {
      for (const { service, pod } of workloads(draft))
        for (const container of [...(pod.initContainers ?? []), ...pod.containers])
          container.imagePullPolicy = isOurs(service) ? 'Never' : 'IfNotPresent'
    },
  },
  {
    name: 'updates without a gap',
    why: 'kompose stops what has a volume before it starts the next. Only PostgreSQL and Redis must: two servers cannot share their files. A service starts its next copy first. `replicas` is left out where compose.yaml says one, so that applying again undoes neither `kubectl scale` nor an autoscaler.',
    apply(draft) {
      for (const { service, deployment } of workloads(draft)) {
        if ((service.deploy.replicas ?? 1) === 1) delete deployment.spec.replicas
        deployment.spec.strategy = isOurs(service)
          ? { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
          : { type: 'Recreate' }
      }
    },
  },
  {
    name: 'copies apart, and never all away',
    why: 'kompose knows neither. The copies of a service spread over the nodes, and a drain takes one at a time; `maxUnavailable` lets it take the only one, where `minAvailable` would block it.',
    apply(draft) {
      for (const { name, service, pod } of workloads(draft)) {
        const selector = { matchLabels: { app: name } }
        add(draft, name, 'PodDisruptionBudget', 'policy/v1', {
          spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector },
        })
        if (!isOurs(service)) continue
        pod.topologySpreadConstraints = [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: selector,
            matchLabelKeys: ['pod-template-hash'],
          },
        ]
      }
    },
  },
  {
    name: 'only the arrows of the architecture',
    why: "kompose's policies would let all of a network in, and everybody out. Here nothing talks to anything but along an arrow, in its direction and to its port; names are looked up in the cluster's DNS.",
    apply(draft) {
      const policy = (name: string, spec: Record<string, unknown>): Manifest => ({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'taskmate' } },
        spec,
      })
      draft.objects.push(
        policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
        policy('dns', {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [
            {
              to: [
                {
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                  podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
                },
              ],
              ports: [
                { protocol: 'UDP', port: 53 },
                { protocol: 'TCP', port: 53 },
              ],
            },
          ],
        }),
      )
      const apps = (names: readonly string[]) => names.map(app => ({ podSelector: { matchLabels: { app } } }))
      for (const { name, service } of workloads(draft)) {
        const callers = Object.keys(arrows).filter(caller => arrows[caller]!.includes(name))
        const from =
          tierOf(service) === 'frontend'
            ? [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } }]
            : apps(callers)
        const callees = arrows[name] ?? []
        add(draft, name, 'NetworkPolicy', 'networking.k8s.io/v1', {
          spec: {
            podSelector: { matchLabels: { app: name } },
            policyTypes: ['Ingress', 'Egress'],
            ingress: [{ from, ports: [{ protocol: 'TCP', port: portOf(service) }] }],
            ...(callees.length > 0 && {
              egress: callees.map(callee => ({
                to: apps([callee]),
                ports: [{ protocol: 'TCP', port: portOf(draft.compose.services[callee]!) }],
              })),
            }),
          },
        })
      }
    },
  },
  {
    name: 'the way in',
    why: `kompose can make an Ingress, without a class or TLS. Ours serves ${host}; limits, headers and timeouts are the gateway's own, so any controller will do. Without the Secret taskmate-tls ingress-nginx shows a certificate that it made itself.`,
    apply(draft) {
      const front = workloads(draft).find(({ service }) => tierOf(service) === 'frontend')!
      draft.objects.push({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { name: 'taskmate', namespace, labels: labelsOf(front.name, front.service) },
        spec: {
          ingressClassName: 'nginx',
          tls: [{ hosts: [host], secretName: 'taskmate-tls' }],
          rules: [
            {
              host,
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: { service: { name: front.name, port: { name: 'http' } } },
                  },
                ],
              },
            },
          ],
        },
      })
    },
  },
  {
    name: 'what ingress-nginx would cut',
    why: 'By itself it refuses bodies above 1 MB, keeps uploads and live updates back in buffers, and closes a stream that was silent for a minute. Other controllers do not read these annotations.',
    apply({ objects }) {
      const nginx = (name: string) => `nginx.ingress.kubernetes.io/${name}`
      find(objects, 'Ingress', 'taskmate').metadata.annotations = {
        [nginx('proxy-body-size')]: '0',
        [nginx('proxy-request-buffering')]: 'off',
        [nginx('proxy-buffering')]: 'off',
        [nginx('proxy-read-timeout')]: '3600',
        [nginx('proxy-send-timeout')]: '3600',
      }
    },
  },
]

/** The ports of a list, each once. */
const once = (ports: { port?: number; containerPort?: number; name: string }[]) => [
  ...new Map(ports.map(one => [one.port ?? one.containerPort, one])).values(),
]

/** kompose's bytes as an operator would write them. */
const mebibytes = (bytes: string) => (/^\d+$/.test(bytes) ? `${Number(bytes) / 1024 ** 2}Mi` : bytes)
