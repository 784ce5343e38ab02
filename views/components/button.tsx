import { Html } from '../html.ts'
import type { IconName } from '../icons.ts'
import { Icon } from './icon.tsx'

type Look = {
  /** What it says: a verb. With `bare` it is said to screen readers and in a tooltip only. */
  text: string
  kind?: 'primary' | 'quiet' | 'danger'
  icon?: IconName
  small?: boolean
  /** Only the icon is seen. */
  bare?: boolean
}

const classes = ({ kind, small, bare }: Look) => [
  'btn',
  kind && `btn-${kind}`,
  small && 'btn-sm',
  bare && 'btn-icon',
]

const Inside = ({ text, icon, bare }: Look) => (
  <>
    {icon && <Icon name={icon} />}
    <span class={bare ? 'sr-only' : undefined} safe>
      {text}
    </span>
  </>
)

/** A button; inside a form it submits unless `type` says otherwise. Other attributes go to the element. */
export const Button = ({
  text,
  kind,
  icon,
  small,
  bare,
  ...attributes
}: Look & Omit<JSX.HtmlButtonTag, 'children' | 'class'>) => (
  <button class={classes({ text, kind, small, bare })} title={bare ? text : undefined} {...attributes}>
    <Inside text={text} icon={icon} bare={bare} />
  </button>
)

/** A link that looks like a button: for what opens, not for what changes. */
export const ButtonLink = ({
  text,
  kind,
  icon,
  small,
  bare,
  ...attributes
}: Look & Omit<JSX.HtmlAnchorTag, 'children' | 'class'> & { href: string }) => (
  <a class={classes({ text, kind, small, bare })} title={bare ? text : undefined} {...attributes}>
    <Inside text={text} icon={icon} bare={bare} />
  </a>
)
