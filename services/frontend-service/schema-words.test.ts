import { expect, test } from 'bun:test'
import { messages } from '../../views/messages/index.ts'
import { fieldRows, type Schema, sample, valueWords } from './schema-words.ts'

const { words } = messages.en.apidocs

const told: [string, Schema][] = [
  ['string (uuid)', { type: 'string', format: 'uuid' }],
  ['string (uuid) or null', { type: ['string', 'null'], format: 'uuid' }],
  ['string, 1 to 500 characters', { type: 'string', minLength: 1, maxLength: 500 }],
  ['string, up to 80 characters', { type: 'string', maxLength: 80 }],
  ['integer, 1 to 200', { type: 'integer', minimum: 1, maximum: 200 }],
  ['low, high', { anyOf: [{ const: 'low' }, { const: 'high' }] }],
  ['low, high', { type: 'string', enum: ['low', 'high'] }],
  ['none or string (uuid)', { anyOf: [{ type: 'string', format: 'uuid' }, { const: 'none' }] }],
  ['boolean', { anyOf: [{ type: 'boolean' }, { type: 'string', format: 'boolean' }] }],
  [
    'list of string (uuid), up to 50',
    { type: 'array', maxItems: 50, items: { type: 'string', format: 'uuid' } },
  ],
  ['map of names to anything', { type: 'object', patternProperties: { '^(.*)$': {} } }],
  ['ProblemDetails', { $ref: '#/components/schemas/ProblemDetails' }],
]
test.each(told)('a value is told as %p', (expected, schema) => {
  expect(valueWords(schema, words)).toBe(expected)
})

const day = { type: 'object', required: ['date'], properties: { date: { type: 'string', format: 'date' } } }
const time = { type: 'object', required: ['at'], properties: { at: { type: 'string', format: 'date-time' } } }
const task: Schema = {
  type: 'object',
  required: ['title'],
  properties: {
    title: { type: 'string' },
    due: { anyOf: [{ anyOf: [day, time] }, { type: 'null' }] },
    links: { type: 'array', items: { type: 'object', properties: { url: { type: 'string' } } } },
  },
}

test('the fields of inner objects are told by their path', () => {
  expect(fieldRows(task, words)).toEqual([
    { name: 'title', required: true, value: 'string' },
    { name: 'due', required: false, value: '{ date } or { at } or null' },
    { name: 'due.date', required: true, value: 'string (date)' },
    { name: 'due.at', required: true, value: 'string (date-time)' },
    { name: 'links', required: false, value: 'list of { … }' },
    { name: 'links[].url', required: false, value: 'string' },
  ])
})

test('a sample has what is required, or at least one field', () => {
  expect(sample(task)).toEqual({ title: 'title' })
  expect(sample({ ...task, required: [] })).toEqual({ title: 'title' })
  expect(sample({ type: 'array', items: day })).toEqual([{ date: '2026-12-31' }])
})
