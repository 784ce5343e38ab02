import { t } from 'elysia'
import { Button, ButtonLink } from '../../../views/components/button.tsx'
import { Field } from '../../../views/components/field.tsx'
import { Notice } from '../../../views/components/notice.tsx'
import { Refused } from '../../../views/components/refused.tsx'
import { number } from '../../../views/format.ts'
import { Html } from '../../../views/html.ts'
import type { Reader } from '../../../views/reader.ts'
import { bytes as sizeOf } from '../../kit/body.ts'
import { invalid, Problem } from '../../kit/problem.ts'
import type { Redis } from '../../kit/redis.ts'
import type { ImportReport } from '../../task-service/contract.ts'
import type { Frontend } from '../app.ts'
import { type Refusal, refusal } from '../form.ts'
import { page, redirect } from '../page.tsx'
import { requireVisitor } from '../session.ts'
import { readForm } from '../upload.ts'

/** As much as task-service takes. */
const limit = 20 * 1024 * 1024
const keptSeconds = 15 * 60

/**
 * GET /import: a form for the export of a Trello board. POST /import shows what it would bring, POST /import/board brings it and opens the board. Between
 * the two the file stays in Redis, one for each session, so that nobody has to choose it again.
 */
export const importPage = (app: Frontend) =>
  app
    .get('/import', ctx => {
      const { reader } = requireVisitor(ctx)
      return page(ctx, { title: reader.text.importing.title, main: <ChooseFile reader={reader} /> })
    })
    .post('/import', async ctx => {
      const { caller, reader, session } = requireVisitor(ctx)
      const { title } = reader.text.importing
      try {
        const file = await chosenFile(ctx.request)
        const report = await ctx.backends.tasks.importTrello(caller, file, { dryRun: true })
        const token = await keep(ctx.redis, session.session.id, file)
        return page(ctx, { title, main: <Report reader={reader} report={report} token={token} /> })
      } catch (error) {
        const refused = refusal(asNoBoard(error), ctx.visitor)
        return page(ctx, {
          title,
          main: <ChooseFile reader={reader} refused={refused} />,
          status: refused.status,
        })
      }
    })
    .post(
      '/import/board',
      async ctx => {
        const { caller, reader, session } = requireVisitor(ctx)
        const file = await kept(ctx.redis, session.session.id, ctx.body.token)
        if (!file)
          return page(ctx, {
            title: reader.text.importing.title,
            main: <ChooseFile reader={reader} expired />,
            status: 422,
          })
        const { project } = await ctx.backends.tasks.importTrello(caller, file, { dryRun: false })
        return redirect(ctx.request, `/projects/${project.key}`)
      },
      { body: t.Object({ token: t.String() }) },
    )

/** What is no JSON is no board either: who chose a file is told which one to choose, not where a parser gave up. */
const asNoBoard = (error: unknown) =>
  error instanceof Problem && ['invalid_json', 'invalid_encoding'].includes(error.code)
    ? new Problem(422, 'not_a_trello_board')
    : error

/** The file that was chosen in the form. Throws 413 as soon as it is over the limit, and 422 when there is none. */
async function chosenFile(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  let file: Uint8Array<ArrayBuffer> | undefined
  await readForm(request, async ({ bytes }) => {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of bytes) {
      size += chunk.length
      if (size > limit) throw new Problem(413, 'too_large', { params: { limit: sizeOf(limit) } })
      chunks.push(chunk)
    }
    file = new Uint8Array(Buffer.concat(chunks))
  })
  if (!file) throw invalid('file', 'required')
  return file
}

const keyOf = (sessionId: string) => `import:${sessionId}`
const tokenOf = (file: Uint8Array) => new Bun.CryptoHasher('sha256').update(file).digest('hex')

/** Keeps the file for the next step, in place of an earlier one, and gives the token that says which it is. */
async function keep(redis: Redis, sessionId: string, file: Uint8Array<ArrayBuffer>): Promise<string> {
  const packed = await Bun.zstdCompress(file)
  await redis.setex(keyOf(sessionId), keptSeconds, packed).catch(unavailable)
  return tokenOf(file)
}

/** The file that was kept; null when it has expired, or another one was chosen since. */
async function kept(redis: Redis, sessionId: string, token: string) {
  const packed = await redis.getBuffer(keyOf(sessionId)).catch(unavailable)
  if (!packed) return null
  const file = new Uint8Array(await Bun.zstdDecompress(packed))
  return tokenOf(file) === token ? file : null
}

