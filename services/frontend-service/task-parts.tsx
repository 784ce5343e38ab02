import { Html } from '../../views/html.ts'
import { Card } from '../../views/board/card.tsx'
import { Row } from '../../views/list/row.tsx'
import type { TaskParts } from './live.ts'

/** A task as boards and lists show it. Components without anything to wait for are text at once. */
export const taskParts: TaskParts = view => ({
  card: (<Card {...view} />) as string,
  row: (<Row {...view} />) as string,
})
