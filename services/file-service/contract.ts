import { type Static, t } from 'elysia'
import type { Event } from '../kit/events.ts'
import { Id, Instant, object, Page, pageQuery } from '../kit/schema.ts'

/** A named drawer for the files of a project. */
export const FileCategory = object({
  id: Id,
  projectId: Id,
  name: t.String(),
  fileCount: t.Integer(),
  version: t.Integer(),
})
export type FileCategory = Static<typeof FileCategory>
/** GET /api/v1/file-categories?projectId= → 200, by name. */
export const FileCategories = object({ items: t.Array(FileCategory) })
export const CategoryQuery = object({ projectId: Id })
const CategoryName = t.String({ minLength: 1, maxLength: 60 })
/** POST /api/v1/file-categories → 201 FileCategory (editors); 409 `conflict` on a taken name. PATCH /:id with If-Match → 200; DELETE → 204, its files stay without one. */
export const NewFileCategory = object({ projectId: Id, name: CategoryName })
export type NewFileCategory = Static<typeof NewFileCategory>
export const FileCategoryChange = object({ name: CategoryName })

/** A file of a task. `type` was read from its content, never from its name; `sha256` is of the whole content, in hexadecimal. */
export const File = object({
  id: Id,
  projectId: Id,
  taskId: Id,
  name: t.String(),
  size: t.Integer(),
  type: t.String(),
  sha256: t.String(),
  categoryId: t.Nullable(Id),
  uploadedBy: Id,
  createdAt: Instant,
  version: t.Integer(),
  /** Whether the browser may show it in place (pictures and plain text); everything else is only ever downloaded. */
  inline: t.Boolean(),
})
export type File = Static<typeof File>

/** What people call a file: any characters but null, kept in composed form (NFC). Not a path. */
export const FileName = t.String({ minLength: 1, maxLength: 255 })
/**
 * POST /api/v1/files?taskId=&name=&categoryId= with the bytes as the body, of any size up to the limit (MAX_UPLOAD_BYTES, 2 GiB unless told) → 201 File. Editors.
 * An Idempotency-Key makes a repeat safe. 413 `too_large`, 507 `storage_full`. Metadata is written last: a broken upload leaves nothing.
 */
export const UploadQuery = object({ taskId: Id, name: FileName, categoryId: t.Optional(Id) })
export type UploadQuery = Static<typeof UploadQuery>

/** GET /api/v1/files?projectId= (or taskId=)&categoryId= → 200, newest first. `categoryId=none`: without one. */
export const FileQuery = object({
  ...pageQuery,
  projectId: t.Optional(Id),
  taskId: t.Optional(Id),
  categoryId: t.Optional(t.Union([Id, t.Literal('none')])),
})
export type FileQuery = Static<typeof FileQuery>
export const FilePage = Page(File)
export type FilePage = Static<typeof FilePage>

/** GET /api/v1/files/:id → 200 File with ETag. PATCH with If-Match → 200 (editors). DELETE with If-Match → 204 (editors). */
export const FileChange = object({ name: t.Optional(FileName), categoryId: t.Optional(t.Nullable(Id)) })
export type FileChange = Static<typeof FileChange>

/**
 * GET /api/v1/files/:id/content → 200 or 206 (RFC 9110, 14: one range), with ETag, Content-Disposition and nosniff. `inline=true` shows what is safe to show and downloads
 * the rest. 416 `range_not_satisfiable`.
 */
export const ContentQuery = object({ inline: t.Optional(t.BooleanString()) })

/** The events of file-service, with `producer: 'file-service'`. */
export type FileServiceEvent = Event<'file.added' | 'file.changed' | 'file.removed', { file: File }>
