import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { buildChart } from './build-chart.ts'
import { chooseChart } from './choose-chart.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
})
after(() => duck.close())

const cases: readonly [what: string, sql: string, chart: object | null][] = [
  [
    'dates and a number',
    `SELECT DATE '2024-01-01' + i::INTEGER AS day, i AS n FROM range(30) AS t(i)`,
    { kind: 'line', x: 'day', y: ['n'] },
  ],
  [
    'dates, a category and a number',
    `SELECT DATE '2024-01-01' + i::INTEGER AS day, d, i AS n FROM range(30) AS t(i), (VALUES ('a'), ('b')) AS u(d)`,
    { kind: 'line', x: 'day', y: ['n'], split: 'd' },
  ],
  [
    'names and a number',
    `SELECT 'c' || i AS city, i AS n FROM range(30) AS t(i)`,
    { kind: 'bar', x: 'city', y: ['n'] },
  ],
  ['one number', `SELECT 42 AS n`, { kind: 'number', y: ['n'] }],
  ['a number and its goal', `SELECT 42 AS n, 50 AS goal`, { kind: 'number', y: ['n', 'goal'] }],
  ['two numbers', `SELECT i AS a, i * i AS b FROM range(30) AS t(i)`, { kind: 'scatter', x: 'a', y: ['b'] }],
  [
    'hours and a number',
    `SELECT i AS hour, i * i AS n FROM range(24) AS t(i)`,
    { kind: 'column', x: 'hour', y: ['n'] },
  ],
  ['many numbers of one kind', `SELECT i * 1.5 AS cost FROM range(200) AS t(i)`, { kind: 'histogram', x: 'cost' }],
  [
    'two categories of few',
    `SELECT a, b, 1 AS n FROM (VALUES ('x'), ('y'), ('z')) AS t(a), (VALUES ('p'), ('q')) AS u(b)`,
    { kind: 'column', x: 'a', y: ['n'], split: 'b', stack: 'stacked' },
  ],
  [
    'two categories of many',
    `SELECT 'd' || d AS day, 'h' || h AS hour, d * h AS n FROM range(7) AS t(d), range(24) AS u(h)`,
    { kind: 'heatmap', x: 'day', y: ['n'], split: 'hour' },
  ],
  ['only names', `SELECT 'a' AS name, 'b' AS other FROM range(3)`, null],
  ['only ids', `SELECT i AS patient_id, 'n' || i AS name FROM range(3) AS t(i)`, null],
  ['no rows', `SELECT 1 AS n WHERE false`, null],
]

for (const [what, sql, chart] of cases) {
  test(`${what}: ${chart === null ? 'a table' : (chart as { kind: string }).kind}, which fits the result`, async () => {
    const result = await duck.run(sql)
    const chosen = chooseChart(result)
    assert.deepEqual(chosen, chart)
    if (chosen !== null) assert.ok(!['problem', 'nothing'].includes(buildChart(chosen, result).shape))
  })
}
