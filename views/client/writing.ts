/**
 * What people are writing in a panel is theirs: no answer and no news may touch it. A form with changed text is left out when the panel is renewed, with the
 * value that its writer saw (`base`), so that saving tells the two versions apart. Its text is kept in this tab until it is saved.
 */
const editors = () => [...document.querySelectorAll<HTMLElement>('#panel [data-edit]')]
const textOf = (editor: Element) => editor.querySelector<HTMLTextAreaElement>('textarea[name="value"]')
const baseOf = (editor: Element) => editor.querySelector<HTMLInputElement>('input[name="base"]')

// A text area gives LF, while a hidden field keeps what it was given.
const plain = (text: string) => text.replaceAll('\r\n', '\n')
const isChanged = (editor: Element) => {
  const text = textOf(editor)
  return text !== null && plain(text.value) !== plain(baseOf(editor)?.value ?? '')
}
export const isBeingWritten = () => editors().some(isChanged)

const key = (name: string) => `writing ${document.getElementById('panel')?.dataset.task} ${name}`
type Kept = { text: string; base: string }

function keep(editor: HTMLElement): void {
  const changed = isChanged(editor)
  editor.toggleAttribute('hx-morph-skip', changed)
  const name = key(editor.dataset.edit!)
  if (!changed) return sessionStorage.removeItem(name)
  const kept: Kept = { text: textOf(editor)!.value, base: baseOf(editor)?.value ?? '' }
  sessionStorage.setItem(name, JSON.stringify(kept))
}

/** Lets go of what was written in a field. */
export function forget(name: string): void {
  sessionStorage.removeItem(key(name))
  for (const editor of editors()) if (editor.dataset.edit === name) editor.removeAttribute('hx-morph-skip')
}

/** Brings back what was written and not saved, and makes choices say what they are: an answer cannot change a choice that somebody has touched. */
export function restore(): void {
  for (const editor of editors()) {
    const text = textOf(editor)
    const stored = sessionStorage.getItem(key(editor.dataset.edit!))
    if (stored && text && !isChanged(editor)) {
      const kept = JSON.parse(stored) as Kept
      text.value = kept.text
      const base = baseOf(editor)
      if (base) base.value = kept.base
      if (editor instanceof HTMLDetailsElement) editor.open = true
    }
    editor.toggleAttribute('hx-morph-skip', isChanged(editor))
  }
  settle()
}

function settle(): void {
  for (const box of document.querySelectorAll<HTMLInputElement>('#panel input[type="checkbox"]'))
    box.checked = box.defaultChecked
  for (const select of document.querySelectorAll<HTMLSelectElement>('#panel select'))
    for (const option of select.options) option.selected = option.defaultSelected
}

document.addEventListener('input', event => {
  const editor =
    event.target instanceof Element ? event.target.closest<HTMLElement>('#panel [data-edit]') : null
  if (editor) keep(editor)
})

type Swap = {
  ctx: { sourceElement: Element; response?: { status: number } }
  tasks: { target: Element | string; fragment: DocumentFragment }[]
}
document.addEventListener('htmx:before:swap', event => {
  const { ctx, tasks } = (event as CustomEvent<Swap>).detail
  const parts = tasks.map(({ fragment }) => fragment)
  const find = (selector: string) =>
    parts.map(part => part.querySelector(selector)).find(found => found !== null)
  const sent = ctx.sourceElement instanceof HTMLFormElement ? ctx.sourceElement : null
  const editor = sent?.closest<HTMLElement>('[data-edit]')
  const isSaved = (ctx.response?.status ?? 0) < 400 && !find('[data-edit] > .note')
  if (sent && isSaved) {
    // What was written is no longer here alone, and the line is free for the next.
    for (const field of sent.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('[data-clears]'))
      field.value = ''
    if (editor) forget(editor.dataset.edit!)
    // What was chosen is seen where it was opened, which gets the focus back.
    if ('closes' in sent.dataset) sent.closest<HTMLElement>('[popover]')?.hidePopover()
  }
  // The form that was sent gets its answer, unless that is a toast alone.
  else if (editor && find('#panel')) editor.removeAttribute('hx-morph-skip')
  // What somebody has opened stays open, but for what is done.
  for (const details of document.querySelectorAll<HTMLDetailsElement>('#panel details[open][id]'))
    if (!isSaved || !sent || !details.contains(sent)) find(`#${details.id}`)?.setAttribute('open', '')
  for (const other of editors().filter(other => other.hasAttribute('hx-morph-skip'))) {
    const theirs = find(`[data-edit="${other.dataset.edit}"]`)
    const base = theirs && baseOf(theirs)?.value
    if (base != null && plain(base) !== plain(baseOf(other)?.value ?? '')) other.classList.add('is-overtaken')
  }
})
// What was chosen and not saved is not shown as if it were.
for (const name of ['htmx:response:error', 'htmx:error']) document.addEventListener(name, settle)
