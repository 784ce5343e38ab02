import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root } from '../scripts/home.ts'
import { type Manifest, readManifests } from '../scripts/k8s/manifests.ts'
import { installLinters, linter } from '../scripts/linters.ts'
import { finish } from '../scripts/programs.ts'
import { findCluster, sh, type } from './cluster.ts'
import { writeSchemas } from './schemas.ts'

setDefaultTimeout(300_000)

/** Everything that somebody may apply, by name: a folder of the repository, or production with an option. */
const options = ['gateway-api', 'cloudnative-pg'] as const
const variants = ['k8s', 'overlays/dev', 'overlays/staging', 'overlays/production', ...options] as const
type Variant = (typeof variants)[number]

/** What a linter says and we mean otherwise. `of` are the variants and the objects that it is meant for. */
type Exception = { check: string; of: RegExp; why: string }
const everywhere = /./
const exceptions: Record<'kube-score' | 'checkov', Exception[]> = {
  'kube-score': [
    {
      check: 'ImagePullPolicy is not set to Always',
      of: everywhere,
      why: 'minikube has no registry to pull from, and an image by digest that is there is the right one.',
    },
    {
      check: 'Image with latest tag',
      of: /^(k8s|overlays\/dev) .*-service/,
      why: 'Images that are built on the machine that runs them have no other tag.',
    },
    {
      check: 'The container is running with a low user ID',
      of: / (postgres|redis)/,
      why: "The official images' own user, whom their files belong to.",
    },
    {
      check: 'The container running with a low group ID',
      of: / (postgres|redis)/,
      why: "The official images' own group.",
    },
    {
      check: 'Deployment does not have a host podAntiAffinity set',
      of: everywhere,
      why: 'topologySpreadConstraints spread the copies, also when there are more copies than nodes.',
    },
    {
      check: 'Deployment few replicas',
      of: /^(k8s|overlays\/dev) | (postgres|redis)/,
      why: 'minikube runs one of each; two servers cannot share the files of PostgreSQL or Redis.',
    },
    {
      check: 'Deployment update strategy',
      of: / (postgres|redis)/,
      why: 'The old server must have left its files before the next one opens them.',
    },
    {
      check: "The NetworkPolicys selector doesn't match any pods",
      of: /^cloudnative-pg postgres/,
      why: 'Its pods are made by the operator, with the labels that the Cluster tells it.',
    },
  ],
  checkov: [
    {
      check: 'CKV_K8S_43',
      of: /^(k8s|overlays\/dev) | (postgres|redis)/,
      why: 'Images that are built here have no digest; those of PostgreSQL and Redis get their fixes under the tag.',
    },
    { check: 'CKV_K8S_15', of: everywhere, why: 'As kube-score: nothing to pull from, or pulled by digest.' },
    {
      check: 'CKV_K8S_14',
      of: /^(k8s|overlays\/dev) .*-service/,
      why: 'As kube-score: built on the machine that runs them.',
    },
    { check: 'CKV_K8S_40', of: / (postgres|redis)/, why: "As kube-score: the official images' own user." },
  ],
}

if (process.env.CI) await installLinters()
const hasKubectl = Bun.which('kubectl') !== null
const cluster = findCluster()
const folder = mkdtempSync(join(tmpdir(), 'taskmate-manifests-'))
const rendered = {} as Record<Variant, string>
const fileOf = (variant: Variant) => join(folder, `${variant.replace('/', '-')}.yaml`)

afterAll(() => rmSync(folder, { recursive: true }))

/** The test of a tool, or a line that says why it is not run. */
function withTool(tool: Parameters<typeof linter>[0]) {
  if (!linter(tool)) console.log(`${tool} is not installed (bun scripts/linters.ts): its test is not run.`)
  return test.skipIf(!linter(tool) || !hasKubectl)
}

/** A folder to apply; an option gets one of its own, over the production overlay. */
function kustomization(variant: Variant): string {
  if (!(options as readonly string[]).includes(variant)) return join(root, variant)
  const own = join(folder, variant)
  mkdirSync(own, { recursive: true })
  const from = (path: string) => relative(own, join(root, path))
  writeFileSync(
    join(own, 'kustomization.yaml'),
    JSON.stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [from('overlays/production')],
      components: [from(`k8s/components/${variant}`)],
    }),
  )
  return own
}

