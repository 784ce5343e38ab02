import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { fileServiceForTests } from '../file-service/testing.ts'
import type { FilePage } from '../file-service/contract.ts'
import { Problem } from '../kit/problem.ts'
import { somebody, tokenFor } from '../kit/testing.ts'
import { backendsOn, clientsOf } from './backends.ts'
import { attachFiles, readForm } from './upload.ts'

const mina = somebody()
let service: Awaited<ReturnType<typeof fileServiceForTests>>
let page: ReturnType<typeof Bun.serve>
let done = Promise.withResolvers<unknown>()
beforeAll(async () => {
  service = await fileServiceForTests()
  const nobody = 'http://127.0.0.1:9'
  const { files } = backendsOn(
    clientsOf({
      'user-service': nobody,
      'task-service': nobody,
      'analytics-service': nobody,
      'file-service': service.url,
    }),
  )
  // The page of a task, reduced to its form: /<id of the task>.
  page = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const taskId = new URL(request.url).pathname.slice(1)
      try {
        const attached = await attachFiles(request, { token: await tokenFor(mina) }, files, taskId)
        return Response.json(attached)
      } catch (error) {
        done.resolve(error)
        if (!(error instanceof Problem)) throw error
        return Response.json(error.details('en', 'test'), { status: error.status })
      }
    },
  })
})
afterAll(async () => {
  await page.stop(true)
  await service.stop()
})

const formWith = (...files: [content: BlobPart, name: string][]) => {
  const form = new FormData()
  form.append('note', 'a field before the files')
  for (const [content, name] of files) form.append('file', new Blob([content]), name)
  form.append('note', 'a field after them')
  return form
}
const send = async (taskId: string, body: BodyInit, headers: Record<string, string> = {}) => {
  const answer = await fetch(new URL(taskId, page.url), { method: 'POST', body, headers })
  return { status: answer.status, json: (await answer.json()) as any }
}
const filesOf = async (taskId: string) => {
  const answer = await fetch(`${service.url}/api/v1/files?taskId=${taskId}`, {
    headers: { authorization: `Bearer ${await tokenFor(mina)}` },
  })
  return ((await answer.json()) as FilePage).items.map(file => file.name).toReversed()
}
const newTask = () => service.tasks.project([mina, 'editor']).taskId

test('every file of a form is attached, with its name in any language and its bytes as they are', async () => {
  const taskId = newTask()
  const random = crypto.getRandomValues(new Uint8Array(65_536))
  const { status, json } = await send(
    taskId,
    formWith([random, '기획서 최종.pdf'], ['', 'empty.txt'], ['\r\n--x\r\n', 'a "quoted"; name%20.txt']),
  )
  expect(status).toBe(200)
  expect(await filesOf(taskId)).toEqual(['기획서 최종.pdf', 'empty.txt', 'a "quoted"; name%20.txt'])
  expect(json.map((file: any) => file.size)).toEqual([65_536, 0, 7])
  expect(json[0].sha256).toBe(new Bun.CryptoHasher('sha256').update(random).digest('hex'))
})

test('a form without a chosen file is told so', async () => {
  const { status, json } = await send(newTask(), formWith(['', '']))
  expect([status, json.errors[0].field]).toEqual([422, 'file'])
})

test('a file that is refused ends the form with the reason, and those before it stay', async () => {
  const taskId = newTask()
  const { status, json } = await send(
    taskId,
    formWith(['fits', 'small.txt'], [new Uint8Array(3 * 1024 * 1024), 'large.bin'], ['never', 'later.txt']),
  )
  expect([status, json.code, json.detail]).toEqual([
    413,
    'too_large',
    'The body is larger than the 1 MiB that are allowed here.',
  ])
  expect(await filesOf(taskId)).toEqual(['small.txt'])
})

test('a hundred files in one form are taken, and more are not', async () => {
  const files = (count: number) =>
    Array.from({ length: count }, (_, index): [string, string] => [`${index}`, `${index}.txt`])
  expect((await send(newTask(), formWith(...files(100)))).json).toHaveLength(100)
  const { status, json } = await send(newTask(), formWith(...files(101)))
  expect([status, json.errors[0].code]).toEqual([422, 'too_many'])
})

test('who may not attach is refused, however large the file', async () => {
  const { taskId } = service.tasks.project([mina, 'viewer'])
  const { status } = await send(taskId, formWith([new Uint8Array(512 * 1024), 'a.bin']))
  expect(status).toBe(403)
})

const part = '--b\r\ncontent-disposition: form-data; name="file"; filename="half.bin"\r\n\r\n'
const multipart = 'multipart/form-data; boundary=b'

test('a form that ends in the middle of a file leaves nothing of it', async () => {
  const taskId = newTask()
  const { status, json } = await send(taskId, part + 'x'.repeat(300_000), { 'content-type': multipart })
  expect([status, json.code]).toEqual([400, 'bad_request'])
  expect(await filesOf(taskId)).toEqual([])
})

test('a browser that goes away in the middle of a file leaves nothing of it', async () => {
  const taskId = newTask()
  done = Promise.withResolvers()
  const socket = connect(page.port!, '127.0.0.1')
  socket.write(
    `POST /${taskId} HTTP/1.1\r\nhost: x\r\ncontent-type: ${multipart}\r\ncontent-length: 900000\r\n\r\n${part}`,
  )
  socket.write('x'.repeat(300_000), () => socket.destroy())
  expect(await done.promise).toMatchObject({ status: 400 })
  expect(await filesOf(taskId)).toEqual([])
})

test('broken uploads do not make file-service look broken', async () => {
  for (let time = 0; time < 8; time++)
    await send(newTask(), part + 'x'.repeat(300_000), { 'content-type': multipart })
  const { status } = await send(newTask(), formWith(['fine', 'fine.txt']))
  expect(status).toBe(200)
})

test.each([
  ['no boundary', 'multipart/form-data', part, 400],
  ['another boundary', 'multipart/form-data; boundary=c', part, 400],
  ['a body of another type', 'application/json', '{}', 415],
  [
    'more fields than any form has',
    multipart,
    `--b\r\ncontent-disposition: form-data; name="f"\r\n\r\n1\r\n`.repeat(51) + '--b--',
    400,
  ],
  [
    'a field of a size that no form has',
    multipart,
    `--b\r\ncontent-disposition: form-data; name="f"\r\n\r\n${'x'.repeat(70_000)}\r\n--b--`,
    400,
  ],
])('%s is refused', async (_, type, body, status) => {
  expect((await send(newTask(), body, { 'content-type': type })).status).toBe(status)
})

test('the sender of a large file waits until what it sent has been taken', async () => {
  const chunk = new Uint8Array(64 * 1024)
  const total = 512
  let sent = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(stream) {
        if (sent === 0) stream.enqueue(new TextEncoder().encode(part))
        if (sent++ < total) stream.enqueue(chunk)
        else {
          stream.enqueue(new TextEncoder().encode('\r\n--b--\r\n'))
          stream.close()
        }
      },
    },
    { highWaterMark: 0 },
  )
  const request = new Request('http://localhost/', {
    method: 'POST',
    body,
    headers: { 'content-type': multipart },
  })
  let taken = 0
  let ahead = 0
  await readForm(request, async ({ bytes }) => {
    for await (const { length } of bytes) {
      taken += length
      ahead = Math.max(ahead, sent * chunk.length - taken)
      await Bun.sleep(0) // lets the sender run ahead if it may
    }
  })
  expect(taken).toBe(total * chunk.length)
  expect(ahead).toBeLessThan(1024 * 1024)
})
