import { Html } from '../html.ts'
import { asset } from '../assets.ts'
import type { IconName } from '../icons.ts'

/** An icon out of the sprite, 16 px (`small`: 14). It is decoration: what it means is said in words beside it or in a label of its parent. */
export const Icon = ({ name, small, class: extra }: { name: IconName; small?: boolean; class?: string }) => (
  <svg class={['i', small && 'i-14', extra]} aria-hidden="true">
    <use href={`${asset('icons.svg')}#${name}`} />
  </svg>
)

/** The mark of TaskMate. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 20 20" aria-hidden="true">
    <rect width="20" height="20" rx="5" fill="var(--color-ink)" />
    <path
      d="M5.2 6.2h9.6M10 6.2v3.2"
      fill="none"
      stroke="var(--color-paper)"
      stroke-width="1.9"
      stroke-linecap="round"
    />
    <path
      d="m6.6 12.1 2.7 2.6 4.4-4.6"
      fill="none"
      stroke="var(--color-paper)"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
)
