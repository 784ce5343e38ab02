import { t } from 'elysia'
import { etag, seenVersion } from '../kit/etag.ts'
import { createOnce } from '../kit/idempotency.ts'
import { createHeaders, ifMatchHeaders } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import { projectFor } from './access.ts'
import type { Deps } from './app.ts'
import { AccessAnswer, NewProject, Project, ProjectChange, Projects } from './contract.ts'
import { changeProject, createProject, deleteProject, listProjects, readProject } from './projects.ts'
import { ofProject } from './params.ts'

const tags = ['Projects']

export const projectRoutes = (app: App, { sql }: Deps) =>
  app
    .get('/api/v1/projects', async ({ person }) => ({ items: await listProjects(sql, person) }), {
      response: { 200: Projects },
      detail: { summary: 'List the projects that you are a member of', tags },
    })
    .post(
      '/api/v1/projects',
      async context => {
        const { person, body, set } = context
        const project = await createOnce(sql, context, tx => createProject(tx, person, body))
        set.status = 201
        set.headers.etag = etag(project.version)
        return project
      },
      {
        headers: createHeaders,
        body: NewProject,
        response: { 201: Project },
        detail: { summary: 'Create a project', tags },
      },
    )
    .get(
      '/api/v1/projects/:project',
      async ({ params, person, set }) => {
        const project = await readProject(sql, person, params.project)
        set.headers.etag = etag(project.version)
        return project
      },
      {
        params: ofProject,
        response: { 200: Project },
        detail: { summary: 'Read a project with its statuses, labels and members', tags },
      },
    )
    .patch(
      '/api/v1/projects/:project',
      async ({ params, person, headers, body, set }) => {
        const version = seenVersion(headers)
        const place = await projectFor(sql, person, params.project, 'admin')
        const project = await changeProject(sql, person, place, version, body)
        set.headers.etag = etag(project.version)
        return project
      },
      {
        params: ofProject,
        headers: ifMatchHeaders,
        body: ProjectChange,
        response: { 200: Project },
        detail: { summary: 'Change a project', tags },
      },
    )
    .delete(
      '/api/v1/projects/:project',
      async ({ params, person, headers, set }) => {
        const version = seenVersion(headers)
        await deleteProject(sql, person, await projectFor(sql, person, params.project, 'admin'), version)
        set.status = 204
      },
      {
        params: ofProject,
        headers: ifMatchHeaders,
        response: { 204: t.Void() },
        detail: { summary: 'Put a project into the trash', tags },
      },
    )
    .get(
      '/api/v1/projects/:project/access',
      async ({ params, person }) => {
        const { projectId, role } = await projectFor(sql, person, params.project)
        return { projectId, role }
      },
      {
        params: ofProject,
        response: { 200: AccessAnswer },
        detail: { summary: 'Read what you may do in a project', tags },
      },
    )
