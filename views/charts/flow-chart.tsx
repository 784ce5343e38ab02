import type { Dashboard } from '../../services/analytics-service/contract.ts'
import { dateWords, number } from '../format.ts'
import { Html } from '../html.ts'
import type { Reader } from '../reader.ts'
import { evenly, percent, spread, valueAxis } from './scale.ts'

/** From the ground up: what is finished gathers at the bottom. */
const layers = ['done', 'review', 'doing', 'ready', 'backlog'] as const
/** Of the height of the plot, for one line of text. */
const labelGap = 6.5

/**
 * Cumulative flow: how many tasks were in each category at the end of each day, as areas on each other. `label` says in a sentence what the
 * picture shows. The areas stretch with the page, texts do not.
 */
export const FlowChart = ({
  reader,
  flow,
  label,
}: {
  reader: Reader
  flow: Dashboard['flow']
  label: string
}) => {
  const { common } = reader.text
  const sums = flow.map(day => {
    let sum = 0
    return layers.map(layer => (sum += day[layer]))
  })
  const { top, lines } = valueAxis(Math.max(...sums.map(day => day.at(-1)!)))
  const x = (index: number) => (flow.length === 1 ? 0 : (100 * index) / (flow.length - 1))
  const y = (value: number) => 100 - (100 * value) / top
  /** The upper edge of a layer from left to right; -1 is the ground. */
  const edge = (layer: number) => {
    const points = sums.map((day, index) => ({ x: x(index), y: y(layer < 0 ? 0 : day[layer]!) }))
    // One day alone is as wide as the plot.
    return points.length === 1 ? [points[0]!, { ...points[0]!, x: 100 }] : points
  }
  const path = (points: { x: number; y: number }[]) =>
    `M${points.map(point => `${point.x.toFixed(2)},${point.y.toFixed(2)}`).join(' ')}`

  const today = flow.at(-1)!
  const last = sums.at(-1)!
  const named = layers
    .map((layer, index) => ({ layer, middle: y((last[index]! + (last[index - 1] ?? 0)) / 2) }))
    .filter(({ layer }) => today[layer] > 0)
    .reverse()
  const places = spread(
    named.map(({ middle }) => middle),
    labelGap,
  )
  return (
    <div class="plot plot-named">
      <svg role="img" aria-label={label}>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">
          {layers.map((layer, index) => (
            <path class={`fill-${layer}`} d={`${path([...edge(index), ...edge(index - 1).reverse()])}Z`} />
          ))}
          {layers.map((_, index) => (
            <path class="edge" d={path(edge(index))} />
          ))}
        </svg>
        {lines.map(value => (
          <>
            <line class="grid" x1="0" x2="100%" y1={percent(y(value))} y2={percent(y(value))} />
            <text class="halo" x="0" y={percent(y(value))} dy="-4" safe>
              {number(reader, value)}
            </text>
          </>
        ))}
        <line class="axis" x1="0" x2="100%" y1="100%" y2="100%" />
        {evenly(flow.length, 5).map((index, place, all) => {
          const isLast = place === all.length - 1
          return (
            <text
              class={[(all.length - 1 - place) % 2 === 1 && 'wide-only']}
              x={percent(isLast ? 100 : x(index))}
              y="100%"
              dy="18"
              text-anchor={isLast ? 'end' : index === 0 ? 'start' : 'middle'}
              safe
            >
              {isLast ? common.today : dateWords(reader, Temporal.PlainDate.from(flow[index]!.day))}
            </text>
          )
        })}
        {named.map(({ layer }, index) => (
          <text class="named" x="100%" dx="8" y={percent(places[index]!)} dy="4" safe>
            {`${common.categories[layer]} ${number(reader, today[layer])}`}
          </text>
        ))}
      </svg>
    </div>
  )
}
