import { Html } from '../html.ts'
import type { Priority, TaskPage, TaskQuery } from '../../services/task-service/contract.ts'
import { Hints, Key, LiveView, opensPanel } from '../board/board.tsx'
import { Count } from '../board/column.tsx'
import { Button, ButtonLink } from '../components/button.tsx'
import { Empty } from '../components/empty.tsx'
import { Icon } from '../components/icon.tsx'
import { StatusIcon } from '../components/status.tsx'
import { person, type Surroundings } from '../people.ts'
import { Row } from './row.tsx'

/** What a list shows; its fields are those of the address. `status` may be `trash`: then the list is that of the trash, which nothing else narrows or orders. */
export type ListFilter = Pick<
  TaskQuery,
  'status' | 'assignee' | 'label' | 'priority' | 'q' | 'sort' | 'after'
>

const priorities: Priority[] = ['urgent', 'high', 'medium', 'low', 'none']
const sorts = ['position', 'due', 'priority', 'updated', 'created'] as const

/** The address of a list. */
export function listPath(key: string, filter: ListFilter): string {
  const search = new URLSearchParams(
    Object.entries(filter).filter(([, value]) => value) as [string, string][],
  )
  return `/projects/${key}/list${search.size > 0 ? `?${search}` : ''}`
}

/** The tasks of a project, filtered and in an order. In the order of the board they stand below their statuses. */
export const ListView = ({
  page,
  filter,
  after,
  ...around
}: Surroundings & { page: TaskPage; filter: ListFilter; after: string }) => {
  const { reader, project } = around
  const { list } = reader.text
  const { sort = 'position', after: cursor, ...filters } = filter
  const isFiltered = Object.values(filters).some(Boolean)
  const isTrash = filter.status === 'trash'
  return (
    <LiveView around={around} path={listPath(project.key, filter)} after={after}>
      <Filters {...around} filter={filter} isFiltered={isFiltered} />
      {page.items.length === 0 ? (
        <Empty
          title={isTrash ? list.trashEmptyTitle : isFiltered ? list.emptyTitle : list.nothingTitle}
          detail={isTrash ? list.trashEmptyDetail : isFiltered ? list.emptyDetail : list.nothingDetail}
        >
          <p class="acts">
            {isFiltered ? (
              <ButtonLink text={list.clear} href={listPath(project.key, { sort: filter.sort })} />
            ) : (
              <ButtonLink icon="board" text={list.toBoard} href={`/projects/${project.key}`} />
            )}
          </p>
        </Empty>
      ) : (
        <div class="list-view" {...opensPanel}>
          <table class="list" role="table" aria-label={isTrash ? list.trash : list.tasks}>
            <Head {...around} />
            {sort === 'position' && !isTrash ? (
              project.statuses
                .map(status => ({
                  status,
                  items: page.items.filter(task => task.statusId === status.id),
                }))
                .filter(({ items }) => items.length > 0)
                .map(({ status, items }) => (
                  <tbody role="rowgroup">
                    <tr role="row">
                      <th role="rowheader" colspan={7} scope="rowgroup">
                        <span class="with">
                          <StatusIcon category={status.category} />
                          <span safe>{status.name}</span>
                          {!isFiltered && <Count reader={reader} status={status} />}
                        </span>
                      </th>
                    </tr>
                    {items.map(task => (
                      <Row {...around} task={task} />
                    ))}
                  </tbody>
                ))
            ) : (
              <tbody role="rowgroup" class="flat">
                {page.items.map(task => (
                  <Row {...around} task={task} isTrashed={isTrash} />
                ))}
              </tbody>
            )}
          </table>
          {(page.next !== null || cursor !== undefined) && (
            <p class="acts pages" hx-boost:inherited="false">
              {cursor !== undefined && (
                <ButtonLink
                  small
                  text={list.first}
                  href={listPath(project.key, { ...filter, after: undefined })}
                />
              )}
              {page.next !== null && (
                <ButtonLink
                  small
                  icon="down"
                  text={list.next}
                  href={listPath(project.key, { ...filter, after: page.next })}
                />
              )}
            </p>
          )}
        </div>
      )}
      <Hints reader={reader}>
        <Key keys={['j', 'k']} does={list.keys.move} />
        <Key keys={['Enter']} does={list.keys.open} />
        {!isTrash && <Key keys={['/']} does={list.keys.search} />}
      </Hints>
    </LiveView>
  )
}