/** Fails with what was found and is no exception, and with exceptions that nothing needs any more. */
function judge(tool: keyof typeof exceptions, found: { variant: Variant; object: string; check: string }[]) {
  const meant = (one: (typeof found)[number], { check, of }: Exception) =>
    one.check === check && of.test(`${one.variant} ${one.object}`)
  expect(found.filter(one => !exceptions[tool].some(exception => meant(one, exception)))).toEqual([])
  expect(exceptions[tool].filter(exception => !found.some(one => meant(one, exception)))).toEqual([])
}

describe.skipIf(!hasKubectl)('what kubectl kustomize gives', () => {
  beforeAll(async () => {
    for (const variant of variants) {
      const { code, output, errors } = await finish(['kubectl', 'kustomize', kustomization(variant)])
      if (code !== 0) throw new Error(`${variant}: ${errors}`)
      rendered[variant] = output
      writeFileSync(fileOf(variant), output)
    }
  })

  test('is the base as it stands, one copy for dev, and digests of a registry for staging and production', () => {
    const services = (variant: Variant) =>
      readManifests(rendered[variant]).filter(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('-service'),
      )
    const images = (variant: Variant) =>
      services(variant).flatMap(({ spec: { template } }) =>
        [...(template.spec.initContainers ?? []), ...template.spec.containers].map(
          ({ image, imagePullPolicy }) => `${imagePullPolicy} ${image}`,
        ),
      )
    for (const image of [...images('k8s'), ...images('overlays/dev')])
      expect(image).toMatch(/^Never taskmate\/[a-z]+-service:latest$/)
    for (const image of [...images('overlays/staging'), ...images('overlays/production')])
      expect(image).toMatch(/^IfNotPresent ghcr\.io\/taskmate\/[a-z]+-service@sha256:[0-9a-f]{64}$/)
    const copies = (variant: Variant) => services(variant).map(({ spec }) => spec.replicas)
    expect(copies('overlays/dev')).toEqual([1, 1, 1, 1, 1])
    // A number here would undo what an autoscaler decides, each time that the overlay is applied.
    expect(copies('overlays/production')).toEqual(Array(5).fill(undefined))
    const autoscalers = readManifests(rendered['overlays/production']).filter(
      ({ kind }) => kind === 'HorizontalPodAutoscaler',
    )
    expect(autoscalers.map(({ spec }) => [spec.scaleTargetRef.name, spec.minReplicas]).toSorted()).toEqual(
      services('overlays/production').map(({ metadata }) => [metadata.name, 3]),
    )
  })

  test('holds no secret', () => {
    for (const variant of variants)
      expect(readManifests(rendered[variant]).filter(({ kind }) => kind === 'Secret')).toEqual([])
  })

  test('serves by the Gateway API or by the Ingress, and with the operator keeps no PostgreSQL of its own', () => {
    const kinds = (variant: Variant) =>
      readManifests(rendered[variant]).map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    expect(kinds('overlays/production')).toContain('Ingress taskmate')
    expect(kinds('gateway-api')).not.toContain('Ingress taskmate')
    expect(kinds('gateway-api')).toContain('HTTPRoute taskmate')
    expect(kinds('cloudnative-pg')).not.toContain('Deployment postgres')
    expect(kinds('cloudnative-pg')).toContain('Cluster postgres')
    expect(rendered['cloudnative-pg']).toContain('POSTGRES_HOST: postgres-rw')
  })

  withTool('kube-score')('kube-score finds nothing but the exceptions above', async () => {
    const found = []
    for (const variant of variants) {
      const { output } = await finish([
        linter('kube-score')!,
        'score',
        '--output-format',
        'ci',
        fileOf(variant),
      ])
      for (const [, name, text] of output.matchAll(/^\[(?:CRITICAL|WARNING)\] (\S+?)\/\S+ \S+: (.*)$/gm))
        found.push({ variant, object: name!, check: text!.replace(/^\([^)]*\) /, '') })
    }
    judge('kube-score', found)
  })

  withTool('checkov')('checkov finds nothing but the exceptions above', async () => {
    const { output } = await finish([
      linter('checkov')!,
      '--framework=kubernetes',
      '--skip-download',
      '--output=json',
      ...variants.flatMap(variant => ['--file', fileOf(variant)]),
    ])
    type Failed = { check_id: string; resource: string; file_abs_path: string }
    const failed: Failed[] = JSON.parse(output).results.failed_checks
    const found = failed.map(({ check_id, resource, file_abs_path }) => ({
      variant: variants.find(variant => fileOf(variant) === file_abs_path)!,
      object: resource.split('.').at(-1)!,
      check: check_id,
    }))
    judge('checkov', found)
  })
})

