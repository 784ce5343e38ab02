import { view } from './view.ts'

const year = 365 * 24 * 60 * 60

// A folded column stays folded in this browser: the page comes that way the next time.
document.addEventListener('click', event => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-fold]') : null
  if (!button) return
  const isFolded = button.closest('.col')!.classList.toggle('shut')
  button.setAttribute('aria-expanded', String(!isFolded))
  const folded = [...document.querySelectorAll<HTMLElement>('.col.shut')].map(column => column.dataset.status)
  document.cookie = `folded=${folded.join('.')}; path=${view()?.dataset.path}; max-age=${year}; samesite=lax`
})
