import { t } from 'elysia'
import { etag, seenVersion } from '../kit/etag.ts'
import { createOnce } from '../kit/idempotency.ts'
import { createHeaders, Id, ifMatchHeaders, object } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import { projectFor } from './access.ts'
import type { Deps } from './app.ts'
import { NewStatus, Status, StatusChange } from './contract.ts'
import { addStatus, changeStatus, deleteStatus } from './statuses.ts'
import { inProject, ofProject } from './params.ts'

const tags = ['Statuses']
const ofStatus = object({ ...inProject, id: Id })

export const statusRoutes = (app: App, { sql }: Deps) =>
  app
    .post(
      '/api/v1/projects/:project/statuses',
      async context => {
        const { params, person, body, set } = context
        const place = await projectFor(sql, person, params.project, 'admin')
        const status = await createOnce(sql, context, tx => addStatus(tx, person, place, body))
        set.status = 201
        set.headers.etag = etag(status.version)
        return status
      },
      {
        params: ofProject,
        headers: createHeaders,
        body: NewStatus,
        response: { 201: Status },
        detail: { summary: 'Add a status, a column of the board', tags },
      },
    )
    .patch(
      '/api/v1/projects/:project/statuses/:id',
      async ({ params, person, headers, body, set }) => {
        const version = seenVersion(headers)
        const place = await projectFor(sql, person, params.project, 'admin')
        const status = await changeStatus(sql, person, place, params.id, version, body)
        set.headers.etag = etag(status.version)
        return status
      },
      {
        params: ofStatus,
        headers: ifMatchHeaders,
        body: StatusChange,
        response: { 200: Status },
        detail: { summary: 'Change a status, or move it along the board', tags },
      },
    )
    .delete(
      '/api/v1/projects/:project/statuses/:id',
      async ({ params, person, headers, set }) => {
        const version = seenVersion(headers)
        const place = await projectFor(sql, person, params.project, 'admin')
        await deleteStatus(sql, person, place, params.id, version)
        set.status = 204
      },
      {
        params: ofStatus,
        headers: ifMatchHeaders,
        response: { 204: t.Void() },
        detail: { summary: 'Delete a status that has no tasks', tags },
      },
    )
