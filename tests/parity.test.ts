import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { root } from '../scripts/home.ts'
import { driftProblems } from '../scripts/k8s/check.ts'
import { committed } from '../scripts/k8s/generate.ts'
import { hasKompose, komposeVersion } from '../scripts/k8s/kompose.ts'
import { parityProblems } from '../scripts/k8s/parity.ts'

const compose = await Bun.file(join(root, 'compose.yaml')).text()
const page = await Bun.file(join(root, 'docs/parity.md')).text()
const files = committed()

/** The text with a piece replaced, which must be there: a mutation that changes nothing would prove nothing. */
function changed(text: string, from: string, to: string): string {
  expect(text).toContain(from)
  return text.replace(from, to)
}

test('compose.yaml, k8s/ and the parity page agree', async () => {
  if (!hasKompose())
    console.log(`kompose ${komposeVersion} is not installed: parity is checked, generation is not.`)
  expect(await driftProblems(compose, files, page)).toEqual([])
})

describe('a change of compose.yaml alone is named with its field and both values:', () => {
  const service = 'LOG_LEVEL: ${LOG_LEVEL:-info}'
  test.each([
    [
      'the image',
      'image: redis:8',
      'image: redis:7',
      'redis: image name: compose.yaml has "redis:7", k8s/infrastructure/redis.yaml has "redis:8".',
    ],
    [
      'the command',
      'max_connections=300',
      'max_connections=90',
      'postgres: command words: compose.yaml has "[\\"postgres\\",\\"-c\\",\\"max_connections=90\\"]"',
    ],
    [
      'a variable',
      service,
      'LOG_LEVEL: debug',
      'task-service: environment LOG_LEVEL: compose.yaml has "debug", k8s/services/task-service.yaml has "info".',
    ],
    [
      'a new variable',
      'FILES_DIR: /files',
      'FILES_DIR: /files\n      MAX_UPLOAD_BYTES: 1000',
      'file-service: environment MAX_UPLOAD_BYTES: compose.yaml has "1000", k8s/services/file-service.yaml has none.',
    ],
    [
      'a secret',
      '{ source: TASK_SERVICE_PASSWORD, target: DATABASE_PASSWORD }',
      '{ source: USER_SERVICE_PASSWORD, target: DATABASE_PASSWORD }',
      'task-service-migrate: secret /run/secrets/DATABASE_PASSWORD: compose.yaml has "USER_SERVICE_PASSWORD", k8s/services/task-service.yaml has "TASK_SERVICE_PASSWORD".',
    ],
    [
      'a port',
      "expose: ['3002']",
      "expose: ['3012']",
      'analytics-service: port 3002: compose.yaml has none, k8s/services/analytics-service.yaml has "inside".',
    ],
    [
      'the published port',
      'host_ip: 127.0.0.1',
      'host_ip: 0.0.0.0',
      'frontend-service: port door: compose.yaml has "0.0.0.0:3100 to 3100", k8s/services/frontend-service.yaml has "Ingress taskmate.local to http".',
    ],
    [
      'a health check',
      '127.0.0.1:3001/ready',
      '127.0.0.1:3001/up',
      'task-service: health ready: compose.yaml has "GET :3001/up", k8s/services/task-service.yaml has "GET :3001/ready".',
    ],
    [
      'the times of health checks',
      'retries: 3',
      'retries: 9',
      'redis: health times: compose.yaml has "every 10 s, within 3 s, 9 times", k8s/infrastructure/redis.yaml has "every 10 s, within 3 s, 3 times".',
    ],
    [
      'a limit',
      "limits: { cpus: '2', memory: 1G, pids: 512 }",
      "limits: { cpus: '2', memory: 2G, pids: 512 }",
      'postgres: limit memory: compose.yaml has "2048M", k8s/infrastructure/postgres.yaml has "1024M".',
    ],
    [
      'a volume',
      '- files:/files',
      '- uploads:/files',
      'file-service: volume /files: compose.yaml has "volume uploads", k8s/services/file-service.yaml has "volume files".',
    ],
    [
      'the user',
      "user: '65532:65532'",
      "user: '0:0'",
      'frontend-service: user is: compose.yaml has "0:0", k8s/services/frontend-service.yaml has "65532:65532".',
    ],
    [
      'a privilege',
      'cap_drop: [ALL]',
      'cap_drop: [NET_RAW]',
      'user-service: user capabilities: compose.yaml has "without NET_RAW", k8s/services/user-service.yaml has "without ALL".',
    ],
    [
      'replicas',
      "    deploy:\n      resources:\n        limits: { cpus: '1', memory: 512M",
      "    deploy:\n      replicas: 2\n      resources:\n        limits: { cpus: '1', memory: 512M",
      'redis: replica copies: compose.yaml has "2", k8s/infrastructure/redis.yaml has "1".',
    ],
    [
      'the time to stop',
      'stop_grace_period: 60s',
      'stop_grace_period: 5s',
      'postgres: stop patience: compose.yaml has "5 s", k8s/infrastructure/postgres.yaml has "60 s".',
    ],
    [
      'a network',
      'networks: [edge, services, cache]',
      'networks: [edge, services]',
      'frontend-service: network redis: compose.yaml has none, k8s/services/frontend-service.yaml has "can call".',
    ],
    [
      'the order',
      'task-service-migrate: { condition: service_completed_successfully }',
      'task-service-migrate: { condition: service_started }',
      'task-service: order task-service-migrate: compose.yaml has "service_started", k8s/services/task-service.yaml has "service_completed_successfully".',
    ],
  ])('%s', (_, from, to, problem) => {
    expect(parityProblems(changed(compose, from, to), files).join('\n')).toContain(problem)
  })

  test('a service', () => {
    const more = `${changed(
      compose,
      'networks:\n  edge: {}',
      `  mailer:
    image: mailer:1
    user: '1:1'
    restart: 'no'
    networks: [edge]
    deploy: { resources: { limits: { cpus: '1', memory: 64M, pids: 8 } } }

networks:
  edge: {}`,
    )}`
    expect(parityProblems(more, files)).toContain(
      'mailer: image name: compose.yaml has "mailer:1", k8s/ has none.',
    )
  })

  test('a key that the check does not know is refused', () => {
    const more = changed(compose, '    image: redis:8', '    image: redis:8\n    privileged: true')
    expect(() => parityProblems(more, files)).toThrow('services.redis.privileged')
  })
})

