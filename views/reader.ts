import type { ProjectSummary } from '../services/task-service/contract.ts'
import type { User } from '../services/user-service/contract.ts'
import type { Messages } from './messages/index.ts'

export type Language = User['language']
export type Theme = 'system' | 'light' | 'dark'

/** Who reads a page, and how: every page and component gets it, so that nothing about the person is global. */
export type Reader = {
  language: Language
  /** IANA time zone in which days and times are told. */
  timeZone: string
  theme: Theme
  /** All sentences in the reader's language. */
  text: Messages
  /** The moment of the request: one page tells one time. */
  now: Date
  /** Path and query of the request, `/projects/OPS?open=true`. */
  path: string
  /** Null before sign-in. */
  user: { id: string; name: string; email: string } | null
  /** The projects of the sidebar; null when task-service is away. */
  projects: ProjectSummary[] | null
}
