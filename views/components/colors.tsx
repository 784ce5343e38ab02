import { Html } from '../html.ts'
import type { Color } from '../../services/task-service/contract.ts'
import type { Reader } from '../reader.ts'
import { Dot } from './labels.tsx'

export const colors: Color[] = ['sky', 'teal', 'green', 'lime', 'amber', 'rose', 'violet', 'gray']

/** One of the hues, each with its name. */
export const ColorChoice = ({
  reader,
  label,
  name,
  value,
}: {
  reader: Reader
  label: string
  name: string
  value: Color
}) => (
  <fieldset class="colors">
    <legend safe>{label}</legend>
    <div>
      {colors.map(color => (
        <label title={reader.text.common.colors[color]}>
          <input class="sr-only" type="radio" name={name} value={color} checked={color === value} />
          <Dot color={color} square />
          <span class="sr-only" safe>
            {reader.text.common.colors[color]}
          </span>
        </label>
      ))}
    </div>
  </fieldset>
)
