import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { FileServiceEvent } from './contract.ts'
import { call, routesOpenToAnyone, somebody, tokenFor, tokenForService, until } from '../kit/testing.ts'
import { newId } from '../kit/schema.ts'
import { fileServiceForTests, send, sendFile } from './testing.ts'

const house = await fileServiceForTests()
const { app, sql, tasks, store, url } = house
afterAll(house.stop)

const [mina, viewer, stranger] = [somebody(), somebody(), somebody()]
const [asMina, asViewer, asStranger] = [mina, viewer, stranger].map(person => call(app, person)) as [
  ReturnType<typeof call>,
  ReturnType<typeof call>,
  ReturnType<typeof call>,
]
let { projectId, taskId } = tasks.project([mina, 'editor'], [viewer, 'viewer'])
beforeEach(() => {
  ;({ projectId, taskId } = tasks.project([mina, 'editor'], [viewer, 'viewer']))
})

const stored = async () => (await Array.fromAsync(store.list())).map(({ id }) => id)
const told = () => sql<Pick<FileServiceEvent, 'type' | 'data'>[]>`
  select type, data from outbox where project_id = ${projectId} order by sequence`
const newCategory = async (name: string, project = projectId) =>
  (await asMina('POST', '/api/v1/file-categories', { projectId: project, name })).json
const version = (n: number) => ({ 'if-match': `"${n}"` })

test('nobody gets in without identity', async () => {
  expect(await routesOpenToAnyone(app, [])).toEqual([])
})

test('an editor attaches a file; it is told, and everybody in the project sees it', async () => {
  const category = await newCategory('Contracts')
  const file = await sendFile(
    url,
    mina,
    { taskId, name: '계약서.txt', categoryId: category.id },
    '안녕하세요',
  )
  expect(file).toEqual({
    id: file.id,
    projectId,
    taskId,
    name: '계약서.txt',
    size: 15,
    type: 'text/plain',
    sha256: new Bun.CryptoHasher('sha256').update('안녕하세요').digest('hex'),
    categoryId: category.id,
    uploadedBy: mina.userId,
    createdAt: file.createdAt,
    version: 1,
    inline: true,
  })
  expect(Math.abs(Date.now() - Date.parse(file.createdAt))).toBeLessThan(60_000)
  const read = await asViewer('GET', `/api/v1/files/${file.id}`)
  expect(read.json).toEqual(file)
  expect(read.headers.get('etag')).toBe('"1"')
  expect((await asViewer('GET', `/api/v1/files?projectId=${projectId}`)).json.items).toEqual([file])
  expect((await asViewer('GET', `/api/v1/files?taskId=${taskId}`)).json.items).toEqual([file])
  expect([...(await told())]).toEqual([{ type: 'file.added', data: { file } }])
})

test('a file without a single byte is a file', async () => {
  const file = await sendFile(url, mina, { taskId, name: 'empty' }, '')
  expect(file).toMatchObject({ size: 0, type: 'text/plain' })
})

test('a name is kept as it is, in composed form', async () => {
  const name = '../a "b"\n\u202e🙂'.padEnd(255, '가')
  expect((await sendFile(url, mina, { taskId, name }, 'x')).name).toBe(name)
  expect((await sendFile(url, mina, { taskId, name: '한글'.normalize('NFD') }, 'x')).name).toBe('한글')
})

test('viewers may not attach, change or delete; strangers do not learn that anything exists', async () => {
  const file = await sendFile(url, mina, { taskId, name: 'plan.txt' }, 'x')
  const path = `/api/v1/files/${file.id}`
  expect((await send(url, viewer, { taskId, name: 'x' }, 'x')).status).toBe(403)
  expect((await asViewer('PATCH', path, { name: 'y' }, version(1))).status).toBe(403)
  expect((await asViewer('DELETE', path, undefined, version(1))).status).toBe(403)
  expect((await send(url, stranger, { taskId, name: 'x' }, 'x')).status).toBe(404)
  expect((await asStranger('GET', path)).status).toBe(404)
  expect((await asStranger('GET', `${path}/content`)).status).toBe(404)
  expect((await asStranger('PATCH', path, { name: 'y' }, version(1))).status).toBe(404)
  expect((await asStranger('DELETE', path, undefined, version(1))).status).toBe(404)
  expect((await asStranger('GET', `/api/v1/files?projectId=${projectId}`)).status).toBe(404)
  expect((await asStranger('GET', `/api/v1/files?taskId=${taskId}`)).status).toBe(404)
  expect((await asMina('GET', path)).json).toEqual(file)
})

