// Elements and attributes of htmx 4 that the JSX types do not know yet.
declare namespace JSX {
  interface IntrinsicElements {
    /** A part of an answer that goes to a place of its own: `hx-target`, `hx-swap`. */
    'hx-partial': HtmlTag
  }
  interface HtmlTag {
    'hx-target:inherited'?: string
    'hx-swap:inherited'?: string
    'hx-push-url:inherited'?: string
    'hx-confirm:inherited'?: string
    'hx-status:422'?: string
    'hx-boost:inherited'?: string
    'hx-sync:inherited'?: string
  }
}
declare module 'htmx.org/dist/htmx.esm.min.js'
