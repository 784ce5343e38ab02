import { t } from 'elysia'
import { ButtonLink } from '../../../views/components/button.tsx'
import { Empty } from '../../../views/components/empty.tsx'
import { Away } from '../../../views/components/notice.tsx'
import { Toast } from '../../../views/components/toast.tsx'
import { Categories } from '../../../views/files/categories.tsx'
import { FileRow } from '../../../views/files/file-row.tsx'
import { type Attempt, type FilesView, filesPath } from '../../../views/files/files-view.ts'
import { Html } from '../../../views/html.ts'
import type { File } from '../../file-service/contract.ts'
import type { Caller } from '../../kit/client.ts'
import { Problem } from '../../kit/problem.ts'
import { Id } from '../../kit/schema.ts'
import type { Task } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import type { Backends } from '../backends.ts'
import { refusal } from '../form.ts'
import { redirect, unlessAway } from '../page.tsx'
import { type AskedOfProject, projectPage } from '../project-page.tsx'
import { requireVisitor } from '../session.ts'

const Done = t.Union([
  t.Literal('saved'),
  t.Literal('removed'),
  t.Literal('category-added'),
  t.Literal('category-saved'),
  t.Literal('category-deleted'),
])
/** Which files are shown stays the same through all forms. */
const Query = t.Object({
  category: t.Optional(t.Union([Id, t.Literal('none')])),
  after: t.Optional(t.String({ maxLength: 500 })),
  done: t.Optional(Done),
})
const params = t.Object({ key: t.String(), id: Id })
const Versioned = t.Object({ version: t.Numeric() })

type AskedOfFiles = AskedOfProject & { query: typeof Query.static }

/** How many files a page shows. Each may ask for its task. */
const pageSize = 30

/**
 * GET /projects/:key/files?category=&after=: the files of a project, newest first. Forms below it are POSTs: files/:id (name and category), files/:id/remove,
 * file-categories, file-categories/:id (name) and file-categories/:id/delete.
 */
export const filesPage = (app: Frontend) =>
  app
    .get('/projects/:key/files', ctx => filesView(ctx), { query: Query })
    .post(
      '/projects/:key/files/:id',
      async ctx => {
        const { caller } = requireVisitor(ctx)
        const { version, name, categoryId } = ctx.body
        try {
          const change = { name, categoryId: categoryId || null }
          await ctx.backends.files.changeFile(caller, ctx.params.id, version, change)
        } catch (error) {
          return refused(ctx, error, { of: `file:${ctx.params.id}`, name, categoryId })
        }
        return done(ctx, 'saved')
      },
      {
        params,
        query: Query,
        body: t.Object({ version: t.Numeric(), name: t.String(), categoryId: t.String() }),
      },
    )
    .post(
      '/projects/:key/files/:id/remove',
      async ctx => {
        const { caller } = requireVisitor(ctx)
        try {
          await unlessGone(ctx.backends.files.deleteFile(caller, ctx.params.id, ctx.body.version))
        } catch (error) {
          return refused(ctx, error, { of: `file:${ctx.params.id}` })
        }
        return done(ctx, 'removed')
      },
      { params, query: Query, body: Versioned },
    )
    .post(
      '/projects/:key/file-categories',
      async ctx => {
        const { caller } = requireVisitor(ctx)
        const { name } = ctx.body
        try {
          const { id: projectId } = await ctx.backends.tasks.project(caller, ctx.params.key)
          await ctx.backends.files.addCategory(caller, { projectId, name })
        } catch (error) {
          return refused(ctx, error, { of: 'category:new', name })
        }
        return done(ctx, 'category-added')
      },
      { query: Query, body: t.Object({ name: t.String() }) },
    )
    .post(
      '/projects/:key/file-categories/:id',
      async ctx => {
        const { caller } = requireVisitor(ctx)
        const { version, name } = ctx.body
        try {
          await ctx.backends.files.renameCategory(caller, ctx.params.id, version, name)
        } catch (error) {
          return refused(ctx, error, { of: `category:${ctx.params.id}`, name })
        }
        return done(ctx, 'category-saved')
      },
      { params, query: Query, body: t.Object({ version: t.Numeric(), name: t.String() }) },
    )
    .post(
      '/projects/:key/file-categories/:id/delete',
      async ctx => {
        const { caller } = requireVisitor(ctx)
        try {
          await unlessGone(ctx.backends.files.deleteCategory(caller, ctx.params.id, ctx.body.version))
        } catch (error) {
          return refused(ctx, error, { of: `category:${ctx.params.id}` })
        }
        // What was shown of it is shown no more.
        const { category } = ctx.query
        return done(
          { ...ctx, query: { ...ctx.query, category: category === ctx.params.id ? undefined : category } },
          'category-deleted',
        )
      },
      { params, query: Query, body: Versioned },
    )