describe('a change of k8s/ alone is named:', () => {
  test.each([
    [
      'a variable',
      'k8s/namespace.yaml',
      'LOG_LEVEL: info',
      'LOG_LEVEL: trace',
      'user-service: environment LOG_LEVEL: compose.yaml has "info", k8s/services/user-service.yaml has "trace".',
    ],
    [
      'a value that is meant to differ',
      'k8s/namespace.yaml',
      'DRAIN_SECONDS: "5"',
      'DRAIN_SECONDS: "1"',
      'environment DRAIN_SECONDS: compose.yaml has "0"',
    ],
    [
      'an image',
      'k8s/services/user-service.yaml',
      'image: taskmate/user-service:latest',
      'image: taskmate/user-service:old',
      'user-service-migrate: image name',
    ],
    [
      'the root filesystem',
      'k8s/infrastructure/redis.yaml',
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false',
      'redis: user root filesystem: compose.yaml has "read-only", k8s/infrastructure/redis.yaml has "writable".',
    ],
    [
      'a script',
      'k8s/infrastructure/postgres.yaml',
      'set -eu',
      'set -e',
      'postgres: volume /docker-entrypoint-initdb.d/provision.sh',
    ],
    [
      'a probe',
      'k8s/services/frontend-service.yaml',
      'path: /ready',
      'path: /',
      'frontend-service: health ready: compose.yaml has "GET :3100/ready", k8s/services/frontend-service.yaml has "GET :3100/".',
    ],
    [
      'an arrow that is cut',
      'k8s/infrastructure/postgres.yaml',
      'app: user-service\n',
      'app: frontend-service\n',
      'user-service: network postgres: compose.yaml has "can call", k8s/services/user-service.yaml has none.',
    ],
  ])('%s', async (_, path, from, to, problem) => {
    const mutated = new Map(files).set(path, changed(files.get(path)!, from, to))
    const problems = hasKompose()
      ? await driftProblems(compose, mutated, page)
      : parityProblems(compose, mutated)
    expect(problems.join('\n')).toContain(problem)
    if (hasKompose()) expect(problems.join('\n')).toContain(path)
  })
})
