import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { lookup } from 'node:dns/promises'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from '../scripts/chromium.ts'
import { root } from '../scripts/home.ts'
import { readCompose } from '../scripts/k8s/compose.ts'
import { arrows, host } from '../scripts/k8s/curations.ts'
import { finish, freePort } from '../scripts/programs.ts'
import { backends, databaseOf, roleOf } from '../scripts/provision.ts'
import { services } from '../scripts/services.ts'
import { findCluster, sh, type } from './cluster.ts'
import { type Load, startLoad } from './load.ts'
import { readStory, type Told, tellStory } from './story.ts'
import { readWorkflow, scriptOf } from './workflows.ts'

setDefaultTimeout(600_000)

const publicUrl = `https://${host}`
const images = services.map(service => `taskmate/${service}:latest`)
const nextImages = services.map(service => `taskmate/${service}:next`)

const hasEngine = (await finish(['docker', 'info']).catch(() => null))?.code === 0
const cluster = hasEngine ? findCluster() : undefined
if (!hasEngine) console.log('No Docker engine answers here: there are no images for a cluster.')

const operations = readFileSync(join(root, 'docs/operations.md'), 'utf8')
/** Types a line that docs/operations.md gives in place of one of the guide. */
function typeDocumented(line: string) {
  expect(operations).toContain(line)
  return type(line)
}

const seconds = async (work: () => Promise<unknown>) => {
  const began = performance.now()
  await work()
  return ((performance.now() - began) / 1000).toFixed(1)
}
const measured: [string, string][] = []

/** Where taskmate.local is, as the guide has it in /etc/hosts. */
const hostsLine = `${cluster?.address} ${host} # a test of TaskMate\n`
async function nameTheCluster() {
  const known = await lookup(host).catch(() => null)
  if (known?.address !== cluster!.address) appendFileSync('/etc/hosts', hostsLine)
}

const putSecrets =
  './scripts/secrets && kubectl create secret generic taskmate-secrets -n taskmate --from-file=.taskmate/secrets --dry-run=client -o yaml | kubectl apply -f -'

/**
 * Makes the namespace, marked as this test's. Throws where there is one that no test made, or one that lives: what follows would
 * end with deleting what is in it.
 */
async function makeNamespace() {
  const { code, output } = await sh('kubectl get namespace taskmate -o json')
  if (code === 0) {
    const owner = Number(JSON.parse(output).metadata.labels['test-process'])
    if (!owner) throw new Error('A TaskMate is on this cluster already, and the test would delete it.')
    if (owner !== process.pid && isAlive(owner)) throw new Error(`Process ${owner} tests on this cluster.`)
    await type('kubectl delete namespace taskmate')
  }
  await type('kubectl apply -f k8s/namespace.yaml')
  await type(`kubectl label namespace taskmate test-process=${process.pid}`)
}

function isAlive(pid: number) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const allReady = 'kubectl wait --for=condition=available deployment --all -n taskmate --timeout=300s'
/** A pod of an app that runs and is not on its way out, as `pod/name`. */
async function podOf(app: string): Promise<string> {
  const { items } = JSON.parse(await type(`kubectl get pods -n taskmate -l app=${app} -o json`))
  type Pod = { metadata: { name: string; deletionTimestamp?: string }; status: { phase: string } }
  const alive = (items as Pod[]).filter(
    ({ metadata, status }) => !metadata.deletionTimestamp && status.phase === 'Running',
  )
  return `pod/${alive[0]!.metadata.name}`
}