/** That it is gone already is what was wanted. */
const unlessGone = (answer: Promise<unknown>) =>
  answer.catch(error => {
    if (!(error instanceof Problem && error.status === 404)) throw error
  })

function done({ request, params, query }: AskedOfFiles, what: typeof Done.static): Response {
  const path = filesPath({ project: params, category: query.category, after: query.after })
  return redirect(request, `${path}${path.includes('?') ? '&' : '?'}done=${what}`)
}

/** The page again, with what was typed and why it was not accepted. Throws what is not about that. */
function refused(
  ctx: AskedOfFiles,
  error: unknown,
  typed: Pick<Attempt, 'of' | 'name' | 'categoryId'>,
): Promise<Response> {
  const { status, title, detail, fields } = refusal(error, ctx.visitor)
  const current = (error as Problem).more.current as File | undefined
  return filesView(
    ctx,
    {
      ...typed,
      title,
      // A taken name is the one conflict that there is here.
      detail: status === 409 ? ctx.visitor.reader.text.files.categoryTaken : detail,
      fields,
      ...(typed.categoryId !== undefined && current && { meanwhile: current }),
    },
    status,
  )
}

const filesView = (ctx: AskedOfFiles, attempt?: Attempt, status = 200): Promise<Response> =>
  projectPage(ctx, '/files', async (project, { caller, reader }) => {
    const { category, after, done } = ctx.query
    const { files, users, tasks } = ctx.backends
    const [found, categories] = await Promise.all([
      unlessAway(
        files.list(caller, {
          projectId: project.id,
          limit: pageSize,
          ...(category && { categoryId: category }),
          ...(after && { after }),
        }),
      ),
      unlessAway(files.categories(caller, project.id)),
    ])
    if (found === null || categories === null)
      return {
        main: (
          <main class="view page" id="main" tabindex="-1">
            <Away reader={reader} part="files" />
          </main>
        ),
      }
    const [names, tasksById] = await Promise.all([
      users.names(
        caller,
        found.items.map(file => file.uploadedBy),
      ),
      tasksOf(tasks, caller, found.items),
    ])
    const view: FilesView = {
      reader,
      project,
      names,
      files: found.items,
      next: found.next,
      categories: categories.items,
      tasks: tasksById,
      category,
      after,
      attempt,
    }
    return {
      main: <Files view={view} />,
      toast: done && <Toast reader={reader} text={reader.text.files.done[done]} />,
      status,
    }
  })

/** The tasks of files. A page is whole without those that cannot be had. */
async function tasksOf(tasks: Backends['tasks'], caller: Caller, files: File[]): Promise<Map<string, Task>> {
  const ids = [...new Set(files.map(file => file.taskId))]
  const found = await Promise.all(ids.map(id => tasks.task(caller, id).catch(() => null)))
  return new Map(found.filter(task => task !== null).map(task => [task.id, task]))
}

const Files = ({ view }: { view: FilesView }) => {
  const { reader, project, files, next, category, after } = view
  const { common, files: text } = reader.text
  return (
    <main class="view page wide" id="main" tabindex="-1">
      <h2 class="sr-only" safe>
        {common.files}
      </h2>
      <Categories view={view} />
      {files.length > 0 ? (
        <ul class="rows">
          {files.map(file => (
            <FileRow view={view} file={file} />
          ))}
        </ul>
      ) : category || after ? (
        <Empty title={text.emptyCategoryTitle} detail={text.emptyCategoryDetail}>
          <p class="acts">
            <ButtonLink text={text.all} href={`/projects/${project.key}/files`} />
          </p>
        </Empty>
      ) : (
        <Empty title={text.emptyTitle} detail={text.emptyDetail}>
          <p class="acts">
            <ButtonLink
              kind="primary"
              icon="board"
              text={text.emptyAction}
              href={`/projects/${project.key}`}
            />
          </p>
        </Empty>
      )}
      {next !== null && (
        <p class="acts">
          <ButtonLink text={common.showMore} href={filesPath({ project, category, after: next })} />
        </p>
      )}
    </main>
  )
}
