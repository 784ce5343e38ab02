import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './home.ts'
import { type Manifest, readManifests } from './k8s/manifests.ts'
import { finish } from './programs.ts'
import { services } from './services.ts'
import { command, Trouble } from './trouble.ts'

const help = `Brings an overlay to the cluster that kubectl points at, and rolls back what does not come up.

  bun scripts/deploy.ts overlays/staging user-service=ghcr.io/you/user-service@sha256:… …
  --patience SECONDS   that each service may take; 300

Each image is named by its service; one that is not named stays as the overlay has it. Ends with 1 after a roll back.`

/** Kubernetes objects with the images of services replaced, in init containers too. Throws `Trouble` for a service that is not there. */
export function withImages(objects: Manifest[], images: Map<string, string>): Manifest[] {
  for (const [service, image] of images) {
    const deployment = objects.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === service,
    )
    if (!deployment) throw new Trouble(`There is no service ${service}.`)
    const pod = deployment.spec.template.spec
    for (const container of [...(pod.initContainers ?? []), ...pod.containers]) container.image = image
  }
  return objects
}

type Deployment = { overlay: string; images: Map<string, string>; patience: number }

/** Applies and waits. Throws `Trouble` that names the services which did not come up, once all are back at what ran before. */
export async function deploy({ overlay, images, patience }: Deployment): Promise<void> {
  if (!existsSync(join(root, overlay, 'kustomization.yaml')))
    throw new Trouble(`There is no overlay ${overlay}.`)
  const objects = withImages(readManifests(await kubectl('kustomize', join(root, overlay))), images)
  const before = await revisions()
  const input = objects.map(object => JSON.stringify(object)).join('\n')
  console.log(await kubectlWith(input, 'apply', '-f', '-'))
  const late = []
  for (const service of services)
    if (!(await comesUp(service, patience))) late.push(service)
    else console.log(`${service} is up`)
  if (late.length === 0) return

  console.log(await kubectl('-n', 'taskmate', 'get', 'pods'))
  const now = await revisions()
  for (const service of services) {
    const revision = before.get(service)
    if (revision === undefined || revision === now.get(service)) continue
    console.log(
      await kubectl(
        '-n',
        'taskmate',
        'rollout',
        'undo',
        `deployment/${service}`,
        `--to-revision=${revision}`,
      ),
    )
    if (!(await comesUp(service, patience))) console.log(`${service} does not come back either`)
  }
  throw new Trouble(`Rolled back: ${late.join(', ')} did not come up within ${patience} seconds.`)
}

/** Which revision of each service runs; empty before the first deployment. */
async function revisions(): Promise<Map<string, string>> {
  const list = JSON.parse(await kubectl('-n', 'taskmate', 'get', 'deployments', '-o', 'json'))
  return new Map(
    list.items.map(({ metadata }: Manifest) => [
      metadata.name,
      metadata.annotations?.['deployment.kubernetes.io/revision'],
    ]),
  )
}

async function comesUp(service: string, patience: number) {
  const status = ['-n', 'taskmate', 'rollout', 'status', `deployment/${service}`, `--timeout=${patience}s`]
  return (await finish(['kubectl', ...status])).code === 0
}

const kubectl = (...words: string[]) => kubectlWith('', ...words)

async function kubectlWith(input: string, ...words: string[]) {
  const { code, output, errors } = await finish(['kubectl', ...words], { input })
  if (code !== 0) throw new Trouble(`kubectl ${words.join(' ')}: ${errors.trim()}`)
  return output.trim()
}

if (import.meta.main)
  await command(async () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean' }, patience: { type: 'string', default: '300' } },
    })
    const [overlay, ...named] = positionals
    if (values.help || !overlay) return console.log(help)
    const images = new Map(
      named.map(each => {
        const [service, image] = each.split(/=(.*)/)
        if (!image) throw new Trouble(`${each} is not SERVICE=IMAGE.`)
        return [service!, image] as const
      }),
    )
    const patience = Number(values.patience)
    if (!Number.isInteger(patience) || patience < 1)
      throw new Trouble('--patience is not a number of seconds.')
    await deploy({ overlay, images, patience })
  })
