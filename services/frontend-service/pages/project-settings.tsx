import type { TProperties } from '@sinclair/typebox'
import { t } from 'elysia'
import { Toast } from '../../../views/components/toast.tsx'
import { Html } from '../../../views/html.ts'
import { About, End } from '../../../views/project/about.tsx'
import { Labels } from '../../../views/project/labels.tsx'
import { Members } from '../../../views/project/members.tsx'
import { type Attempt, type SettingsView, settingsPath } from '../../../views/project/settings-view.ts'
import { Statuses } from '../../../views/project/statuses.tsx'
import type { Caller } from '../../kit/client.ts'
import { invalid, Problem } from '../../kit/problem.ts'
import { Id, Role } from '../../kit/schema.ts'
import { Category, Color } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import { refusal } from '../form.ts'
import { redirect } from '../page.tsx'
import { type AskedOfProject, projectPage } from '../project-page.tsx'
import { requireVisitor } from '../session.ts'

const Done = t.Union([t.Literal('saved'), t.Literal('added'), t.Literal('removed'), t.Literal('moved')])
type Done = typeof Done.static
type AskedOfSettings = AskedOfProject & { query: { done?: Done | undefined } }

const params = t.Object({ key: t.String(), id: Id })
const version = t.Numeric()
const form = <P extends TProperties>(fields: P) => ({ body: t.Object(fields) })
const formAbout = <P extends TProperties>(fields: P) => ({ params, body: t.Object({ version, ...fields }) })
const statusFields = { name: t.String(), category: Category, limit: t.String() }
const labelFields = { name: t.String(), color: Color }

/**
 * GET /projects/:key/settings: what the project is, who is in it, its statuses and labels. Forms are POSTs beside it: settings, members, statuses and
 * labels add or save; each thing has /:id, and /:id/remove, /:id/move or /:id/delete below; delete ends the project.
 */
export const projectSettingsPage = (app: Frontend) =>
  app
    .get('/projects/:key/settings', ctx => settingsView(ctx), { query: t.Object({ done: t.Optional(Done) }) })
    .post(
      '/projects/:key/settings',
      ctx => {
        const { version, ...change } = ctx.body
        return send(ctx, 'settings', 'saved', caller =>
          ctx.backends.tasks.changeProject(caller, ctx.params.key, version, change),
        )
      },
      form({ version, name: t.String(), description: t.String(), color: Color }),
    )
    .post(
      '/projects/:key/delete',
      ctx => {
        const { version, confirm } = ctx.body
        const { key } = ctx.params
        return send(
          ctx,
          'delete',
          '/projects',
          async caller => {
            const project = await ctx.backends.tasks.project(caller, key)
            if (confirm.trim().toUpperCase() !== project.key) throw invalid('confirm', 'invalid')
            await ctx.backends.tasks.deleteProject(caller, key, version)
          },
          fields => (fields.confirm ? { confirm: text(ctx).notTheKey(key) } : fields),
        )
      },
      form({ version, confirm: t.String() }),
    )

    .post(
      '/projects/:key/members',
      ctx => {
        const { email, role } = ctx.body
        return send(
          ctx,
          'members',
          'added',
          async caller => {
            const person = await ctx.backends.users.byEmail(caller, email.trim())
            if (!person) throw invalid('email', 'invalid')
            await ctx.backends.tasks.addMember(caller, ctx.params.key, { userId: person.id, role })
          },
          fields =>
            fields.email
              ? { email: text(ctx).noSuchPerson(ctx.publicUrl) }
              : fields.userId
                ? { email: text(ctx).memberAlready }
                : fields,
        )
      },
      form({ email: t.String(), role: Role }),
    )
    .post(
      '/projects/:key/members/:id',
      ctx => {
        const { key, id } = ctx.params
        const { version, role } = ctx.body
        return send(ctx, `members/${id}`, 'saved', caller =>
          ctx.backends.tasks.changeMember(caller, key, id, version, role),
        )
      },
      formAbout({ role: Role }),
    )
    .post(
      '/projects/:key/members/:id/remove',
      ctx => {
        const { key, id } = ctx.params
        const leaves = id === ctx.visitor.session?.user.id
        return send(ctx, `members/${id}`, leaves ? '/projects' : 'removed', caller =>
          unlessGone(ctx.backends.tasks.removeMember(caller, key, id, ctx.body.version)),
        )
      },
      formAbout({}),
    )

    .post(
      '/projects/:key/statuses',
      ctx => {
        const { name, category, limit } = ctx.body
        return send(ctx, 'statuses', 'added', async caller =>
          ctx.backends.tasks.addStatus(caller, ctx.params.key, { name, category, limit: limitOf(limit) }),
        )
      },
      form(statusFields),
    )
    .post(
      '/projects/:key/statuses/:id',
      ctx => {
        const { key, id } = ctx.params
        const { version, name, category, limit } = ctx.body
        return send(ctx, `statuses/${id}`, 'saved', async caller =>
          ctx.backends.tasks.changeStatus(caller, key, id, version, {
            name,
            category,
            limit: limitOf(limit),
          }),
        )
      },
      formAbout(statusFields),
    )
    .post(
      '/projects/:key/statuses/:id/move',
      ctx => {
        const { key, id } = ctx.params
        const beforeId = ctx.body.beforeId || null
        return send(ctx, `statuses/${id}`, 'moved', caller =>
          ctx.backends.tasks.changeStatus(caller, key, id, ctx.body.version, { beforeId }),
        )
      },
      formAbout({ beforeId: t.Union([Id, t.Literal('')]) }),
    )
    .post(
      '/projects/:key/statuses/:id/delete',
      ctx => {
        const { key, id } = ctx.params
        return send(ctx, `statuses/${id}`, 'removed', caller =>
          unlessGone(ctx.backends.tasks.deleteStatus(caller, key, id, ctx.body.version)),
        )
      },
      formAbout({}),
    )

    .post(
      '/projects/:key/labels',
      ctx =>
        send(ctx, 'labels', 'added', caller => ctx.backends.tasks.addLabel(caller, ctx.params.key, ctx.body)),
      form(labelFields),
    )
    .post(
      '/projects/:key/labels/:id',
      ctx => {
        const { key, id } = ctx.params
        const { version, ...change } = ctx.body
        return send(ctx, `labels/${id}`, 'saved', caller =>
          ctx.backends.tasks.changeLabel(caller, key, id, version, change),
        )
      },
      formAbout(labelFields),
    )
    .post(
      '/projects/:key/labels/:id/delete',
      ctx => {
        const { key, id } = ctx.params
        return send(ctx, `labels/${id}`, 'removed', caller =>
          unlessGone(ctx.backends.tasks.deleteLabel(caller, key, id, ctx.body.version)),
        )
      },
      formAbout({}),
    )

