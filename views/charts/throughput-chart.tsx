import type { Dashboard } from '../../services/analytics-service/contract.ts'
import { dateWords, number } from '../format.ts'
import { Html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { evenly, percent, valueAxis } from './scale.ts'

/** Above this many weeks there is no room for a number on each. */
const mostNumbers = 16
/** Of the width of the plot, for one bar. */
const widest = 6

/**
 * What came in and what was finished in each week, side by side; the running week has no ground yet and is dashed. `mean` is drawn as a line:
 * what is finished in a week on average, or null. `label` says in a sentence what the picture shows.
 */
export const ThroughputChart = ({
  reader,
  throughput,
  mean,
  label,
}: {
  reader: Reader
  throughput: Dashboard['throughput']
  mean: number | null
  label: string
}) => {
  const { dashboard } = reader.text
  const { top } = valueAxis(Math.max(...throughput.flatMap(week => [week.created, week.done])))
  const column = 100 / throughput.length
  const bar = Math.min(column * 0.38, widest)
  const height = (value: number) => (100 * value) / top
  const week = ({ weekStart }: Dashboard['throughput'][number]) =>
    dateWords(reader, Temporal.PlainDate.from(weekStart))
  const isRunning = (index: number) => index === throughput.length - 1
  return (
    <>
      <div class="plot">
        <svg role="img" aria-label={label}>
          <line class="axis" x1="0" x2="100%" y1="100%" y2="100%" />
          {mean !== null && (
            <line
              class="mean"
              x1="0"
              x2="100%"
              y1={percent(100 - height(mean))}
              y2={percent(100 - height(mean))}
            />
          )}
          {throughput.map(({ created, done, weekStart }, index) => {
            const left = index * column + (column - 2 * bar) / 2
            return (
              <g class={[isRunning(index) && 'running']}>
                <title safe>
                  {dashboard.throughput.bar(week({ created, done, weekStart }), created, done)}
                </title>
                <rect
                  class="bar-created"
                  x={percent(left)}
                  width={percent(bar)}
                  y={percent(100 - height(created))}
                  height={percent(height(created))}
                  rx="2"
                />
                <rect
                  class="bar-done"
                  x={percent(left + bar)}
                  width={percent(bar)}
                  y={percent(100 - height(done))}
                  height={percent(height(done))}
                  rx="2"
                />
                {throughput.length <= mostNumbers && done > 0 && (
                  <text
                    class="number"
                    x={percent(left + 1.5 * bar)}
                    y={percent(100 - height(done))}
                    dy="-6"
                    text-anchor="middle"
                    safe
                  >
                    {number(reader, done)}
                  </text>
                )}
              </g>
            )
          })}
          {evenly(throughput.length, 4).map((index, place, all) => (
            <text
              class={[(all.length - 1 - place) % 2 === 1 && 'wide-only']}
              x={percent(isRunning(index) ? 100 : index === 0 ? 0 : (index + 0.5) * column)}
              y="100%"
              dy="18"
              text-anchor={isRunning(index) ? 'end' : index === 0 ? 'start' : 'middle'}
              safe
            >
              {isRunning(index) ? dashboard.throughput.thisWeek : week(throughput[index]!)}
            </text>
          ))}
        </svg>
      </div>
      <p class="key">
        {(['created', 'done'] as const).map(kind => (
          <span class="with with-4">
            <svg class="swatch" aria-hidden="true">
              <rect class={`bar-${kind}`} width="100%" height="100%" rx="2" />
            </svg>
            <span safe>{dashboard.throughput[kind]}</span>
          </span>
        ))}
      </p>
    </>
  )
}
