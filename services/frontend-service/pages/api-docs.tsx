import { Notice } from '../../../views/components/notice.tsx'
import { ButtonLink } from '../../../views/components/button.tsx'
import { Html } from '../../../views/html.ts'
import { Top } from '../../../views/layouts/frame.tsx'
import type { Reader } from '../../../views/reader.ts'
import { sentences } from '../../kit/messages.ts'
import type { Frontend } from '../app.ts'
import type { Api, ApiDocument, Operation } from '../openapi.ts'
import { page } from '../page.tsx'
import { fieldRows, type Schema, sample, valueWords } from '../schema-words.ts'

/** GET /docs/api: the public API to read, made from its OpenAPI document. Open to everybody; `#<code>` explains a problem. */
export const apiDocsPage = (app: Frontend, api: Api) =>
  app.get('/docs/api', async ctx => {
    const { reader, session } = ctx.visitor
    const document = await api.document()
    const { title } = reader.text.apidocs
    return page(ctx, {
      title,
      top: (
        <Top title={title}>
          <ButtonLink small icon="api" text={reader.text.apidocs.document} href="/openapi.json" />
        </Top>
      ),
      main: (
        <main class="view page wide" id="main" tabindex="-1">
          {session === null && <h1 safe>{title}</h1>}
          <Reference reader={reader} document={document} />
        </main>
      ),
    })
  })

type Listed = { method: string; path: string; operation: Operation }

/** The operations under each tag, in the order of the document. */
function byTag({ tags, paths }: ApiDocument): [string, Listed[]][] {
  const all = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
  return tags.map(({ name }) => [name, all.filter(({ operation }) => operation.tags?.includes(name))])
}

const anchor = (tag: string) => `tag-${tag.toLowerCase().replaceAll(/\W+/g, '-')}`

const Reference = ({ reader, document }: { reader: Reader; document: ApiDocument }) => {
  const text = reader.text.apidocs
  const groups = byTag(document)
  const origin = document.servers[0]!.url
  const away = document['x-away']
  return (
    <div class="reference">
      <nav aria-label={text.contents}>
        <a href="#start" safe>
          {text.start}
        </a>
        <a href="#rules" safe>
          {text.rules}
        </a>
        {groups.map(([tag]) => (
          <a href={`#${anchor(tag)}`} lang="en" safe>
            {tag}
          </a>
        ))}
        <a href="#codes" safe>
          {text.codes}
        </a>
      </nav>
      <div>
        {away.length > 0 && (
          <Notice kind="wait" title={text.awayTitle} detail={text.awayDetail(away.join(', '))} />
        )}
        <p class="lead" safe>
          {text.lead}
        </p>
        <Start reader={reader} origin={origin} />
        <Rules reader={reader} />
        {groups.map(([tag, operations]) => (
          <section aria-labelledby={anchor(tag)}>
            <h2 id={anchor(tag)} lang="en" safe>
              {tag}
            </h2>
            {operations.map(listed => (
              <OperationDetails reader={reader} origin={origin} {...listed} />
            ))}
          </section>
        ))}
        <Codes reader={reader} />
      </div>
    </div>
  )
}

const Start = ({ reader, origin }: { reader: Reader; origin: string }) => {
  const text = reader.text.apidocs
  return (
    <section aria-labelledby="start">
      <h2 id="start" safe>
        {text.start}
      </h2>
      <p safe>{text.signIn}</p>
      <Code
        text={`curl -s ${origin}/api/v1/auth/sign-in \\\n  -H 'Content-Type: application/json' \\\n  -d '{"email":"mina@example.com","password":"…"}'`}
      />
      <p safe>{text.use}</p>
      <Code text={`curl -s ${origin}/api/v1/projects \\\n  -H "Authorization: Bearer $TOKEN"`} />
    </section>
  )
}

