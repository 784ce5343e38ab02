import { Html } from '../html.ts'
import type { Board, Status } from '../../services/task-service/contract.ts'
import { Button, ButtonLink } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { StatusIcon } from '../components/status.tsx'
import { fill } from '../fill.ts'
import { number } from '../format.ts'
import type { Surroundings } from '../people.ts'
import type { Reader } from '../reader.ts'
import { Card } from './card.tsx'

export type BoardColumn = Board['columns'][number]

/** A status with the first of its cards; `canEdit` shows how to add one. `continued`: these are not its first. */
export const Column = ({
  status,
  column,
  canEdit,
  continued,
  isFolded,
  ...around
}: Surroundings & {
  status: Status
  column: BoardColumn
  canEdit: boolean
  continued: boolean
  isFolded: boolean
}) => {
  const { reader, project } = around
  const { board } = reader.text
  return (
    <section class={['col', isFolded && 'shut']} aria-labelledby={`col-${status.id}`} data-status={status.id}>
      <header>
        <StatusIcon category={status.category} />
        <h2 id={`col-${status.id}`} title={status.name} safe>
          {status.name}
        </h2>
        <Count reader={reader} status={status} />
        {status.category === 'backlog' && (
          <Button
            kind="quiet"
            small
            bare
            type="button"
            icon="left"
            text={board.fold(status.name)}
            aria-expanded={isFolded ? 'false' : 'true'}
            aria-controls={`cards-${status.id}`}
            data-fold={status.id}
          />
        )}
        {canEdit && (
          <ButtonLink
            kind="quiet"
            small
            bare
            icon="add"
            text={board.addTo(status.name)}
            href={`/projects/${project.key}?add=${status.id}`}
            data-add={status.id}
          />
        )}
      </header>
      {continued && (
        <a class="drop" href={`/projects/${project.key}`} safe>
          {board.fromStart(status.name)}
        </a>
      )}
      <ol class="cards" id={`cards-${status.id}`} aria-labelledby={`col-${status.id}`}>
        <Cards {...around} status={status} column={column} />
      </ol>
    </section>
  )
}

/** Some cards of a column, and the way to those after them. */
export const Cards = ({
  status,
  column,
  ...around
}: Surroundings & { status: Status; column: BoardColumn }) => {
  const { reader, project } = around
  const more = `/projects/${project.key}?more=${status.id}&after=${encodeURIComponent(column.next ?? '')}`
  return (
    <>
      {column.items.map(task => (
        <Card {...around} task={task} />
      ))}
      {column.next !== null && (
        <li class="more" id={`more-${status.id}`}>
          <a
            class="drop"
            href={more}
            hx-get={more}
            hx-target={`#more-${status.id}`}
            hx-swap="outerHTML"
            hx-push-url="false"
            hx-boost="false"
          >
            <Icon name="down" small />
            <span safe>{reader.text.board.showMore(status.name)}</span>
          </a>
        </li>
      )}
    </>
  )
}

/** How many tasks a status has. Its limit is told in words, and being over it by a shape too. */
export const Count = ({ reader, status }: { reader: Reader; status: Status }) => {
  const { ofLimit, over } = reader.text.board.words
  const { limit, taskCount } = status
  const count = number(reader, taskCount)
  const isOver = limit !== null && taskCount > limit
  const words =
    limit === null ? count : fill(isOver ? over : ofLimit, { count, limit: number(reader, limit) })
  return (
    <span class={['count', isOver && 'over']} data-limit={limit === null ? undefined : String(limit)}>
      <Icon name="late" small />
      <span safe>{words}</span>
    </span>
  )
}
