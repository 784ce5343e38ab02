import { Html } from '../html.ts'
import type { Children } from '../children.ts'
import { Avatar } from '../components/avatar.tsx'
import { Button } from '../components/button.tsx'
import { ColorChoice } from '../components/colors.tsx'
import { Field } from '../components/field.tsx'
import { Icon } from '../components/icon.tsx'
import { Label } from '../components/labels.tsx'
import { PriorityIcon, StatusIcon } from '../components/status.tsx'
import { Due } from '../components/time.tsx'
import { dueWords } from '../format.ts'
import type { Priority } from '../../services/task-service/contract.ts'
import { canEdit, person } from '../people.ts'
import { Conflict } from './conflict.tsx'
import { PanelForm, SaveWithoutScript, sendsItself } from './form.tsx'
import { dueParts, type Field as FieldName, valueOf } from './value.ts'
import type { TaskView } from './view.ts'

const priorities: Priority[] = ['urgent', 'high', 'medium', 'low', 'none']

/** Status, assignees, due date, priority and labels of a task: as words, or for editors as things to choose. */
export const Properties = ({ view }: { view: TaskView }) => {
  const { reader } = view
  const { common } = reader.text
  const disputed = (['status', 'priority', 'due'] as const).find(
    field => view.attempt?.field === field && view.attempt.conflict,
  )
  return (
    <>
      {disputed && (
        <Conflict
          view={view}
          field={disputed}
          attempt={{ ...view.attempt!, conflict: view.attempt!.conflict! }}
        />
      )}
      <dl class="props">
        <Property name={common.status}>
          <StatusChoice view={view} />
        </Property>
        <Property name={common.assignees}>
          <Assignees view={view} />
        </Property>
        <Property name={common.due}>
          <DueChoice view={view} />
        </Property>
        <Property name={common.priority}>
          <PriorityChoice view={view} />
        </Property>
        <Property name={common.labels}>
          <Labels view={view} />
        </Property>
      </dl>
    </>
  )
}

const Property = ({ name, children }: { name: string; children: Children }) => (
  <>
    <dt safe>{name}</dt>
    <dd>{children}</dd>
  </>
)

/** What every form of one field carries: its name, and the value that the writer sees. */
export const FieldInputs = ({ view, field, base }: { view: TaskView; field: FieldName; base?: string }) => (
  <>
    <input type="hidden" name="field" value={field} />
    <input type="hidden" name="base" value={base ?? valueOf(view.task, field)} />
  </>
)

const StatusChoice = ({ view }: { view: TaskView }) => {
  const { project, task, reader } = view
  const current = project.statuses.find(status => status.id === task.statusId)
  const icon = <StatusIcon category={task.category} />
  if (!canEdit(project))
    return (
      <span class="with">
        {icon}
        <span safe>{current?.name ?? ''}</span>
      </span>
    )
  return (
    <PanelForm view={view} class="with pick-one" id="edit-status" {...sendsItself}>
      <FieldInputs view={view} field="status" />
      {icon}
      <select name="value" aria-label={reader.text.common.status}>
        {project.statuses.map(status => (
          <option value={status.id} selected={status.id === task.statusId} safe>
            {status.name}
          </option>
        ))}
      </select>
      <SaveWithoutScript text={reader.text.common.save} />
    </PanelForm>
  )
}

const PriorityChoice = ({ view }: { view: TaskView }) => {
  const { project, task, reader } = view
  if (!canEdit(project)) return <PriorityIcon reader={reader} priority={task.priority} words />
  return (
    <PanelForm view={view} class="with pick-one" id="edit-priority" {...sendsItself}>
      <FieldInputs view={view} field="priority" />
      <span class={['pr', task.priority === 'urgent' && 'pr-urgent']}>
        <Icon name={`priority-${task.priority}`} />
      </span>
      <select name="value" aria-label={reader.text.common.priority}>
        {priorities.map(priority => (
          <option value={priority} selected={priority === task.priority} safe>
            {reader.text.common.priorities[priority]}
          </option>
        ))}
      </select>
      <SaveWithoutScript text={reader.text.common.save} />
    </PanelForm>
  )
}

/** A value that opens what it can be changed to. It is a popover, so that it needs no script, and Escape closes it. */
const Pick = ({
  id,
  label,
  shown,
  children,
}: {
  id: string
  label: string
  shown: Children
  children: Children
}) => (
  <>
    <button type="button" popovertarget={id} aria-label={undefined}>
      {shown}
      <span class="sr-only" safe>
        {label}
      </span>
    </button>
    <div class="pick" id={id} popover role="dialog" aria-label={label}>
      {children}
    </div>
  </>
)

