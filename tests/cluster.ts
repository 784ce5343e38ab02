import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../scripts/home.ts'
import { finish } from '../scripts/programs.ts'

/** A Kubernetes cluster to test on. */
export type Cluster = {
  /** Runs a command line as somebody types it, in the repository; `input` is its standard input. Gives what it wrote, both ways in `said`. */
  sh(line: string, input?: string): Promise<{ code: number; output: string; said: string }>
  /** The same for a line that must succeed: gives its output, throws with all it wrote. */
  type(line: string, input?: string): Promise<string>
  /** What such a line finds in its environment. */
  env: Record<string, string | undefined>
  /** Where its Ingress controller listens. */
  address: string
  /** Copies images of the local Docker engine into the cluster. */
  load(images: string[]): Promise<void>
  /** Stops the cluster if it was started for this test. */
  leave(): Promise<void>
}

const local = join(root, '..', 'shared', 'lab', 'cluster', 'cluster')

/**
 * The cluster of this machine, which is started where its program is; or the one of kubectl's context where CLUSTER_LOAD says how
 * images get into it (`minikube image load`), and CLUSTER_ADDRESS where its Ingress listens (`minikube ip`). undefined, with a line that says so, where there is neither.
 */
export async function findCluster(): Promise<Cluster | undefined> {
  if (existsSync(local)) {
    const running = (await finish([local, 'status'])).code === 0
    const up = await finish([local, 'up'])
    if (up.code !== 0) throw new Error(`The cluster does not start: ${up.output}${up.errors}`)
    const { output } = await finish(['sh', '-c', `eval "$(${local} env)"; echo $KUBECONFIG; echo $PATH`])
    const [kubeconfig, path] = output.trim().split('\n')
    const cluster = within({ ...process.env, KUBECONFIG: kubeconfig, PATH: path })
    return {
      ...cluster,
      address: '127.0.0.1',
      load: async images => void (await cluster.type(`${local} load ${images.join(' ')}`)),
      leave: async () => void (running || (await finish([local, 'down']))),
    }
  }
  const { CLUSTER_LOAD: load } = process.env
  if (load) {
    const cluster = within(process.env)
    return {
      ...cluster,
      address: process.env.CLUSTER_ADDRESS ?? '127.0.0.1',
      load: async images => void (await cluster.type(`${load} ${images.join(' ')}`)),
      leave: async () => {},
    }
  }
  console.log('No Kubernetes cluster is here (CLUSTER_LOAD names none): nothing of k8s/ is run.')
}

function within(env: Record<string, string | undefined>): Pick<Cluster, 'sh' | 'type' | 'env'> {
  const sh: Cluster['sh'] = async (line, input) => {
    const { code, output, errors } = await finish(['sh', '-c', line], { cwd: root, env, input })
    return { code, output, said: output + errors }
  }
  return {
    env,
    sh,
    type: async (line, input) => {
      const { code, output, said } = await sh(line, input)
      if (code !== 0) throw new Error(`${line}\nended with code ${code}:\n${said}`)
      return output
    },
  }
}
