import type { Reader } from '../reader.ts'
import { Html } from '../html.ts'
import { ButtonLink } from './button.tsx'
import { Notice } from './notice.tsx'

/**
 * On top of a form whose values are the reader's own, while somebody else has saved others: what those are, and the way to them. Saving again keeps the
 * reader's.
 */
export const Meanwhile = ({
  reader,
  theirs,
  href,
}: {
  reader: Reader
  /** What is saved now, by the names of the fields. */
  theirs: Record<string, string>
  /** The page with what is saved now. */
  href: string
}) => {
  const { errors } = reader.text
  return (
    <Notice
      kind="wait"
      icon="swap"
      title={errors.meanwhile}
      detail={errors.meanwhileDetail(
        Object.entries(theirs).map(([name, value]) => errors.named(name, value)),
      )}
    >
      <ButtonLink small text={errors.takeTheirs} href={href} />
    </Notice>
  )
}
