import { Html as Kita } from '@elysiajs/html'

type Attributes = Record<string, unknown> | null

/**
 * What JSX becomes, everywhere: import `Html` from here. The library escapes only quotes in attributes, so a title `AT&amp;T` in a form field would come
 * back as `AT&T` and be saved so. Here attributes say what they are told.
 */
export const Html = {
  ...Kita,
  createElement(tag: Parameters<typeof Kita.createElement>[0], attributes: Attributes, ...children: never[]) {
    if (typeof tag === 'string')
      // A board has some ten thousand attributes: this is the loop that they go through.
      for (const name in attributes) {
        const value = attributes[name]
        if (typeof value === 'string' && name !== 'children' && (value.includes('&') || value.includes('<')))
          attributes = { ...attributes, [name]: value.replaceAll('&', '&amp;').replaceAll('<', '&lt;') }
      }
    return Kita.createElement(tag, attributes as never, ...children)
  },
}
