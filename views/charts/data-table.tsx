import { number } from '../format.ts'
import { Html } from '../html.ts'
import type { Reader } from '../reader.ts'

/** The figures of a chart as a table. The first cell of each row names it; numbers are written as the reader writes them. */
export const DataTable = ({
  reader,
  caption,
  columns,
  rows,
}: {
  reader: Reader
  caption: string
  columns: string[]
  rows: [string, ...(string | number)[]][]
}) => (
  <div class="figures" tabindex="0" role="region" aria-label={caption}>
    <table class="tbl">
      <caption class="sr-only" safe>
        {caption}
      </caption>
      <thead>
        <tr>
          {columns.map((column, index) => (
            <th scope="col" class={[index > 0 && 'num']} safe>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr>
            <th scope="row" safe>
              {name}
            </th>
            {cells.map(cell => (
              <td class="num" safe>
                {typeof cell === 'number' ? number(reader, cell) : cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
