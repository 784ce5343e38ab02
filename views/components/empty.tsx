import { Html } from '../html.ts'
import type { Children } from '../children.ts'

/** A view without anything in it yet: it teaches the first step and nothing else. */
export const Empty = ({
  title,
  detail,
  children,
}: {
  title: string
  detail: string
  /** The first step: a form, or buttons. */
  children?: Children
}) => (
  <div class="mid">
    <h2 safe>{title}</h2>
    <p safe>{detail}</p>
    {children}
  </div>
)
