import { place } from './cards.ts'
import { send } from './view.ts'

const formOf = (event: Event) =>
  event.target instanceof HTMLFormElement && event.target.id === 'add' ? event.target : null

// The line is empty at once for the next task; if this one is not accepted its title comes back, unless the next has been begun.
document.addEventListener('submit', async event => {
  const form = formOf(event)
  if (!form) return
  event.preventDefault()
  const fields = Object.fromEntries(new FormData(form)) as Record<string, string>
  const title = form.elements.namedItem('title') as HTMLInputElement
  const key = form.elements.namedItem('key') as HTMLInputElement
  if (title.value.trim() === '') return
  title.value = ''
  title.focus()
  key.value = crypto.randomUUID()
  const { ok, parts } = await send(form.action, fields)
  const card = parts.querySelector<HTMLLIElement>('li[data-position]')
  if (card) place(card)
  if (ok || title.value !== '') return
  title.value = fields.title ?? ''
  key.value = fields.key ?? ''
})

// Enter that ends the composing of a syllable is not Enter that sends. Safari tells by the key code alone.
document.addEventListener(
  'keydown',
  event => {
    const inLine = event.target instanceof HTMLInputElement && event.key === 'Enter'
    if (inLine && (event.isComposing || event.keyCode === 229)) event.preventDefault()
  },
  { capture: true },
)

document.addEventListener(
  'click',
  event => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-add]') : null
    const form = document.querySelector<HTMLFormElement>('#add')
    if (!link || !form || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    ;(form.elements.namedItem('statusId') as HTMLSelectElement).value = link.dataset.add!
    ;(form.elements.namedItem('title') as HTMLInputElement).focus()
  },
  { capture: true },
)
