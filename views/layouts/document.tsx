import { Html } from '../html.ts'
import type { Children } from '../children.ts'
import { asset } from '../assets.ts'
import type { Reader } from '../reader.ts'

/**
 * No styles of its own and none copied from what is replaced (a text area that somebody resized has one): the content security policy refuses both. Going
 * back loads the page anew, so that it shows what is true now.
 */
const htmxConfig = JSON.stringify({
  includeIndicatorCSS: false,
  defaultSettleDelay: 0,
  history: 'reload',
  defaultTimeout: 30_000,
})

/** The whole document around a page: head, skip link, the regions for toasts and for what is said to screen readers. */
export const Document = ({
  reader,
  title,
  toast,
  children,
}: {
  reader: Reader
  title: string
  toast?: Children
  children: JSX.Element
}) => (
  <>
    {'<!doctype html>'}
    <html lang={reader.language} data-theme={reader.theme === 'system' ? undefined : reader.theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content={reader.theme === 'system' ? 'light dark' : reader.theme} />
        <meta name="htmx-config" content={htmxConfig} />
        <title safe>{`${title} · TaskMate`}</title>
        <link rel="icon" href={asset('favicon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={asset('app.css')} />
        <script src={asset('app.js')} type="module" />
      </head>
      <body>
        <a class="skip" href="#main" safe>
          {reader.text.common.skip}
        </a>
        {children}
        <div id="toasts" role="status" aria-live="polite">
          {toast}
        </div>
        <div id="said" class="sr-only" role="status" aria-live="polite" />
      </body>
    </html>
  </>
)
