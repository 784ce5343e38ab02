import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../scripts/home.ts'

export type Workflow = {
  permissions: Record<string, string>
  env?: Record<string, string>
  jobs: Record<
    string,
    {
      permissions?: Record<string, string>
      'timeout-minutes'?: number
      steps: {
        name?: string
        uses?: string
        with?: Record<string, unknown>
        run?: string
        env?: Record<string, string>
      }[]
    }
  >
}

/** A workflow of .github/workflows, by the name of its file. */
export const readWorkflow = (name: string): Workflow =>
  parse(readFileSync(join(root, '.github/workflows', name), 'utf8'))

/** The script of a step, as GitHub would run it: `bash -e` with the environment that the caller gives. */
export function scriptOf(workflow: Workflow, step: string): string {
  for (const { steps } of Object.values(workflow.jobs))
    for (const { name, run } of steps) if (name === step && run) return run
  throw new Error(`No step is called ${step}.`)
}
