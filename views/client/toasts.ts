const staysFor = 10_000

/** Lets a toast leave: on its button, or after ten seconds in which nobody points at it or is inside it. */
function watch(toast: HTMLElement): void {
  toast.querySelector('[data-dismiss]')?.addEventListener('click', () => toast.remove())
  // What went wrong stays until it was read.
  if (toast.classList.contains('bad')) return
  let timer = 0
  const wait = () => {
    timer = window.setTimeout(() => toast.remove(), staysFor)
  }
  const hold = () => window.clearTimeout(timer)
  for (const name of ['pointerenter', 'focusin']) toast.addEventListener(name, hold)
  for (const name of ['pointerleave', 'focusout']) toast.addEventListener(name, wait)
  wait()
}

const region = document.getElementById('toasts')
if (region) {
  new MutationObserver(changes => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof HTMLElement && node.classList.contains('toast')) watch(node)
  }).observe(region, { childList: true })
  for (const toast of region.querySelectorAll<HTMLElement>('.toast')) watch(toast)
}

/** Says something to screen readers without moving the focus. */
export function say(text: string): void {
  const region = document.getElementById('said')
  if (region) region.textContent = text
}
