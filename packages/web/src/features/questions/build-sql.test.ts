import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readText, type ResultTable } from '@keyhold/client'
import type { Column, FilterOperator, Question } from '@keyhold/contract'
import * as fc from 'fast-check'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { buildSql } from './build-sql.ts'
import { countValues, listOperators } from './filter-sql.ts'
import { isReserved, quoteName } from './quote-name.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
  await duck.execute(`CREATE SCHEMA clinic; CREATE TABLE clinic.visits AS
    SELECT i AS id, ['Ulm', 'Bonn', NULL, ''][i % 4 + 1] AS city, DATE '2024-01-15' + (i * 10)::INTEGER AS day,
      TIMESTAMP '2024-01-15 23:30:00' + INTERVAL (i) DAY AS "at", (i * 1.25)::DECIMAL(10, 2) AS cost, i % 2 = 0 AS "new",
      uuid() AS ref, ['A', 'B'][i % 2 + 1]::ENUM('A', 'B') AS kind, [i] AS list, i::DOUBLE AS size
    FROM range(12) AS t(i)`)
})
after(() => duck.close())

const columns: Column[] = [
  { name: 'id', type: 'BIGINT' },
  { name: 'city', type: 'VARCHAR' },
  { name: 'day', type: 'DATE' },
  { name: 'at', type: 'TIMESTAMP' },
  { name: 'cost', type: 'DECIMAL(10,2)' },
  { name: 'new', type: 'BOOLEAN' },
  { name: 'ref', type: 'UUID' },
  { name: 'kind', type: "ENUM('A', 'B')" },
  { name: 'list', type: 'BIGINT[]' },
  { name: 'size', type: 'DOUBLE' },
]
const blank: Question = {
  bucket: 'clinic',
  table: 'visits',
  columns: [],
  filters: [],
  groups: [],
  measures: [],
  sort: [],
  limit: null,
}

function textsOf(result: ResultTable): (string | null)[][] {
  return Array.from({ length: result.rows }, (_, row) =>
    result.columns.map((_c, column) => readText(result, column, row)),
  )
}

async function ask(question: Partial<Question>, of = columns): Promise<(string | null)[][]> {
  const { sql, parameters } = buildSql({ ...blank, ...question }, of)
  return textsOf(await duck.run(sql, parameters))
}

const countWhere = async (column: string, operator: FilterOperator, ...values: string[]): Promise<number> => {
  const rows = await ask({ filters: [{ column, operator, values }], measures: [{ kind: 'count' }] })
  return Number(rows[0]?.[0])
}

test('a question reads as SQL that a person would write', () => {
  const { sql, parameters, outputs } = buildSql(
    {
      ...blank,
      filters: [
        { column: 'city', operator: 'one_of', values: ['Ulm', 'Bonn'] },
        { column: 'at', operator: 'between', values: ['2024-01-01', '2024-12-31'] },
      ],
      groups: [{ column: 'day', step: 'month' }, { column: 'city' }],
      measures: [{ kind: 'count' }, { kind: 'sum', column: 'cost' }],
      sort: [
        { by: 0, direction: 'up' },
        { by: 3, direction: 'down' },
      ],
      limit: 100,
    },
    columns,
  )
  assert.equal(
    sql,
    `SELECT
  CAST(date_trunc('month', day) AS DATE) AS day_month,
  city,
  count(*) AS count,
  sum(cost) AS sum_cost
FROM clinic.visits
WHERE city IN $city
  AND CAST("at" AS DATE) BETWEEN $p_at AND $p_at_2
GROUP BY ALL
ORDER BY day_month, sum_cost DESC NULLS LAST
LIMIT 100`,
  )
  assert.deepEqual(outputs, ['day_month', 'city', 'count', 'sum_cost'])
  assert.deepEqual(parameters, [
    { name: 'city', type: 'text', value: ['Ulm', 'Bonn'] },
    { name: 'p_at', type: 'date', value: '2024-01-01' },
    { name: 'p_at_2', type: 'date', value: '2024-12-31' },
  ])
})

