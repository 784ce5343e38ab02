import { invalid } from '../kit/problem.ts'

/** A line of text without space around it. Throws 422 when nothing is left. */
export function trimmed(field: string, text: string): string {
  const line = text.trim()
  if (!line) throw invalid(field, 'blank')
  return line
}
