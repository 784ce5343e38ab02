import { type Static, t } from 'elysia'
import { Day, Id, Instant, object, Zone } from '../kit/schema.ts'
import { Category } from '../task-service/contract.ts'

/**
 * GET /api/v1/analytics/projects/:projectId/dashboard?weeks=&zone= → 200, for members (viewer and up). Days and weeks (from Monday) are those of `zone`
 * (the caller's unless told); `weeks` 1 to 52, 12 unless told.
 */
export const DashboardQuery = object({
  weeks: t.Optional(t.Integer({ minimum: 1, maximum: 52 })),
  zone: t.Optional(Zone),
})
export type DashboardQuery = Static<typeof DashboardQuery>

/** The figures of a project, all of one moment. */
export const Dashboard = object({
  projectId: Id,
  /** When the last event that is counted here happened; null before the first. At most five seconds behind. */
  asOf: t.Nullable(Instant),
  /** Tasks by status, in board order. */
  byStatus: t.Array(object({ statusId: Id, name: t.String(), category: Category, count: t.Integer() })),
  totals: object({ open: t.Integer(), done: t.Integer(), overdue: t.Integer(), unassigned: t.Integer() }),
  /** Tasks that were created and that were finished in each week; the last one is running. A task that was reopened counts where it was last finished. */
  throughput: t.Array(object({ weekStart: Day, created: t.Integer(), done: t.Integer() })),
  /** Tasks in each category at the end of each day, oldest first: the cumulative flow. The last entry is now. */
  flow: t.Array(
    object({
      day: Day,
      backlog: t.Integer(),
      ready: t.Integer(),
      doing: t.Integer(),
      review: t.Integer(),
      done: t.Integer(),
    }),
  ),
  /** Open tasks past their due day or time, longest first, 50 at most. `daysLate` is at least 1 for a day, and may be 0 for a time of today. */
  overdue: t.Array(
    object({
      taskId: Id,
      key: t.String(),
      title: t.String(),
      dueDay: Day,
      daysLate: t.Integer(),
      assigneeIds: t.Array(Id),
    }),
  ),
  /** Open tasks of each assignee, most first; `personId` null: nobody's. A task of two people counts for both. */
  workload: t.Array(
    object({
      personId: t.Nullable(Id),
      backlog: t.Integer(),
      ready: t.Integer(),
      doing: t.Integer(),
      review: t.Integer(),
      overdue: t.Integer(),
      total: t.Integer(),
    }),
  ),
})
export type Dashboard = Static<typeof Dashboard>
