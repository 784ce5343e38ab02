import type { FilePage } from '../../services/file-service/contract.ts'
import type { ChangePage, CommentPage, Task } from '../../services/task-service/contract.ts'
import type { Surroundings } from '../people.ts'
import type { Field } from './value.ts'

/** What somebody tried to write into a task, and why it is not saved yet. */
export type Attempt = {
  field: Field | 'label' | 'link' | 'comment' | 'file'
  value: string
  /** What the writer saw before. */
  base?: string
  refused?: { status: number; title: string; detail: string }
  /** Who changed the field in the meantime, and when, if that can be told. */
  conflict?: { who: string; at: string | null }
  /** The description is shown as it would look. */
  preview?: boolean
}

/** A task with everything around it that its panel shows. Parts whose service is away are null. */
export type TaskView = Surroundings & {
  task: Task
  comments: CommentPage | null
  history: ChangePage | null
  files: FilePage | null
  /** The view behind the panel, and what tells it in addresses of the task. */
  back: string
  suffix: string
  attempt?: Attempt
}

/** The path of a task, or of something that can be done with it. */
export const taskPath = ({ project, task, suffix }: TaskView, rest = ''): string =>
  `/projects/${project.key}/tasks/${task.number}${rest}${suffix}`