test('nothing is read or kept of an upload that is refused', async () => {
  const before = await stored()
  // It never ends: who waits for the end of it never answers.
  const body = () => new ReadableStream({ start: chunks => chunks.enqueue(new Uint8Array(1000)) })
  const refusal = async (query: Parameters<typeof send>[2], person = mina) => {
    const response = await send(url, person, query, body())
    return [response.status, ((await response.json()) as { code: string }).code]
  }
  expect(await refusal({ taskId, name: 'x' }, viewer)).toEqual([403, 'forbidden'])
  expect(await refusal({ taskId: newId(), name: 'x' })).toEqual([404, 'not_found'])
  expect(await refusal({ taskId, name: '' })).toEqual([422, 'validation_failed'])
  expect(await refusal({ taskId, name: '  ' })).toEqual([422, 'validation_failed'])
  expect(await refusal({ taskId, name: 'a\0b' })).toEqual([422, 'validation_failed'])
  expect(await refusal({ taskId, name: 'x'.repeat(256) })).toEqual([422, 'validation_failed'])
  const elsewhere = tasks.project([mina, 'editor'])
  const foreign = await newCategory('Elsewhere', elsewhere.projectId)
  expect(await refusal({ taskId, name: 'x', categoryId: foreign.id })).toEqual([422, 'validation_failed'])
  expect(await stored()).toEqual(before)
})

test('a body over the limit is 413: at once when it says so, else when it passes the limit, and nothing is kept', async () => {
  const before = await stored()
  const said = await send(url, mina, { taskId, name: 'x' }, new Uint8Array(1024 ** 2 + 1))
  expect(said.status).toBe(413)
  expect(await said.json()).toMatchObject({ code: 'too_large', detail: expect.stringContaining('1 MiB') })
  let chunks = 0
  const endless = new ReadableStream({
    pull: stream => (chunks++ < 100 ? stream.enqueue(new Uint8Array(65_536)) : stream.close()),
  })
  expect((await send(url, mina, { taskId, name: 'x' }, endless)).status).toBe(413)
  const exact = await sendFile(url, mina, { taskId, name: 'x' }, new Uint8Array(1024 ** 2))
  expect(exact.size).toBe(1024 ** 2)
  expect((await stored()).toSorted()).toEqual([...before, exact.id].toSorted())
})

test('an upload that breaks off leaves nothing', async () => {
  const before = (await stored()).length
  const gone = new AbortController()
  const body = new ReadableStream({
    start: stream => stream.enqueue(new Uint8Array(65_536)),
  })
  const sent = fetch(`${url}/api/v1/files?${new URLSearchParams({ taskId, name: 'x' })}`, {
    method: 'POST',
    body,
    signal: gone.signal,
    headers: { authorization: `Bearer ${await tokenFor(mina)}` },
  }).catch(() => 'aborted')
  await until(async () => (await stored()).length === before + 1, 'the part')
  gone.abort()
  expect(await sent).toBe('aborted')
  await until(async () => (await stored()).length === before, 'the part to be removed')
  expect((await asMina('GET', `/api/v1/files?taskId=${taskId}`)).json.items).toEqual([])
})

test('an Idempotency-Key makes a repeat safe, also when both come at once', async () => {
  const before = (await stored()).length
  const key = { 'idempotency-key': newId() }
  const [first, second] = await Promise.all([
    sendFile(url, mina, { taskId, name: 'once.txt' }, 'once', key),
    sendFile(url, mina, { taskId, name: 'once.txt' }, 'once', key),
  ])
  expect(second).toEqual(first)
  expect(await sendFile(url, mina, { taskId, name: 'once.txt' }, 'once', key)).toEqual(first)
  expect((await stored()).length).toBe(before + 1)
  expect((await asMina('GET', `/api/v1/files?taskId=${taskId}`)).json.items).toEqual([first])
  const other = await send(url, mina, { taskId, name: 'once.txt' }, 'other bytes', key)
  expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([
    422,
    'idempotency_key_reused',
  ])
  expect((await stored()).length).toBe(before + 1)
})

