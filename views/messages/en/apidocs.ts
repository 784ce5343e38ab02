export const apidocs = {
  title: 'API reference',
  lead: 'Everything that the pages do, your own programs can do too: JSON over HTTP, at the same address as TaskMate.',
  document: 'OpenAPI document',
  awayTitle: 'A part of the reference is missing for now.',
  awayDetail: (services: string) => `No answer from ${services}. Try again in a moment.`,

  contents: 'Contents',
  start: 'First steps',
  signIn: 'Sign in once, and keep the session’s token. It holds 30 days, or 7 without use.',
  use: 'Send it with every request.',
  rules: 'What holds everywhere',
  rule: {
    versions: 'Edits',
    versionsDetail:
      'Reads give an ETag. Send it as If-Match with every update and delete: what somebody else changed meanwhile answers 412 with the current state, and nothing is overwritten.',
    creates: 'Creates',
    createsDetail:
      'Where it is listed, an Idempotency-Key of your own makes a create safe to repeat: the same key gives the first answer again.',
    lists: 'Lists',
    listsDetail: 'Pass next of one page as after to get the one that follows. It is null on the last page.',
    limits: 'Limits',
    limitsDetail:
      'RateLimit-Remaining says how many requests are left until RateLimit-Reset, in seconds. Beyond that the answer is 429 with Retry-After.',
    errors: 'Errors',
    errorsDetail:
      'Every error is problem details (RFC 9457): a code for programs, a sentence for people in the language of Accept-Language, what is wrong with each field, and the request’s id.',
    times: 'Times',
    timesDetail: 'Instants are in UTC, RFC 3339. A due day has no zone and is the same day everywhere.',
  },

  parameters: 'Parameters',
  body: 'Body',
  answer: (status: string) => `Answer ${status}`,
  nothing: 'Nothing in it.',
  bytes: 'The bytes, as they are.',
  example: 'Example',
  noSession: 'Needs no session',
  name: 'Name',
  where: 'Where',
  places: { path: 'path', query: 'query', header: 'header' },
  value: 'Value',
  required: 'required',
  codes: 'Problem codes',
  codesLead: 'The code of an error never changes its meaning; its sentences may.',

  words: {
    or: (options: string[]) => options.join(' or '),
    listOf: (what: string) => `list of ${what}`,
    mapOf: (what: string) => `map of names to ${what}`,
    characters: (min: number | undefined, max: number | undefined) =>
      max === undefined
        ? `${min} or more characters`
        : min === undefined
          ? `up to ${max} characters`
          : `${min} to ${max} characters`,
    range: (min: number | undefined, max: number | undefined) =>
      max === undefined ? `${min} or more` : min === undefined ? `up to ${max}` : `${min} to ${max}`,
    items: (max: number) => `up to ${max}`,
    oneOf: (values: string[]) => values.join(', '),
    anything: 'anything',
  },
}
