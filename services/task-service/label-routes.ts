import { t } from 'elysia'
import { etag, seenVersion } from '../kit/etag.ts'
import { createOnce } from '../kit/idempotency.ts'
import { createHeaders, Id, ifMatchHeaders, object } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import { projectFor } from './access.ts'
import type { Deps } from './app.ts'
import { Label, LabelChange, NewLabel } from './contract.ts'
import { addLabel, changeLabel, deleteLabel } from './labels.ts'
import { inProject, ofProject } from './params.ts'

const tags = ['Labels']
const ofLabel = object({ ...inProject, id: Id })

export const labelRoutes = (app: App, { sql }: Deps) =>
  app
    .post(
      '/api/v1/projects/:project/labels',
      async context => {
        const { params, person, body, set } = context
        const place = await projectFor(sql, person, params.project, 'editor')
        const label = await createOnce(sql, context, tx => addLabel(tx, person, place, body))
        set.status = 201
        set.headers.etag = etag(label.version)
        return label
      },
      {
        params: ofProject,
        headers: createHeaders,
        body: NewLabel,
        response: { 201: Label },
        detail: { summary: 'Add a label to a project', tags },
      },
    )
    .patch(
      '/api/v1/projects/:project/labels/:id',
      async ({ params, person, headers, body, set }) => {
        const version = seenVersion(headers)
        const place = await projectFor(sql, person, params.project, 'editor')
        const label = await changeLabel(sql, person, place, params.id, version, body)
        set.headers.etag = etag(label.version)
        return label
      },
      {
        params: ofLabel,
        headers: ifMatchHeaders,
        body: LabelChange,
        response: { 200: Label },
        detail: { summary: 'Change a label', tags },
      },
    )
    .delete(
      '/api/v1/projects/:project/labels/:id',
      async ({ params, person, headers, set }) => {
        const version = seenVersion(headers)
        const place = await projectFor(sql, person, params.project, 'editor')
        await deleteLabel(sql, person, place, params.id, version)
        set.status = 204
      },
      {
        params: ofLabel,
        headers: ifMatchHeaders,
        response: { 204: t.Void() },
        detail: { summary: 'Delete a label and take it off all tasks', tags },
      },
    )
