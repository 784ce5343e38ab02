import { expect, test } from 'bun:test'
import { Html } from './html.ts'

test.each([
  ['AT&T', 'AT&amp;T'],
  ['AT&amp;T', 'AT&amp;amp;T'],
  ['&quot;', '&amp;quot;'],
  [`a "b" 'c'`, `a &#34;b&#34; 'c'`],
  ['<b>', '&lt;b>'],
  ['?a=1&copy=2', '?a=1&amp;copy=2'],
])('an attribute says exactly what it is told: %s', (value, written) => {
  expect(String(<input value={value} />)).toBe(`<input value="${written}"/>`)
})

test('what a component gets is not touched on the way', () => {
  const Named = ({ name }: { name: string }) => <i safe>{name}</i>
  expect(String(<Named name="R&D" />)).toBe('<i>R&amp;D</i>')
})

test('every view and page takes JSX from here', async () => {
  const top = `${import.meta.dir}/..`
  const strays: string[] = []
  for await (const file of new Bun.Glob('{views,services}/**/*.tsx').scan({ cwd: top }))
    if (/import .*\bHtml\b.* from '@/.test(await Bun.file(`${top}/${file}`).text())) strays.push(file)
  expect(strays).toEqual([])
})
