import { root } from '../scripts/home.ts'
import { finish } from '../scripts/programs.ts'

/** The Kubernetes cluster that kubectl points at, to test on. */
export type Cluster = {
  /** Where its Ingress controller listens. */
  address: string
  /** Copies images of the local Docker engine into it. */
  load(images: string[]): Promise<void>
}

/**
 * CLUSTER_LOAD says that there is a cluster to test on, and how images get into it (`minikube image load`); CLUSTER_ADDRESS where its
 * Ingress listens (`minikube ip`; 127.0.0.1 unless told). undefined, with a line that says so, without.
 */
export function findCluster(): Cluster | undefined {
  const { CLUSTER_LOAD: load, CLUSTER_ADDRESS: address = '127.0.0.1' } = process.env
  if (load) return { address, load: async images => void (await type(`${load} ${images.join(' ')}`)) }
  console.log('CLUSTER_LOAD names no cluster to test on: nothing of k8s/ is run.')
}

/** Runs a command line as somebody types it, in the repository; `input` is its standard input. `said` is all that it wrote. */
export async function sh(line: string, input?: string) {
  const { code, output, errors } = await finish(['sh', '-c', line], { cwd: root, input })
  return { code, output, said: output + errors }
}

/** The same for a line that must succeed: gives its output, throws with all it wrote. */
export async function type(line: string, input?: string): Promise<string> {
  const { code, output, said } = await sh(line, input)
  if (code !== 0) throw new Error(`${line}\nended with code ${code}:\n${said}`)
  return output
}
