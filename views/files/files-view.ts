import type { File, FileCategory } from '../../services/file-service/contract.ts'
import type { Project, Task } from '../../services/task-service/contract.ts'
import type { FieldErrors } from '../components/field.tsx'
import type { Surroundings } from '../people.ts'

/** A form of the page that was not accepted: what was typed, and why. */
export type Attempt = {
  /** Which form: `file:<id>`, `category:<id>` or `category:new`. */
  of: string
  name?: string
  categoryId?: string
  title: string
  detail: string
  fields: FieldErrors
  /** Somebody else was faster: what the file is now. */
  meanwhile?: File
}

/** What the files page shows. */
export type FilesView = Surroundings & {
  files: File[]
  next: string | null
  categories: FileCategory[]
  /** The tasks of the files, by id; those that cannot be had are missing. */
  tasks: Map<string, Task>
  /** Which files are shown: of a category by its id, `none` for those without, all when undefined. */
  category: string | undefined
  after: string | undefined
  attempt: Attempt | undefined
}

/** The address of something of the page, with which files are shown kept. */
export function filesPath(
  { project, category, after }: Pick<FilesView, 'category' | 'after'> & { project: Pick<Project, 'key'> },
  below = '',
) {
  const query = new URLSearchParams({ ...(category && { category }), ...(after && { after }) })
  return `/projects/${project.key}/${below || 'files'}${query.size > 0 ? `?${query}` : ''}`
}

/** The name of a category in words. */
export const categoryName = ({ reader, categories }: FilesView, id: string | null): string =>
  categories.find(category => category.id === id)?.name ?? reader.text.files.none
