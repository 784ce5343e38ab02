import type { Children } from '../children.ts'
import { Icon } from '../components/icon.tsx'
import { Html } from '../html.ts'
import type { Reader } from '../reader.ts'

/** A chart on the dashboard: the sentence with its finding, the picture, and one click below it the table. */
export const Figure = ({
  reader,
  id,
  title,
  finding,
  width,
  note,
  table,
  children,
}: {
  reader: Reader
  id: string
  title: string
  finding: string
  /** How much of the row it takes where there is room. */
  width: 'most' | 'rest' | 'row'
  /** What needs saying about the picture, such as what a dashed line means. */
  note?: string
  table?: JSX.Element
  children: Children
}) => (
  <figure class={['fig', `fig-${width}`]} id={id} aria-labelledby={`${id}-title`}>
    <h3 id={`${id}-title`} safe>
      {title}
    </h3>
    <p class="say" safe>
      {finding}
    </p>
    {children}
    {table !== undefined && (
      <details>
        <summary>
          <Icon name="right" small />
          <span class="grow" safe>
            {reader.text.dashboard.showTable}
          </span>
          {note !== undefined && (
            <span class="note-inline" safe>
              {note}
            </span>
          )}
        </summary>
        {table}
      </details>
    )}
  </figure>
)
