import { isTyping } from './keyboard.ts'
import { forget, isBeingWritten, restore } from './writing.ts'
import { renew, toast, view, words } from './view.ts'

const panel = () => document.querySelector<HTMLElement>('#panel[data-task]:not([hidden])')
const cardOrRow = (taskId: string | undefined) => document.querySelector(`#card-${taskId}, #row-${taskId}`)

/** Marks in the view which task is open. */
function mark(): void {
  const open = cardOrRow(panel()?.dataset.task)
  for (const other of document.querySelectorAll('.open, tr.cur'))
    if (!open?.contains(other) && other.matches('.card, tr')) other.classList.remove('open', 'cur')
  open?.querySelector('.card')?.classList.add('open')
  if (open?.matches('tr')) open.classList.add('cur')
}

/** Closes the panel and goes back to where its task is in the view. */
function close(): void {
  const shown = panel()
  const main = view()
  if (!shown || !main) return
  const link = cardOrRow(shown.dataset.task)?.querySelector<HTMLElement>('a')
  shown.replaceChildren()
  shown.hidden = true
  shown.removeAttribute('data-task')
  history.pushState({ htmx: true }, '', main.dataset.path)
  document.title = `${document.querySelector('.top h1')?.textContent ?? ''} · TaskMate`
  mark()
  link?.focus({ preventScroll: true })
}

document.addEventListener(
  'click',
  event => {
    const target = event.target instanceof Element ? event.target : null
    if (event.ctrlKey || event.metaKey || event.shiftKey || !target) return
    if (target.closest('[data-close]') && view()) {
      event.preventDefault()
      event.stopPropagation()
      close()
    }
    const discarded = target.closest<HTMLElement>('[data-discard]')
    if (discarded) forget(discarded.dataset.discard!)
  },
  { capture: true },
)

document.addEventListener('keydown', event => {
  if (event.defaultPrevented || event.isComposing) return
  if (event.key === 'Escape' && !document.querySelector(':popover-open')) {
    const field = document.activeElement
    // First out of the text, which stays, and then out of the task.
    if (isTyping(field) && panel()?.contains(field)) leave(field as HTMLElement)
    else close()
  }
  if (event.key !== 'Enter' || !(event.target instanceof HTMLTextAreaElement)) return
  if (isOneLine(event.target) || event.ctrlKey || event.metaKey) {
    event.preventDefault()
    event.target.form?.requestSubmit()
  }
})

/** Text that is one line, however long: Enter sends it, and Escape takes back what was typed. */
const isOneLine = (field: Element): field is HTMLTextAreaElement =>
  field instanceof HTMLTextAreaElement && 'enterSends' in field.dataset

function leave(field: HTMLElement): void {
  if (isOneLine(field)) {
    field.value = field.defaultValue
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  field.blur()
}

/** Brings the reader to what is wrong: at the field, else at the top of the panel, which may be far from the form. */
function toRefusal(): void {
  const refused = [
    ...(panel()?.querySelectorAll<HTMLElement>('[aria-invalid="true"], .note.bad, .conflict > .note') ?? []),
  ]
  const first = refused.filter(found => found.checkVisibility()).at(-1)
  if (!first) return
  if (first.matches('.note')) first.tabIndex = -1
  first.focus()
  first.scrollIntoView({ block: 'nearest' })
}

// A task that has just been opened takes the focus, so that it is read from its title on.
let opening = false
document.addEventListener('htmx:before:request', event => {
  const source = (event as CustomEvent).detail.ctx.sourceElement as Element
  opening = source.matches('a') && !panel()?.contains(source)
})
document.addEventListener('htmx:after:swap', event => {
  const ctx = (event as CustomEvent).detail.ctx as {
    target?: Element
    sourceElement: Element
    response?: { status: number }
  }
  mark()
  if (ctx.target?.id !== 'panel') return
  restore()
  if (ctx.sourceElement instanceof HTMLFormElement) {
    if ((ctx.response?.status ?? 0) >= 400) toRefusal()
    else if (ctx.sourceElement.id === 'edit-comment')
      panel()?.querySelector('.talk > li:last-child')?.scrollIntoView({ block: 'nearest' })
  }
  if (opening) document.getElementById('task-title')?.focus({ preventScroll: true })
  opening = false
})
document.addEventListener('task-news', event => {
  const { taskId, version } = (event as CustomEvent<{ taskId: string; version?: number }>).detail
  const shown = panel()
  if (shown?.dataset.task !== taskId) return
  if (version === undefined || version > Number(shown.dataset.version))
    void renew('#panel', location.pathname + location.search)
})

// What a form could not send is still in it; htmx says nothing by itself when there is no answer.
document.addEventListener('htmx:error', event => {
  const { ctx } = (event as CustomEvent<{ ctx?: { sourceElement: Element; response?: unknown } }>).detail
  if (ctx && !ctx.response && ctx.sourceElement instanceof HTMLFormElement) toast(words('notSent'))
})

// Who leaves with words that are not sent is asked, though they are kept in this tab.
window.addEventListener('beforeunload', event => {
  if (isBeingWritten()) event.preventDefault()
})
mark()
restore()
