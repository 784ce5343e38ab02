import { Problem } from '../../kit/problem.ts'
import type { Frontend } from '../app.ts'
import { redirect } from '../page.tsx'

/** POST /sign-out: ends the session everywhere, then forgets it here. Whoever has none is signed out already. */
export const signOut = (app: Frontend) =>
  app.post('/sign-out', async ({ request, visitor, backends, cookies }) => {
    if (visitor.caller && visitor.session)
      await backends.users.endSession(visitor.caller, visitor.session.session.id).catch(error => {
        if (!(error instanceof Problem && error.status === 404)) throw error
      })
    return redirect(request, '/sign-in', [['set-cookie', cookies.signOut()]])
  })
