import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReportBody } from '@keyhold/contract'
import {
  activeTab,
  changeTab,
  closeTab,
  createTab,
  forgetLostChart,
  fromReport,
  isChanged,
  nextTitle,
  openTab,
  startWorkbench,
  toReport,
} from './workbench.ts'

const body: ReportBody = {
  format: 1,
  description: 'By month',
  sql: 'SELECT $day',
  parameters: [{ name: 'day', type: 'date', value: '2026-11-25' }],
  chart: { kind: 'line', x: 'a', y: ['b'] },
}
const report = { id: 'r1', version: 3, title: 'Visits', body }

test('a tab opens beside the active one, and closing it shows its neighbour; there is always one', () => {
  const first = startWorkbench('a')
  const two = openTab(first, createTab('b', nextTitle(first)))
  assert.deepEqual(
    two.tabs.map(({ title }) => title),
    ['Query 1', 'Query 2'],
  )
  const three = openTab({ ...two, active: 'a' }, createTab('c', nextTitle(two)))
  assert.deepEqual(
    three.tabs.map(({ id }) => id),
    ['a', 'c', 'b'],
  )
  assert.equal(closeTab(three, 'c', 'x').active, 'b')
  assert.equal(closeTab(closeTab(closeTab(three, 'a', 'x'), 'b', 'x'), 'c', 'x').active, 'x')
})

test('a report that is open already is shown, not opened twice', () => {
  const open = openTab(startWorkbench('a'), fromReport('b', report))
  const again = openTab({ ...open, active: 'a' }, fromReport('c', report))
  assert.equal(again.tabs.length, 2)
  assert.equal(again.active, 'b')
})

test('a report comes back from a tab as it was, and every change of it is seen', () => {
  const tab = fromReport('b', report)
  assert.deepEqual(toReport(tab, 'By month', null), body)
  assert.equal(isChanged(tab), false)
  for (const change of [{ sql: 'SELECT 2' }, { view: 'table' }, { title: 'x' }, { values: {} }] as const) {
    assert.equal(isChanged({ ...tab, ...change }), true, JSON.stringify(change))
  }
})

test('a chart that the result chooses is saved as that chart, and no chart when the table is shown', () => {
  const tab = createTab('a', 'Query', { sql: 'SELECT 1', view: 'chart' })
  const chosen = { kind: 'number', y: ['n'] } as const
  assert.deepEqual(toReport(tab, '', { ...chosen, y: ['n'] }).chart, chosen)
  assert.equal(toReport({ ...tab, view: 'table' }, '', { ...chosen, y: ['n'] }).chart, null)
})

test('among forty tabs an empty or saved one gives way, never one that holds something', () => {
  let bench = startWorkbench('first')
  bench = changeTab(bench, 'first', { sql: 'SELECT precious' })
  for (let count = 0; count < 60; count++) bench = openTab(bench, createTab(`t${count}`, `T ${count}`))
  assert.ok(bench.tabs.length <= 40)
  assert.ok(bench.tabs.some(({ sql }) => sql === 'SELECT precious'))
  assert.equal(activeTab(bench).id, 't59')
})

test('a chart stays while the result has its columns, and is chosen again when it has not', () => {
  const bench = openTab(startWorkbench('a'), createTab('b', 'B', { chart: { kind: 'bar', x: 'city', y: ['n'] } }))
  const chartOf = (...names: string[]): unknown =>
    activeTab(
      forgetLostChart(
        bench,
        'b',
        names.map((name) => ({ name })),
      ),
    ).chart
  assert.deepEqual(chartOf('n', 'city', 'more'), { kind: 'bar', x: 'city', y: ['n'] })
  assert.equal(chartOf('city', 'm'), 'auto')
})