test('every operator counts the rows that it says, those without a value too', async () => {
  assert.equal(await countWhere('city', 'is', 'Ulm'), 3)
  assert.equal(await countWhere('city', 'is_not', 'Ulm'), 9)
  assert.equal(await countWhere('city', 'contains', 'UL'), 3)
  assert.equal(await countWhere('city', 'contains', '%'), 0)
  assert.equal(await countWhere('city', 'not_contains', 'ul'), 9)
  assert.equal(await countWhere('city', 'starts', 'b'), 3)
  assert.equal(await countWhere('city', 'ends', 'N'), 3)
  assert.equal(await countWhere('city', 'one_of', 'Ulm', 'Bonn'), 6)
  assert.equal(await countWhere('city', 'none_of', 'Ulm', 'Bonn'), 6)
  assert.equal(await countWhere('city', 'empty'), 6)
  assert.equal(await countWhere('city', 'not_empty'), 6)
  assert.equal(await countWhere('id', 'less', '3'), 3)
  assert.equal(await countWhere('id', 'at_most', '3'), 4)
  assert.equal(await countWhere('id', 'greater', '3'), 8)
  assert.equal(await countWhere('id', 'at_least', '3.5'), 8)
  assert.equal(await countWhere('cost', 'between', '1.25', '2.50'), 2)
  assert.equal(await countWhere('new', 'true'), 6)
  assert.equal(await countWhere('new', 'false'), 6)
  assert.equal(await countWhere('at', 'is', '2024-01-15'), 1)
  assert.equal(await countWhere('at', 'at_most', '2024-01-16 23:29:59'), 1)
  assert.equal(await countWhere('day', 'between', '2024-01-15', '2024-02-04'), 3)
  assert.equal(await countWhere('kind', 'is', 'A'), 6)
  assert.equal(await countWhere('ref', 'is', 'no such one'), 0)
  assert.equal(await countWhere('list', 'contains', '1'), 3)
})

test('every operator that a type is offered runs on that type', async () => {
  const samples: Record<string, string> = {
    BIGINT: '1',
    DOUBLE: '1',
    DATE: '2024-01-15',
    TIMESTAMP: '2024-01-15 10:00:00',
  }
  for (const { name, type } of columns) {
    for (const operator of listOperators(type)) {
      const value = samples[type] ?? (type.startsWith('DECIMAL') ? '1.5' : 'x')
      const values = Array.from({ length: countValues(operator) ?? 3 }, () => value)
      assert.ok((await countWhere(name, operator, ...values)) >= 0, `${type} ${operator}`)
    }
  }
})

test('numbers are grouped in bins, dates in steps, and nothing of it is lost', async () => {
  const bins = await ask({
    groups: [{ column: 'id', width: '5' }],
    measures: [{ kind: 'count' }],
    sort: [{ by: 0, direction: 'up' }],
  })
  assert.deepEqual(bins, [
    ['0', '5'],
    ['5', '5'],
    ['10', '2'],
  ])
  const fine = await ask({
    groups: [{ column: 'size', width: '2.5' }],
    measures: [{ kind: 'count' }],
    sort: [{ by: 0, direction: 'up' }],
  })
  assert.deepEqual(
    fine.map(([, count]) => count),
    ['3', '2', '3', '2', '2'],
  )
  const months = await ask({
    groups: [{ column: 'day', step: 'quarter' }],
    measures: [{ kind: 'max', column: 'day' }],
    sort: [{ by: 0, direction: 'up' }],
  })
  assert.deepEqual(months, [
    ['2024-01-01', '2024-03-25'],
    ['2024-04-01', '2024-05-04'],
  ])
})

test('without groups and measures rows are listed, of the chosen columns', async () => {
  assert.deepEqual(await ask({ columns: ['city', 'id'], sort: [{ by: 1, direction: 'down' }], limit: 1 }), [['', '11']])
  assert.equal((await ask({ limit: 3 }))[0]?.length, columns.length)
})

