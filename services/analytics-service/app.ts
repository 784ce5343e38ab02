import type { Access } from '../kit/access.ts'
import { answers, type Sql } from '../kit/database.ts'
import type { Verifier } from '../kit/identity.ts'
import { invalid } from '../kit/problem.ts'
import { Id, isZone, object } from '../kit/schema.ts'
import { service } from '../kit/service.ts'
import { Dashboard, DashboardQuery } from './contract.ts'
import { dashboard } from './dashboard.ts'

export type Deps = { sql: Sql; verify: Verifier; access: Access }

/** The app of analytics-service: reads what the consumer has counted. */
export const analyticsService = ({ sql, verify, access }: Deps) =>
  service({
    name: 'analytics-service',
    verify,
    ready: () => answers(sql),
  }).get(
    '/api/v1/analytics/projects/:projectId/dashboard',
    async ({ params: { projectId }, query: { weeks = 12, zone }, person, request }) => {
      if (zone !== undefined && !isZone(zone)) throw invalid('zone', 'not_a_zone', undefined, 'query')
      await access.require({ request, person }, projectId, 'viewer')
      return dashboard(sql, projectId, { weeks, zone: zone ?? person.timeZone, now: new Date() })
    },
    {
      params: object({ projectId: Id }),
      query: DashboardQuery,
      response: { 200: Dashboard },
      detail: { summary: 'Read the dashboard of a project', tags: ['Analytics'] },
    },
  )
