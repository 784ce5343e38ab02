import { invalid } from '../kit/problem.ts'
import { isId } from '../kit/schema.ts'
import type { App } from '../kit/service.ts'
import type { Deps } from './app.ts'
import { UserQuery, Users } from './contract.ts'
import { publicUserByEmail, publicUsers } from './users.ts'

const most = 200

/** What people may know of each other. */
export const peopleRoutes = (app: App, { sql }: Deps) =>
  app.get(
    '/api/v1/users',
    async ({ query }) => {
      if (query.email !== undefined) return { items: await publicUserByEmail(sql, query.email.trim()) }
      if (query.ids === undefined) throw invalid('ids', 'required', undefined, 'query')
      const ids = query.ids.split(',')
      if (ids.length > most) throw invalid('ids', 'too_many', { max: most }, 'query')
      if (!ids.every(isId)) throw invalid('ids', 'not_an_id', undefined, 'query')
      return { items: await publicUsers(sql, ids) }
    },
    {
      query: UserQuery,
      response: { 200: Users },
      detail: { summary: 'Find people by their ids or an exact email', tags: ['People'] },
    },
  )
