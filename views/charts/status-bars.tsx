import type { Dashboard } from '../../services/analytics-service/contract.ts'
import { StatusIcon } from '../components/status.tsx'
import { number } from '../format.ts'
import { Html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { percent } from './scale.ts'

/** Of the width of a row, so that the number has room after the longest bar. */
const longest = 84

/**
 * How many tasks each status has, in board order: a bar a status, its name before it, the number behind. What is done is a number and a word only: it
 * grows for as long as the project lives, and beside its bar the open ones could not be told apart.
 */
export const StatusBars = ({
  reader,
  byStatus,
  label,
}: {
  reader: Reader
  byStatus: Dashboard['byStatus']
  /** Says in a sentence what the picture shows. */
  label: string
}) => {
  const isOpen = ({ category }: Dashboard['byStatus'][number]) => category !== 'done'
  const most = Math.max(1, ...byStatus.filter(isOpen).map(({ count }) => count))
  const width = (status: Dashboard['byStatus'][number]) =>
    isOpen(status) ? (longest * status.count) / most : 0
  return (
    <div class="bars" role="img" aria-label={label}>
      {byStatus.map(status => (
        <>
          <span class="with bar-name" title={status.name}>
            <StatusIcon category={status.category} />
            <span class="truncate" safe>
              {status.name}
            </span>
          </span>
          <svg class="bar-row">
            <rect class={`fill-${status.category}`} width={percent(width(status))} height="100%" rx="3" />
            <text x={percent(width(status))} dx="6" y="50%" dy="4">
              <tspan class="named" safe>
                {number(reader, status.count)}
              </tspan>
              {!isOpen(status) && (
                <tspan class="aside" dx="8" safe>
                  {reader.text.dashboard.status.notOpen}
                </tspan>
              )}
            </text>
          </svg>
        </>
      ))}
    </div>
  )
}
