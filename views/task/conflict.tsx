import { Html } from '../html.ts'
import { Avatar } from '../components/avatar.tsx'
import { Button } from '../components/button.tsx'
import { Notice } from '../components/notice.tsx'
import { dueWords, moment } from '../format.ts'
import type { Priority } from '../../services/task-service/contract.ts'
import { Marked } from './difference.tsx'
import { PanelForm } from './form.tsx'
import { dueOf, type Field, valueOf } from './value.ts'
import { type Attempt, type TaskView, taskPath } from './view.ts'

/** A value of a field in words. */
export function describe({ reader, project }: TaskView, field: Field, value: string): string {
  const { common, task } = reader.text
  switch (field) {
    case 'status':
      return project.statuses.find(status => status.id === value)?.name ?? task.gone.status
    case 'priority':
      return common.priorities[value as Priority]
    case 'due': {
      const due = dueOf(value)
      return due ? dueWords(reader, due).full : common.noDate
    }
    default:
      return value === '' ? task.empty : value
  }
}

/** Two people changed the same field: both versions, side by side. Texts can be put together before they are saved. */
export const Conflict = ({
  view,
  field,
  attempt,
}: {
  view: TaskView
  field: Field
  attempt: Attempt & { conflict: NonNullable<Attempt['conflict']> }
}) => {
  const { reader, task } = view
  const text = reader.text.task
  const { who, at } = attempt.conflict
  const theirs = valueOf(task, field)
  const isText = field === 'title' || field === 'description'
  return (
    <div class="conflict" id={`edit-${field}`} data-edit={field}>
      <Notice
        kind="wait"
        icon="swap"
        title={text.conflictTitle(who, text.fields[field])}
        detail={text.conflictDetail}
      />
      <div class="versions">
        <PanelForm view={view} class="version">
          <header>
            <Avatar id={reader.user!.id} name={reader.user!.name} quiet />
            <b safe>{text.yours}</b>
            <small safe>{text.notSaved}</small>
          </header>
          <input type="hidden" name="field" value={field} />
          <input type="hidden" name="base" value={theirs} />
          {isText ? (
            <textarea class="field area" name="value" aria-label={text.yours} rows="2" safe>
              {`\n${attempt.value}`}
            </textarea>
          ) : (
            <>
              <input type="hidden" name="value" value={attempt.value} />
              <p safe>{describe(view, field, attempt.value)}</p>
            </>
          )}
          <Button kind="primary" small text={text.keepMine} />
        </PanelForm>
        <div class="version">
          <header>
            <b safe>{text.theirs(who)}</b>
            {at !== null && <small safe>{text.savedAt(moment(reader, at))}</small>}
          </header>
          <p class="pre">
            <Marked text={describe(view, field, theirs)} against={describe(view, field, attempt.value)} />
          </p>
          <a
            class="btn btn-sm"
            href={taskPath(view)}
            hx-get={taskPath(view)}
            hx-target="#panel"
            hx-swap="outerMorph"
            data-discard={field}
            safe
          >
            {text.takeTheirs}
          </a>
        </div>
      </div>
    </div>
  )
}
