import type { Category, Status } from '../../services/task-service/contract.ts'
import { Button } from '../components/button.tsx'
import { Choice, Field } from '../components/field.tsx'
import { Icon } from '../components/icon.tsx'
import { Meanwhile } from '../components/meanwhile.tsx'
import { Refused } from '../components/refused.tsx'
import { StatusIcon } from '../components/status.tsx'
import { Sure } from '../components/sure.tsx'
import { number } from '../format.ts'
import { Html } from '../html.ts'
import { formOf, type SettingsView, settingsPath } from './settings-view.ts'

const categories: Category[] = ['backlog', 'ready', 'doing', 'review', 'done']

/** The columns of the board: their names, meanings, limits and order. */
export const Statuses = ({ view }: { view: SettingsView }) => {
  const { reader, project } = view
  const text = reader.text.projects.settings
  const isAdmin = project.role === 'admin'
  return (
    <section class="sheet" aria-labelledby="statuses">
      <h2 id="statuses" safe>
        {text.statuses}
      </h2>
      <p class="muted" safe>
        {text.statusesDetail}
      </p>
      <ul class="things">
        {project.statuses.map((status, index) =>
          isAdmin ? (
            <StatusForm view={view} status={status} index={index} />
          ) : (
            <StatusRow view={view} status={status} />
          ),
        )}
      </ul>
      {isAdmin && <NewStatus view={view} />}
    </section>
  )
}

const StatusRow = ({ view: { reader }, status }: { view: SettingsView; status: Status }) => {
  const { common, projects } = reader.text
  return (
    <li class="thing">
      <p class="with grow">
        <StatusIcon category={status.category} />
        <b class="truncate" safe>
          {status.name}
        </b>
      </p>
      <p class="muted" safe>
        {`${common.categories[status.category]}, ${
          status.limit === null
            ? projects.settings.noLimit
            : projects.settings.atMost(number(reader, status.limit))
        }`}
      </p>
    </li>
  )
}

const categoryChoices = ({ reader }: SettingsView) =>
  categories.map(value => ({ value, text: reader.text.common.categories[value] }))
const limitAttributes = {
  type: 'number',
  min: 1,
  max: 999,
  inputmode: 'numeric',
  autocomplete: 'off',
} as const

const StatusForm = ({ view, status, index }: { view: SettingsView; status: Status; index: number }) => {
  const { reader, project } = view
  const { common, projects } = reader.text
  const text = projects.settings
  const { id, name } = status
  const path = `statuses/${id}`
  const form = formOf(view, path)
  const before = project.statuses[index - 1]
  const after = project.statuses[index + 1]
  const kept =
    status.taskCount > 0
      ? text.emptyFirst(status.taskCount)
      : project.statuses.length === 1
        ? text.lastStatus
        : null
  return (
    <li>
      {form.isStale && (
        <Meanwhile
          reader={reader}
          href={settingsPath(view)}
          theirs={{
            [text.status]: name,
            [text.meaning]: common.categories[status.category],
            [text.limit]: status.limit === null ? common.none : number(reader, status.limit),
          }}
        />
      )}
      <Refused refusal={form.refused} />
      <div class="thing">
        <StatusIcon category={status.category} />
        <form class="in-a-row grow" method="post" action={settingsPath(view, path)}>
          <input type="hidden" name="version" value={String(status.version)} />
          <Field
            id={`status-${id}`}
            bare
            label={text.statusName(name)}
            name="name"
            required
            maxlength={60}
            autocomplete="off"
            value={form.value('name', name)}
            error={form.error('name')}
          />
          <Choice
            id={`meaning-${id}`}
            bare
            label={text.meaningOf(name)}
            name="category"
            options={categoryChoices(view)}
            value={form.value('category', status.category)}
            error={form.error('category')}
          />
          <Field
            id={`limit-${id}`}
            bare
            label={text.limitOf(name)}
            name="limit"
            {...limitAttributes}
            placeholder={text.limit}
            value={form.value('limit', String(status.limit ?? ''))}
            error={form.error('limit')}
          />
          <Button text={common.save} aria-label={`${common.save}: ${name}`} />
        </form>
        <div class="with with-4 steps-of">
          <Step view={view} status={status} before={before?.id} icon="up" text={text.earlier(name)} />
          <Step
            view={view}
            status={status}
            before={after && (project.statuses[index + 2]?.id ?? '')}
            icon="down"
            text={text.later(name)}
          />
        </div>
        {kept !== null ? (
          <button class="btn btn-quiet btn-icon" disabled title={kept}>
            <Icon name="trash" />
            <span class="sr-only" safe>
              {`${text.deleteStatus(name)}: ${kept}`}
            </span>
          </button>
        ) : (
          <Sure
            action={settingsPath(view, `${path}/delete`)}
            version={status.version}
            text={text.deleteStatus(name)}
            bare
            detail={text.deleteStatusDetail}
            verb={common.delete}
          />
        )}
      </div>
    </li>
  )
}

/** Moves a status one place: before another one, or to the end for an empty `before`. Nothing to do when it is undefined. */
const Step = ({
  view,
  status,
  before,
  icon,
  text,
}: {
  view: SettingsView
  status: Status
  before: string | undefined
  icon: 'up' | 'down'
  text: string
}) => (
  <form method="post" action={settingsPath(view, `statuses/${status.id}/move`)}>
    <input type="hidden" name="version" value={String(status.version)} />
    <input type="hidden" name="beforeId" value={before ?? ''} />
    <button class="btn btn-quiet btn-icon btn-sm" title={text} disabled={before === undefined}>
      <Icon name={icon} />
      <span class="sr-only" safe>
        {text}
      </span>
    </button>
  </form>
)

const NewStatus = ({ view }: { view: SettingsView }) => {
  const text = view.reader.text.projects.settings
  const form = formOf(view, 'statuses')
  return (
    <form class="in-a-row new-thing" method="post" action={settingsPath(view, 'statuses')}>
      <Refused refusal={form.refused} />
      <Field
        id="status-new"
        label={text.newStatus}
        name="name"
        required
        maxlength={60}
        autocomplete="off"
        value={form.value('name', '')}
        error={form.error('name')}
      />
      <Choice
        id="meaning-new"
        label={text.meaning}
        name="category"
        options={categoryChoices(view)}
        value={form.value('category', 'ready')}
        error={form.error('category')}
      />
      <Field
        id="limit-new"
        label={text.limit}
        name="limit"
        {...limitAttributes}
        title={text.limitHint}
        value={form.value('limit', '')}
        error={form.error('limit')}
      />
      <Button icon="add" text={text.addStatus} />
    </form>
  )
}
