import htmx from 'htmx.org/dist/htmx.esm.min.js'
import { number, refresh, words } from './view.ts'

export const cardOf = (element: Element | null) =>
  element?.closest<HTMLLIElement>('li[data-position]') ?? null
export const columnOf = (card: Element) => card.closest<HTMLOListElement>('.cards')
export const linkOf = (card: Element) => card.querySelector<HTMLAnchorElement>('h3 a')!
export const cardsIn = (column: Element) => [
  ...column.querySelectorAll<HTMLLIElement>(':scope > li[data-position]'),
]
export const columns = () => [...document.querySelectorAll<HTMLOListElement>('.cards')]

/** Whether `a` comes before `b` in a column: by position as bytes (they are ASCII), then by id. */
const before = (a: HTMLElement, b: HTMLElement) =>
  a.dataset.position === b.dataset.position ? a.id < b.id : a.dataset.position! < b.dataset.position!

const isOlder = (card: HTMLElement, than: HTMLElement) =>
  Number(card.dataset.version) < Number(than.dataset.version)

/**
 * Shows a card where it belongs, instead of an older one of the same task. `fresh`: somebody else changed it, so it fades in; then it is not shown when it belongs
 * to those of the column that have not been asked for yet.
 */
export function place(card: HTMLLIElement, { fresh = false } = {}): void {
  const shown = document.getElementById(card.id)
  // What is in the hand goes where the hand puts it.
  if (shown && (isOlder(card, shown) || shown.querySelector('.lifted'))) return
  const column = document.getElementById(`cards-${card.dataset.status}`)
  if (!column) return refresh()
  const focused = shown?.contains(document.activeElement)
  const open = shown?.querySelector('.card.open') != null
  const next = cardsIn(column).find(other => other !== shown && before(card, other)) ?? null
  const more = column.querySelector(':scope > .more')
  shown?.remove()
  if (!next && more && fresh) return
  column.insertBefore(card, next ?? more)
  card.querySelector('.card')?.classList.toggle('fresh', fresh)
  card.querySelector('.card')?.classList.toggle('open', open)
  htmx.process(card)
  if (focused) linkOf(card).focus({ preventScroll: true })
  document.querySelector('.first')?.remove()
}

/** Writes how many tasks the columns have. */
export function showCounts(counts: Record<string, number>): void {
  for (const [statusId, count] of Object.entries(counts)) {
    const shown = document.querySelector<HTMLElement>(`.col[data-status="${statusId}"] .count`)
    if (!shown) continue
    const limit = Number(shown.dataset.limit ?? 0)
    const over = limit > 0 && count > limit
    shown.classList.toggle('over', over)
    shown.lastElementChild!.textContent =
      limit === 0
        ? number(count)
        : words(over ? 'over' : 'ofLimit', { count: number(count), limit: number(limit) })
  }
}
