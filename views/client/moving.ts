import { cardsIn, columnOf, linkOf, place } from './cards.ts'
import { say } from './toasts.ts'
import { number, send, toast, view, words } from './view.ts'

/** A card in the hand, and where it came from. */
type Lifted = { card: HTMLLIElement; column: HTMLOListElement; next: Element | null }
let lifted: Lifted | null = null

export const inHand = () => lifted?.card ?? null

/** Where a card is, for those who cannot see it. */
function where(card: HTMLLIElement) {
  const column = columnOf(card)!
  const cards = cardsIn(column)
  const name = document.getElementById(`col-${column.parentElement?.dataset.status}`)?.textContent ?? ''
  return {
    title: linkOf(card).textContent ?? '',
    column: name,
    place: number(cards.indexOf(card) + 1),
    count: number(cards.length),
  }
}
export const sayWhere = (card: HTMLLIElement, word: 'lifted' | 'at' | 'dropped' | 'putBack') =>
  say(words(word, where(card)))

/** Takes a card in the hand. Until it is dropped it can go anywhere on the board, and back. */
export function lift(card: HTMLLIElement): void {
  lifted = { card, column: columnOf(card)!, next: card.nextElementSibling }
  card.classList.add('slot')
  card.querySelector('.card')?.classList.add('lifted')
  view()?.toggleAttribute('data-lifting', true)
}

function letGo(): Lifted | null {
  const was = lifted
  lifted = null
  was?.card.classList.remove('slot')
  was?.card.querySelector('.card')?.classList.remove('lifted')
  view()?.toggleAttribute('data-lifting', false)
  if (was) document.dispatchEvent(new Event('card-let-go'))
  return was
}

/** Puts the card in the hand before another one, or at the end of the cards that are shown. */
export function carry(column: HTMLOListElement, next: Element | null): void {
  if (lifted) column.insertBefore(lifted.card, next ?? column.querySelector(':scope > .more'))
}

/** Puts the card in the hand back to where it was. */
export function putBack(): void {
  const was = letGo()
  if (!was) return
  was.column.insertBefore(was.card, was.next?.parentElement === was.column ? was.next : null)
  sayWhere(was.card, 'putBack')
}

/** Leaves the card where it is now, and tells the server. If that fails it goes back, with a word why. */
export async function drop(): Promise<void> {
  const was = letGo()
  if (!was) return
  const { card } = was
  const column = columnOf(card)!
  const next = card.nextElementSibling
  if (column === was.column && next === was.next) return sayWhere(card, 'putBack')
  sayWhere(card, 'dropped')
  const cards = cardsIn(column)
  const index = cards.indexOf(card)
  const idOf = (neighbour: HTMLLIElement | undefined) => neighbour?.id.slice('card-'.length) ?? ''
  const version = card.dataset.version
  const { ok, parts } = await send(`${linkOf(card).pathname}/move`, {
    fromStatusId: card.dataset.status!,
    fromPosition: card.dataset.position!,
    statusId: column.parentElement!.dataset.status!,
    afterId: idOf(cards[index - 1]),
    beforeId: idOf(cards[index + 1]),
  })
  const current = parts.querySelector<HTMLLIElement>('li[data-position]')
  if (current) return place(current)
  if (ok) return
  // Unless it was lifted again, or an event has told in the meantime where it is.
  if (inHand() === card || !card.isConnected || card.dataset.version !== version) return
  was.column.insertBefore(card, was.next?.parentElement === was.column ? was.next : null)
  toast(words('notMoved'))
}
