import { t } from 'elysia'
import { etag, seenVersion } from '../kit/etag.ts'
import { createOnce } from '../kit/idempotency.ts'
import { createHeaders, Id, ifMatchHeaders, object } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import type { Deps } from './app.ts'
import { addCategory, listCategories, readCategory, removeCategory, renameCategory } from './categories.ts'
import {
  CategoryQuery,
  FileCategories,
  FileCategory,
  FileCategoryChange,
  NewFileCategory,
} from './contract.ts'

const tags = ['Files']

/** The drawers that the files of a project lie in. */
export const categoryRoutes = (app: App, { sql, access }: Deps) =>
  app
    .get(
      '/api/v1/file-categories',
      async ({ request, person, query }) => {
        await access.require({ request, person }, query.projectId, 'viewer')
        return { items: await listCategories(sql, query.projectId) }
      },
      {
        query: CategoryQuery,
        response: { 200: FileCategories },
        detail: { summary: 'List the file categories of a project', tags },
      },
    )
    .post(
      '/api/v1/file-categories',
      async context => {
        const { body, set } = context
        await access.require(context, body.projectId, 'editor')
        const category = await createOnce(sql, context, tx => addCategory(tx, body))
        set.status = 201
        set.headers.etag = etag(category.version)
        return category
      },
      {
        body: NewFileCategory,
        headers: createHeaders,
        response: { 201: FileCategory },
        detail: { summary: 'Create a file category', tags },
      },
    )
    .patch(
      '/api/v1/file-categories/:id',
      async ({ request, person, params, body, headers, set }) => {
        const { projectId } = await readCategory(sql, params.id)
        await access.require({ request, person }, projectId, 'editor')
        const category = await renameCategory(sql, params.id, seenVersion(headers), body.name)
        set.headers.etag = etag(category.version)
        return category
      },
      {
        params: object({ id: Id }),
        body: FileCategoryChange,
        headers: ifMatchHeaders,
        response: { 200: FileCategory },
        detail: { summary: 'Rename a file category', tags },
      },
    )
    .delete(
      '/api/v1/file-categories/:id',
      async ({ request, person, params, headers, set }) => {
        const { projectId } = await readCategory(sql, params.id)
        await access.require({ request, person }, projectId, 'editor')
        await removeCategory(sql, person, params.id, seenVersion(headers))
        set.status = 204
      },
      {
        params: object({ id: Id }),
        headers: ifMatchHeaders,
        response: { 204: t.Void() },
        detail: { summary: 'Delete a file category; its files stay without one', tags },
      },
    )