test('lists are newest first, in pages, and by category or task', async () => {
  const category = await newCategory('Pictures')
  const otherTask = tasks.task(projectId)
  const files = []
  for (let i = 0; i < 5; i++)
    files.unshift(
      await sendFile(
        url,
        mina,
        {
          taskId: i === 4 ? otherTask : taskId,
          name: `${i}.txt`,
          ...(i % 2 === 1 && { categoryId: category.id }),
        },
        'x',
      ),
    )
  const list = async (query: string) =>
    (await asViewer('GET', `/api/v1/files?projectId=${projectId}${query}`)).json
  const first = await list('&limit=2')
  const second = await list(`&limit=2&after=${first.next}`)
  const third = await list(`&limit=2&after=${second.next}`)
  expect([...first.items, ...second.items, ...third.items]).toEqual(files)
  expect(third.next).toBeNull()
  const names = (page: { items: { name: string }[] }) => page.items.map(file => file.name)
  expect(names(await list(`&categoryId=${category.id}`))).toEqual(['3.txt', '1.txt'])
  expect(names(await list('&categoryId=none'))).toEqual(['4.txt', '2.txt', '0.txt'])
  expect(names(await list(`&taskId=${otherTask}`))).toEqual(['4.txt'])
  expect(names(await list(`&taskId=${newId()}`))).toEqual([])
})

test('an editor renames and moves a file; a stale change gets 412 with the current one', async () => {
  const category = await newCategory('Plans')
  const file = await sendFile(url, mina, { taskId, name: 'a.txt' }, 'x')
  const path = `/api/v1/files/${file.id}`
  const renamed = await asMina('PATCH', path, { name: 'b.txt' }, version(1))
  expect([renamed.status, renamed.headers.get('etag')]).toEqual([200, '"2"'])
  expect(renamed.json).toEqual({ ...file, name: 'b.txt', version: 2 })
  const late = await asMina('PATCH', path, { name: 'c.txt' }, version(1))
  expect([late.status, late.headers.get('etag')]).toEqual([412, '"2"'])
  expect(late.json.current).toEqual(renamed.json)
  expect((await asMina('PATCH', path, { name: 'c.txt' })).status).toBe(428)
  const moved = await asMina('PATCH', path, { categoryId: category.id }, version(2))
  expect(moved.json).toMatchObject({ name: 'b.txt', categoryId: category.id, version: 3 })
  const out = await asMina('PATCH', path, { categoryId: null }, version(3))
  expect(out.json).toMatchObject({ categoryId: null, version: 4 })
  const elsewhere = tasks.project([mina, 'editor'])
  const foreign = await newCategory('Foreign', elsewhere.projectId)
  const refused = await asMina('PATCH', path, { categoryId: foreign.id }, version(4))
  expect([refused.status, refused.json.errors[0].code]).toEqual([422, 'not_in_project'])
  expect((await told()).map(event => [event.type, event.data.file.version])).toEqual([
    ['file.added', 1],
    ['file.changed', 2],
    ['file.changed', 3],
    ['file.changed', 4],
  ])
})

test('a deleted file is gone with its bytes, and its removal is told', async () => {
  const file = await sendFile(url, mina, { taskId, name: 'a.txt' }, 'x')
  const path = `/api/v1/files/${file.id}`
  expect((await asMina('DELETE', path)).status).toBe(428)
  expect((await asMina('DELETE', path, undefined, version(7))).json.current).toEqual(file)
  expect((await asMina('DELETE', path, undefined, version(1))).status).toBe(204)
  expect((await asMina('GET', path)).status).toBe(404)
  expect((await asMina('DELETE', path, undefined, version(1))).status).toBe(404)
  expect(await stored()).not.toContain(file.id)
  expect((await told()).at(-1)).toEqual({ type: 'file.removed', data: { file } })
})

test('categories are made, counted, renamed and removed; their files stay', async () => {
  const category = await newCategory(' Invoices ')
  expect(category).toEqual({ id: category.id, projectId, name: 'Invoices', fileCount: 0, version: 1 })
  const taken = await asMina('POST', '/api/v1/file-categories', { projectId, name: 'invoices' })
  expect([taken.status, taken.json.code]).toEqual([409, 'conflict'])
  const file = await sendFile(url, mina, { taskId, name: 'a.txt', categoryId: category.id }, 'x')
  await newCategory('Art')
  const list = () => asViewer('GET', `/api/v1/file-categories?projectId=${projectId}`)
  expect(
    (await list()).json.items.map((item: { name: string; fileCount: number }) => [item.name, item.fileCount]),
  ).toEqual([
    ['Art', 0],
    ['Invoices', 1],
  ])
  const path = `/api/v1/file-categories/${category.id}`
  expect((await asMina('PATCH', path, { name: 'ART' }, version(1))).status).toBe(409)
  const renamed = await asMina('PATCH', path, { name: 'Bills' }, version(1))
  expect(renamed.json).toEqual({ ...category, name: 'Bills', fileCount: 1, version: 2 })
  expect((await asMina('PATCH', path, { name: 'Late' }, version(1))).json.current).toEqual(renamed.json)
  expect((await asMina('DELETE', path, undefined, version(1))).status).toBe(412)
  expect((await asMina('DELETE', path, undefined, version(2))).status).toBe(204)
  expect((await asMina('DELETE', path, undefined, version(2))).status).toBe(404)
  const after = { ...file, categoryId: null, version: 2 }
  expect((await asMina('GET', `/api/v1/files/${file.id}`)).json).toEqual(after)
  expect((await told()).at(-1)).toEqual({ type: 'file.changed', data: { file: after } })
})

