import { Marked } from 'marked'
import { Html } from '../html.ts'

const marked = new Marked({
  gfm: true,
  breaks: true,
  async: false,
  renderer: {
    // What people write is text: HTML in it is shown, never run.
    html: ({ text }) => Html.escapeHtml(text),
    link({ href, tokens }) {
      return anchor(href, this.parser.parseInline(tokens))
    },
    // A picture from elsewhere would tell another host who reads the task, so it is a link.
    image: ({ href, text }) => anchor(href, Html.escapeHtml(text || href)),
    // The page and the task have the first levels.
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 3)
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`
    },
  },
})

function anchor(href: string, safeText: string): string {
  const url = URL.parse(href)
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return safeText
  return `<a class="link" href="${Html.escapeHtml(url.href)}" rel="noopener noreferrer nofollow" target="_blank">${safeText}</a>`
}

/** Text that people wrote, as Markdown (GFM). Raw HTML is shown as text; links lead to http, https and mailto only; nothing is loaded from elsewhere. */
export const Markdown = ({ text }: { text: string }) => {
  const safeHtml = parsed(text)
  return <div class="md">{safeHtml}</div>
}

/** Quotes or lists in each other, deeper than anybody means: they cost the parser seconds, and then its stack. */
const tooDeep = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){40}/m

function parsed(text: string): string {
  const asWritten = `<p>${Html.escapeHtml(text)}</p>`
  if (tooDeep.test(text)) return asWritten
  try {
    return marked.parse(text) as string
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return asWritten
  }
}
