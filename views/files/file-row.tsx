import type { File } from '../../services/file-service/contract.ts'
import { Button, ButtonLink } from '../components/button.tsx'
import { Choice, Field } from '../components/field.tsx'
import { Icon } from '../components/icon.tsx'
import { Meanwhile } from '../components/meanwhile.tsx'
import { Refused } from '../components/refused.tsx'
import { Sure } from '../components/sure.tsx'
import { Time } from '../components/time.tsx'
import { fileSize } from '../format.ts'
import { Html } from '../html.ts'
import { canEdit, person } from '../people.ts'
import { categoryName, type FilesView, filesPath } from './files-view.ts'
import { contentPath, kindOf, Thumb } from './thumb.tsx'

/** A file of the project: what it is, of which task, from whom, and, for who may, the form that changes it. */
export const FileRow = ({ view, file }: { view: FilesView; file: File }) => {
  const { reader, project, tasks } = view
  const text = reader.text.files
  const task = tasks.get(file.taskId)
  return (
    <li class="file-row">
      <Thumb file={file} />
      <div class="file-name">
        <a href={contentPath(file)} title={file.name} safe>
          {file.name}
        </a>
        <p class="muted" title={file.type}>
          <span safe>{text.kinds[kindOf(file.type)]}</span>
          {' · '}
          <span safe>{fileSize(reader, file.size)}</span>
          {file.categoryId !== null && (
            <>
              {' · '}
              <span safe>{categoryName(view, file.categoryId)}</span>
            </>
          )}
        </p>
      </div>
      <p class="file-task">
        {task !== undefined && (
          <>
            <span class="sr-only" safe>
              {text.of}
            </span>{' '}
            <a href={`/projects/${project.key}/tasks/${task.number}`} title={`${task.key} ${task.title}`}>
              <span class="muted" safe>
                {task.key}
              </span>{' '}
              <span safe>{task.title}</span>
            </a>
            {task.deletedAt !== null && (
              <span class="muted" safe>
                {`(${text.inTrash})`}
              </span>
            )}
          </>
        )}
      </p>
      <p class="file-by">
        <span safe>{person(view, file.uploadedBy).name}</span>
        <span class="muted">
          <Time reader={reader} at={file.createdAt} />
        </span>
      </p>
      <ButtonLink
        small
        bare
        kind="quiet"
        icon="download"
        text={text.downloadFile(file.name)}
        href={`/files/${file.id}`}
        download={file.name}
      />
      {canEdit(project) && <Editing view={view} file={file} />}
    </li>
  )
}

const Editing = ({ view, file }: { view: FilesView; file: File }) => {
  const { reader, categories } = view
  const text = reader.text.files
  const attempt = view.attempt?.of === `file:${file.id}` ? view.attempt : undefined
  return (
    <details class="file-edit" open={attempt !== undefined}>
      <summary class="btn btn-quiet btn-icon btn-sm" title={text.editFile(file.name)}>
        <Icon name="edit" />
        <span class="sr-only" safe>
          {text.editFile(file.name)}
        </span>
      </summary>
      <div class="file-forms">
        {attempt?.meanwhile ? (
          <Meanwhile
            reader={reader}
            theirs={{
              [text.name]: attempt.meanwhile.name,
              [text.category]: categoryName(view, attempt.meanwhile.categoryId),
            }}
            href={filesPath(view)}
          />
        ) : (
          <Refused refusal={attempt} />
        )}
        <form class="in-a-row" method="post" action={filesPath(view, `files/${file.id}`)}>
          <input type="hidden" name="version" value={String(file.version)} />
          <Field
            id={`name-${file.id}`}
            label={text.name}
            name="name"
            required
            maxlength={255}
            autocomplete="off"
            value={attempt?.name ?? file.name}
            error={attempt?.fields.name}
          />
          <Choice
            id={`category-${file.id}`}
            label={text.category}
            name="categoryId"
            options={[
              { value: '', text: text.none },
              ...categories.map(category => ({ value: category.id, text: category.name })),
            ]}
            value={attempt?.categoryId ?? file.categoryId ?? ''}
            error={attempt?.fields.categoryId}
          />
          <Button text={reader.text.common.save} />
        </form>
        <Sure
          action={filesPath(view, `files/${file.id}/remove`)}
          version={file.version}
          text={text.removeFile}
          detail={text.removeDetail}
          verb={text.removeForGood}
        />
      </div>
    </details>
  )
}
