import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { findParameters, findStatement, findTables, placeOfByte } from './scan-sql.ts'

test('parameters are found in code only, each once and in order', () => {
  const sql = `SELECT $b, '$no', "$neither", $a -- $not
    /* $nor */ FROM t WHERE x = $b AND y IN $list_1 AND z = $$ $inside $$ AND w = $tag$ $in $tag$ AND v = $1`
  assert.deepEqual(findParameters(sql), ['b', 'a', 'list_1'])
  assert.deepEqual(findParameters(`SELECT 'unfinished $x`), [])
})

test('the statement around a place ends at semicolons that are code', () => {
  const sql = `SELECT ';' ;\n\nSELECT 2 -- ;\n ; `
  const textAt = (at: number): string => {
    const { from, to } = findStatement(sql, at)
    return sql.slice(from, to)
  }
  assert.equal(textAt(0), `SELECT ';'`)
  assert.equal(textAt(sql.indexOf('2')), `SELECT 2 -- ;`)
  assert.equal(textAt(sql.length), `SELECT 2 -- ;`)
  assert.deepEqual(findStatement('  ', 1), { from: 0, to: 2 })
})

test('tables are found with and without quotes', () => {
  assert.deepEqual(findTables(`SELECT 'no.no' FROM air.flights f JOIN "Clinic"."visits"`), [
    { bucket: 'air', table: 'flights' },
    { bucket: 'clinic', table: 'visits' },
  ])
})

test('a place in bytes is found in any text', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(), (parts, pick) => {
      const text = parts.join('')
      const before = parts.slice(0, pick % (parts.length + 1)).join('')
      assert.equal(placeOfByte(text, new TextEncoder().encode(before).length), before.length)
    }),
  )
})
