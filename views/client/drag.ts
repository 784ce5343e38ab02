import { cardOf, cardsIn, columns } from './cards.ts'
import { carry, drop, inHand, lift, putBack } from './moving.ts'
import { view } from './view.ts'

/** How far a mouse has to go until it drags, and how long a finger has to rest, since fingers scroll. */
const slack = 5
const longPress = 350
/** How close to an edge a card makes the board scroll, and by how much a frame. */
const edge = 56
const step = 14

type Press = {
  card: HTMLLIElement
  pointer: number
  x: number
  y: number
  timer: number
  ghost?: HTMLElement
  dx: number
  dy: number
}
let press: Press | null = null
let scrolling = 0

function begin(): void {
  if (!press || press.ghost) return
  const { card } = press
  if (!card.isConnected) return end()
  const article = card.querySelector<HTMLElement>('.card')!
  const box = article.getBoundingClientRect()
  const ghost = article.cloneNode(true) as HTMLElement
  ghost.classList.add('ghost', 'lifted')
  ghost.setAttribute('aria-hidden', 'true')
  ghost.inert = true
  Object.assign(ghost.style, { width: `${box.width}px`, height: `${box.height}px` })
  press.ghost = ghost
  press.dx = press.x - box.left
  press.dy = press.y - box.top
  document.body.append(ghost)
  getSelection()?.removeAllRanges()
  document.body.classList.add('dragging')
  lift(card)
  follow()
}

/** Moves what the pointer holds, and makes room for it where it would drop. */
function follow(): void {
  if (!press?.ghost) return
  const { ghost, x, y, dx, dy, card } = press
  ghost.style.transform = `translate(${x - dx}px, ${y - dy}px)`
  const column = columns().find(({ parentElement }) => {
    const box = parentElement!.getBoundingClientRect()
    return x >= box.left - 6 && x < box.right + 6
  })
  if (!column) return
  const middle = y - dy + ghost.offsetHeight / 2
  const next = cardsIn(column).find(other => {
    if (other === card) return false
    const box = other.getBoundingClientRect()
    return middle < box.top + box.height / 2
  })
  const after = next ?? column.querySelector(':scope > .more')
  if (card.parentElement !== column || card.nextElementSibling !== after) carry(column, after)
}

function scroll(): void {
  if (!press?.ghost) return
  const { x, y } = press
  const board = document.getElementById('board')
  const near = (position: number, from: number, to: number) =>
    position < from + edge ? -step : position > to - edge ? step : 0
  if (board) {
    const box = board.getBoundingClientRect()
    board.scrollLeft += near(x, box.left, box.right)
  }
  const column = press.card.parentElement
  if (column) {
    const box = column.getBoundingClientRect()
    column.scrollTop += near(y, box.top, box.bottom)
  }
  follow()
  scrolling = requestAnimationFrame(scroll)
}

function end(): void {
  if (!press) return
  window.clearTimeout(press.timer)
  cancelAnimationFrame(scrolling)
  press.ghost?.remove()
  document.body.classList.remove('dragging')
  press = null
}

document.addEventListener('pointerdown', event => {
  const card = event.target instanceof Element ? cardOf(event.target) : null
  if (!card || event.button !== 0 || !event.isPrimary || press || inHand()) return
  if (view()?.dataset.canEdit === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return
  press = { card, pointer: event.pointerId, x: event.clientX, y: event.clientY, dx: 0, dy: 0, timer: 0 }
  if (event.pointerType !== 'mouse')
    press.timer = window.setTimeout(() => {
      begin()
      scrolling = requestAnimationFrame(scroll)
    }, longPress)
})
document.addEventListener('pointermove', event => {
  if (!press || event.pointerId !== press.pointer) return
  const moved = Math.hypot(event.clientX - press.x, event.clientY - press.y) > slack
  if (!press.ghost) {
    if (!moved) return
    // A finger that moves at once scrolls.
    if (event.pointerType !== 'mouse') return end()
    begin()
    scrolling = requestAnimationFrame(scroll)
  }
  if (!press) return
  press.x = event.clientX
  press.y = event.clientY
  follow()
})
document.addEventListener('pointerup', event => {
  if (!press || event.pointerId !== press.pointer) return
  const dragged = press.ghost !== undefined
  end()
  if (!dragged) return
  // The click that follows would open the task.
  const swallow = (click: Event) => {
    click.preventDefault()
    click.stopPropagation()
  }
  window.addEventListener('click', swallow, { capture: true, once: true })
  window.setTimeout(() => window.removeEventListener('click', swallow, { capture: true }))
  void drop()
})
function giveUp(): void {
  const dragged = press?.ghost !== undefined
  end()
  if (dragged) putBack()
}
document.addEventListener('pointercancel', giveUp)
window.addEventListener('blur', giveUp)
// A finger that holds a card does not scroll the page, nor open its menu.
document.addEventListener('touchmove', event => press?.ghost && event.preventDefault(), { passive: false })
document.addEventListener('contextmenu', event => press?.ghost && event.preventDefault())
document.addEventListener(
  'keydown',
  event => {
    if (event.key !== 'Escape' || !press?.ghost) return
    event.preventDefault()
    event.stopPropagation()
    giveUp()
  },
  { capture: true },
)
