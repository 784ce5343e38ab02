import { Html } from '../html.ts'
import type { File } from '../../services/file-service/contract.ts'
import type { Link } from '../../services/task-service/contract.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Icon } from '../components/icon.tsx'
import { Away } from '../components/notice.tsx'
import { fileSize, number } from '../format.ts'
import { canEdit, person } from '../people.ts'
import { PanelForm, SaveWithoutScript, sendsItself } from './form.tsx'
import type { TaskView } from './view.ts'

/** Addresses that belong to a task. */
export const Links = ({ view }: { view: TaskView }) => {
  const { reader, task, project, attempt } = view
  const text = reader.text.task
  const edits = canEdit(project)
  if (task.links.length === 0 && !edits) return <></>
  return (
    <section aria-labelledby="links-title">
      <h3 id="links-title">
        <span safe>{text.links}</span>
        {task.links.length > 0 && (
          <span class="muted" safe>
            {number(reader, task.links.length)}
          </span>
        )}
      </h3>
      <ul class="links">
        {task.links.map(link => (
          <li>
            <Icon name="external" small />
            <a class="link" href={addressOf(link)} rel="noopener noreferrer nofollow" target="_blank" safe>
              {link.title || link.url}
            </a>
            {edits && (
              <PanelForm view={view} to={`/links/${link.id}/delete`}>
                <Button kind="quiet" small bare icon="close" text={text.removeLink(link.title || link.url)} />
              </PanelForm>
            )}
          </li>
        ))}
      </ul>
      {edits && (
        <details class="more-form" id="add-link" open={attempt?.field === 'link'}>
          <summary>
            <Icon name="add" small />
            <span safe>{text.addLink}</span>
          </summary>
          <PanelForm view={view} to="/links" class="form" id="new-link">
            <Field
              label={text.linkAddress}
              name="url"
              type="url"
              inputmode="url"
              required
              maxlength={2000}
              placeholder="https://"
              data-clears=""
              value={attempt?.field === 'link' ? attempt.value : undefined}
              error={attempt?.field === 'link' ? attempt.refused?.detail : undefined}
            />
            <Field
              label={`${text.linkTitle} (${reader.text.common.optional})`}
              name="title"
              maxlength={200}
              id="f-link-title"
              data-clears=""
            />
            <p class="acts">
              <Button small kind="primary" text={reader.text.common.add} />
            </p>
          </PanelForm>
        </details>
      )}
    </section>
  )
}

/** The service takes only these two; a link of any other kind would be a program. */
const addressOf = ({ url }: Link) => (/^https?:\/\//i.test(url) ? url : undefined)

/** Files of a task. Pictures are seen; everything else is downloaded. */
export const Files = ({ view }: { view: TaskView }) => {
  const { reader, files, project } = view
  const text = reader.text.task
  const edits = canEdit(project)
  if (files?.items.length === 0 && !edits) return <></>
  return (
    <section aria-labelledby="files-title">
      <h3 id="files-title">
        <span safe>{text.files}</span>
        {files !== null && files.items.length > 0 && (
          <span class="muted" safe>
            {number(reader, files.items.length)}
          </span>
        )}
      </h3>
      {files === null ? (
        <Away reader={reader} part="files" />
      ) : (
        <>
          {files.items.length > 0 && (
            <ul class="files">
              {files.items.map(file => (
                <FileItem view={view} file={file} />
              ))}
            </ul>
          )}
          {files.next !== null && (
            <a class="link text-12" href={`/projects/${project.key}/files`} safe>
              {text.moreFiles}
            </a>
          )}
          {edits && (
            <PanelForm
              view={view}
              to="/files"
              enctype="multipart/form-data"
              class="upload"
              id={`new-file-${files.items[0]?.id ?? ''}`}
              // An upload may take long.
              hx-config="timeout:3600000"
              {...sendsItself}
            >
              <label class="btn btn-sm" for="f-file">
                <Icon name="upload" />
                <span safe>{text.addFiles}</span>
              </label>
              <input id="f-file" type="file" name="file" multiple required />
              <SaveWithoutScript text={text.upload} />
              <span class="wait muted" role="status" safe>
                {text.uploading}
              </span>
            </PanelForm>
          )}
        </>
      )}
    </section>
  )
}

const FileItem = ({ view, file }: { view: TaskView; file: File }) => {
  const { reader, project } = view
  const content = `/api/v1/files/${file.id}/content`
  const isPicture = file.inline && file.type.startsWith('image/')
  return (
    <li class="file">
      <a
        href={file.inline ? `${content}?inline=true` : content}
        {...(file.inline ? { target: '_blank' } : { download: file.name })}
      >
        {isPicture ? (
          <img class="thumb" src={`${content}?inline=true`} alt="" loading="lazy" width="40" height="40" />
        ) : (
          <span class="thumb">
            <Icon name="file" />
          </span>
        )}
        <div>
          <b title={file.name} safe>
            {file.name}
          </b>
          <span class="muted" safe>
            {`${fileSize(reader, file.size)}, ${person(view, file.uploadedBy).name}`}
          </span>
        </div>
      </a>
      {canEdit(project) && (
        <PanelForm view={view} to={`/files/${file.id}/delete`}>
          <input type="hidden" name="version" value={String(file.version)} />
          <Button kind="quiet" small bare icon="close" text={reader.text.task.removeFile(file.name)} />
        </PanelForm>
      )}
    </li>
  )
}
