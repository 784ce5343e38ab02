import { foundation, withVisitor } from './app.ts'
import { serveAsset } from './assets.ts'
import type { Deps } from './deps.ts'
import { gateway } from './gateway.ts'
import { liveUpdates } from './live.ts'
import { Api, openapi } from './openapi.ts'
import { dashboardPage } from './pages/dashboard.tsx'
import { apiDocsPage } from './pages/api-docs.tsx'
import { boardPage } from './pages/board.tsx'
import { filesPage } from './pages/files.tsx'
import { homePage } from './pages/home.tsx'
import { importPage } from './pages/import.tsx'
import { language } from './pages/language.ts'
import { listPage } from './pages/list.tsx'
import { projectSettingsPage } from './pages/project-settings.tsx'
import { projectsPage } from './pages/projects.tsx'
import { settingsPage } from './pages/settings.tsx'
import { taskPage } from './pages/task.tsx'
import { signIn } from './pages/sign-in.tsx'
import { signOut } from './pages/sign-out.ts'
import { signUp } from './pages/sign-up.tsx'

/** Everything that the frontend answers: first what needs no visitor, then the pages. */
export function frontendService(deps: Deps) {
  const app = foundation(deps)
  const api = new Api(deps.clients, deps.config.publicUrl)
  app.get('/assets/:name', ({ request, params }) => serveAsset(request, params.name))
  gateway(app, deps)
  openapi(app, api)

  const pages = withVisitor(app, deps.visitors)
  for (const add of [
    liveUpdates,
    language,
    signIn,
    signUp,
    signOut,
    homePage,
    projectsPage,
    settingsPage,
    importPage,
    filesPage,
    projectSettingsPage,
    dashboardPage,
    boardPage,
    listPage,
    taskPage,
  ])
    add(pages)
  apiDocsPage(pages, api)
  return pages
}
