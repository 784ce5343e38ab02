import { Button } from '../components/button.tsx'
import { ColorChoice } from '../components/colors.tsx'
import { Field, TextArea } from '../components/field.tsx'
import { Dot } from '../components/labels.tsx'
import { Meanwhile } from '../components/meanwhile.tsx'
import { Refused } from '../components/refused.tsx'
import { Sure } from '../components/sure.tsx'
import { Html } from '../html.ts'
import type { Color } from '../../services/task-service/contract.ts'
import { formOf, type SettingsView, settingsPath } from './settings-view.ts'

/** Name, description and colour of the project: a form for admins, to read for others. */
export const About = ({ view }: { view: SettingsView }) => {
  const { reader, project } = view
  const { projects: text, common } = reader.text
  if (project.role !== 'admin')
    return (
      <section class="sheet" aria-labelledby="about">
        <h2 class="with" id="about">
          <Dot color={project.color} square />
          <span safe>{project.name}</span>
        </h2>
        <p class={['pre-line', project.description === '' && 'muted']} safe>
          {project.description || text.settings.noDescription}
        </p>
      </section>
    )
  const form = formOf(view, 'settings')
  const typed = {
    name: form.value('name', project.name),
    description: form.value('description', project.description),
    color: form.value('color', project.color) as Color,
  }
  return (
    <form class="sheet form" method="post" action={settingsPath(view)} aria-labelledby="about">
      <h2 id="about" safe>
        {text.settings.about}
      </h2>
      {form.isStale && (
        <Meanwhile
          reader={reader}
          href={settingsPath(view)}
          theirs={{
            ...(typed.name !== project.name && { [text.name]: project.name }),
            ...(typed.description !== project.description && { [text.description]: project.description }),
            ...(typed.color !== project.color && { [text.color]: common.colors[project.color] }),
          }}
        />
      )}
      <Refused refusal={form.refused} />
      <input type="hidden" name="version" value={String(project.version)} />
      <Field
        label={text.name}
        name="name"
        required
        maxlength={100}
        autocomplete="off"
        hint={text.settings.keyStays(project.key)}
        value={typed.name}
        error={form.error('name')}
      />
      <TextArea
        label={text.description}
        name="description"
        maxlength={2000}
        rows="3"
        hint={text.settings.descriptionHint}
        value={typed.description}
        error={form.error('description')}
      />
      <ColorChoice reader={reader} label={text.color} name="color" value={typed.color} />
      <p class="acts">
        <Button kind="primary" text={text.settings.saveProject} />
      </p>
    </form>
  )
}

/** The end of the project, for admins who type its key. */
export const End = ({ view }: { view: SettingsView }) => {
  const { reader, project } = view
  const text = reader.text.projects.settings
  const form = formOf(view, 'delete')
  const error = form.error('confirm') ?? (form.isStale ? reader.text.errors.meanwhile : form.refused?.detail)
  return (
    <section class="sheet" aria-labelledby="end">
      <h2 id="end" safe>
        {text.end}
      </h2>
      <Sure
        action={settingsPath(view, 'delete')}
        version={project.version}
        text={`${text.endVerb}…`}
        detail={text.endDetail}
        verb={text.endVerb}
        open={error !== undefined}
      >
        <Field
          label={text.endConfirm(project.key)}
          name="confirm"
          required
          autocomplete="off"
          autocapitalize="characters"
          error={error}
        />
      </Sure>
    </section>
  )
}
