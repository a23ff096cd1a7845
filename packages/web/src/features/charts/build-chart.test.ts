import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChartSpec } from '@keyhold/contract'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { buildChart } from './build-chart.ts'
import type { ChartModel } from './chart-model.ts'
import { describeChart } from './describe-chart.ts'
import { tabulateChart } from './tabulate-chart.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
})
after(() => duck.close())

async function build<S extends ChartModel['shape']>(
  spec: ChartSpec,
  sql: string,
  shape: S,
): Promise<Extract<ChartModel, { shape: S }>> {
  const model = buildChart(spec, await duck.run(sql))
  assert.equal(model.shape, shape, JSON.stringify(model))
  return model as Extract<ChartModel, { shape: S }>
}

const cities = `SELECT * FROM (VALUES ('Ulm', 3), ('Bonn', 9), (NULL, 1), ('', 2)) AS t(city, visits)`

test('bars are ordered by size, and NULL and the empty text have names', async () => {
  const model = await build({ kind: 'bar', x: 'city', y: ['visits'] }, cities, 'cartesian')
  assert.deepEqual(model.axis, { type: 'names', labels: ['Bonn', 'Ulm', '(empty)', '(no value)'] })
  assert.deepEqual(model.series, [{ name: 'visits', values: [9, 3, 2, 1] }])
})

test('columns keep the order of the rows, unless the names or the values order them', async () => {
  const labels = async (sort: ChartSpec['sort']): Promise<unknown> => {
    const spec = sort === undefined ? {} : { sort }
    const model = await build({ kind: 'column', x: 'city', y: ['visits'], ...spec }, cities, 'cartesian')
    return model.axis.type === 'names' && model.axis.labels
  }
  assert.deepEqual(await labels(undefined), ['Ulm', 'Bonn', '(no value)', '(empty)'])
  assert.deepEqual(await labels('value'), ['Bonn', 'Ulm', '(empty)', '(no value)'])
  assert.deepEqual(await labels('name'), ['(empty)', '(no value)', 'Bonn', 'Ulm'])
})

test('too many categories become "Other" where values add up, and are left out and counted where they do not', async () => {
  const sql = (measure: string) => `SELECT 'c' || i AS name, i AS ${measure} FROM range(1, 31) AS t(i)`
  const sums = await build({ kind: 'bar', x: 'name', y: ['visits'], most: 10 }, sql('visits'), 'cartesian')
  assert.equal(sums.axis.type === 'names' && sums.axis.labels.at(-1), 'Other')
  assert.equal(sums.series[0]?.values.at(-1), (21 * 22) / 2)
  assert.deepEqual(sums.notes, ['“Other” is 21 further values of name.'])
  const averages = await build({ kind: 'bar', x: 'name', y: ['avg_age'], most: 10 }, sql('avg_age'), 'cartesian')
  assert.equal(averages.axis.type === 'names' && averages.axis.labels.length, 9)
  assert.deepEqual(averages.notes, ['21 further values of name are not shown.'])
})

test('columns over months show a month without rows as a gap; lines go by the calendar itself', async () => {
  const sql = `SELECT * FROM (VALUES (DATE '2024-01-01', 5), (DATE '2024-04-01', 7), (DATE '2024-02-01', 6)) AS t(month, n)`
  const columns = await build({ kind: 'column', x: 'month', y: ['n'] }, sql, 'cartesian')
  assert.deepEqual(columns.series[0]?.values, [5, 6, null, 7])
  assert.deepEqual(
    tabulateChart(columns).rows.map(([label]) => label),
    ['Jan 2024', 'Feb 2024', 'Mar 2024', 'Apr 2024'],
  )
  const line = await build({ kind: 'line', x: 'month', y: ['n'] }, sql, 'cartesian')
  assert.deepEqual(line.axis, {
    type: 'times',
    unit: 'month',
    instants: [Date.UTC(2024, 0), Date.UTC(2024, 1), Date.UTC(2024, 3)],
  })
})

test('a split makes a series of each value, the smallest together; rows of one place are added and said so', async () => {
  const sql = `SELECT d, 's' || s AS s, s + 1 AS n FROM (VALUES (1), (2), (2)) AS t(d), range(12) AS r(s)`
  const model = await build({ kind: 'line', x: 'd', y: ['n'], split: 's', stack: 'stacked' }, sql, 'cartesian')
  assert.deepEqual(
    model.series.map(({ name }) => name),
    ['s11', 's10', 's9', 's8', 's7', 's6', 's5', 'Other'],
  )
  assert.deepEqual(model.series[0]?.values, [12, 24])
  assert.ok(model.notes.includes('Rows with the same d are added up.'))
})

