import type { IconName } from '../icons.ts'
import { Html } from '../html.ts'
import type { Children } from '../children.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/**
 * A change that cannot be taken back: the first press says what it does, the second does it. `version` is the one that the reader saw. It opens in place
 * and needs no script.
 */
export const Sure = ({
  action,
  version,
  text,
  bare,
  icon = 'trash',
  detail,
  verb,
  open,
  children,
}: {
  action: string
  version: number
  /** What the first press says; with `bare` its icon alone is seen. */
  text: string
  bare?: boolean
  icon?: IconName
  detail: string
  /** What the second press says. */
  verb: string
  open?: boolean
  /** More fields. */
  children?: Children
}) => (
  <details class="sure" open={open}>
    <summary class={['btn btn-quiet', bare ? 'btn-icon' : 'btn-danger']} title={bare ? text : undefined}>
      <Icon name={icon} />
      <span class={bare ? 'sr-only' : undefined} safe>
        {text}
      </span>
    </summary>
    <form class="acts" method="post" action={action}>
      <input type="hidden" name="version" value={String(version)} />
      <p class="muted" safe>
        {detail}
      </p>
      {children}
      <Button kind="danger" text={verb} />
    </form>
  </details>
)