withTool('hadolint')('hadolint finds nothing in the Dockerfile', async () => {
  const { output, errors } = await finish([linter('hadolint')!, join(root, 'services/Dockerfile')])
  expect(output + errors).toBe('')
})

/** Definitions of the Gateway API, from its module; undefined where Go is not installed. */
async function gatewayDefinitions() {
  if (!Bun.which('go')) return
  const { output } = await finish(['go', 'mod', 'download', '-json', 'sigs.k8s.io/gateway-api@v1.5.0'])
  const { Dir } = JSON.parse(output) as { Dir: string }
  return ['gateways', 'httproutes'].map(kind =>
    readFileSync(join(Dir, `config/crd/standard/gateway.networking.k8s.io_${kind}.yaml`), 'utf8'),
  )
}
/** The definitions of CloudNativePG come in no package that can be had offline: its objects are not checked. */
const unknownKinds = ['Cluster', 'Database']

describe.skipIf(!cluster)('on a cluster', () => {
  /** Beside the one that TaskMate may run in, as strict as that. */
  const namespace = 'taskmate-manifests'
  const elsewhere = (variant: Variant) =>
    readManifests(rendered[variant])
      .filter(({ kind }) => !unknownKinds.includes(kind) && kind !== 'Namespace')
      .map(object => ({ ...object, metadata: { ...object.metadata, namespace } }))
  let definitions: string[] = []
  beforeAll(async () => {
    definitions = (await gatewayDefinitions()) ?? []
    const own = readManifests(rendered.k8s).find(({ kind }) => kind === 'Namespace')!
    await type(
      'kubectl apply -f -',
      JSON.stringify({ ...own, metadata: { ...own.metadata, name: namespace } }),
    )
    for (const text of definitions) await type('kubectl apply --server-side -f -', text)
  })
  afterAll(async () => {
    for (const text of definitions) await type('kubectl delete --ignore-not-found -f -', text)
    await type(`kubectl delete namespace ${namespace}`)
  })
  const checked = variants.filter(variant => variant !== 'gateway-api' || Bun.which('go'))

  withTool('kubeconform')('kubeconform knows every field, strictly', async () => {
    const schemas = join(folder, 'schemas')
    writeSchemas(
      schemas,
      JSON.parse(await type('kubectl get --raw /openapi/v2')),
      definitions.flatMap(readManifests),
    )
    const location = join(schemas, '{{.ResourceKind}}-{{.ResourceAPIVersion}}.json')
    const check = (path: string) =>
      finish([
        linter('kubeconform')!,
        '-strict',
        '-skip',
        unknownKinds.join(),
        '-schema-location',
        location,
        path,
      ])
    for (const variant of checked) {
      const { code, output, errors } = await check(fileOf(variant))
      expect({ variant, code, said: output + errors }).toEqual({ variant, code: 0, said: '' })
    }
    const broken = join(folder, 'broken.yaml')
    writeFileSync(broken, rendered.k8s.replace('readinessProbe:', 'readynessProbe:'))
    expect((await check(broken)).output).toContain('readynessProbe')
  })

  test('the API server takes every object, and Pod Security has nothing against any', async () => {
    const apply = async (objects: Manifest[]) => {
      const { code, said } = await sh(
        'kubectl apply --dry-run=server -f -',
        objects.map(object => JSON.stringify(object)).join('\n'),
      )
      return { code, complaints: said.split('\n').filter(line => line && !line.endsWith('(server dry run)')) }
    }
    for (const variant of checked)
      expect({ variant, ...(await apply(elsewhere(variant))) }).toEqual({ variant, code: 0, complaints: [] })
    const asRoot = JSON.parse(
      JSON.stringify(elsewhere('k8s')).replaceAll('"runAsNonRoot":true', '"runAsNonRoot":false'),
    )
    expect((await apply(asRoot)).complaints.join()).toContain('would violate PodSecurity "restricted:latest"')
  })
})
