import htmx from 'htmx.org/dist/htmx.esm.min.js'
import { place, showCounts } from './cards.ts'
import { inHand } from './moving.ts'
import { elements, refresh, view, words } from './view.ts'

type TaskNews = {
  id: string
  version: number
  deleted: boolean
  actorId: string | null
  html: { card?: string; row?: string }
}

let source: EventSource | null = null
let seen = ''
let again = 0

/** Says whether the view is up to date. */
function tell(isLive: boolean): void {
  const shown = document.getElementById('live')
  if (!shown) return
  shown.closest<HTMLElement>('.hints')!.hidden = false
  shown.dataset.state = isLive ? 'on' : 'off'
  shown.lastElementChild!.textContent = words(isLive ? 'live' : 'reconnecting')
}

/** News wait while a pointer is down or a card is in the hand, so that nothing jumps from under them. */
let pressed = false
const waiting: (() => void)[] = []
function hear(news: () => void): void {
  if (pressed || inHand()) waiting.push(news)
  else news()
}
// Not before the click that this may become.
const goOn = () =>
  window.setTimeout(() => {
    if (!pressed && !inHand()) for (const news of waiting.splice(0)) news()
  })
const press = (isDown: boolean) => () => {
  pressed = isDown
  goOn()
}
window.addEventListener('pointerdown', press(true), { capture: true })
for (const name of ['pointerup', 'pointercancel']) window.addEventListener(name, press(false))
document.addEventListener('card-let-go', goOn)

/** Tells the panel what happened to the task that it shows. */
const tellPanel = (taskId: string, version?: number) =>
  document.dispatchEvent(new CustomEvent('task-news', { detail: { taskId, version } }))

const shownAs = (taskId: string) => document.querySelector<HTMLElement>(`#card-${taskId}, #row-${taskId}`)

/** Puts a new row in the place of an older one. */
function exchange(shown: HTMLElement, row: HTMLElement): void {
  const focused = shown.contains(document.activeElement)
  row.classList.toggle('cur', shown.classList.contains('cur'))
  shown.replaceWith(row)
  htmx.process(row)
  if (focused) row.querySelector('a')?.focus({ preventScroll: true })
}

function task({ id, version, deleted, actorId, html }: TaskNews): void {
  const shown = shownAs(id)
  const isKnown = Number(shown?.dataset.version ?? 0) >= version
  if (!isKnown && deleted) shown?.remove()
  else if (!isKnown) {
    const onBoard = document.getElementById('board') !== null
    const part = elements((onBoard ? html.card : html.row) ?? '').firstElementChild as HTMLElement | null
    if (part && onBoard) place(part as HTMLLIElement, { fresh: actorId !== view()?.dataset.reader })
    else if (part && shown?.dataset.status === part.dataset.status) exchange(shown!, part)
    else refresh()
  }
  tellPanel(id, version)
}

/** A comment changes what a card counts, but not the task. Of several in a row the last one counts. */
let counting = 0
function comment({ taskId }: { taskId: string }): void {
  tellPanel(taskId)
  if (!shownAs(taskId)) return
  window.clearTimeout(counting)
  counting = window.setTimeout(() => hear(refresh), 500)
}

/** The statuses, labels or members are others now, or too much has happened to tell. */
function everything(): void {
  refresh()
  tellPanel(document.getElementById('panel')?.dataset.task ?? '')
}

function connect(): void {
  const main = view()
  if (!main || document.hidden) return
  source?.close()
  seen ||= main.dataset.after!
  const { project } = main.dataset
  source = new EventSource(`/live?project=${project}&after=${encodeURIComponent(seen)}`)
  const on = <T>(name: string, then: (data: T) => void) =>
    source!.addEventListener(name, event => {
      seen = event.lastEventId || seen
      hear(() => then(JSON.parse(event.data) as T))
    })
  on('ready', () => tell(true))
  on('task', task)
  on<{ byStatus: Record<string, number>; open: string }>('counts', ({ byStatus, open }) => {
    showCounts(byStatus)
    const inSidebar = document.querySelector(`[data-open="${project}"]`)
    if (inSidebar) inSidebar.textContent = open
  })
  on('refresh', everything)
  on('project', everything)
  on('comment', comment)
  on<{ taskId: string }>('file', ({ taskId }) => tellPanel(taskId))
  source.onerror = () => {
    tell(false)
    // Refused, not just broken: the browser would not try again by itself.
    if (source?.readyState === EventSource.CLOSED) {
      window.clearTimeout(again)
      again = window.setTimeout(connect, 5_000)
    }
  }
}

// Browsers open few connections to one host, so a tab that nobody sees gives its own back, and catches up when it is seen.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) return connect()
  source?.close()
  window.clearTimeout(again)
})
tell(false)
connect()
document.addEventListener('htmx:after:swap', () => tell(source?.readyState === EventSource.OPEN))
