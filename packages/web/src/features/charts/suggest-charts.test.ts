import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ColumnProfile, TableProfile } from '@keyhold/contract'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { buildSql } from '../questions/build-sql.ts'
import { buildChart } from './build-chart.ts'
import { suggestCharts } from './suggest-charts.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
  await duck.execute(`CREATE SCHEMA clinic; CREATE TABLE clinic.visits AS
    SELECT i AS id, DATE '2022-01-01' + (i % 900)::INTEGER AS day, ['Ulm', 'Bonn', 'Kiel'][i % 3 + 1] AS city,
      'd' || (i % 40) AS doctor, (i % 700 * 1.25)::DECIMAL(10, 2) AS cost, i % 90 AS minutes
    FROM range(3000) AS t(i)`)
})
after(() => duck.close())

const nothing = { distinct: null, min: null, max: null, mean: null, median: null, shortest: null, longest: null }
const column = (
  name: string,
  type: string,
  kind: ColumnProfile['class'],
  rest: Partial<ColumnProfile>,
): ColumnProfile => ({
  ...nothing,
  name,
  type,
  class: kind,
  nulls: 0,
  top: [],
  histogram: [],
  ...rest,
})
const distinct = (count: number) => ({ distinct: { count, exact: true } })
const profile: TableProfile = {
  rows: 3000,
  columns: [
    column('id', 'BIGINT', 'number', { ...distinct(3000), min: '0', max: '2999' }),
    column('day', 'DATE', 'time', { ...distinct(900), min: '2022-01-01', max: '2024-06-18' }),
    column('city', 'VARCHAR', 'text', distinct(3)),
    column('doctor', 'VARCHAR', 'text', distinct(40)),
    column('cost', 'DECIMAL(10,2)', 'number', { ...distinct(700), min: '0.00', max: '873.75' }),
    column('minutes', 'BIGINT', 'number', { ...distinct(90), min: '0', max: '89' }),
  ],
}
const place = { bucket: 'clinic', table: 'visits' }

test('a table with times, names and numbers is shown over time, by its likeliest category, and by what it measures', () => {
  assert.deepEqual(
    suggestCharts(profile, place).map(({ title, chart }) => [title, chart.kind]),
    [
      ['Visits by month', 'line'],
      ['Visits by city', 'donut'],
      ['Average cost by doctor', 'bar'],
    ],
  )
})

test('every suggestion, for whatever columns a table has, is SQL that runs and a chart that is drawn of it', async () => {
  const subsets = [
    profile.columns,
    profile.columns.filter(({ class: kind }) => kind === 'number'),
    profile.columns.filter(({ class: kind }) => kind === 'text'),
    profile.columns.filter(({ name }) => name === 'day' || name === 'minutes'),
    profile.columns.slice(0, 1),
  ]
  for (const columns of subsets) {
    const suggestions = suggestCharts({ rows: 3000, columns }, place)
    assert.ok(suggestions.length > 0)
    for (const { title, question, chart } of suggestions) {
      const { sql, parameters } = buildSql(question, columns)
      const model = buildChart(chart, await duck.run(sql, parameters))
      assert.ok(model.shape !== 'problem' && model.shape !== 'nothing', `${title}: ${JSON.stringify(model)}`)
    }
  }
})

test('an empty table suggests nothing', () => {
  assert.deepEqual(suggestCharts({ rows: 0, columns: profile.columns }, place), [])
})
