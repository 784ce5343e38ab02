import { Html } from '../html.ts'
import type { Color } from '../../services/task-service/contract.ts'

/** A coloured dot; `square` for projects. Colour never speaks alone: a name belongs beside it. */
export const Dot = ({ color, square }: { color: Color; square?: boolean }) => (
  <span class={['dot', square && 'sq', `c-${color}`]} aria-hidden="true" />
)

/** A label with its name. */
export const Label = ({ label }: { label: { name: string; color: Color } }) => (
  <span class="with with-4">
    <Dot color={label.color} />
    <span safe>{label.name}</span>
  </span>
)

/** Labels as dots, their names shown on hover and focus of the card, and said to screen readers. */
export const LabelDots = ({ labels }: { labels: { name: string; color: Color }[] }) => {
  const names = labels.map(label => label.name).join(', ')
  return (
    <span class="labels">
      {labels.map(label => (
        <Dot color={label.color} />
      ))}
      <span class="names" aria-hidden="true" safe>
        {names}
      </span>
      <span class="sr-only" safe>
        {names}
      </span>
    </span>
  )
}
