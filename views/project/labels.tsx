import type { Label } from '../../services/task-service/contract.ts'
import { Button } from '../components/button.tsx'
import { colors } from '../components/colors.tsx'
import { Choice, Field } from '../components/field.tsx'
import { Dot, Label as LabelName } from '../components/labels.tsx'
import { Meanwhile } from '../components/meanwhile.tsx'
import { Refused } from '../components/refused.tsx'
import { Sure } from '../components/sure.tsx'
import { Html } from '../html.ts'
import { canEdit } from '../people.ts'
import { formOf, type SettingsView, settingsPath } from './settings-view.ts'

/** The labels of the project, which all who work in it may change. */
export const Labels = ({ view }: { view: SettingsView }) => {
  const { reader, project } = view
  const text = reader.text.projects.settings
  const edits = canEdit(project)
  return (
    <section class="sheet" aria-labelledby="labels">
      <h2 id="labels" safe>
        {text.labels}
      </h2>
      {project.labels.length === 0 ? (
        <p class="muted" safe>
          {text.noLabels}
        </p>
      ) : (
        <ul class="things">
          {project.labels.map(label =>
            edits ? (
              <LabelForm view={view} label={label} />
            ) : (
              <li class="thing">
                <LabelName label={label} />
              </li>
            ),
          )}
        </ul>
      )}
      {edits && <NewLabel view={view} />}
    </section>
  )
}

const colorChoices = ({ reader }: SettingsView) =>
  colors.map(value => ({ value, text: reader.text.common.colors[value] }))

const LabelForm = ({ view, label }: { view: SettingsView; label: Label }) => {
  const { reader } = view
  const { common, projects } = reader.text
  const text = projects.settings
  const path = `labels/${label.id}`
  const form = formOf(view, path)
  return (
    <li>
      {form.isStale && (
        <Meanwhile
          reader={reader}
          href={settingsPath(view)}
          theirs={{ [projects.name]: label.name, [projects.color]: common.colors[label.color] }}
        />
      )}
      <Refused refusal={form.refused} />
      <div class="thing">
        <Dot color={label.color} />
        <form class="in-a-row grow" method="post" action={settingsPath(view, path)}>
          <input type="hidden" name="version" value={String(label.version)} />
          <Field
            id={`label-${label.id}`}
            bare
            label={text.labelName(label.name)}
            name="name"
            required
            maxlength={40}
            autocomplete="off"
            value={form.value('name', label.name)}
            error={form.error('name')}
          />
          <Choice
            id={`color-${label.id}`}
            bare
            label={text.colorOf(label.name)}
            name="color"
            options={colorChoices(view)}
            value={form.value('color', label.color)}
            error={form.error('color')}
          />
          <Button text={common.save} aria-label={`${common.save}: ${label.name}`} />
        </form>
        <Sure
          action={settingsPath(view, `${path}/delete`)}
          version={label.version}
          text={text.deleteLabel(label.name)}
          bare
          detail={text.deleteLabelDetail}
          verb={common.delete}
        />
      </div>
    </li>
  )
}

const NewLabel = ({ view }: { view: SettingsView }) => {
  const { projects } = view.reader.text
  const text = projects.settings
  const form = formOf(view, 'labels')
  return (
    <form class="in-a-row new-thing" method="post" action={settingsPath(view, 'labels')}>
      <Refused refusal={form.refused} />
      <Field
        id="label-new"
        label={text.newLabel}
        name="name"
        required
        maxlength={40}
        autocomplete="off"
        value={form.value('name', '')}
        error={form.error('name')}
      />
      <Choice
        id="color-new"
        label={projects.color}
        name="color"
        options={colorChoices(view)}
        value={form.value('color', 'sky')}
        error={form.error('color')}
      />
      <Button icon="add" text={text.addLabel} />
    </form>
  )
}
