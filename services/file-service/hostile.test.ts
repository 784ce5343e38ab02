import { afterAll, expect, test } from 'bun:test'
import { somebody } from '../kit/testing.ts'
import { contentDisposition } from './content.ts'
import { fetchContent, fileServiceForTests, sendFile } from './testing.ts'

const house = await fileServiceForTests()
const { tasks, url } = house
afterAll(house.stop)

const mina = somebody()
const { taskId } = tasks.project([mina, 'editor'])
const bytes = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0))
const base64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))

const png = base64(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
)
const gif = base64('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7')
const script = '<script>alert(document.domain)</script>'

/** What is sent, under which name, what it is found to be, and whether it may be shown in place. */
const corpus: [
  what: string,
  name: string,
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  inline: boolean,
][] = [
  ['a page', 'page.html', `<!doctype html>${script}`, 'text/html', false],
  ['a page that calls itself a picture', 'cat.png', `<!doctype html>${script}`, 'text/html', false],
  ['a page after blank lines', 'a.txt', `\n\n  \t<html>${script}`, 'text/html', false],
  ['a page after a byte order mark', 'a.txt', `\ufeff<html>${script}`, 'text/html', false],
  ['a page after a comment', 'a.txt', `<!-- hello --> ${script}`, 'text/html', false],
  ['a bare script element', 'a.txt', script, 'text/html', false],
  [
    'a drawing with a script',
    'a.svg',
    `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`,
    'image/svg+xml',
    false,
  ],
  [
    'a drawing after a declaration',
    'a.jpg',
    `<?xml version="1.0"?>\n<svg onload="alert(1)"/>`,
    'image/svg+xml',
    false,
  ],
  [
    'XML with a style sheet',
    'a.xml',
    '<?xml version="1.0"?><?xml-stylesheet href="x.xsl" type="text/xsl"?><a/>',
    'application/xml',
    false,
  ],
  [
    'a PDF',
    'a.pdf',
    '%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript /JS (app.alert(1))>>>>\n',
    'application/pdf',
    false,
  ],
  [
    'a ZIP that calls itself a picture',
    'a.png',
    bytes('PK\x03\x04\x14\0\0\0\0\0'.padEnd(64, '\0')),
    'application/zip',
    false,
  ],
  ['a Windows program', 'a.exe', bytes(`MZ${'\0'.repeat(62)}`), 'application/x-msdownload', false],
  [
    'a Linux program',
    'notes.txt',
    bytes(`\x7fELF\x02\x01\x01${'\0'.repeat(57)}`),
    'application/x-elf',
    false,
  ],
  ['bytes of no kind', 'a.txt', bytes('\x01\x02\x03\xff\xfe'), 'application/octet-stream', false],
  ['text that is not UTF-8', 'a.txt', bytes('caf\xe9 '.repeat(20)), 'application/octet-stream', false],
  ['text with a control character', 'a.txt', 'a\x1b[31mred', 'application/octet-stream', false],
  ['a script by its name: to a browser it is text', 'a.js', 'alert(document.domain)', 'text/plain', true],
  ['a picture', 'a.html', png, 'image/png', true],
  [
    'a picture that is a script too',
    'a.js',
    Buffer.concat([gif, bytes('=1;alert(document.domain)')]),
    'image/gif',
    true,
  ],
  ['text with an element in it', 'a.html', `Look: ${script}`, 'text/plain', true],
  [
    'Korean text, cut in the middle of a character by what is looked at',
    'a.txt',
    `a${'가'.repeat(30_000)}`,
    'text/plain',
    true,
  ],
  ['nothing', 'empty.html', '', 'text/plain', true],
]

test.each(corpus)(
  '%s (%s) is taken for what it is, and nothing active is ever shown in place',
  async (_, name, body, type, inline) => {
    // The type that the sender claims is not listened to either.
    const file = await sendFile(url, mina, { taskId, name }, body, { 'content-type': 'image/png' })
    expect([file.name, file.type, file.inline]).toEqual([name, type, inline])
    const response = await fetchContent(url, mina, file.id, { inline: true })
    const served = inline
      ? type === 'text/plain'
        ? 'text/plain; charset=utf-8'
        : type
      : 'application/octet-stream'
    expect(response.headers.get('content-type')).toBe(served)
    expect(response.headers.get('content-disposition')).toStartWith(inline ? 'inline;' : 'attachment;')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(
      typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body),
    )
    const download = await fetchContent(url, mina, file.id)
    expect(download.headers.get('content-disposition')).toStartWith('attachment;')
    await download.body?.cancel()
  },
)

/** A name as it was sent, and as the header says it, in the old way and in any language. */
const names: [name: string, old: string, any: string][] = [
  ['plan.txt', 'plan.txt', 'plan.txt'],
  ['회의록 v2.txt', '___ v2.txt', '회의록 v2.txt'],
  ['../../etc/passwd', '.._.._etc_passwd', '.._.._etc_passwd'],
  ['C:\\Windows\\a.txt', 'C__Windows_a.txt', 'C__Windows_a.txt'],
  ['..', 'file', 'file'],
  ['a\r\nSet-Cookie: x=1', 'a__Set-Cookie_ x=1', 'a__Set-Cookie_ x=1'],
  ['a"; filename="b.exe', 'a_; filename=_b.exe', 'a_; filename=_b.exe'],
  ["it's (1)*.txt", "it's (1)_.txt", "it's (1)_.txt"],
  ['100%25.txt', '100_25.txt', '100%25.txt'],
  ['photo\u202egnp.exe', 'photo_gnp.exe', 'photo_gnp.exe'],
  ['a\u2028b\u0085c', 'a_b_c', 'a_b_c'],
  ['👩‍💻.png', '___.png', '👩‍💻.png'],
  ['half \ud83d', 'half _', 'half \ufffd'],
  ['가'.repeat(255), '_'.repeat(255), '가'.repeat(255)],
]

test.each(names)('the name %j cannot break the header or leave the folder', (name, old, any) => {
  const header = contentDisposition('attachment', name)
  const [, oldName, encoded = ''] =
    /^attachment; filename="([ -~]*)"; filename\*=UTF-8''([\w!#$&+.^`|~%-]*)$/.exec(header) ?? []
  expect([oldName, decodeURIComponent(encoded)]).toEqual([old, any])
  expect(new Headers({ 'content-disposition': header }).get('content-disposition')).toBe(header)
})
