import { Html } from '../html.ts'
import type { TaskSummary } from '../../services/task-service/contract.ts'
import { Avatar } from '../components/avatar.tsx'
import { Dot, Label } from '../components/labels.tsx'
import { PriorityIcon, StatusIcon } from '../components/status.tsx'
import { Due } from '../components/time.tsx'
import { person, type Surroundings } from '../people.ts'

/** A task in a list, or in that of the trash. What the columns tell moves under the title on phones. Roles, since a table laid out as a grid loses its own. */
export const Row = ({
  task,
  isTrashed,
  ...around
}: Surroundings & { task: TaskSummary; isTrashed?: boolean }) => {
  const { reader, project } = around
  const { common } = reader.text
  const status = project.statuses.find(({ id }) => id === task.statusId)
  const labels = project.labels.filter(label => task.labelIds.includes(label.id))
  const people = task.assigneeIds.map(id => person(around, id))
  const [first, ...others] = people
  const nothing = (said: string) => (
    <span class="muted">
      <span aria-hidden="true">–</span>
      <span class="sr-only" safe>
        {said}
      </span>
    </span>
  )
  return (
    // A row that has come back is in a status: so it does not take the place of its own in the trash, the list is loaded again.
    <tr
      role="row"
      id={`row-${task.id}`}
      data-status={isTrashed ? 'trash' : task.statusId}
      data-version={String(task.version)}
    >
      <td role="cell" class="s" title={status?.name}>
        <StatusIcon category={task.category} named={status?.name ?? ''} />
      </td>
      <td role="cell" class="id" safe>
        {task.key}
      </td>
      <th role="rowheader" class="t" scope="row">
        <a href={`/projects/${project.key}/tasks/${task.number}?in=list`} safe>
          {task.title}
        </a>
        <small aria-hidden="true">
          {labels.map(label => (
            <Dot color={label.color} />
          ))}
          <span safe>{first?.name ?? ''}</span>
        </small>
      </th>
      <td role="cell" class="lb">
        <span class="labels">
          {labels.map(label => (
            <Label label={label} />
          ))}
        </span>
      </td>
      <td role="cell" class="pc">
        {task.priority === 'none' ? (
          nothing(common.priorities.none)
        ) : (
          <PriorityIcon reader={reader} priority={task.priority} words />
        )}
      </td>
      <td role="cell" class="du">
        {task.due === null ? (
          nothing(common.noDate)
        ) : (
          <Due reader={reader} due={task.due} finished={task.category === 'done'} />
        )}
      </td>
      <td role="cell" class="as">
        {first ? (
          <span class="with" title={people.map(({ name }) => name).join(', ')}>
            <Avatar id={first.id} name={first.name} quiet />
            <span class="cut" safe>
              {first.name}
            </span>
            {others.length > 0 && (
              <span class="muted" safe>
                {`+${others.length}`}
              </span>
            )}
          </span>
        ) : (
          <span class="muted" safe>
            {common.nobody}
          </span>
        )}
      </td>
    </tr>
  )
}