test('a filter without its value and a column that is gone leave the rest as it is', () => {
  const { sql } = buildSql(
    {
      ...blank,
      filters: [
        { column: 'city', operator: 'is', values: [] },
        { column: 'gone', operator: 'is', values: ['x'] },
      ],
      groups: [{ column: 'gone' }],
      measures: [{ kind: 'sum', column: 'gone' }, { kind: 'count' }],
      sort: [{ by: 9, direction: 'up' }],
    },
    columns,
  )
  assert.equal(sql, 'SELECT\n  count(*) AS count\nFROM clinic.visits')
})

test('the engine reserves no word that is written without quotes', async () => {
  const words = textsOf(
    await duck.run(
      `SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category IN ('reserved', 'type_function')`,
    ),
  ).map(([word]) => String(word))
  assert.ok(words.length > 90)
  assert.deepEqual(
    words.filter((word) => !isReserved(word)),
    [],
  )
})

/** All of our own words; what is left of the SQL without quoted names and parameters must be these. */
const ours = new Set(
  `SELECT FROM WHERE AND GROUP BY ALL ORDER DESC NULLS LAST LIMIT CAST AS DATE TIMESTAMP BIGINT VARCHAR IS DISTINCT NOT NULL
  OR IN BETWEEN contains lower starts_with ends_with date_trunc floor count sum avg median min max`.split(/\s+/),
)
const anyName = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc.constantFrom(`"`, `""; DROP TABLE t; --`, `a" OR 1=1 --`, `$x`, `'`, 'select', 'Ä b', 'x/*', '🌿', '\n', '\\'),
)
const hostile = fc.oneof(
  fc.string({ maxLength: 20, unit: 'grapheme' }),
  fc.constantFrom(`' OR 1=1 --`, `"`, `$a`, `%`, `\\`),
)

test('nothing that a person types is in the SQL but as a quoted name or a parameter, and it finds the row', async () => {
  const names = fc.uniqueArray(
    anyName.filter((name) => !name.includes('\0')),
    {
      minLength: 2,
      maxLength: 4,
      selector: (name) => name.toLowerCase(),
    },
  )
  await fc.assert(
    fc.asyncProperty(
      names,
      hostile.filter((value) => value !== '' && !value.includes('\0')),
      async (all, value) => {
        const [first = '', second = ''] = all
        const quoted = all.map((name) => `"${name.replaceAll('"', '""')}"`)
        await duck.execute(
          `CREATE OR REPLACE TABLE clinic.planted (${quoted.map((name) => `${name} VARCHAR`).join(', ')})`,
        )
        const values = all.map((_, index) => `chr(${index + 65})`)
        values[0] = Array.from(value, (letter) => `chr(${letter.codePointAt(0)})`).join(' || ')
        await duck.execute(`INSERT INTO clinic.planted VALUES (${values.join(', ')})`)
        const { sql, parameters } = buildSql(
          {
            ...blank,
            table: 'planted',
            filters: [
              { column: first, operator: 'is', values: [value] },
              { column: first, operator: 'one_of', values: [value, `${value}!`] },
              { column: first, operator: 'contains', values: [value] },
            ],
            groups: [{ column: second }],
            measures: [{ kind: 'count' }, { kind: 'max', column: first }],
            sort: [{ by: 2, direction: 'down' }],
          },
          all.map((name) => ({ name, type: 'VARCHAR' })),
        )
        assert.deepEqual(textsOf(await duck.run(sql, parameters)), [['B', '1', value]])
        const bare = sql.replaceAll(/"(?:[^"]|"")*"/g, ' ').replaceAll(/\$[a-z_][a-z0-9_]*/g, ' ')
        const words = bare.match(/[^\s(),.*=]+/g) ?? []
        const known = new Set([...ours, 'clinic', 'planted', ...all.filter((name) => quoteName(name) === name)])
        const aliases = new Set(
          buildSql(
            { ...blank, measures: [{ kind: 'count' }, { kind: 'max', column: first }] },
            columns.concat(all.map((name) => ({ name, type: 'VARCHAR' }))),
          ).outputs,
        )
        for (const word of words) assert.ok(known.has(word) || aliases.has(word), `${word} in ${sql}`)
      },
    ),
    { numRuns: 150 },
  )
})
