import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readText, type ResultTable } from '@keyhold/client'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { sortRows, type Direction } from './sort-order.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
})
after(() => duck.close())

function sort(result: ResultTable, column: number, direction: Direction): (string | null)[] {
  const vector = result.vectors[column]
  const described = result.columns[column]
  assert.ok(vector !== undefined && described !== undefined)
  const order = sortRows({ vector, ...described, rows: result.rows }, direction)
  return Array.from(order, (row) => readText(result, column, row))
}

const values: readonly [type: string, values: string][] = [
  ['BIGINT', `9007199254740993, 9007199254740992, -1, NULL, 9223372036854775807, 0`],
  ['UBIGINT', `18446744073709551615, 18446744073709551614, NULL, 0`],
  ['HUGEINT', `170141183460469231731687303715884105727, 170141183460469231731687303715884105726, -5, NULL`],
  ['DECIMAL(38,10)', `1234567890123456789012345678.0000000001, 1234567890123456789012345678.0000000002, -0.5, NULL, 2`],
  ['DOUBLE', `'nan'::DOUBLE, 'inf'::DOUBLE, '-inf'::DOUBLE, -0.5, NULL, 1e300`],
  ['VARCHAR', `'b', 'a', 'B', 'ä', '', NULL, 'aa', 'z', '🌿'`],
  ['DATE', `DATE '2024-02-29', DATE '0001-01-01', NULL, DATE '1969-12-31'`],
  ['TIMESTAMP', `TIMESTAMP '2024-01-01 00:00:00.000002', TIMESTAMP '2024-01-01 00:00:00.000001', NULL`],
  ['BOOLEAN', `true, false, NULL`],
]

for (const [type, list] of values) {
  test(`${type} is ordered as the engine orders it, to the last digit, with NULL last`, async () => {
    const rows = list.split(', ').map((value) => `(${value}::${type})`)
    const result = await duck.run(`SELECT * FROM (VALUES ${rows.join(', ')}) AS t(v)`)
    for (const direction of ['up', 'down'] as const) {
      const order = direction === 'up' ? 'ASC' : 'DESC'
      const expected = await duck.run(
        `SELECT v FROM (VALUES ${rows.join(', ')}) AS t(v) ORDER BY v ${order} NULLS LAST`,
      )
      assert.deepEqual(
        sort(result, 0, direction),
        Array.from({ length: expected.rows }, (_, row) => readText(expected, 0, row)),
      )
    }
  })
}

test('rows that are equal keep their order, up and down', async () => {
  const result = await duck.run(`SELECT i % 2 AS k, i FROM range(10) AS t(i)`)
  const vector = result.vectors[0]
  assert.ok(vector)
  const input = { vector, type: 'BIGINT', stored: 'BIGINT', rows: 10 }
  assert.deepEqual([...sortRows(input, 'up')], [0, 2, 4, 6, 8, 1, 3, 5, 7, 9])
  assert.deepEqual([...sortRows(input, 'down')], [1, 3, 5, 7, 9, 0, 2, 4, 6, 8])
})
