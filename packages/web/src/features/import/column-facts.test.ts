import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ColumnProfile } from '@keyhold/contract'
import { describeColumn, drawBars, listTypes } from './column-facts.ts'

const column: ColumnProfile = {
  name: 'cost',
  type: 'DECIMAL(9,2)',
  class: 'number',
  nulls: 3,
  distinct: { count: 1200, exact: false },
  min: '-1.50',
  max: '900.00',
  mean: '12.345678901234',
  median: '7.25',
  shortest: null,
  longest: null,
  top: [],
  histogram: [],
}

test('a column is told in a few words, every digit of its range among them', () => {
  assert.deepEqual(describeColumn(column, 100_000), [
    ['Missing', '3 (under 0.1 %)'],
    ['Different', 'about 1,200'],
    ['Range', '-1.50 to 900.00'],
    ['Mean', '12.3457'],
    ['Median', '7.25'],
  ])
  const key = { ...column, nulls: 0, distinct: { count: 5, exact: true }, min: null, mean: null, median: null }
  assert.deepEqual(describeColumn(key, 5), [
    ['Missing', 'none'],
    ['Different', '5, each once'],
  ])
})

test('bars fill the picture, and one value among millions is still seen', () => {
  const bins = [1_000_000, 0, 1].map((count) => ({ from: '', to: '', count }))
  const bars = drawBars(bins, 300, 50)
  assert.deepEqual(bars[0], { x: 0, y: 0, width: 99, height: 50 })
  assert.equal(bars[1]?.height, 0)
  assert.equal(bars[2]?.height, 1.5)
})

test('a column keeps its own type among the choices', () => {
  assert.equal(listTypes('DECIMAL(9,2)')[0], 'DECIMAL(9,2)')
  assert.equal(listTypes('DATE').filter((type) => type === 'DATE').length, 1)
})
