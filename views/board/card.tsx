import { Html } from '../html.ts'
import type { TaskSummary } from '../../services/task-service/contract.ts'
import { Avatars } from '../components/avatar.tsx'
import { Icon } from '../components/icon.tsx'
import { LabelDots } from '../components/labels.tsx'
import { PriorityIcon } from '../components/status.tsx'
import { Due } from '../components/time.tsx'
import { number } from '../format.ts'
import { canEdit, person, type Surroundings } from '../people.ts'

/**
 * A task on the board: one link to it. What does not exist leaves no gap. The attributes are for the browser, which puts cards in order by `data-position`,
 * then id, and knows by `data-version` which of two is newer.
 */
export const Card = ({ task, ...around }: Surroundings & { task: TaskSummary }) => {
  const { reader, project } = around
  const finished = task.category === 'done'
  const labels = project.labels.filter(label => task.labelIds.includes(label.id))
  return (
    <li
      id={`card-${task.id}`}
      data-number={String(task.number)}
      data-status={task.statusId}
      data-position={task.position}
      data-version={String(task.version)}
    >
      <article class={['card', finished && 'done']}>
        <h3>
          <a
            href={`/projects/${project.key}/tasks/${task.number}`}
            draggable="false"
            aria-describedby={canEdit(project) ? 'card-help' : undefined}
            safe
          >
            {task.title}
          </a>
        </h3>
        <p class="meta">
          {task.priority !== 'none' && <PriorityIcon reader={reader} priority={task.priority} />}
          {labels.length > 0 && <LabelDots labels={labels} />}
          {task.due !== null && <Due reader={reader} due={task.due} finished={finished} />}
          {task.commentCount > 0 && (
            <span class="with with-4" title={reader.text.common.comments(number(reader, task.commentCount))}>
              <Icon name="comment" small />
              <span safe>{number(reader, task.commentCount)}</span>
            </span>
          )}
          {task.linkCount > 0 && (
            <span class="with with-4" title={reader.text.common.links(number(reader, task.linkCount))}>
              <Icon name="link" small />
              <span safe>{number(reader, task.linkCount)}</span>
            </span>
          )}
          {task.assigneeIds.length > 0 && <Avatars people={task.assigneeIds.map(id => person(around, id))} />}
        </p>
      </article>
    </li>
  )
}