const Rules = ({ reader }: { reader: Reader }) => {
  const { rules, rule } = reader.text.apidocs
  return (
    <section aria-labelledby="rules">
      <h2 id="rules" safe>
        {rules}
      </h2>
      <dl class="facts-list">
        {(['errors', 'versions', 'creates', 'lists', 'times', 'limits'] as const).map(name => (
          <div>
            <dt safe>{rule[name]}</dt>
            <dd safe>{rule[`${name}Detail`]}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const Codes = ({ reader }: { reader: Reader }) => {
  const text = reader.text.apidocs
  return (
    <section aria-labelledby="codes">
      <h2 id="codes" safe>
        {text.codes}
      </h2>
      <p safe>{text.codesLead}</p>
      <dl class="facts-list">
        {Object.entries(sentences[reader.language]).map(([code, { title, detail }]) => (
          <div id={code}>
            <dt>
              <code safe>{code}</code>
            </dt>
            <dd>
              <b safe>{title}</b> <span safe>{detail.replaceAll(/\{\w+\}/g, '…')}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const OperationDetails = ({
  reader,
  origin,
  method,
  path,
  operation,
}: Listed & { reader: Reader; origin: string }) => {
  const text = reader.text.apidocs
  const { summary = '', description, parameters = [], requestBody, responses, security } = operation
  const [bodyType, body] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const answers = Object.entries(responses).filter(([status]) => status !== 'default')
  return (
    <details class="operation">
      <summary>
        <span class={['method', method === 'GET' && 'reads']} safe>
          {method}
        </span>
        <code safe>{path.replace('/api/v1', '')}</code>
        <span lang="en" safe>
          {summary}
        </span>
      </summary>
      {description !== undefined && (
        <p lang="en" safe>
          {description}
        </p>
      )}
      {security?.length === 0 && (
        <p class="muted" safe>
          {text.noSession}
        </p>
      )}
      {parameters.length > 0 && (
        <>
          <h3 safe>{text.parameters}</h3>
          <Table
            reader={reader}
            rows={parameters.map(({ name, in: where, required = false, schema }) => ({
              name,
              required,
              where: text.places[where],
              value: valueWords(schema, text.words),
            }))}
          />
        </>
      )}
      {body !== undefined && (
        <>
          <h3 safe>{text.body}</h3>
          <Content reader={reader} schema={body.schema} asked />
        </>
      )}
      {answers.map(([status, answer]) => (
        <>
          <h3 safe>{text.answer(status)}</h3>
          <Content reader={reader} schema={Object.values(answer.content ?? {})[0]?.schema} />
        </>
      ))}
      <h3 safe>{text.example}</h3>
      <Code text={curl({ origin, method, path, parameters, bodyType, schema: body?.schema, security })} />
    </details>
  )
}

/** What a body holds. Of an answer it goes without saying that all is there. */
const Content = ({
  reader,
  schema,
  asked,
}: {
  reader: Reader
  schema: Schema | undefined
  asked?: boolean
}) => {
  const text = reader.text.apidocs
  if (!schema) return <p safe>{text.nothing}</p>
  if (schema.format === 'binary') return <p safe>{text.bytes}</p>
  const rows = fieldRows(schema, text.words).map(row => (asked ? row : { ...row, required: false }))
  return rows.length > 0 ? (
    <Table reader={reader} rows={rows} />
  ) : (
    <p safe>{valueWords(schema, text.words)}</p>
  )
}

const Table = ({
  reader,
  rows,
}: {
  reader: Reader
  rows: { name: string; required: boolean; where?: string; value: string }[]
}) => {
  const text = reader.text.apidocs
  const hasPlaces = rows.some(row => row.where !== undefined)
  return (
    <table class="tbl">
      <thead>
        <tr>
          <th scope="col" safe>
            {text.name}
          </th>
          {hasPlaces && (
            <th scope="col" safe>
              {text.where}
            </th>
          )}
          <th scope="col" safe>
            {text.value}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, required, where = '', value }) => (
          <tr>
            <td>
              <code safe>{name}</code>{' '}
              {required && (
                <small class="muted" safe>
                  {text.required}
                </small>
              )}
            </td>
            {hasPlaces && <td safe>{where}</td>}
            <td safe>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Code = ({ text }: { text: string }) => (
  <pre class="sample" tabindex="0">
    <code safe>{text}</code>
  </pre>
)

/** A call that could be typed; what stands in `<…>` is the caller's to fill. */
function curl({
  origin,
  method,
  path,
  parameters,
  bodyType,
  schema,
  security,
}: {
  origin: string
  method: string
  path: string
  parameters: NonNullable<Operation['parameters']>
  bodyType: string | undefined
  schema: Schema | undefined
  security: Operation['security']
}): string {
  const query = parameters
    .filter(parameter => parameter.in === 'query' && parameter.required)
    .map(({ name }) => `${name}=<${name}>`)
  const url = `${origin}${path.replaceAll(/\{(\w+)\}/g, '<$1>')}${query.length > 0 ? `?${query.join('&')}` : ''}`
  const lines = [`curl -s${method === 'GET' ? '' : ` -X ${method}`} '${url}'`]
  if (security?.length !== 0) lines.push(`-H "Authorization: Bearer $TOKEN"`)
  if (parameters.some(parameter => parameter.name === 'if-match')) lines.push(`-H 'If-Match: "1"'`)
  if (schema && bodyType) {
    lines.push(`-H 'Content-Type: ${bodyType}'`)
    lines.push(
      schema.format === 'binary' ? '--data-binary @<file>' : `-d '${JSON.stringify(sample(schema))}'`,
    )
  }
  return lines.join(' \\\n  ')
}
