import { Html } from '../html.ts'
import type { Children } from '../children.ts'
import { type TaskView, taskPath } from './view.ts'

/** A form of the panel. Script swaps the panel in place; without it the page comes again. */
export const PanelForm = ({
  view,
  to = '',
  children,
  ...attributes
}: { view: TaskView; to?: string; children: Children } & Omit<
  JSX.HtmlFormTag,
  'action' | 'method' | 'children'
>) => {
  const action = taskPath(view, to)
  return (
    <form
      method="post"
      action={action}
      hx-post={action}
      hx-target="#panel"
      hx-swap="outerMorph"
      {...attributes}
    >
      {children}
    </form>
  )
}

/** For browsers without script, where a choice does not send itself. */
export const SaveWithoutScript = ({ text }: { text: string }) => (
  <noscript>
    <button class="btn btn-sm" safe>
      {text}
    </button>
  </noscript>
)

/** Sends itself when something is chosen. */
export const sendsItself = { 'hx-trigger': 'change, submit' } as const
