import { expect, test } from 'bun:test'
import { Html } from '../html.ts'
import { Markdown } from './markdown.tsx'

const render = (text: string) => String(<Markdown text={text} />)

test('Markdown becomes HTML', () => {
  const html = render('One **box**\n\n- a\n- b\n\n> said\n\n`x < y`')
  expect(html).toContain('<strong>box</strong>')
  expect(html).toContain('<li>a</li>')
  expect(html).toContain('<blockquote>')
  expect(html).toContain('<code>x &lt; y</code>')
})

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'text <b onmouseover="alert(1)">bold</b>',
  '<svg/onload=alert(1)>',
  '<iframe src="https://example.com"></iframe>',
  '```html\n<script>alert(1)</script>\n```',
  '<!-- x --><style>*{display:none}</style>',
])('HTML is shown as text: %s', text => {
  expect(render(text)).not.toMatch(/<(script|img|svg|iframe|style|b)\b/)
})

test.each([
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:x)',
  '[x](/projects/OPS)',
  '[x](//example.com)',
  '[x](java&#115;cript:alert(1))',
  '<javascript:alert(1)>',
  '![x](javascript:alert(1))',
  '[x]: javascript:alert(1)\n\n[x]',
])('a link leads to http, https and mailto alone: %s', text => {
  expect(render(text)).not.toContain('href')
})

test('a link tells the other side nothing, and cannot break out of its attribute', () => {
  expect(render('[a <b>](https://example.com/?q="onclick=x)')).toContain(
    '<a class="link" href="https://example.com/?q=%22onclick=x" rel="noopener noreferrer nofollow" target="_blank">a &lt;b&gt;</a>',
  )
  expect(render('[m](mailto:mina@example.com)')).toContain('href="mailto:mina@example.com"')
})

test('a picture is a link, so that reading a task asks no other host', () => {
  const html = render('![a cat](https://example.com/cat.png)')
  expect(html).not.toContain('<img')
  expect(html).toContain('href="https://example.com/cat.png"')
})

test('headings stay below those of the page', () => {
  expect(render('# One\n\n#### Four')).toMatch(/<h4>One<\/h4>\s*<h6>Four<\/h6>/)
})

test.each(['> '.repeat(25_000), '1. '.repeat(16_000)])(
  'text that is nested beyond reason is shown as it was written',
  text => {
    const html = render(`${text}<b>end`)
    expect(html).toContain('&lt;b&gt;end')
  },
)