test('categories belong to editors, and strangers see none', async () => {
  const category = await newCategory('Ours')
  const path = `/api/v1/file-categories/${category.id}`
  expect((await asViewer('POST', '/api/v1/file-categories', { projectId, name: 'x' })).status).toBe(403)
  expect((await asViewer('PATCH', path, { name: 'x' }, version(1))).status).toBe(403)
  expect((await asViewer('DELETE', path, undefined, version(1))).status).toBe(403)
  expect((await asStranger('POST', '/api/v1/file-categories', { projectId, name: 'x' })).status).toBe(404)
  expect((await asStranger('GET', `/api/v1/file-categories?projectId=${projectId}`)).status).toBe(404)
  expect((await asStranger('PATCH', path, { name: 'x' }, version(1))).status).toBe(404)
  expect((await asStranger('DELETE', path, undefined, version(1))).status).toBe(404)
})

test('making a category is safe to repeat with a key', async () => {
  const key = { 'idempotency-key': newId() }
  const make = () => asMina('POST', '/api/v1/file-categories', { projectId, name: 'Once' }, key)
  const [first, second] = await Promise.all([make(), make()])
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.json).toEqual(first.json)
})

test('a list takes one query, whatever is in it', async () => {
  for (let i = 0; i < 3; i++) await sendFile(url, mina, { taskId, name: `${i}` }, 'x')
  await asMina('GET', `/api/v1/files?projectId=${projectId}`)
  house.queries.length = 0
  await asMina('GET', `/api/v1/files?projectId=${projectId}`)
  await asMina('GET', `/api/v1/file-categories?projectId=${projectId}`)
  expect(house.queries).toHaveLength(2)
})

test('the event log is for services alone', async () => {
  await sendFile(url, mina, { taskId, name: 'x' }, 'x')
  expect((await asMina('GET', '/internal/events?after=0')).status).toBe(401)
  expect((await call(app, 'analytics-service')('GET', '/internal/events?after=0')).status).toBe(200)
  const asService = await fetch(`${url}/api/v1/files?taskId=${taskId}`, {
    headers: { authorization: `Bearer ${await tokenForService('analytics-service')}` },
  })
  expect(asService.status).toBe(401)
})

