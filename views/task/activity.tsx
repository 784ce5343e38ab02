import { Html } from '../html.ts'
import type { Change, Comment, Due, Priority } from '../../services/task-service/contract.ts'
import { Avatar } from '../components/avatar.tsx'
import { Button } from '../components/button.tsx'
import { TextArea } from '../components/field.tsx'
import { Icon } from '../components/icon.tsx'
import { Markdown } from '../components/markdown.tsx'
import { Away } from '../components/notice.tsx'
import { Time } from '../components/time.tsx'
import { dueWords } from '../format.ts'
import type { IconName } from '../icons.ts'
import { canComment, person } from '../people.ts'
import { PanelForm } from './form.tsx'
import { type TaskView, taskPath } from './view.ts'

/** What people said and did, in the order of time. */
export const Activity = ({ view }: { view: TaskView }) => {
  const { reader, comments, history } = view
  const text = reader.text.task
  const happened = [
    ...(comments?.items ?? []).map(comment => ({
      at: comment.createdAt,
      item: <CommentItem view={view} comment={comment} />,
    })),
    ...(history?.items ?? []).map(change => ({
      at: change.at,
      item: <ChangeItem view={view} change={change} />,
    })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const page = (name: string, cursor: string) => {
    const path = taskPath(view)
    return `${path}${path.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(cursor)}`
  }
  return (
    <section aria-labelledby="activity-title">
      <h3 id="activity-title" safe>
        {text.activity}
      </h3>
      {comments === null && <Away reader={reader} part="comments" />}
      {history === null && <Away reader={reader} part="history" />}
      {history?.next != null && (
        <a class="link text-12" href={page('changesAfter', history.next)} safe>
          {text.olderChanges}
        </a>
      )}
      <ol class="talk">{happened.map(({ item }) => item)}</ol>
      {comments?.next != null && (
        <a class="link text-12" href={page('commentsAfter', comments.next)} safe>
          {text.moreComments}
        </a>
      )}
    </section>
  )
}

const CommentItem = ({ view, comment }: { view: TaskView; comment: Comment }) => {
  const { reader, project, attempt } = view
  const { common, task: text } = reader.text
  const author = person(view, comment.authorId)
  const own = comment.authorId === reader.user?.id
  const typed = attempt?.field === 'comment' && attempt.base === comment.id ? attempt.value : undefined
  return (
    <li id={`comment-${comment.id}`}>
      <Avatar id={author.id} name={author.name} large quiet />
      <div>
        <b safe>{author.name}</b> <Time reader={reader} at={comment.createdAt} />{' '}
        {comment.editedAt !== null && (
          <span class="muted text-12" safe>
            {text.edited}
          </span>
        )}
        <Markdown text={comment.body} />
        {(own || project.role === 'admin') && (
          <div class="own">
            {own && (
              <details
                id={`edit-comment-${comment.id}`}
                open={typed !== undefined}
                data-edit={`comment-${comment.id}`}
              >
                <summary class="link text-12" safe>
                  {common.edit}
                </summary>
                <PanelForm view={view} to={`/comments/${comment.id}`} class="form">
                  <input type="hidden" name="version" value={String(comment.version)} />
                  <input type="hidden" name="base" value={comment.body} />
                  <TextArea
                    id={`comment-text-${comment.id}`}
                    label={text.editComment}
                    bare
                    name="value"
                    required
                    maxlength={20_000}
                    value={typed ?? comment.body}
                  />
                  <Button small kind="primary" text={common.save} />
                </PanelForm>
              </details>
            )}
            <PanelForm view={view} to={`/comments/${comment.id}/delete`}>
              <input type="hidden" name="version" value={String(comment.version)} />
              <button class="link text-12" safe>
                {common.delete}
              </button>
            </PanelForm>
          </div>
        )}
      </div>
    </li>
  )
}

/** A new comment, at the end of the panel. Its key makes sending twice harmless. */
export const Compose = ({ view }: { view: TaskView }) => {
  const { reader, task, project, attempt } = view
  const text = reader.text.task
  if (!canComment(project)) return <></>
  const typed = attempt?.field === 'comment' && attempt.base === undefined ? attempt.value : ''
  return (
    <PanelForm view={view} to="/comments" class="compose" id="edit-comment" data-edit="comment">
      <input type="hidden" name="key" value={crypto.randomUUID()} />
      <label class="sr-only" for={`say-${task.number}`} safe>
        {text.comment}
      </label>
      <textarea
        class="field area"
        id={`say-${task.number}`}
        name="value"
        rows="1"
        required
        maxlength={20_000}
        placeholder={text.writeComment}
        data-clears=""
        safe
      >
        {`\n${typed}`}
      </textarea>
      <Button text={reader.text.common.send} />
    </PanelForm>
  )
}

const icons: Record<string, IconName> = {
  created: 'add',
  title: 'edit',
  description: 'edit',
  status: 'move',
  priority: 'priority-high',
  labels: 'label',
  assignees: 'person',
  due: 'calendar',
  links: 'link',
  deleted: 'trash',
}

const ChangeItem = ({ view, change }: { view: TaskView; change: Change }) => {
  const { reader } = view
  const text = reader.text.task
  return (
    <li>
      <span class="pin">
        <Icon name={icons[change.field] ?? 'history'} small />
      </span>
      <div class="ev">
        <b safe>{person(view, change.actorId).name}</b>
        {reader.language === 'ko' ? '' : ' '}
        <span safe>{sentence(view, change)}</span>
        {' · '}
        <Time reader={reader} at={change.at} />
        {change.field === 'description' && (
          <details id={`change-${change.id}`}>
            <summary class="link" safe>
              {`${text.before} · ${text.after}`}
            </summary>
            <div class="was">
              <b safe>{text.before}</b>
              <p class="pre" safe>
                {beginning(change.from) || text.empty}
              </p>
              <b safe>{text.after}</b>
              <p class="pre" safe>
                {beginning(change.to) || text.empty}
              </p>
            </div>
          </details>
        )}
      </div>
    </li>
  )
}

/** What a change was, in words that follow the name of who did it. */
/** As much of a long text as tells what it was: a page with many changes stays light. The API has all of it. */
function beginning(value: unknown): string {
  const text = String(value ?? '')
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text
}

function sentence(view: TaskView, { field, from, to }: Change): string {
  const { reader, project } = view
  const { common, task: text } = reader.text
  const { did } = text
  const status = (id: unknown) => project.statuses.find(status => status.id === id)?.name ?? text.gone.status
  const difference = (name: (id: string) => string): [added: string, removed: string] => {
    const [before, after] = [from, to].map(ids => (ids ?? []) as string[]) as [string[], string[]]
    const names = (ids: string[], others: string[]) =>
      ids
        .filter(id => !others.includes(id))
        .map(name)
        .join(', ')
    return [names(after, before), names(before, after)]
  }
  const due = (value: unknown) => dueWords(reader, value as Due).full
  const link = (value: unknown) =>
    (value as { title: string; url: string }).title || (value as { url: string }).url
  switch (field) {
    case 'created':
      return did.created
    case 'title':
      return did.title(String(from), String(to))
    case 'description':
      return did.description
    case 'status':
      return did.status(status(from), status(to))
    case 'priority':
      return did.priority(common.priorities[from as Priority], common.priorities[to as Priority])
    case 'labels':
      return did.labels(
        ...difference(id => project.labels.find(label => label.id === id)?.name ?? text.gone.label),
      )
    case 'assignees':
      return did.assignees(...difference(id => person(view, id).name))
    case 'due':
      return from === null
        ? did.dueSet(due(to))
        : to === null
          ? did.dueCleared(due(from))
          : did.due(due(from), due(to))
    case 'links':
      return to === null ? did.linkRemoved(link(from)) : did.linkAdded(link(to))
    case 'deleted':
      return to === true ? did.deleted : did.restored
    default:
      return did.other
  }
}