function unavailable(): never {
  throw new Problem(503, 'unavailable', { headers: { 'retry-after': '1' } })
}

const ChooseFile = ({
  reader,
  refused,
  expired,
}: {
  reader: Reader
  refused?: Refusal
  /** The file of the step before is gone. */
  expired?: boolean
}) => {
  const { importing } = reader.text
  const noFile = refused?.fields.file !== undefined
  return (
    <main class="view page" id="main" tabindex="-1">
      <form
        class="sheet form"
        method="post"
        action="/import"
        enctype="multipart/form-data"
        aria-labelledby="import"
      >
        <h2 id="import" safe>
          {importing.formTitle}
        </h2>
        <p class="muted" safe>
          {importing.lead}
        </p>
        {expired && <Notice kind="wait" title={importing.expiredTitle} detail={importing.expiredDetail} />}
        {!noFile && <Refused refusal={refused} />}
        <Field
          label={importing.file}
          name="file"
          type="file"
          accept=".json,application/json"
          required
          hint={importing.fileHint}
          error={noFile ? importing.noFile : undefined}
          autofocus={Boolean(refused) || expired}
        />
        <p class="acts">
          <Button kind="primary" icon="import" text={importing.check} />
        </p>
      </form>
      <section class="sheet">
        <h2 safe>{importing.howTitle}</h2>
        <ol class="steps">
          {importing.how.map(step => (
            <li safe>{step}</li>
          ))}
        </ol>
      </section>
    </main>
  )
}

const things = [
  'lists',
  'cards',
  'labels',
  'members',
  'checklists',
  'comments',
  'dueDates',
  'attachments',
] as const

/** What an import would bring: a table of how many of each, what comes along otherwise, and the button that does it. */
const Report = ({ reader, report, token }: { reader: Reader; report: ImportReport; token: string }) => {
  const { importing } = reader.text
  const { project, notes } = report
  const nothing = !project.isNew && things.every(thing => report[thing].added === 0)
  const key = project.key ?? ''
  return (
    <main class="view page" id="main" tabindex="-1">
      <section class="sheet" aria-labelledby="report">
        <h2 id="report" safe>
          {project.isNew
            ? importing.newProject(project.name)
            : nothing
              ? importing.nothingNew(project.name)
              : importing.moreFor(project.name)}
        </h2>
        <p class="muted" safe>
          {project.isNew
            ? importing.newDetail
            : nothing
              ? importing.nothingDetail(key)
              : importing.moreDetail(key)}
        </p>
        <table class="tbl import-table">
          <thead>
            <tr>
              <th scope="col" safe>
                {importing.inTrello}
              </th>
              <th scope="col" class="num" safe>
                {importing.found}
              </th>
              <th scope="col" class="num" safe>
                {importing.added}
              </th>
              <th scope="col" class="num" safe>
                {importing.present}
              </th>
              <th scope="col" class="as" safe>
                {importing.here}
              </th>
            </tr>
          </thead>
          <tbody>
            {things.map(thing => (
              <tr>
                <th scope="row" safe>
                  {importing.things[thing].inTrello}
                </th>
                <td class="num" safe>
                  {number(reader, report[thing].found)}
                </td>
                <td class={['num', report[thing].added > 0 && 'more']} safe>
                  {number(reader, report[thing].added)}
                </td>
                <td class="num" safe>
                  {number(reader, report[thing].present)}
                </td>
                <td class="as" safe>
                  {importing.things[thing].here}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {notes.length > 0 && (
          <>
            <h3 safe>{importing.notesTitle}</h3>
            <ul class="points">
              {notes.map(({ code, count }) => (
                <li safe>{importing.notes[code](number(reader, count))}</li>
              ))}
            </ul>
          </>
        )}
        <div class="acts">
          {nothing ? (
            <ButtonLink kind="primary" icon="board" text={importing.openBoard} href={`/projects/${key}`} />
          ) : (
            <form method="post" action="/import/board">
              <input type="hidden" name="token" value={token} />
              <Button kind="primary" icon="import" text={importing.import} autofocus />
            </form>
          )}
          <ButtonLink text={importing.another} href="/import" />
        </div>
      </section>
    </main>
  )
}
