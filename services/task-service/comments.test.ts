import { afterAll, beforeAll, expect, test } from 'bun:test'
import { somebody } from '../kit/testing.ts'
import type { Comment, CommentPage, Task } from './contract.ts'
import { seen, type TestService, testService } from './testing.ts'

let service: TestService
beforeAll(async () => {
  service = await testService()
})
afterAll(() => service.drop())

async function thread() {
  const mina = somebody()
  const project = await service.project(mina)
  const jun = await service.member(mina, project, 'commenter')
  const task = await service.task(mina, project)
  const base = `/api/v1/tasks/${task.id}/comments`
  const write = async (body: string) => (await service.as(jun)<Comment>('POST', base, { body })).json
  return { mina, jun, project, task, base, write }
}

test('comments come oldest first, page by page, and are counted without making an editor stale', async () => {
  const { mina, jun, task, base, write } = await thread()
  const written = [await write('First'), await write('Second'), await write('Third')]
  const first = (await service.as(mina)<CommentPage>('GET', `${base}?limit=2`)).json
  const second = (await service.as(mina)<CommentPage>('GET', `${base}?limit=2&after=${first.next}`)).json
  expect([...first.items, ...second.items]).toEqual(written)
  expect(second.next).toBeNull()
  expect(written[0]).toMatchObject({ authorId: jun.userId, taskId: task.id, editedAt: null, version: 1 })
  expect((await service.as(mina)<Task>('GET', `/api/v1/tasks/${task.id}`)).json).toEqual({
    ...task,
    commentCount: 3,
  })
})

test('a comment is its author’s to change, and says that it was', async () => {
  const { mina, jun, write } = await thread()
  const comment = await write('Frist')
  const path = `/api/v1/comments/${comment.id}`
  expect((await service.as(mina)('PATCH', path, { body: 'Mine now' }, seen(comment))).status).toBe(403)
  expect((await service.as(jun)('PATCH', path, { body: 'Frist' }, seen(comment))).json).toEqual(comment)
  const changed = await service.as(jun)('PATCH', path, { body: 'First' }, seen(comment))
  expect(changed).toMatchObject({
    status: 200,
    json: { body: 'First', version: 2, editedAt: expect.any(String) },
  })
  expect(await service.as(jun)('PATCH', path, { body: 'Late' }, seen(comment))).toMatchObject({
    status: 412,
    json: { current: changed.json },
  })
})

test('a comment is deleted by its author or an admin, and every change is told', async () => {
  const { mina, jun, project, base, write } = await thread()
  const [own, removed] = [await write('Own'), await write('Removed by an admin')]
  const editor = await service.member(mina, project, 'editor')
  const remove = (person: typeof mina, { id }: Comment) =>
    service.as(person)('DELETE', `/api/v1/comments/${id}`)
  expect((await remove(editor, own)).status).toBe(403)
  expect((await remove(jun, own)).status).toBe(204)
  expect((await remove(mina, removed)).status).toBe(204)
  expect((await remove(mina, removed)).status).toBe(404)
  expect((await service.as(mina)('GET', base)).json.items).toEqual([])
  const told = (await service.events(project)).filter(event => event.type.startsWith('comment.'))
  expect(told.map(event => [event.type, event.data.commentId])).toEqual([
    ['comment.added', own.id],
    ['comment.added', removed.id],
    ['comment.deleted', own.id],
    ['comment.deleted', removed.id],
  ])
})

test('a commenter who becomes a viewer can no longer change what they wrote', async () => {
  const { mina, jun, project, write } = await thread()
  const comment = await write('Hello')
  await service.as(mina)(
    'PATCH',
    `/api/v1/projects/${project.id}/members/${jun.userId}`,
    { role: 'viewer' },
    seen({ version: 1 }),
  )
  const path = `/api/v1/comments/${comment.id}`
  expect((await service.as(jun)('PATCH', path, { body: 'Changed' }, seen(comment))).status).toBe(403)
  expect((await service.as(jun)('DELETE', path)).status).toBe(403)
})