/** Which of these addresses a pod with Bun can open a connection to. */
async function reached(pod: string, addresses: string[]): Promise<string[]> {
  const script = `
    const reached = await Promise.all(process.argv.slice(1).map(address => new Promise(resolve => {
      const [host, port] = address.split(':')
      const end = answer => () => { socket.destroy(); resolve(answer) }
      const socket = require('node:net').connect({ host, port: Number(port) })
      socket.setTimeout(2000)
      socket.once('connect', end(address)).once('timeout', end(null)).once('error', end(null))
    })))
    console.log(JSON.stringify(reached.filter(Boolean)))
    process.exit()`
  const words = `'${script.replaceAll("'", `'\\''`)}' ${addresses.join(' ')}`
  return JSON.parse(await type(`kubectl exec ${pod} -n taskmate -- bun -e ${words}`))
}

describe.skipIf(!cluster)('on a cluster', () => {
  let told: Told

  beforeAll(async () => {
    await type('docker compose build --quiet')
    for (const [index, image] of images.entries()) await type(`docker tag ${image} ${nextImages[index]}`)
    const others = ['postgres:18', 'redis:8', 'curlimages/curl:latest']
    for (const image of others)
      await type(`docker image inspect ${image} >/dev/null 2>&1 || docker pull --quiet ${image}`)
    await cluster!.load([...others, ...images, ...nextImages])
    await makeNamespace()
    await nameTheCluster()
    // The Ingress controller made its certificate itself.
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  })
  afterAll(async () => {
    console.log(measured.map(([what, value]) => `${what.padEnd(60)} ${value}`).join('\n'))
    await sh(`kubectl delete namespace -l test-process=${process.pid}`)
    await sh(`docker image rm ${nextImages.join(' ')}`)
    const hosts = readFileSync('/etc/hosts', 'utf8')
    if (hosts.includes(hostsLine)) writeFileSync('/etc/hosts', hosts.replace(hostsLine, ''))
  })

  test('kubectl apply -k brings everything up at once', async () => {
    await typeDocumented(putSecrets)
    const taken = await seconds(async () => {
      await type('kubectl apply -k k8s/')
      await type(allReady)
    })
    measured.push(['apply -k to all ready, with empty volumes', `${taken} s`])
    const restarts = await type(
      `kubectl get pods -n taskmate -o jsonpath='{.items[*].status.containerStatuses[*].restartCount}'`,
    )
    expect(restarts.split(' ')).toEqual(Array(7).fill('0'))
  })

  test("the guide's commands work as typed, in its order", async () => {
    await makeNamespace()
    await type('kubectl apply -f k8s/namespace.yaml')
    await typeDocumented(putSecrets)
    await type('kubectl apply -f k8s/infrastructure/')
    for (const app of ['postgres', 'redis'])
      await type(`kubectl wait --for=condition=ready pod -l app=${app} -n taskmate --timeout=300s`)
    for (const service of backends) await type(`kubectl apply -f k8s/services/${service}.yaml`)
    for (const service of backends)
      await type(`kubectl wait --for=condition=ready pod -l app=${service} -n taskmate --timeout=300s`)
    await type('kubectl apply -f k8s/services/frontend-service.yaml')
    await type('kubectl wait --for=condition=ready pod -l app=frontend-service -n taskmate --timeout=300s')
    await type('kubectl apply -f k8s/networking/ingress.yaml')

    const pods = await type('kubectl get pods -n taskmate')
    for (const app of [...services, 'postgres', 'redis'])
      expect(pods).toMatch(new RegExp(`^${app}-\\S+ +1/1 +Running +0 `, 'm'))
    expect(await type('kubectl get services -n taskmate')).toContain('3100/TCP')
    expect(await type('kubectl get ingress -n taskmate')).toContain(host)
    expect(await type('kubectl get all -n taskmate')).toContain('deployment.apps/user-service')
    expect(await type('kubectl get deployments -n taskmate')).toContain('user-service')
    const pod = (await podOf('user-service')).replace('pod/', '')
    expect(await type(`kubectl describe pod ${pod} -n taskmate`)).toContain('db-migrate')
  })

  test('logs are read by app, by tier and by pod', async () => {
    // Followed for a moment; the guide's lines go on until Ctrl-C.
    const follow = async (selection: string) =>
      (await sh(`timeout 3 kubectl logs ${selection} -n taskmate -f`)).output
    expect(await follow('-l app=user-service')).toContain('"user-service listens"')
    const tier = await follow('-l tier=backend')
    for (const service of backends) expect(tier).toContain(`"${service}`)
    expect(await follow(await podOf('task-service'))).toContain('"task-service listens"')
    const before = await sh(`kubectl logs ${await podOf('task-service')} -n taskmate --previous`)
    expect(before.said).toContain('previous terminated container')
  })

  test('psql reaches the databases', async () => {
    const psql = 'kubectl exec -it deployment/postgres -n taskmate -- psql -U taskmate'
    const said = (await sh(`${psql} -d postgres`, '\\l\n\\c user_service_db\n\\dt\n')).output
    for (const service of backends) expect(said).toContain(databaseOf(service))
    expect(said).toContain('migrations')
    expect((await sh(`${psql} -l`)).output).toContain('task_service_db')
    expect((await sh('kubectl exec -it deployment/postgres -n taskmate -- pg_isready')).output).toContain(
      'accepting connections',
    )
  })

  test('names are looked up and /up is asked from inside, by the lines in docs/operations.md', async () => {
    const lookedUp = await typeDocumented(
      `kubectl exec deployment/task-service -n taskmate -- bun -e "console.log(await Bun.dns.lookup('user-service'))"`,
    )
    expect(lookedUp).toContain('address')
    const up = await typeDocumented(
      `kubectl exec deployment/task-service -n taskmate -- bun -e "console.log(await (await fetch('http://user-service:3000/up')).text())"`,
    )
    expect(JSON.parse(up)).toEqual({ status: 'up' })
    const debug =
      'kubectl debug $(kubectl get pod -l app=frontend-service -n taskmate -o name | head -n 1) -n taskmate --profile=restricted --image=curlimages/curl --image-pull-policy=IfNotPresent --attach --quiet -- curl -s -w "%{http_code} %{time_total}s\\n" http://user-service:3000/api/v1/auth/verify'
    expect(await typeDocumented(debug)).toMatch(/401 [\d.]+s/)
  })

  test('port-forward shows the pages on this machine', async () => {
    const port = await freePort()
    const said = await type(
      `kubectl port-forward service/frontend-service ${port}:3100 -n taskmate >&2 & forward=$!
       curl -s --retry 30 --retry-connrefused --retry-delay 1 -o /dev/null -w '%{http_code}' http://localhost:${port}/sign-in
       kill $forward`,
    )
    expect(said).toBe('200')
  })

  test('three copies that start at once on an empty database migrate it once', async () => {
    await type('kubectl scale deployment user-service --replicas=0 -n taskmate')
    await type('kubectl wait --for=delete pod -l app=user-service -n taskmate --timeout=60s')
    const psql = 'kubectl exec deployment/postgres -n taskmate -- psql -U taskmate -d'
    await type(`${psql} postgres -c 'drop database user_service_db with (force)'`)
    await type('kubectl exec deployment/postgres -n taskmate -- sh /docker-entrypoint-initdb.d/provision.sh')
    await type('kubectl scale deployment user-service --replicas=3 -n taskmate')
    await type('kubectl rollout status deployment/user-service -n taskmate --timeout=120s')
    const logs = await type('kubectl logs -l app=user-service -c db-migrate -n taskmate')
    const applied = logs
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).applied as string[])
    expect(applied).toHaveLength(3)
    const kept = (await type(`${psql} user_service_db -Atc 'select name from migrations order by 1'`))
      .trim()
      .split('\n')
    expect(applied.flat().toSorted()).toEqual(kept)
    await type('kubectl scale deployment user-service --replicas=1 -n taskmate')
  })

  test('the login of a service opens its own database and no other', async () => {
    for (const service of backends) {
      const opened = []
      for (const name of [...backends.map(databaseOf), 'postgres', 'template1']) {
        const login = `PGPASSWORD=$(cat /run/secrets/${roleOf(service).toUpperCase()}_PASSWORD) psql -h postgres -U ${roleOf(service)} -d ${name} -c "select 1"`
        // By the door that services use: inside of its own pod PostgreSQL may be called too.
        const local = login.replace('-h postgres', '-h 127.0.0.1')
        if ((await sh(`kubectl exec deployment/postgres -n taskmate -- sh -c '${local}'`)).code === 0)
          opened.push(name)
      }
      expect({ service, opened }).toEqual({ service, opened: [databaseOf(service)] })
    }
  })

  test('only the arrows of the architecture are open', async () => {
    const { services: all } = readCompose(readFileSync(join(root, 'compose.yaml'), 'utf8'))
    const doors = Object.entries(all).flatMap(([name, { expose }]) =>
      expose ? [`${name}:${expose[0]}`] : [],
    )
    for (const service of services) {
      const others = doors.filter(door => !door.startsWith(service))
      const open = others.filter(door => arrows[service]!.includes(door.split(':')[0]!))
      expect({ service, open: await reached(`deployment/${service}`, others) }).toEqual({ service, open })
    }
    const overrides = JSON.stringify({
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'stranger',
            image: 'taskmate/frontend-service:latest',
            imagePullPolicy: 'Never',
            command: ['bun', '-e', 'setInterval(() => {}, 60_000)'],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    })
    await type(
      `kubectl run stranger -n taskmate --image=taskmate/frontend-service:latest --overrides='${overrides}'`,
    )
    await type('kubectl wait --for=condition=ready pod/stranger -n taskmate --timeout=60s')
    expect(await reached('stranger', doors)).toEqual([])
    await type('kubectl delete pod stranger -n taskmate --grace-period=0 --force')
    // And a pod that asks for more than `restricted` is not let in.
    expect((await sh('kubectl run bare --image=redis:8 -n taskmate')).said).toContain('violates PodSecurity')
  })

  test('people come in by the name of the Ingress, over TLS', async () => {
    await eventually(async () => (await fetch(`${publicUrl}/sign-in`).catch(() => null))?.ok)
    const plain = await fetch(`http://${host}/`, { redirect: 'manual' })
    expect([plain.status, plain.headers.get('location')]).toEqual([308, publicUrl])
    told = await tellStory(publicUrl)
    await readStory(told)
  })

  test('the main job is done in a browser, through the Ingress', async () => {
    const chromium = process.env.CHROMIUM ?? (await findChromium())
    const { code, output, errors } = await finish(
      [process.execPath, 'test', './tests/main-job.browser.test.ts'],
      { cwd: root, env: { ...process.env, CHROMIUM: chromium, TASKMATE_URL: publicUrl } },
    )
    expect({ code, said: code === 0 ? '' : output + errors }).toEqual({ code: 0, said: '' })
  })

  test('top tells what is used', async () => {
    expect(await type('kubectl top nodes')).toContain('MEMORY')
    const usage = await eventually(async () => {
      const { output } = await sh('kubectl top pods -n taskmate --no-headers')
      return services.every(service => output.includes(service)) ? output : ''
    }, 120)
    for (const [, pod, memory] of usage.matchAll(/^(\S+)-\w+-\w+ +\S+ +(\S+) *$/gm))
      measured.push([`memory of ${pod}, a little used`, memory!])
  })

  describe('with three copies of every service', () => {
    let load: Load
    beforeAll(async () => {
      load = await startLoad(publicUrl)
    })

    /** What the load has seen since it was last asked: nothing may have failed. */
    async function expectNoFailure(what: string) {
      const { requests, retries, failures } = load.take()
      measured.push([
        what,
        `${requests} requests, ${failures.length} failed${retries ? `, ${retries} retried` : ''}`,
      ])
      expect(failures).toEqual([])
      expect(requests).toBeGreaterThan(20)
    }

    test('scaling up under load fails no request', async () => {
      for (const service of services)
        await type(`kubectl scale deployment ${service} --replicas=3 -n taskmate`)
      for (const service of services)
        await type(`kubectl rollout status deployment/${service} -n taskmate --timeout=300s`)
      await expectNoFailure('1 to 3 copies of all five')
    })

    test('sessions, uploads and figures are the same whichever copy answers', async () => {
      for (let round = 0; round < 3; round++) await readStory(told)
      await readStory(await tellStory(publicUrl))
    })

    test('the limit of requests is counted for all copies together', async () => {
      const { token } = await tellStory(publicUrl)
      const statuses = new Map<number, number>()
      for (let round = 0; round < 30; round++)
        await Promise.all(
          Array.from({ length: 30 }, async () => {
            const answer = await fetch(`${publicUrl}/api/v1/me`, {
              headers: { authorization: `Bearer ${token}` },
            })
            await answer.arrayBuffer()
            statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
          }),
        )
      // 900 requests in a few seconds, 300 for each copy: each for itself would let all of them pass.
      const passed = statuses.get(200)!
      expect(statuses).toEqual(
        new Map([
          [200, passed],
          [429, 900 - passed],
        ]),
      )
      expect(passed).toBeWithin(500, 601)
    })

    test('the main job, with live updates between two browsers, is done as well', async () => {
      const chromium = process.env.CHROMIUM ?? (await findChromium())
      const { code, output, errors } = await finish(
        [process.execPath, 'test', './tests/main-job.browser.test.ts'],
        { cwd: root, env: { ...process.env, CHROMIUM: chromium, TASKMATE_URL: publicUrl } },
      )
      expect({ code, said: code === 0 ? '' : output + errors }).toEqual({ code: 0, said: '' })
      await expectNoFailure('the main job in a browser beside it')
    })

    test.each(services)('a rolling update of %s under load fails no request', async service => {
      const containers = backends.includes(service as never) ? [service, 'db-migrate'] : [service]
      const set = containers.map(container => `${container}=taskmate/${service}:next`).join(' ')
      await type(`kubectl set image deployment/${service} ${set} -n taskmate`)
      await type(`kubectl rollout status deployment/${service} -n taskmate --timeout=300s`)
      const running = await type(
        `kubectl get pods -l app=${service} -n taskmate -o jsonpath='{.items[*].spec.containers[*].image}'`,
      )
      expect(running).toContain(`taskmate/${service}:next`)
      await expectNoFailure(`rolling update of ${service}`)
    })

    test("the guide's restart under load fails no request, and can be rolled back", async () => {
      await type('kubectl rollout restart deployment/user-service -n taskmate')
      await type('kubectl rollout status deployment/user-service -n taskmate --timeout=300s')
      await type('kubectl rollout undo deployment/user-service -n taskmate')
      await type('kubectl rollout status deployment/user-service -n taskmate --timeout=300s')
      await expectNoFailure('restart and undo of user-service')
    })

    test.each(services)('a pod of %s that is deleted under load costs nobody an answer', async service => {
      load.mayRetry = true
      await type(`kubectl delete ${await podOf(service)} -n taskmate`)
      await type(`kubectl rollout status deployment/${service} -n taskmate --timeout=120s`)
      await expectNoFailure(`a deleted pod of ${service}`)
    })

    test('the deploy workflow updates under load, and rolls back what does not come up', async () => {
      load.mayRetry = false
      const script = scriptOf(
        readWorkflow('deploy.yaml'),
        'Deploy, wait for each service, and roll back what does not come up',
      )
      const folder = mkdtempSync(join(tmpdir(), 'taskmate-deploy-'))
      const step = (images: string[], patience: number) => {
        const env = {
          KUBECONFIG_TEXT: readFileSync(process.env.KUBECONFIG ?? join(homedir(), '.kube/config'), 'utf8'),
          RUNNER_TEMP: folder,
          OVERLAY: 'overlays/dev',
          PATIENCE: String(patience),
          IMAGES: images.join(' '),
        }
        return finish(['bash', '-e', '-c', script], { cwd: root, env: { ...process.env, ...env } })
      }
      const good = await step(
        services.map((service, index) => `${service}=${nextImages[index]}`),
        300,
      )
      expect({ ...good, output: '' }).toEqual({ code: 0, output: '', errors: '' })
      await expectNoFailure('the deploy workflow')

      const bad = await step(['task-service=taskmate/task-service:that-never-was'], 15)
      expect(bad.code).toBe(1)
      expect(bad.errors).toContain('Rolled back: task-service did not come up within 15 seconds.')
      const running = await type(
        `kubectl get deployment task-service -n taskmate -o jsonpath='{.spec.template.spec.containers[0].image} {.status.availableReplicas}'`,
      )
      expect(running).toBe('taskmate/task-service:next 1')
      await expectNoFailure('the deploy workflow with a broken image, and the roll back')
      rmSync(folder, { recursive: true })
    })

    test('everything that was answered is there, once', async () => {
      expect(await load.stop()).toEqual({ missing: [], twice: [] })
    })
  })
})

/** Asks until something truthy comes back; fails after `patience` seconds. */
async function eventually<T>(ask: () => Promise<T>, patience = 60): Promise<NonNullable<T>> {
  const end = Date.now() + patience * 1000
  for (;;) {
    const answer = await ask()
    if (answer) return answer as NonNullable<T>
    if (Date.now() > end) throw new Error(`It did not come true within ${patience} seconds.`)
    await Bun.sleep(200)
  }
}