const People = ({ view }: { view: TaskView }) => {
  const { task, reader } = view
  if (task.assigneeIds.length === 0)
    return (
      <span class="muted" safe>
        {reader.text.common.nobody}
      </span>
    )
  return (
    <span class="many">
      {task.assigneeIds
        .map(id => person(view, id))
        .map(({ id, name }) => (
          <span class="with">
            <Avatar id={id} name={name} quiet />
            <span safe>{name}</span>
          </span>
        ))}
    </span>
  )
}

const Assignees = ({ view }: { view: TaskView }) => {
  const { project, task, reader } = view
  if (!canEdit(project)) return <People view={view} />
  const everybody = [
    ...project.members.map(member => member.userId),
    ...project.placeholders.map(({ id }) => id),
  ]
    .map(id => person(view, id))
    .sort((a, b) => a.name.localeCompare(b.name, reader.language))
  return (
    <Pick id="pick-assignees" label={reader.text.task.chooseAssignees} shown={<People view={view} />}>
      <PanelForm view={view} to="/assignees" {...sendsItself}>
        <input type="hidden" name="base" value={task.assigneeIds.join(' ')} />
        {everybody.map(({ id, name }) => (
          <label>
            <input
              class="box"
              type="checkbox"
              name="ids"
              value={id}
              checked={task.assigneeIds.includes(id)}
            />
            <Avatar id={id} name={name} quiet />
            <span safe>{name}</span>
          </label>
        ))}
        <SaveWithoutScript text={reader.text.common.save} />
      </PanelForm>
    </Pick>
  )
}

const LabelNames = ({ view }: { view: TaskView }) => {
  const labels = view.project.labels.filter(label => view.task.labelIds.includes(label.id))
  if (labels.length === 0)
    return (
      <span class="muted" safe>
        {view.reader.text.task.noLabels}
      </span>
    )
  return (
    <span class="many">
      {labels.map(label => (
        <Label label={label} />
      ))}
    </span>
  )
}

const Labels = ({ view }: { view: TaskView }) => {
  const { project, task, reader, attempt } = view
  const text = reader.text.task
  if (!canEdit(project)) return <LabelNames view={view} />
  return (
    <Pick id="pick-labels" label={text.chooseLabels} shown={<LabelNames view={view} />}>
      {project.labels.length > 0 && (
        <PanelForm view={view} to="/labels" {...sendsItself}>
          <input type="hidden" name="base" value={task.labelIds.join(' ')} />
          {project.labels.map(label => (
            <label>
              <input
                class="box"
                type="checkbox"
                name="ids"
                value={label.id}
                checked={task.labelIds.includes(label.id)}
              />
              <Label label={label} />
            </label>
          ))}
          <SaveWithoutScript text={reader.text.common.save} />
        </PanelForm>
      )}
      <PanelForm view={view} to="/labels/new" class="form">
        <Field
          id="f-new-label"
          label={text.newLabel}
          name="name"
          required
          maxlength={40}
          autocomplete="off"
          data-clears=""
          value={attempt?.field === 'label' ? attempt.value : undefined}
          error={attempt?.field === 'label' && attempt.value ? attempt.refused?.detail : undefined}
        />
        <ColorChoice reader={reader} label={reader.text.projects.color} name="color" value="teal" />
        <Button small icon="add" text={text.createLabel} />
      </PanelForm>
    </Pick>
  )
}

const DueChoice = ({ view }: { view: TaskView }) => {
  const { project, task, reader } = view
  const { common, task: text } = reader.text
  const shown = task.due ? (
    <span class="many">
      <Due reader={reader} due={task.due} finished={task.category === 'done'} />
      <span class="muted" safe>
        {dueWords(reader, task.due).full}
      </span>
    </span>
  ) : (
    <span class="muted" safe>
      {common.noDate}
    </span>
  )
  if (!canEdit(project)) return shown
  const { day, time } = dueParts(reader, task.due)
  return (
    <Pick id="pick-due" label={text.chooseDue} shown={shown}>
      <PanelForm view={view} class="form" id={`edit-due-${task.version}`} data-closes="">
        <FieldInputs view={view} field="due" />
        <div class="beside-2">
          <Field label={text.dueDay} name="day" type="date" value={day} min="0001-01-01" max="9999-12-31" />
          <Field label={text.dueTime} name="time" type="time" value={time} />
        </div>
        <p class="help" safe>
          {text.dueHint(reader.timeZone)}
        </p>
        <p class="acts">
          <Button kind="primary" small text={common.save} />
          {task.due !== null && <Button small kind="quiet" text={text.clearDue} name="clear" value="true" />}
        </p>
      </PanelForm>
    </Pick>
  )
}
