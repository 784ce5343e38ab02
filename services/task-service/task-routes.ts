import { t } from 'elysia'
import { etag, seenVersion } from '../kit/etag.ts'
import { createOnce } from '../kit/idempotency.ts'
import { createHeaders, Id, ifMatchHeaders, object } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import { projectFor, taskFor } from './access.ts'
import type { Deps } from './app.ts'
import {
  AccessAnswer,
  Board,
  ChangePage,
  Link,
  Move,
  MyTasks,
  MyTasksQuery,
  NewLink,
  NewTask,
  PageQuery,
  Task,
  TaskChange,
  TaskPage,
  TaskQuery,
} from './contract.ts'
import { historyOf } from './history.ts'
import { addLink, removeLink } from './links.ts'
import { listMyTasks, listTasks, readBoard } from './lists.ts'
import {
  changeTask,
  createTask,
  deleteTask,
  moveTask,
  readTask,
  readTaskByNumber,
  restoreTask,
} from './tasks.ts'
import { inProject, ofProject, ofTask } from './params.ts'

const tags = ['Tasks']
const BoardQuery = object({ limit: TaskQuery.properties.limit })

export const taskRoutes = (app: App, { sql }: Deps) =>
  app
    .get(
      '/api/v1/projects/:project/board',
      ({ params, query, person }) => readBoard(sql, person, params.project, query.limit),
      {
        params: ofProject,
        query: BoardQuery,
        response: { 200: Board },
        detail: { summary: 'Read a board: a project with the first tasks of each status', tags },
      },
    )
    .get(
      '/api/v1/projects/:project/tasks',
      async ({ params, query, person }) =>
        listTasks(sql, await projectFor(sql, person, params.project), query),
      {
        params: ofProject,
        query: TaskQuery,
        response: { 200: TaskPage },
        detail: { summary: 'List, filter and search the tasks of a project', tags },
      },
    )
    .post(
      '/api/v1/projects/:project/tasks',
      async context => {
        const { params, person, body, set } = context
        const place = await projectFor(sql, person, params.project, 'editor')
        const task = await createOnce(sql, context, tx => createTask(tx, person, place, body))
        set.status = 201
        set.headers.etag = etag(task.version)
        return task
      },
      {
        params: ofProject,
        headers: createHeaders,
        body: NewTask,
        response: { 201: Task },
        detail: { summary: 'Create a task', tags },
      },
    )
    .get(
      '/api/v1/projects/:project/tasks/:number',
      async ({ params, person, set }) => {
        const place = await projectFor(sql, person, params.project)
        const task = await readTaskByNumber(sql, place, params.number)
        set.headers.etag = etag(task.version)
        return task
      },
      {
        params: object({ ...inProject, number: t.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
        response: { 200: Task },
        detail: { summary: 'Read a task by its number', tags },
      },
    )
    .get('/api/v1/my/tasks', ({ query, person }) => listMyTasks(sql, person, query), {
      query: MyTasksQuery,
      response: { 200: MyTasks },
      detail: { summary: 'List the open tasks that are assigned to you', tags },
    })
    .get(
      '/api/v1/tasks/:task',
      async ({ params, person, set }) => {
        const { taskId } = await taskFor(sql, person, params.task)
        const task = await readTask(sql, taskId)
        set.headers.etag = etag(task.version)
        return task
      },
      { params: ofTask, response: { 200: Task }, detail: { summary: 'Read a task', tags } },
    )
    .patch(
      '/api/v1/tasks/:task',
      async ({ params, person, headers, body, set }) => {
        const task = await changeTask(sql, person, params.task, seenVersion(headers), body)
        set.headers.etag = etag(task.version)
        return task
      },
      {
        params: ofTask,
        headers: ifMatchHeaders,
        body: TaskChange,
        response: { 200: Task },
        detail: { summary: 'Change a task', tags },
      },
    )
    .post(
      '/api/v1/tasks/:task/move',
      async ({ params, person, headers, body, set }) => {
        const task = await moveTask(sql, person, params.task, seenVersion(headers), body)
        set.headers.etag = etag(task.version)
        return task
      },
      {
        params: ofTask,
        headers: ifMatchHeaders,
        body: Move,
        response: { 200: Task },
        detail: { summary: 'Move a task into a status, or within it', tags },
      },
    )
    .delete(
      '/api/v1/tasks/:task',
      async ({ params, person, headers, set }) => {
        await deleteTask(sql, person, params.task, seenVersion(headers))
        set.status = 204
      },
      {
        params: ofTask,
        headers: ifMatchHeaders,
        response: { 204: t.Void() },
        detail: { summary: 'Put a task into the trash', tags },
      },
    )
    .post(
      '/api/v1/tasks/:task/restore',
      async ({ params, person, set }) => {
        const task = await restoreTask(sql, person, await taskFor(sql, person, params.task, 'editor'))
        set.headers.etag = etag(task.version)
        return task
      },
      {
        params: ofTask,
        response: { 200: Task },
        detail: { summary: 'Take a task out of the trash', tags },
      },
    )
    .get(
      '/api/v1/tasks/:task/access',
      async ({ params, person }) => {
        const { projectId, role } = await taskFor(sql, person, params.task)
        return { projectId, role }
      },
      {
        params: ofTask,
        response: { 200: AccessAnswer },
        detail: { summary: 'Read what you may do with a task', tags },
      },
    )
    .get(
      '/api/v1/tasks/:task/history',
      async ({ params, query, person }) =>
        historyOf(sql, (await taskFor(sql, person, params.task)).taskId, query),
      {
        params: ofTask,
        query: PageQuery,
        response: { 200: ChangePage },
        detail: { summary: 'Read the history of a task, newest first', tags },
      },
    )
    .post(
      '/api/v1/tasks/:task/links',
      async context => {
        const { params, person, body, set } = context
        const place = await taskFor(sql, person, params.task, 'editor', { live: true })
        const link = await createOnce(sql, context, tx => addLink(tx, person, place, body))
        set.status = 201
        return link
      },
      {
        params: ofTask,
        headers: createHeaders,
        body: NewLink,
        response: { 201: Link },
        detail: { summary: 'Add a link to a task', tags },
      },
    )
    .delete(
      '/api/v1/tasks/:task/links/:id',
      async ({ params, person, set }) => {
        const place = await taskFor(sql, person, params.task, 'editor', { live: true })
        await removeLink(sql, person, place, params.id)
        set.status = 204
      },
      {
        params: object({ task: Id, id: Id }),
        response: { 204: t.Void() },
        detail: { summary: 'Remove a link from a task', tags },
      },
    )
