import { Away } from '../../views/components/notice.tsx'
import { Html } from '../../views/html.ts'
import { ProjectTop, Top } from '../../views/layouts/frame.tsx'
import type { Project } from '../task-service/contract.ts'
import type { Backends } from './backends.ts'
import { type Asked, type Page, page, unlessAway } from './page.tsx'
import { requireVisitor, type SignedInVisitor } from './session.ts'

/** What the route of a page of a project knows of its request. */
export type AskedOfProject = Asked & { backends: Backends; params: { key: string } }

/**
 * Answers with a view of a project under the project's top bar. `render` makes the rest of the page; while task-service is away it is not asked, and
 * the page says so. Throws 404 for a project that the person is no member of.
 */
export async function projectPage(
  asked: AskedOfProject,
  view: '/files' | '/settings',
  render: (project: Project, visitor: SignedInVisitor) => Promise<Omit<Page, 'title' | 'top'>>,
): Promise<Response> {
  const visitor = requireVisitor(asked)
  const { reader, caller } = visitor
  const title = view === '/files' ? reader.text.common.files : reader.text.common.projectSettings
  const project = await unlessAway(asked.backends.tasks.project(caller, asked.params.key))
  if (project === null)
    return page(asked, {
      title,
      top: <Top title={title} />,
      main: (
        <main class="view page" id="main" tabindex="-1">
          <Away reader={reader} part="projects" />
        </main>
      ),
    })
  return page(asked, {
    title: `${title} · ${project.name}`,
    top: <ProjectTop reader={reader} project={project} current={view} />,
    ...(await render(project, visitor)),
  })
}
