import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readText, type ResultTable } from '@keyhold/client'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { formatSql } from './format-sql.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
})
after(() => duck.close())

const textsOf = (result: ResultTable): (string | null)[][] =>
  Array.from({ length: result.rows }, (_, row) => result.columns.map((_c, column) => readText(result, column, row)))

test('laid out SQL is still the same query', async () => {
  const queries = [
    `with a as (select i, i%3 as k from range(10) t(i)) select k, count(*) as n, sum(i) filter (where i > $least) from a group by all order by k`,
    `select list_transform([1,2,3], lambda x: x + 1) as l, {'a': 1, 'b': 'x y'} as s, 'it''s -- no comment' as t, 5::decimal(10,2) as d`,
    `from range(3) t(i) select i, i::varchar || '-' as v, $least where i >= 1 qualify row_number() over (order by i) < 2`,
    `select * exclude (b) replace (a * 2 as a) from (values (1, 2)) as t(a, b) -- the end`,
  ]
  for (const sql of queries) {
    const parameters = sql.includes('$least') ? [{ name: 'least', type: 'integer' as const, value: '2' }] : []
    const formatted = await formatSql(sql)
    assert.ok(formatted.includes('\n'))
    assert.deepEqual(
      textsOf(await duck.run(formatted, parameters)),
      textsOf(await duck.run(sql, parameters)),
      formatted,
    )
  }
})
