import type { FieldErrors } from '../../views/components/field.tsx'
import { Problem } from '../kit/problem.ts'
import type { Visitor } from './session.ts'

/** Why a form was not accepted, in the reader's words: for the whole form, and for each field by its name. */
export type Refusal = { status: number; title: string; detail: string; fields: FieldErrors }

/** A refusal about what was typed or chosen; everything else (no access, a service that is away, a bug) is not for a form to tell. */
const aboutInput = (problem: Problem) =>
  [400, 409, 412, 413, 422, 429, 507].includes(problem.status) || problem.code === 'wrong_credentials'

/** What a backend refused about a form, so that the page can be shown again with it. Throws on what is not about the input. */
export function refusal(error: unknown, { reader, requestId }: Visitor): Refusal {
  if (!(error instanceof Problem) || !aboutInput(error)) throw error
  const { status, title, detail, errors = [] } = error.details(reader.language, requestId)
  // Of several complaints about one field the first is shown.
  const fields = Object.fromEntries(errors.toReversed().map(({ field, message }) => [field, message]))
  return { status, title, detail, fields }
}
