import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as fc from 'fast-check'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { cellReader, indentJson, prettyText } from './cell-text.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
})
after(() => duck.close())

test('a cell is one line, cut within a character without a trace; NULL is not a text', async () => {
  const result = await duck.run(
    `SELECT * FROM (VALUES (repeat('ä', 900)), ('a' || chr(10) || 'b' || chr(9)), (NULL), ('')) AS t(v)`,
  )
  const read = cellReader(result)
  assert.equal(read(0, 0), 'ä'.repeat(200))
  assert.equal(read(0, 1), 'a ⏎ b ⇥ ')
  assert.equal(read(0, 2), null)
  assert.equal(read(0, 3), '')
})

test('JSON is indented and keeps every digit, what is no JSON stays as it is', async () => {
  const result = await duck.run(
    `SELECT '{"id": 12345678901234567890.10, "tags":["a,b", {}], "none":[]}' AS j UNION ALL SELECT '{no json}' UNION ALL SELECT NULL`,
  )
  assert.equal(
    prettyText(result, 0, 0),
    `{\n  "id": 12345678901234567890.10,\n  "tags": [\n    "a,b",\n    {}\n  ],\n  "none": []\n}`,
  )
  assert.equal(prettyText(result, 0, 1), '{no json}')
  assert.equal(prettyText(result, 0, 2), null)
})

test('indenting changes nothing of a JSON value', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(JSON.parse(indentJson(text)), JSON.parse(text))
      assert.equal(indentJson(text), JSON.stringify(JSON.parse(text), null, 2))
    }),
  )
})
