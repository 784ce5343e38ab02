import { Html } from '../html.ts'
import type { Children } from '../children.ts'
import type { Reader } from '../reader.ts'
import { Button } from './button.tsx'

/** What just happened, with a way back. It leaves by itself after ten seconds; nothing is said here alone that must be read. */
export const Toast = ({
  reader,
  text,
  bad,
  detail,
  children,
}: {
  reader: Reader
  text: string
  bad?: boolean
  detail?: string
  /** The way back: a form or a button. */
  children?: Children
}) => (
  <div class={['toast', bad && 'bad']} role={bad ? 'alert' : undefined}>
    <div class="grow">
      <p safe>{text}</p>
      {detail !== undefined && (
        <p class="muted" safe>
          {detail}
        </p>
      )}
    </div>
    {children}
    <Button
      small
      bare
      kind="quiet"
      icon="close"
      text={reader.text.common.dismiss}
      type="button"
      data-dismiss
    />
  </div>
)
