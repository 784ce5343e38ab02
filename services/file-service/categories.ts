import { type Query, type Sql, violates } from '../kit/database.ts'
import type { Person } from '../kit/identity.ts'
import { invalid, notFound, Problem, stale } from '../kit/problem.ts'
import { newId } from '../kit/schema.ts'
import type { FileCategory, NewFileCategory } from './contract.ts'
import { emptyCategory } from './files.ts'

type Row = { id: string; project_id: string; name: string; file_count: number; version: number }

const asCategory = (row: Row): FileCategory => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  fileCount: row.file_count,
  version: row.version,
})

const columns = (sql: Query) => sql`
  id, project_id, name, version,
  (select count(*)::integer from files where category_id = categories.id) as file_count`

/** The categories of a project, by name. */
export async function listCategories(sql: Query, projectId: string): Promise<FileCategory[]> {
  const rows = await sql<Row[]>`
    select ${columns(sql)} from categories where project_id = ${projectId} order by lower(name), id`
  return rows.map(asCategory)
}

/** A category by its id. Throws 404. */
export async function readCategory(sql: Query, id: string): Promise<FileCategory> {
  const [row] = await sql<Row[]>`select ${columns(sql)} from categories where id = ${id}`
  if (!row) throw notFound()
  return asCategory(row)
}

/** Throws 422 when the category is not of the project. */
export async function needCategory(sql: Query, id: string, projectId: string) {
  const [row] = await sql`select 1 from categories where id = ${id} and project_id = ${projectId}`
  if (!row) throw invalid('categoryId', 'not_in_project', undefined, 'query')
}

/** Makes a category. Throws 409 on a taken name. */
export async function addCategory(sql: Query, { projectId, name }: NewFileCategory): Promise<FileCategory> {
  const [row] = await named(sql<Row[]>`
    insert into categories (id, project_id, name) values (${newId()}, ${projectId}, ${categoryName(name)})
    returning ${columns(sql)}`)
  return asCategory(row!)
}

/** Renames a category. Throws 412 with the current one, 404, and 409 on a taken name. */
export async function renameCategory(
  sql: Query,
  id: string,
  seen: number,
  name: string,
): Promise<FileCategory> {
  const [row] = await named(sql<Row[]>`
    update categories set name = ${categoryName(name)}, version = version + 1 where id = ${id} and version = ${seen}
    returning ${columns(sql)}`)
  if (!row) throw await changedMeanwhile(sql, id)
  return asCategory(row)
}

/** Removes a category; its files stay without one. Throws 412 with the current one, and 404. */
export async function removeCategory(sql: Sql, person: Person, id: string, seen: number) {
  await sql.begin(async tx => {
    // The lock keeps out files that would be put into it meanwhile: their foreign key waits for it.
    const [row] = await tx`select 1 from categories where id = ${id} and version = ${seen} for update`
    if (!row) throw await changedMeanwhile(tx, id)
    await emptyCategory(tx, person, id)
    await tx`delete from categories where id = ${id}`
  })
}

function categoryName(name: string): string {
  const trimmed = name.trim().normalize('NFC')
  if (trimmed === '') throw invalid('name', 'blank')
  return trimmed
}

async function changedMeanwhile(sql: Query, id: string) {
  const current = await readCategory(sql, id)
  return stale(current)
}

function named<T>(statement: Promise<T>): Promise<T> {
  return statement.catch(error => {
    throw violates(error, 'categories_name') ? new Problem(409, 'conflict') : error
  })
}
