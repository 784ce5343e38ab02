import type { Due, Task } from '../../services/task-service/contract.ts'
import { dayOf, timeOfDay } from '../format.ts'
import type { Reader } from '../reader.ts'

/** The fields of a task that have one value, which two people can change against each other. */
export const fields = ['title', 'description', 'status', 'priority', 'due'] as const
export type Field = (typeof fields)[number]

/** A field as the text that a form carries, so that what somebody saw can be compared with what is there now. */
export function valueOf(task: Task, field: Field): string {
  switch (field) {
    case 'title':
      return task.title
    case 'description':
      return task.description
    case 'status':
      return task.statusId
    case 'priority':
      return task.priority
    case 'due':
      return dueText(task.due)
  }
}

/** A due date as text: empty, `2026-12-31`, or `2026-12-31T14:00:00.000Z Asia/Seoul`. */
export const dueText = (due: Due | null): string =>
  due === null ? '' : 'date' in due ? due.date : `${due.at} ${due.zone}`

/** What `dueText` made, read back. */
export function dueOf(text: string): Due | null {
  const [when, zone] = text.split(' ')
  if (!when) return null
  return zone === undefined ? { date: when } : { at: when, zone }
}

/** A due date as the day and time fields of a form, in the reader's zone. */
export function dueParts(reader: Reader, due: Due | null): { day: string; time: string } {
  if (due === null) return { day: '', time: '' }
  if ('date' in due) return { day: due.date, time: '' }
  return { day: dayOf(due.at, reader.timeZone).toString(), time: timeOfDay(reader, due.at) }
}
