import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as check, property, string } from 'fast-check'
import { formatOfName, isName, proposeName } from './file-name.ts'

test('a table is called after its file', () => {
  for (const [file, table] of [
    ['Sales 2024.csv', 'sales_2024'],
    ['Umsätze (März).xlsx', 'umsatze_marz'],
    ['2024-01.csv', 't_2024_01'],
    ['orders.v2.csv', 'orders'],
    ['Łódź ß.parquet', 'lodz_ss'],
    ['日本.csv', 't'],
    ['a__b--c.csv', 'a_b_c'],
  ] as const) {
    assert.equal(proposeName(file), table)
  }
})

test('whatever a file is called, the proposed name is one that a table may have', () => {
  check(property(string({ maxLength: 200 }), (name) => assert.ok(isName(proposeName(name)), name)))
})

test('the ending tells the format, in any case', () => {
  assert.equal(formatOfName('a.CSV'), 'csv')
  assert.equal(formatOfName('a.b.jsonl'), 'ndjson')
  assert.equal(formatOfName('a.pq'), 'parquet')
  assert.equal(formatOfName('csv'), undefined)
  assert.equal(formatOfName('a.zip'), undefined)
})
