import type { Project } from '../services/task-service/contract.ts'
import type { Reader } from './reader.ts'

/** What is needed to show a task of a project: who reads, the project, and the names of its members. Those of placeholders are in the project. */
export type Surroundings = { reader: Reader; project: Project; names: Map<string, string> }

/** A person by id, as they are shown. */
export function person({ reader, project, names }: Surroundings, id: string): { id: string; name: string } {
  const name =
    names.get(id) ??
    project.placeholders.find(placeholder => placeholder.id === id)?.name ??
    reader.text.common.unknownPerson
  return { id, name }
}

/** What the reader may do in a project. The services decide; views only leave out what would be refused. */
export const canEdit = ({ role }: Pick<Project, 'role'>): boolean => role === 'editor' || role === 'admin'
export const canComment = ({ role }: Pick<Project, 'role'>): boolean => role !== 'viewer'

/** Of the ids of some people those whose names user-service has. */
export function peopleOf({ placeholders }: Pick<Project, 'placeholders'>, ids: string[]): Set<string> {
  const known = new Set(placeholders.map(({ id }) => id))
  return new Set(ids.filter(id => !known.has(id)))
}