const Head = ({ reader }: Surroundings) => {
  const { common, list } = reader.text
  return (
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col" class="s">
          <span class="sr-only" safe>
            {common.status}
          </span>
        </th>
        <th role="columnheader" scope="col" class="id" safe>
          {list.number}
        </th>
        <th role="columnheader" scope="col" class="t" safe>
          {list.task}
        </th>
        <th role="columnheader" scope="col" class="lb" safe>
          {common.labels}
        </th>
        <th role="columnheader" scope="col" class="pc" safe>
          {common.priority}
        </th>
        <th role="columnheader" scope="col" class="du" safe>
          {common.due}
        </th>
        <th role="columnheader" scope="col" class="as" safe>
          {common.assignees}
        </th>
      </tr>
    </thead>
  )
}

type Option = { value: string; text: string }

/** A plain form; with script each choice shows at once. */
const Filters = ({
  filter,
  isFiltered,
  ...around
}: Surroundings & { filter: ListFilter; isFiltered: boolean }) => {
  const { reader, project } = around
  const { common, list } = reader.text
  const path = `/projects/${project.key}/list`
  const isTrash = filter.status === 'trash'
  const everybody = [
    ...project.members.map(({ userId }) => userId),
    ...project.placeholders.map(({ id }) => id),
  ]
    .map(id => person(around, id))
    .map(({ id, name }) => ({ value: id, text: name }))
    .sort((a, b) => a.text.localeCompare(b.text, reader.language))
  return (
    <form
      class="filter"
      id="filter"
      method="get"
      action={path}
      role="search"
      aria-label={list.filter}
      hx-get={path}
      hx-target="#main"
      hx-swap="outerMorph"
      hx-push-url="true"
      hx-trigger="change, submit"
    >
      <Icon name="filter" />
      {!isTrash && (
        <input
          type="search"
          name="q"
          placeholder={list.search}
          aria-label={list.search}
          maxlength={200}
          value={filter.q ?? ''}
          data-search=""
        />
      )}
      <Select
        name="status"
        label={common.status}
        value={filter.status}
        options={[
          { value: '', text: list.any.status },
          ...project.statuses.map(({ id, name }) => ({ value: id, text: name })),
          { value: 'trash', text: list.trash },
        ]}
      />
      {!isTrash && (
        <>
          <Select
            name="assignee"
            label={common.assignees}
            value={filter.assignee}
            options={[
              { value: '', text: list.any.assignee },
              { value: 'none', text: list.nobody },
              ...everybody,
            ]}
          />
          <Select
            name="label"
            label={common.labels}
            value={filter.label}
            options={[
              { value: '', text: list.any.label },
              { value: 'none', text: list.noLabel },
              ...project.labels.map(({ id, name }) => ({ value: id, text: name })),
            ]}
          />
          <Select
            name="priority"
            label={common.priority}
            value={filter.priority}
            options={[
              { value: '', text: list.any.priority },
              ...priorities.map(priority => ({ value: priority, text: common.priorities[priority] })),
            ]}
          />
        </>
      )}
      <span class="grow" />
      {isFiltered && (
        <ButtonLink
          small
          kind="quiet"
          text={list.clear}
          href={listPath(project.key, { sort: filter.sort })}
        />
      )}
      {!isTrash && (
        <Select
          name="sort"
          label={list.sort}
          value={filter.sort}
          options={sorts.map(sort => ({ value: sort === 'position' ? '' : sort, text: list.sorts[sort] }))}
        />
      )}
      <noscript>
        <Button small text={list.apply} />
      </noscript>
    </form>
  )
}

const Select = ({
  name,
  label,
  value = '',
  options,
}: {
  name: string
  label: string
  value?: string
  options: Option[]
}) => (
  <select name={name} aria-label={label} class={[value !== '' && 'chosen']}>
    {options.map(option => (
      <option value={option.value} selected={option.value === value} safe>
        {option.text}
      </option>
    ))}
  </select>
)
