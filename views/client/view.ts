import htmx from 'htmx.org/dist/htmx.esm.min.js'
import { fill } from '../fill.ts'
import type { Word } from '../board/board.tsx'

/** The view of a project that the page shows, if any. It may be replaced at any time, so ask again. */
export const view = () => document.querySelector<HTMLElement>('#main[data-project]')

/** A sentence that the page brought along, in the reader's language. */
export const words = (name: Word, values: Record<string, string | number> = {}): string =>
  fill((JSON.parse(view()?.dataset.words ?? '{}') as Partial<Record<Word, string>>)[name] ?? '', values)

export const number = (value: number) => value.toLocaleString(document.documentElement.lang)

/** Loads a part of the page again, and changes it in place. It is its own source too: that is what htmx tells the server that it wants. */
export const renew = (part: '#main' | '#panel', path: string): Promise<void> =>
  htmx.ajax('GET', path, { source: part, target: part, swap: 'outerMorph show:none', push: 'false' })

/** Loads the view again, without the panel beside it. Focus and what is being written stay. */
export function refresh(): void {
  const path = view()?.dataset.path
  if (path) void renew('#main', path)
}

/** The elements of an answer. */
export function elements(html: string): DocumentFragment {
  const template = document.createElement('template')
  template.innerHTML = html
  return template.content
}

/** Shows a toast that the page itself has to tell: the form of it came with the view. */
export function toast(text: string): void {
  const form = document.querySelector<HTMLTemplateElement>('#bad-toast')?.content.cloneNode(true)
  if (!(form instanceof DocumentFragment)) return
  form.querySelector('p')!.textContent = text
  document.getElementById('toasts')?.append(form)
}

/** Sends a form as htmx would. The answer is parts of the page, with toasts among them, which are shown. */
export async function send(
  path: string,
  fields: Record<string, string>,
): Promise<{ ok: boolean; parts: DocumentFragment }> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'HX-Request': 'true', 'HX-Current-URL': location.href },
      body: new URLSearchParams(fields),
    })
    const next = response.headers.get('hx-redirect')
    if (next) location.href = next
    const parts = elements(await response.text())
    document.getElementById('toasts')?.append(...parts.querySelectorAll('.toast'))
    return { ok: response.ok, parts }
  } catch {
    toast(words('notSent'))
    return { ok: false, parts: new DocumentFragment() }
  }
}
