import type { Query, Sql, Tx } from '../kit/database.ts'
import { emit, emitAll } from '../kit/events.ts'
import type { Person } from '../kit/identity.ts'
import { keysOf, page } from '../kit/page.ts'
import { invalid, notFound, stale } from '../kit/problem.ts'
import { isId } from '../kit/schema.ts'
import type { File, FileChange, FilePage, FileQuery, FileServiceEvent } from './contract.ts'
import type { Store } from './store.ts'
import { isInline } from './type.ts'

type Row = {
  id: string
  project_id: string
  task_id: string
  category_id: string | null
  name: string
  size: number
  type: string
  sha256: string
  uploaded_by: string
  created_at: Date
  version: number
}

const columns = (sql: Query) =>
  sql`id, project_id, task_id, category_id, name, size, type, sha256, uploaded_by, created_at, version`

const asFile = (row: Row): File => ({
  id: row.id,
  projectId: row.project_id,
  taskId: row.task_id,
  name: row.name,
  size: row.size,
  type: row.type,
  sha256: row.sha256,
  categoryId: row.category_id,
  uploadedBy: row.uploaded_by,
  createdAt: row.created_at.toISOString(),
  version: row.version,
  inline: isInline(row.type),
})

/** A file by its id. Throws 404. */
export async function readFile(sql: Query, id: string): Promise<File> {
  const [row] = await sql<Row[]>`select ${columns(sql)} from files where id = ${id}`
  if (!row) throw notFound()
  return asFile(row)
}

/** The files of a project, or of one task in it, newest first by when their upload began. */
export async function listFiles(
  sql: Query,
  projectId: string,
  { taskId, categoryId, limit = 50, after }: FileQuery,
): Promise<FilePage> {
  const last = keysOf(after, [isId])
  const rows = await sql<Row[]>`
    select ${columns(sql)} from files
    where project_id = ${projectId}
      ${taskId ? sql`and task_id = ${taskId}` : sql``}
      ${categoryId === 'none' ? sql`and category_id is null` : categoryId ? sql`and category_id = ${categoryId}` : sql``}
      ${last ? sql`and id < ${last[0]}` : sql``}
    order by id desc limit ${limit + 1}`
  return page(rows, limit, row => [row.id], asFile)
}

/**
 * Writes a file whose bytes are in the store, and tells of it. Throws 422 when the category is not of the project.
 */
export async function addFile(
  tx: Tx,
  file: Omit<File, 'version' | 'inline' | 'createdAt'> & { createdAt: Date },
): Promise<File> {
  const [row] = await inItsProject(tx<Row[]>`
    insert into files (id, project_id, task_id, category_id, name, size, type, sha256, uploaded_by, created_at)
    values (${file.id}, ${file.projectId}, ${file.taskId}, ${file.categoryId}, ${file.name}, ${file.size}, ${file.type},
      ${file.sha256}, ${file.uploadedBy}, ${file.createdAt})
    returning ${columns(tx)}`)
  const added = asFile(row!)
  await emit<FileServiceEvent>(tx, told('file.added', added, file.uploadedBy))
  return added
}

/** Renames a file or moves it to another category. Throws 412 with the current file, 404, and 422 when the category is not of the project. */
export function changeFile(
  sql: Sql,
  person: Person,
  id: string,
  seen: number,
  { name, categoryId }: FileChange,
): Promise<File> {
  return sql.begin(async tx => {
    const [row] = await inItsProject(tx<Row[]>`
      update files set
        ${name === undefined ? tx`` : tx`name = ${fileName(name, 'body')},`}
        ${categoryId === undefined ? tx`` : tx`category_id = ${categoryId},`}
        version = version + 1
      where id = ${id} and version = ${seen}
      returning ${columns(tx)}`)
    if (!row) throw await changedMeanwhile(tx, id)
    const changed = asFile(row)
    await emit<FileServiceEvent>(tx, told('file.changed', changed, person.userId))
    return changed
  }) as Promise<File>
}

/**
 * Removes a file for good: first what is known of it, then its bytes. When the bytes cannot be removed now, the collector does it. Throws 412
 * with the current file, and 404.
 */
export async function removeFile(sql: Sql, store: Store, person: Person, id: string, seen: number) {
  await sql.begin(async tx => {
    const [row] = await tx<
      Row[]
    >`delete from files where id = ${id} and version = ${seen} returning ${columns(tx)}`
    if (!row) throw await changedMeanwhile(tx, id)
    await emit<FileServiceEvent>(tx, told('file.removed', asFile(row), person.userId))
  })
  await store.delete(id).catch(() => {})
}

/** Takes all files out of a category, and tells of each. */
export async function emptyCategory(tx: Tx, person: Person, categoryId: string) {
  const rows = await tx<Row[]>`
    update files set category_id = null, version = version + 1 where category_id = ${categoryId} returning ${columns(tx)}`
  await emitAll<FileServiceEvent>(
    tx,
    rows.map(row => told('file.changed', asFile(row), person.userId)),
  )
}

/** A name as it is kept: whatever people call it, in composed form (macOS sends Korean decomposed). Throws 422 when nothing would be seen of it. */
export function fileName(name: string, where: 'body' | 'query'): string {
  if (name.includes('\0')) throw invalid('name', 'has_null_character', undefined, where)
  if (name.trim() === '') throw invalid('name', 'blank', undefined, where)
  return name.normalize('NFC')
}

const told = (type: FileServiceEvent['type'], file: File, actorId: string) => ({
  type,
  projectId: file.projectId,
  actorId,
  data: { file },
})

async function changedMeanwhile(sql: Query, id: string) {
  const current = await readFile(sql, id)
  return stale(current)
}

function inItsProject<T>(statement: Promise<T>): Promise<T> {
  return statement.catch(error => {
    throw error.constraint_name === 'files_category' ? invalid('categoryId', 'not_in_project') : error
  })
}
