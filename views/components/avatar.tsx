import { Html } from '../html.ts'

const hues = 12

/** A person as a coloured disc with initials. The colour follows the id, so that it is the same everywhere. `quiet`: the name stands beside it in words. */
export const Avatar = ({
  id,
  name,
  large,
  quiet,
}: {
  id: string
  name: string
  large?: boolean
  quiet?: boolean
}) => {
  const said = quiet ? { 'aria-hidden': 'true' as const } : { role: 'img', 'aria-label': name, title: name }
  return (
    <span class={['av', large && 'av-lg', `hue-${hueOf(id)}`]} {...said} safe>
      {initials(name)}
    </span>
  )
}

/** Several people in a row; more than `most` are told as a number. */
export const Avatars = ({ people, most = 3 }: { people: { id: string; name: string }[]; most?: number }) => {
  const shown = people.length > most ? people.slice(0, most - 1) : people
  const rest = people.slice(shown.length)
  return (
    <span class="avs">
      {shown.map(person => (
        <Avatar id={person.id} name={person.name} />
      ))}
      {rest.length > 0 && (
        <span
          class="av av-more"
          role="img"
          aria-label={rest.map(person => person.name).join(', ')}
          title={rest.map(person => person.name).join(', ')}
          safe
        >
          {`+${rest.length}`}
        </span>
      )}
    </span>
  )
}

function hueOf(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 65_521
  return sum % hues
}

/** Two initials, `MS`; of a Korean name the first syllable of the given name, since family names are few. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words[0] ?? ''
  if (/^[가-힣]{1,5}$/.test(first)) {
    const given = words[1] ?? first.slice(first.length > 3 ? 2 : 1)
    return (given || first).charAt(0)
  }
  const letters = [first, words.length > 1 ? words.at(-1)! : ''].map(word => [...word][0] ?? '')
  return letters.join('').toUpperCase() || '?'
}