const text = ({ visitor }: AskedOfProject) => visitor.reader.text.projects.settings

/** A limit as it was typed. Throws 422 for what is no whole number; task-service says which are too small or large. */
function limitOf(typed: string): number | null {
  if (typed.trim() === '') return null
  const limit = Number(typed)
  if (!Number.isInteger(limit)) throw invalid('limit', 'invalid')
  return limit
}

/** That it is gone already is what was wanted. */
const unlessGone = (answer: Promise<unknown>) =>
  answer.catch(error => {
    if (!(error instanceof Problem && error.status === 404)) throw error
  })

type Fields = Record<string, string>

/**
 * Does what a form asks for and shows the page again: with a toast at the part that it is about, or at another path. When it was refused: with what
 * was typed and why, in words of the page's own where `words` has some for the fields that are wrong.
 */
async function send(
  ctx: AskedOfProject & { body: Record<string, unknown> },
  of: string,
  then: Done | '/projects',
  act: (caller: Caller) => Promise<unknown>,
  words: (fields: Fields) => Fields = fields => fields,
): Promise<Response> {
  const { caller } = requireVisitor(ctx)
  try {
    await act(caller)
  } catch (error) {
    const { status, title, detail, fields } = refusal(error, ctx.visitor)
    const typed = Object.fromEntries(Object.entries(ctx.body).map(([name, value]) => [name, String(value)]))
    const isStale = status === 412
    const attempt = { of, typed, title, detail, fields: words(fields), isStale }
    return settingsView({ ...ctx, query: {} }, attempt, status)
  }
  if (then === '/projects') return redirect(ctx.request, then)
  const part = of.split('/')[0]!
  const path = settingsPath({ project: ctx.params })
  return redirect(ctx.request, `${path}?done=${then}${part === 'settings' ? '' : `#${part}`}`)
}

const settingsView = (ctx: AskedOfSettings, attempt?: Attempt, status = 200): Promise<Response> =>
  projectPage(ctx, '/settings', async (project, { caller, reader }) => {
    const names = await ctx.backends.users.names(
      caller,
      project.members.map(member => member.userId),
    )
    const view: SettingsView = { reader, project, names, attempt }
    const { done } = ctx.query
    return {
      main: (
        <main class="view page" id="main" tabindex="-1">
          <About view={view} />
          <Members view={view} />
          <Statuses view={view} />
          <Labels view={view} />
          {project.role === 'admin' && <End view={view} />}
        </main>
      ),
      toast: done && <Toast reader={reader} text={reader.text.projects.settings.done[done]} />,
      status,
    }
  })
