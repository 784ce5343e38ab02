import { Html } from '../html.ts'
import type { Children } from '../children.ts'
import type { IconName } from '../icons.ts'
import type { Reader } from '../reader.ts'
import { ButtonLink } from './button.tsx'
import { Icon } from './icon.tsx'

const looks = {
  info: { class: undefined, icon: 'offline', role: 'status' },
  wait: { class: 'wait', icon: 'late', role: 'status' },
  bad: { class: 'bad', icon: 'late', role: 'alert' },
  good: { class: 'good', icon: 'check', role: 'status' },
} as const satisfies Record<string, { class?: string; icon: IconName; role: string }>

/** Something that the reader has to know, where it happened. It says what happened, what is safe, and what to do. */
export const Notice = ({
  kind,
  title,
  detail,
  icon,
  children,
}: {
  kind: keyof typeof looks
  title: string
  detail?: string
  icon?: IconName
  /** What can be done about it. */
  children?: Children
}) => (
  <div class={['note', looks[kind].class]} role={looks[kind].role}>
    <Icon name={icon ?? looks[kind].icon} />
    <div class="grow">
      <p>
        <b safe>{title}</b>
      </p>
      {detail !== undefined && <p safe>{detail}</p>}
    </div>
    {children}
  </div>
)

/** In place of a part of the page whose service does not answer. The rest of the page goes on. */
export const Away = ({ reader, part }: { reader: Reader; part: keyof Reader['text']['common']['away'] }) => {
  const { title, detail } = reader.text.common.away[part]
  return (
    <Notice kind="wait" title={title} detail={detail}>
      <ButtonLink small icon="retry" text={reader.text.common.tryAgain} href={reader.path} />
    </Notice>
  )
}
