import { t } from 'elysia'
import { Id, object } from '../kit/schema.ts'

/** A project in a path: its id, or its key in any case. */
const ProjectRef = t.String({
  pattern: '^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[A-Za-z][A-Za-z0-9]{1,9})$',
})
export const inProject = { project: ProjectRef }
export const ofProject = object(inProject)
export const ofTask = object({ task: Id })
