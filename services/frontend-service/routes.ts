import { foundation, withVisitor } from './app.ts'
import { serveAsset } from './assets.ts'
import type { Deps } from './deps.ts'
import { gateway } from './gateway.ts'
import { liveUpdates } from './live.ts'
import { Api, openapi } from './openapi.ts'
import { signOut } from './pages/sign-out.ts'

/** Everything that the frontend answers: first what needs no visitor, then the pages. */
export function frontendService(deps: Deps) {
  const app = foundation(deps)
  const api = new Api(deps.clients, deps.config.publicUrl)
  app.get('/assets/:name', ({ request, params }) => serveAsset(request, params.name))
  gateway(app, deps)
  openapi(app, api)

  const pages = withVisitor(app, deps.visitors)
  for (const add of [liveUpdates, signOut]) add(pages)
  return pages
}
