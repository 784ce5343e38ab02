import { Html } from '../html.ts'
import { Icon } from './icon.tsx'

/** What is wrong with a form, by the name of the field. */
export type FieldErrors = Record<string, string>

type About = {
  label: string
  name: string
  /** A sentence below the field that helps before anything is wrong. */
  hint?: string
  /** What is wrong with the value that was sent. The first such field of a page gets the focus by `autofocus`. */
  error?: string
  /** Needed when a page has several fields of one name. */
  id?: string
  /** The label is for screen readers only. */
  bare?: boolean
}

const idOf = ({ id, name }: About) => id ?? `f-${name}`

const described = (about: About) => ({
  id: idOf(about),
  name: about.name,
  ...(about.error && { autofocus: true }),
  'aria-invalid': about.error ? ('true' as const) : undefined,
  'aria-describedby': about.error || about.hint ? `${idOf(about)}-help` : undefined,
})

const Around = ({ about, children }: { about: About; children: JSX.Element }) => (
  <div class="labelled">
    <label for={idOf(about)} class={about.bare ? 'sr-only' : undefined} safe>
      {about.label}
    </label>
    {children}
    {about.error ? (
      <p class="help bad" id={`${idOf(about)}-help`}>
        <Icon name="late" small />
        <span safe>{about.error}</span>
      </p>
    ) : (
      about.hint !== undefined && (
        <p class="help" id={`${idOf(about)}-help`} safe>
          {about.hint}
        </p>
      )
    )}
  </div>
)

/** A line of text with its label, hint and error. Other attributes go to the input. */
export const Field = ({
  label,
  name,
  hint,
  error,
  id,
  bare,
  ...attributes
}: About & Omit<JSX.HtmlInputTag, 'class' | 'children' | keyof About>) => {
  const about = { label, name, hint, error, id, bare }
  return (
    <Around about={about}>
      <input class="field" {...attributes} {...described(about)} />
    </Around>
  )
}

/** Several lines of text. */
export const TextArea = ({
  label,
  name,
  hint,
  error,
  id,
  bare,
  value = '',
  ...attributes
}: About & { value?: string } & Omit<JSX.HtmlTextAreaTag, 'class' | 'children' | keyof About>) => {
  const about = { label, name, hint, error, id, bare }
  return (
    <Around about={about}>
      {/* HTML drops one line break at the start of a text area; this one, so that none of the text is lost. */}
      <textarea class="field area" {...attributes} {...described(about)} safe>
        {`\n${value}`}
      </textarea>
    </Around>
  )
}

/** One of several values. */
export const Choice = ({
  label,
  name,
  hint,
  error,
  id,
  bare,
  options,
  value,
  ...attributes
}: About & { options: { value: string; text: string }[]; value?: string } & Omit<
    JSX.HtmlSelectTag,
    'class' | 'children' | keyof About
  >) => {
  const about = { label, name, hint, error, id, bare }
  return (
    <Around about={about}>
      <select class="field" {...attributes} {...described(about)}>
        {options.map(option => (
          <option value={option.value} selected={option.value === value} safe>
            {option.text}
          </option>
        ))}
      </select>
    </Around>
  )
}
