import type { Dashboard } from '../../services/analytics-service/contract.ts'
import { Avatar } from '../components/avatar.tsx'
import { Icon } from '../components/icon.tsx'
import { StatusIcon } from '../components/status.tsx'
import { number } from '../format.ts'
import { Html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { percent } from './scale.ts'

/** What is nearest to being done comes first. */
const categories = ['doing', 'review', 'ready', 'backlog'] as const
const longest = 88
/** The part of a row, in percent, that a number takes on a phone. */
const room = (count: number) => 2.5 + 2.6 * String(count).length

/** Open tasks of each person as one bar of their categories, the total behind it, and what is late in words. */
export const WorkloadBars = ({
  reader,
  workload,
  nameOf,
  label,
}: {
  reader: Reader
  workload: Dashboard['workload']
  nameOf: (personId: string) => string
  /** Says in a sentence what the picture shows. */
  label: string
}) => {
  const { common, dashboard } = reader.text
  const most = Math.max(1, ...workload.map(({ total }) => total))
  const width = (count: number) => (longest * count) / most
  return (
    <div role="img" aria-label={label}>
      <div class="bars bars-people">
        {workload.map(load => {
          let left = 0
          const parts = categories
            .filter(category => load[category] > 0)
            .map(category => {
              const part = { category, count: load[category], left, width: width(load[category]) }
              left += part.width
              return part
            })
          const name = load.personId === null ? dashboard.workload.nobody : nameOf(load.personId)
          return (
            <>
              <span class="with bar-name" title={name}>
                {load.personId === null ? (
                  <Icon name="person" />
                ) : (
                  <Avatar id={load.personId} name={name} quiet />
                )}
                <span class="truncate" safe>
                  {name}
                </span>
              </span>
              <svg class="bar-row">
                {parts.map(part => (
                  <g>
                    <title safe>{`${common.categories[part.category]} ${number(reader, part.count)}`}</title>
                    <rect
                      class={['bar-part', `fill-${part.category}`]}
                      x={percent(part.left)}
                      width={percent(part.width)}
                      height="100%"
                      rx="3"
                    />
                    {part.width >= room(part.count) && (
                      <text x={percent(part.left)} dx="7" y="50%" dy="4" safe>
                        {number(reader, part.count)}
                      </text>
                    )}
                  </g>
                ))}
                <text class="named" x={percent(left)} dx="6" y="50%" dy="4" safe>
                  {number(reader, load.total)}
                </text>
              </svg>
              <span class={['with', 'with-4', 'bar-late', load.overdue > 0 && 'late']}>
                {load.overdue > 0 && (
                  <>
                    <Icon name="late" small />
                    <span safe>{dashboard.workload.late(load.overdue)}</span>
                  </>
                )}
              </span>
            </>
          )
        })}
      </div>
      <p class="key">
        {categories
          .filter(category => workload.some(load => load[category] > 0))
          .map(category => (
            <span class="with with-4">
              <StatusIcon category={category} />
              <span safe>{common.categories[category]}</span>
            </span>
          ))}
      </p>
    </div>
  )
}
