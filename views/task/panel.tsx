import { Html } from '../html.ts'
import { Button, ButtonLink } from '../components/button.tsx'
import { TextArea } from '../components/field.tsx'
import { Icon } from '../components/icon.tsx'
import { Markdown } from '../components/markdown.tsx'
import { Notice } from '../components/notice.tsx'
import { canEdit } from '../people.ts'
import { Activity, Compose } from './activity.tsx'
import { Files, Links } from './attachments.tsx'
import { Conflict } from './conflict.tsx'
import { PanelForm } from './form.tsx'
import { FieldInputs, Properties } from './properties.tsx'
import type { Field } from './value.ts'
import type { TaskView } from './view.ts'

/**
 * A task, beside the view or as the page of a phone. What is inside has the number of the task in its id: another task replaces it, while the same one
 * changes in place and leaves alone what is being written.
 */
export const TaskPanel = (view: TaskView) => {
  const { reader, task, project, back } = view
  const text = reader.text.task
  const edits = canEdit(project) && task.deletedAt === null
  return (
    <aside
      class="panel"
      id="panel"
      aria-labelledby="task-title"
      data-task={task.id}
      data-version={String(task.version)}
      hx-sync:inherited="#panel:queue all"
    >
      <div class="panel-inside" id={`task-${task.number}`}>
        <div class="panel-bar">
          <span class="grow" safe>
            {task.key}
          </span>
          {edits && (
            <PanelForm view={view} to="/delete">
              <Button kind="quiet" small bare icon="trash" text={text.delete} />
            </PanelForm>
          )}
          <ButtonLink kind="quiet" small bare icon="close" text={text.close} href={back} data-close="" />
        </div>
        <div class="panel-body">
          {task.deletedAt !== null && (
            <Notice kind="info" icon="trash" title={text.inTrash} detail={text.inTrashDetail}>
              {canEdit(project) && (
                <PanelForm view={view} to="/restore">
                  <Button small icon="undo" text={text.restore} />
                </PanelForm>
              )}
            </Notice>
          )}
          {/* What is wrong with a link stands at its field. */}
          {view.attempt?.refused !== undefined && view.attempt.field !== 'link' && (
            <Notice kind="bad" title={view.attempt.refused.title} detail={view.attempt.refused.detail} />
          )}
          <h2 id="task-title" class={edits ? 'sr-only' : undefined} tabindex="-1" safe>
            {task.title}
          </h2>
          {edits && <TitleField view={view} />}
          {task.deletedAt === null && <Properties view={view} />}
          <Description view={view} edits={edits} />
          {task.deletedAt === null && (
            <>
              <Links view={view} />
              <Files view={view} />
            </>
          )}
          <Activity view={view} />
        </div>
        {task.deletedAt === null && <Compose view={view} />}
      </div>
    </aside>
  )
}

const conflictOn = (view: TaskView, field: Field) =>
  view.attempt?.field === field && view.attempt.conflict
    ? { ...view.attempt, conflict: view.attempt.conflict }
    : undefined

/** Told while somebody writes and another one has changed the same text. */
const Overtaken = ({ view }: { view: TaskView }) => (
  <p class="help overtaken" role="status">
    <Icon name="swap" small />
    <span safe>{view.reader.text.task.changedMeanwhile}</span>
  </p>
)

const TitleField = ({ view }: { view: TaskView }) => {
  const { reader, task, attempt } = view
  const disputed = conflictOn(view, 'title')
  if (disputed) return <Conflict view={view} field="title" attempt={disputed} />
  const typed = attempt?.field === 'title' ? attempt : undefined
  return (
    <PanelForm view={view} id="edit-title" data-edit="title" hx-trigger="change, submit">
      <FieldInputs view={view} field="title" base={typed?.base} />
      <textarea
        class="title-field"
        name="value"
        rows="1"
        required
        maxlength={500}
        aria-label={reader.text.task.title}
        aria-invalid={typed?.refused ? 'true' : undefined}
        data-enter-sends=""
        safe
      >
        {`\n${typed?.value ?? task.title}`}
      </textarea>
      <Overtaken view={view} />
      <noscript>
        <button class="btn btn-sm" safe>
          {reader.text.common.save}
        </button>
      </noscript>
    </PanelForm>
  )
}

const Description = ({ view, edits }: { view: TaskView; edits: boolean }) => {
  const { reader, task, attempt } = view
  const text = reader.text.task
  const disputed = conflictOn(view, 'description')
  const typed = attempt?.field === 'description' ? attempt : undefined
  return (
    <section aria-labelledby="description-title">
      <h3 id="description-title" safe>
        {text.description}
      </h3>
      {disputed ? (
        <Conflict view={view} field="description" attempt={disputed} />
      ) : (
        <>
          {task.description !== '' && <Markdown text={task.description} />}
          {task.description === '' && !edits && (
            <p class="muted text-13" safe>
              {text.noDescription}
            </p>
          )}
          {edits && (
            <details
              class="more-form"
              id="edit-description"
              data-edit="description"
              open={typed !== undefined}
            >
              <summary>
                <Icon name="edit" small />
                <span safe>{task.description === '' ? text.writeDescription : text.editDescription}</span>
              </summary>
              <PanelForm view={view} class="form">
                <FieldInputs view={view} field="description" base={typed?.base} />
                <TextArea
                  id="f-description"
                  label={text.description}
                  bare
                  name="value"
                  rows="6"
                  maxlength={50_000}
                  hint={text.markdownHint}
                  value={typed?.value ?? task.description}
                />
                <Overtaken view={view} />
                <p class="acts">
                  <Button kind="primary" small text={reader.text.common.save} />
                  <Button small kind="quiet" text={text.preview} name="preview" value="true" />
                </p>
              </PanelForm>
              {typed?.preview && (
                <div class="note">
                  <Markdown text={typed.value} />
                </div>
              )}
            </details>
          )}
        </>
      )}
    </section>
  )
}
