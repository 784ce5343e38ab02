import { t } from 'elysia'
import type { App } from '../kit/service.ts'
import type { Deps } from './app.ts'
import { ImportQuery, ImportReport } from './contract.ts'
import { importPlan } from './imports.ts'
import { planOf, readBoard } from './trello.ts'

/** The bytes that a board may have, for `bodyLimits` of the service. */
export const importLimits = { 'POST /api/v1/imports/trello': 20 * 1024 * 1024 }

export const importRoutes = (app: App, { sql }: Deps) =>
  app.post(
    '/api/v1/imports/trello',
    async ({ body, query, person, set }) => {
      const plan = planOf(readBoard(body), { language: person.language, now: new Date() })
      const report = await importPlan(sql, person, plan, { dryRun: query.dryRun ?? false })
      set.status = report.dryRun ? 200 : 201
      return report
    },
    {
      query: ImportQuery,
      // `readBoard` checks it, with an error of its own.
      body: t.Unknown({ description: "Trello's own JSON export of a board" }),
      response: { 200: ImportReport, 201: ImportReport },
      detail: { summary: 'Import a Trello board', tags: ['Imports'] },
    },
  )
