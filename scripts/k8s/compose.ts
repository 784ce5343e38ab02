import { parse } from 'yaml'
import { Trouble } from '../trouble.ts'

/** What compose.yaml says of one service, as far as we use the format. */
export type ComposeService = {
  image: string
  command?: string[]
  user: string
  environment?: Record<string, string>
  secrets?: { source: string; target: string }[]
  configs?: { source: string; target: string }[]
  volumes?: string[]
  tmpfs?: string[]
  networks: string[]
  expose?: string[]
  ports?: { host_ip: string; published: string; target: number }[]
  healthcheck?: {
    test: string[]
    interval: string
    timeout: string
    retries: number
    start_period: string
    start_interval: string
  }
  depends_on?: Record<string, { condition: string }>
  restart: string
  stop_grace_period?: string
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  deploy: {
    replicas?: number
    resources: {
      limits: { cpus: string; memory: string; pids: number }
      reservations?: { cpus: string; memory: string }
    }
  }
}

export type Compose = {
  services: Record<string, ComposeService>
  configs?: Record<string, { file: string }>
  secrets?: Record<string, { file: string }>
}

const known = new Set(
  [
    'image command user environment secrets configs volumes tmpfs networks expose ports healthcheck depends_on restart',
    'stop_grace_period read_only cap_drop security_opt deploy',
    // How an image is made and where Docker keeps logs has no counterpart in a cluster.
    'build logging',
  ].flatMap(words => words.split(' ')),
)

/**
 * Reads the text of a compose.yaml, with the defaults of its variables: the environment of whoever reads it has no say. Throws
 * `Trouble` for a key of a service that is not known here, since it would be left out of the comparison unseen.
 */
export function readCompose(text: string): Compose {
  const compose: Compose = parse(withDefaults(text), { merge: true })
  for (const [name, service] of Object.entries(compose.services)) {
    for (const key of Object.keys(service))
      if (!known.has(key))
        throw new Trouble(
          `compose.yaml: services.${name}.${key} is a key that scripts/k8s does not know yet.`,
        )
    if (service.healthcheck && 'disable' in service.healthcheck) delete service.healthcheck
    for (const [variable, value] of Object.entries(service.environment ?? {}))
      service.environment![variable] = String(value)
  }
  return compose
}

/** `${NAME:-value}` becomes value, from the innermost outwards. */
function withDefaults(text: string): string {
  const replaced = text.replace(/\$\{\w+:-([^${}]*)\}/g, '$1')
  return replaced === text ? text : withDefaults(replaced)
}

/** `user-service` for `user-service-migrate`, which brings its database to the newest schema; undefined for every other service. */
export const migrates = (name: string) => /^(.*)-migrate$/.exec(name)?.[1]

/** Compose's `1m30s`, `300ms` or `10s` in seconds. */
export function seconds(duration: string): number {
  const units = { h: 3600, m: 60, s: 1, ms: 0.001 } as const
  let total = 0
  for (const [, amount, unit] of duration.matchAll(/([\d.]+)(ms|[hms])/g))
    total += Number(amount) * units[unit as keyof typeof units]
  return total
}