test('whatever is sent, the answer is 4xx and problem details', async () => {
  const file = await sendFile(url, mina, { taskId, name: 'x' }, 'x')
  const category = await newCategory('Fuzz')
  const cursor = (...keys: unknown[]) => Buffer.from(JSON.stringify(keys)).toString('base64url')
  const requests: [string, string, unknown?, Record<string, string>?][] = [
    ['GET', '/api/v1/files'],
    ['GET', '/api/v1/files?projectId=1'],
    ['GET', `/api/v1/files?projectId=${newId()}`],
    ['GET', `/api/v1/files?projectId=${projectId}&limit=0`],
    ['GET', `/api/v1/files?projectId=${projectId}&limit=many`],
    ['GET', `/api/v1/files?projectId=${projectId}&after=x`],
    ['GET', `/api/v1/files?projectId=${projectId}&after=${cursor('x')}`],
    ['GET', `/api/v1/files?projectId=${projectId}&after=${cursor(5)}`],
    ['GET', `/api/v1/files?projectId=${projectId}&after=${cursor('a', 'b')}`],
    ['GET', `/api/v1/files?projectId=${projectId}&categoryId=some`],
    ['GET', `/api/v1/files?projectId=${projectId}&unknown=1`],
    ['GET', '/api/v1/files/1'],
    ['GET', `/api/v1/files/${newId()}`],
    ['GET', `/api/v1/files/${newId()}/content`],
    ['GET', `/api/v1/files/${file.id}/content?inline=perhaps`],
    ['GET', `/api/v1/files/${category.id}`],
    ['PUT', `/api/v1/files/${file.id}`],
    ['PATCH', '/api/v1/files/%00', { name: 'x' }, version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, { name: 5 }, version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, { name: '' }, version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, { name: ' ' }, version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, { name: 'a\0b' }, version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, { name: 'x'.repeat(256) }, version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, { size: 1 }, version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, [], version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, '{"name":', version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, { categoryId: file.id }, version(1)],
    ['PATCH', `/api/v1/files/${file.id}`, { name: 'y' }, { 'if-match': '*' }],
    ['PATCH', `/api/v1/files/${file.id}`, { name: 'y' }, { 'if-match': '"x"' }],
    ['PATCH', `/api/v1/files/${file.id}`, { name: 'y' }, { 'if-match': '"999999999"' }],
    ['PATCH', `/api/v1/files/${file.id}`, { name: 'y'.repeat(1024 ** 2 + 1) }, version(1)],
    ['POST', '/api/v1/files'],
    ['POST', `/api/v1/files?taskId=${taskId}`],
    ['POST', `/api/v1/files?taskId=1&name=x`],
    ['POST', `/api/v1/files?taskId=${taskId}&name=x&categoryId=none`],
    ['POST', `/api/v1/files?taskId=${taskId}&name=x&size=5`],
    ['POST', `/api/v1/files?taskId=${taskId}&name=x`, 'x', { 'idempotency-key': 'k'.repeat(256) }],
    ['POST', `/api/v1/files?taskId=${taskId}&name=%ff%fe`, 'x'],
    ['POST', `/api/v1/files?taskId=${taskId}&name=100%`, 'x'],
    ['POST', '/api/v1/file-categories'],
    ['POST', '/api/v1/file-categories', { projectId }],
    ['POST', '/api/v1/file-categories', { projectId, name: '' }],
    ['POST', '/api/v1/file-categories', { projectId, name: '  ' }],
    ['POST', '/api/v1/file-categories', { projectId, name: 'a\0b' }],
    ['POST', '/api/v1/file-categories', { projectId, name: 'x'.repeat(61) }],
    ['POST', '/api/v1/file-categories', { projectId: 'OPS', name: 'x' }],
    ['POST', '/api/v1/file-categories', { projectId, name: 'x', color: 'red' }],
    ['POST', '/api/v1/file-categories', 'name=x', { 'content-type': 'text/csv' }],
    ['GET', '/api/v1/file-categories'],
    ['PATCH', `/api/v1/file-categories/${newId()}`, { name: 'x' }, version(1)],
    ['PATCH', `/api/v1/file-categories/${category.id}`, {}, version(1)],
    ['PATCH', `/api/v1/file-categories/${category.id}`, { name: 'x' }],
    ['DELETE', `/api/v1/file-categories/${category.id}`],
    ['DELETE', `/api/v1/files/${newId()}`, undefined, version(1)],
  ]
  for (const [method, path, body, headers] of requests) {
    const { status, json } = await asMina(method, path, body, headers)
    const said = `${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}`
    expect([said, status >= 400 && status < 500, json?.status]).toEqual([said, true, status])
  }
  const badUtf8 = await app.handle(
    new Request(`http://localhost/api/v1/files/${file.id}`, {
      method: 'PATCH',
      body: Buffer.from('7b226e616d65223a22ff227d', 'hex'),
      headers: {
        authorization: `Bearer ${await tokenFor(mina)}`,
        'content-type': 'application/json',
        ...version(1),
      },
    }),
  )
  expect(badUtf8.status).toBe(400)
  expect((await asMina('GET', `/api/v1/files/${file.id}`)).json).toEqual(file)
})

test('every route is in the OpenAPI document with its answers', async () => {
  const { paths } = (await call(app)('GET', '/openapi.json')).json
  expect(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { responses: object }>).map(
        ([method, { responses }]) => `${method} ${path} ${Object.keys(responses)}`,
      ),
    ),
  ).toEqual([
    'get /api/v1/files 200,default',
    'post /api/v1/files 201,default',
    'get /api/v1/files/{id} 200,default',
    'patch /api/v1/files/{id} 200,default',
    'delete /api/v1/files/{id} 204,default',
    'get /api/v1/files/{id}/content 200,206,304,default',
    'get /api/v1/file-categories 200,default',
    'post /api/v1/file-categories 201,default',
    'patch /api/v1/file-categories/{id} 200,default',
    'delete /api/v1/file-categories/{id} 204,default',
  ])
  expect(paths['/api/v1/files'].post.requestBody.content).toHaveProperty('application/octet-stream')
})
