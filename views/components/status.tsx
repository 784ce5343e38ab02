import { Html } from '../html.ts'
import type { Category, Priority } from '../../services/task-service/contract.ts'
import type { Reader } from '../reader.ts'
import { Icon } from './icon.tsx'

/** What a status means, as a shape and a hue. Its name must stand beside it or be `named` for those who cannot see the shape. */
export const StatusIcon = ({ category, named }: { category: Category; named?: string }) => (
  <>
    <Icon name={`status-${category}`} class={`st c-${category}`} />
    {named !== undefined && (
      <span class="sr-only" safe>
        {named}
      </span>
    )}
  </>
)

/** A priority as bars; urgent as a filled square. `words` shows its name too; otherwise it is in the tooltip and for screen readers. */
export const PriorityIcon = ({
  reader,
  priority,
  words,
}: {
  reader: Reader
  priority: Priority
  words?: boolean
}) => {
  const name = reader.text.common.priorities[priority]
  return (
    <span class={['with', 'pr', priority === 'urgent' && 'pr-urgent']} title={words ? undefined : name}>
      <Icon name={`priority-${priority}`} small />
      <span class={words ? undefined : 'sr-only'} safe>
        {name}
      </span>
    </span>
  )
}
