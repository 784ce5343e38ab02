import type { task as en } from '../en/task.ts'

export const task: typeof en = {}
