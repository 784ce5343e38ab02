import type { FieldErrors } from '../components/field.tsx'
import type { Surroundings } from '../people.ts'

/** A form of the page that was not accepted: what was typed, and why. */
export type Attempt = {
  /** Which form: its path below the project, such as `settings`, `members` or `statuses/<id>`. */
  of: string
  typed: Record<string, string>
  title: string
  detail: string
  fields: FieldErrors
  /** Somebody else was faster: the form shows what is saved now, too. */
  isStale: boolean
}

/** What the settings page of a project shows. */
export type SettingsView = Surroundings & { attempt: Attempt | undefined }

/** The address of the page, or of a form of it. */
export const settingsPath = ({ project }: { project: { key: string } }, of = 'settings') =>
  `/projects/${project.key}/${of}`

/** What became of the form `of`: the values to show in it, what is wrong with them, and whether that concerns no single field. */
export function formOf({ attempt }: SettingsView, of: string) {
  const mine = attempt?.of === of ? attempt : undefined
  return {
    /** What was typed, else what is saved. */
    value: (name: string, saved: string) => mine?.typed[name] ?? saved,
    error: (name: string) => mine?.fields[name],
    isStale: mine?.isStale ?? false,
    /** For the top of the form: what its fields do not say. */
    refused: mine && !mine.isStale && Object.keys(mine.fields).length === 0 ? mine : undefined,
  }
}