test('a histogram has round edges, holds every value once, and counts what has none', async () => {
  const model = await build(
    { kind: 'histogram', x: 'v' },
    `SELECT i::DOUBLE / 7 AS v FROM range(1000) AS t(i) UNION ALL SELECT NULL`,
    'bins',
  )
  assert.equal(
    model.counts.reduce((sum, count) => sum + count, 0),
    1000,
  )
  assert.deepEqual(
    model.edges.slice(0, 3),
    [0, 20, 40].map((edge) => edge / 2),
  )
  assert.deepEqual(model.notes, ['1 rows have no value.'])
})

test('a big number keeps every digit, and is compared with the row before or with a second column', async () => {
  const big = await build({ kind: 'number', y: ['n'] }, `SELECT 9007199254740993 AS n`, 'number')
  assert.equal(big.text, '9,007,199,254,740,993')
  const money = await build({ kind: 'number', y: ['n'] }, `SELECT -1234567.50::DECIMAL(18,2) AS n`, 'number')
  assert.equal(money.text, '−1,234,567.50')
  const trend = await build(
    { kind: 'number', y: ['n'], x: 'd' },
    `SELECT * FROM (VALUES (DATE '2024-02-01', 150), (DATE '2024-01-01', 100)) AS t(d, n)`,
    'number',
  )
  assert.deepEqual(trend.comparison, { text: '100', label: 'Jan 2024', change: 0.5 })
  assert.deepEqual(trend.trail, [100, 150])
  const goal = await build({ kind: 'number', y: ['n', 'goal'] }, `SELECT 8 AS n, 10 AS goal`, 'number')
  assert.deepEqual(goal.comparison, { text: '10', label: 'goal', change: -0.2 })
})

test('parts of a whole cannot be negative; the smallest are one', async () => {
  const parts = await build(
    { kind: 'donut', x: 'k', y: ['n'], most: 3 },
    `SELECT 'k' || i AS k, i AS n FROM range(1, 6) AS t(i)`,
    'parts',
  )
  assert.deepEqual(parts.parts, [
    { name: 'k5', value: 5 },
    { name: 'k4', value: 4 },
    { name: 'Other', value: 6 },
  ])
  await build({ kind: 'pie', x: 'k', y: ['n'] }, `SELECT 'a' AS k, -1 AS n`, 'problem')
})

test('what does not fit the result is explained, with what to do', async () => {
  const missing = await build({ kind: 'bar', x: 'gone', y: ['visits'] }, cities, 'problem')
  assert.match(missing.message, /no column “gone”/)
  assert.ok(missing.remedy.length > 0)
  const text = await build({ kind: 'bar', x: 'visits', y: ['city'] }, cities, 'problem')
  assert.match(text.message, /“city” is not a column of numbers/)
  await build({ kind: 'bar', y: ['visits'] }, cities, 'problem')
  await build({ kind: 'heatmap', x: 'city', y: ['visits'] }, cities, 'problem')
  await build({ kind: 'line', x: 'city', y: ['visits'] }, `${cities} WHERE false`, 'nothing')
})

test('every chart is told in words with its extremes', async () => {
  const bars = await build({ kind: 'bar', x: 'city', y: ['visits'] }, cities, 'cartesian')
  assert.equal(
    describeChart(bars),
    'Bar chart: visits by city, 4 from Bonn to (no value). visits: highest 9 at Bonn, lowest 1 at (no value).',
  )
  const cells = await build(
    { kind: 'heatmap', x: 'd', split: 'h', y: ['n'] },
    `SELECT d, h, d * h AS n FROM range(3) AS t(d), range(10, 13) AS u(h)`,
    'cells',
  )
  assert.equal(describeChart(cells), 'Heat map: n for 3 of d; largest 24 at 2, 12.')
})

test('more rows than can be drawn are said to be so', async () => {
  const model = await build(
    { kind: 'scatter', x: 'i', y: ['n'] },
    `SELECT i, i AS n FROM range(100001) AS t(i)`,
    'points',
  )
  assert.equal(model.groups[0]?.points.length, 200_000)
  assert.match(model.notes[0] ?? '', /first 100,000 rows of 100,001/)
})
