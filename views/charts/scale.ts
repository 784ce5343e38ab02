/** The most lines that a value axis has above its zero. */
const mostLines = 5

/** A value axis from zero, for whole numbers: `top` leaves a little air above the greatest value, `lines` are the values that get a line. */
export function valueAxis(greatest: number): { top: number; lines: number[] } {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, greatest / mostLines)))
  const step = [size, 2 * size, 5 * size, 10 * size].find(step => greatest / step <= mostLines)!
  const lines = Array.from({ length: Math.floor(greatest / step) }, (_, index) => (index + 1) * step)
  return { top: Math.max(1, greatest * 1.04), lines }
}

/** A length or a place in a plot, which stretches: `12.5%`. */
export const percent = (value: number) => `${Number(value.toFixed(2))}%`

/**
 * Moves labels apart so that each has `gap` to itself, as near to where it belongs as the order allows. Places are percentages from the top,
 * in ascending order; so are the ones returned.
 */
export function spread(places: number[], gap: number): number[] {
  const spread: number[] = []
  for (const place of places) spread.push(Math.max(place, (spread.at(-1) ?? -gap) + gap))
  let limit = 100
  for (let index = spread.length - 1; index >= 0; index--) {
    spread[index] = Math.min(spread[index]!, limit)
    limit = spread[index]! - gap
  }
  return spread
}

/** Days or weeks without those at the start in which nothing was there yet; at least the last `least` of them. A young project fills its picture too. */
export function withoutEmptyStart<T>(all: readonly T[], isEmpty: (one: T) => boolean, least: number): T[] {
  const first = all.findIndex(one => !isEmpty(one))
  return all.slice(Math.max(0, Math.min(first < 0 ? all.length : first - 1, all.length - least)))
}

/** At most `count` indexes of `length` things, one step apart, counted back from the last. */
export function evenly(length: number, count: number): number[] {
  const step = Math.max(1, Math.ceil((length - 1) / (count - 1)))
  return Array.from({ length: Math.ceil(length / step) }, (_, index) => length - 1 - index * step).reverse()
}
