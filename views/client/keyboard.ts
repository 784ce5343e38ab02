import { cardOf, cardsIn, columnOf, columns, linkOf } from './cards.ts'
import { carry, drop, inHand, lift, putBack, sayWhere } from './moving.ts'
import { view } from './view.ts'

const arrows: Record<string, [across: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The column beside one. Only those with cards when `filled`. */
function beside(column: HTMLOListElement, across: number, filled: boolean): HTMLOListElement | undefined {
  const all = columns()
  for (let at = all.indexOf(column) + across; all[at]; at += across)
    if (!filled || cardsIn(all[at]!).length > 0) return all[at]
  return undefined
}

/** Goes to the card above, below, or at the same height of the column beside. */
function go(card: HTMLLIElement, across: number, down: number): void {
  const column = columnOf(card)!
  const index = cardsIn(column).indexOf(card)
  const target = across === 0 ? column : beside(column, across, true)
  if (!target) return
  const cards = cardsIn(target)
  const next = across === 0 ? cards[index + down] : cards[Math.min(index, cards.length - 1)]
  if (next) linkOf(next).focus()
}

function carryTo(card: HTMLLIElement, across: number, down: number): void {
  const column = columnOf(card)!
  const index = cardsIn(column).indexOf(card)
  if (across === 0) {
    const cards = cardsIn(column)
    if (!cards[index + down]) return
    carry(column, (down < 0 ? cards[index - 1] : cards[index + 2]) ?? null)
  } else {
    const target = beside(column, across, false)
    if (!target) return
    carry(target, cardsIn(target)[index] ?? null)
  }
  const link = linkOf(card)
  link.focus()
  card.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  sayWhere(card, 'at')
}

document.addEventListener('keydown', event => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  const card = cardOf(document.activeElement)
  const arrow = arrows[event.key]
  if (card && arrow) {
    event.preventDefault()
    if (inHand() === card) carryTo(card, ...arrow)
    else if (!inHand()) go(card, ...arrow)
  } else if (card && event.key === ' ' && view()?.dataset.canEdit !== undefined) {
    event.preventDefault()
    if (inHand()) void drop()
    else {
      lift(card)
      sayWhere(card, 'lifted')
    }
    linkOf(card).focus()
  } else if (card && inHand() && event.key === 'Enter') {
    event.preventDefault()
    void drop()
    linkOf(card).focus()
  } else if (inHand() && event.key === 'Escape') {
    event.preventDefault()
    // Not the panel too.
    event.stopImmediatePropagation()
    putBack()
    if (card) linkOf(card).focus()
  } else if (!isTyping(document.activeElement)) {
    const field = shortcuts[event.key]
    const target = field ? document.querySelector<HTMLElement>(field) : rowBeside(steps[event.key])
    if (!target) return
    event.preventDefault()
    target.focus()
  }
})

/** Keys that go to a field, and those that go through a list. */
const shortcuts: Record<string, string> = { c: '#add [name="title"]', '/': '#filter [name="q"]' }
const steps: Record<string, number> = { j: 1, k: -1 }

function rowBeside(step: number | undefined): HTMLElement | undefined {
  if (step === undefined) return undefined
  const links = [...document.querySelectorAll<HTMLAnchorElement>('.list .t a')]
  const current = document.activeElement?.closest('tr') ?? document.querySelector('tr.cur')
  const index = links.findIndex(link => current?.contains(link))
  return links[index < 0 ? 0 : Math.min(Math.max(index + step, 0), links.length - 1)]
}
// Who leaves a card in the hand with Tab puts it back.
document.addEventListener('focusout', event => {
  const card = inHand()
  if (!card || document.body.classList.contains('dragging')) return
  const to = event.relatedTarget
  if (to instanceof Element && !card.contains(to)) putBack()
})

export const isTyping = (element: Element | null) =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLTextAreaElement ||
  element instanceof HTMLSelectElement
