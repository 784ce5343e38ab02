import { Html } from '../html.ts'
import type { Project } from '../../services/task-service/contract.ts'
import { Button } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import type { Reader } from '../reader.ts'

/** What was typed into quick add, and why it was not accepted. */
export type QuickAdded = { title?: string; statusId?: string; error?: string; focus?: boolean }

/** A title and Enter make a task in the chosen status: the first ready one unless told. Its key makes sending twice harmless. */
export const QuickAdd = ({
  reader,
  project,
  typed = {},
}: {
  reader: Reader
  project: Project
  typed?: QuickAdded
}) => {
  const { board, common } = reader.text
  const { statuses } = project
  const chosen = typed.statusId ?? (statuses.find(status => status.category === 'ready') ?? statuses[0])?.id
  return (
    <form
      class="add"
      id="add"
      method="post"
      action={`/projects/${project.key}/tasks`}
      aria-label={board.addTask}
    >
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <div class="ask">
        <label>
          <Icon name="add" />
          <span class="sr-only" safe>
            {board.addTask}
          </span>
          <input
            name="title"
            placeholder={board.addHint}
            required
            maxlength={500}
            autocomplete="off"
            enterkeyhint="done"
            value={typed.title}
            autofocus={typed.error !== undefined || typed.focus === true}
            aria-invalid={typed.error ? 'true' : undefined}
            aria-describedby={typed.error ? 'add-help' : undefined}
          />
        </label>
        <select name="statusId" aria-label={board.into}>
          {statuses.map(status => (
            <option value={status.id} selected={status.id === chosen} safe>
              {status.name}
            </option>
          ))}
        </select>
        <Button kind="primary" small text={common.add} />
      </div>
      {typed.error !== undefined && (
        <p class="help bad" id="add-help">
          <Icon name="late" small />
          <span safe>{typed.error}</span>
        </p>
      )}
    </form>
  )
}
