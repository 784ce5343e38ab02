import { t } from 'elysia'
import { Html } from '../../../views/html.ts'
import { Button } from '../../../views/components/button.tsx'
import { ColorChoice } from '../../../views/components/colors.tsx'
import { Empty } from '../../../views/components/empty.tsx'
import { Field } from '../../../views/components/field.tsx'
import { Dot } from '../../../views/components/labels.tsx'
import { Away } from '../../../views/components/notice.tsx'
import { Refused } from '../../../views/components/refused.tsx'
import { number } from '../../../views/format.ts'
import type { Reader } from '../../../views/reader.ts'
import { Color, type ProjectSummary } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import { type Refusal, refusal } from '../form.ts'
import { page, redirect } from '../page.tsx'
import { requireVisitor } from '../session.ts'

type Typed = { name?: string; key?: string; color?: Color; refused?: Refusal }

/** GET /projects: all projects of the person, and a form for a new one. POST /projects makes it and opens its board. */
export const projectsPage = (app: Frontend) =>
  app
    .get('/projects', async ctx => {
      const { reader, projects } = requireVisitor(ctx)
      return page(ctx, {
        title: reader.text.projects.title,
        main: <Projects reader={reader} projects={await projects()} />,
      })
    })
    .post(
      '/projects',
      async ctx => {
        const { caller, reader, projects } = requireVisitor(ctx)
        const { name, key, color } = ctx.body
        try {
          const made = await ctx.backends.tasks.createProject(caller, {
            name,
            color,
            ...(key.trim() && { key: key.trim().toUpperCase() }),
          })
          return redirect(ctx.request, `/projects/${made.key}`)
        } catch (error) {
          const refused = refusal(error, ctx.visitor)
          return page(ctx, {
            title: reader.text.projects.title,
            main: <Projects reader={reader} projects={await projects()} typed={{ ...ctx.body, refused }} />,
            status: refused.status,
          })
        }
      },
      { body: t.Object({ name: t.String(), key: t.String(), color: Color }) },
    )

const Projects = ({
  reader,
  projects,
  typed = {},
}: {
  reader: Reader
  projects: ProjectSummary[] | null
  typed?: Typed
}) => {
  const { text } = reader
  return (
    <main class="view page wide" id="main" tabindex="-1">
      <div class="beside">
        <div>
          {projects === null ? (
            <Away reader={reader} part="projects" />
          ) : projects.length === 0 ? (
            <Empty title={text.projects.emptyTitle} detail={text.projects.emptyDetail} />
          ) : (
            <ul class="rows">
              {projects.map(project => (
                <li class="row project-row">
                  <Dot color={project.color} square />
                  <a class="row-title" href={`/projects/${project.key}`} safe>
                    {project.name}
                  </a>
                  <span class="row-key" safe>
                    {project.key}
                  </span>
                  <span class="row-role" safe>
                    {text.common.roles[project.role]}
                  </span>
                  <span class="row-due" safe>
                    {text.projects.open(number(reader, project.openCount))}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </div>
        <NewProject reader={reader} typed={typed} />
      </div>
    </main>
  )
}

const NewProject = ({ reader, typed }: { reader: Reader; typed: Typed }) => {
  const { name, key, color = 'sky', refused } = typed
  const { projects } = reader.text
  // A taken key is the one conflict that there is here.
  const keyError = refused?.status === 409 ? projects.keyTaken : refused?.fields.key
  return (
    <form class="sheet form" id="new" method="post" action="/projects" aria-labelledby="new-title">
      <h2 id="new-title" safe>
        {projects.newTitle}
      </h2>
      {refused?.status !== 409 && <Refused refusal={refused} />}
      <Field
        label={projects.name}
        name="name"
        required
        maxlength={100}
        autocomplete="off"
        hint={projects.nameHint}
        value={name}
        error={refused?.fields.name}
      />
      <Field
        label={projects.key}
        name="key"
        maxlength={10}
        autocomplete="off"
        autocapitalize="characters"
        hint={projects.keyHint}
        value={key}
        error={keyError}
      />
      <ColorChoice reader={reader} label={projects.color} name="color" value={color} />
      <Button kind="primary" icon="add" text={projects.create} />
      <p class="help">
        <span safe>{projects.importLead}</span>{' '}
        <a class="link" href="/import" safe>
          {projects.importLink}
        </a>
      </p>
    </form>
  )
}
