import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  countSlots,
  findColumns,
  findRows,
  measureColumns,
  measureRows,
  reveal,
  rowHeight,
  scrollOfTop,
  topOfScroll,
} from './grid-geometry.ts'

test('however many rows there are, the scrollbar reaches the first and the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), fc.integer({ min: 50, max: 2000 }), (rows, height) => {
      const geometry = measureRows(rows, height)
      assert.ok(geometry.spacer <= 16_000_000)
      assert.equal(findRows(geometry, topOfScroll(geometry, 0)).first, 0)
      const last = Math.max(0, geometry.spacer - height)
      assert.equal(findRows(geometry, topOfScroll(geometry, last)).end, rows)
    }),
  )
})

test('every row that is seen is drawn, and few more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (rows, part) => {
      const geometry = measureRows(rows, 700)
      const top = part * Math.max(0, geometry.total - 700)
      const { first, end } = findRows(geometry, top)
      assert.ok(first * rowHeight <= top)
      assert.ok(end === rows || end * rowHeight >= top + 700)
      assert.ok(end - first <= countSlots(geometry))
      assert.ok(Math.abs(topOfScroll(geometry, scrollOfTop(geometry, top)) - top) < 1e-3)
    }),
  )
})

test('every column that is seen is drawn', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 40, max: 900 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 0, max: 50_000 }),
      (widths, left) => {
        const edges = measureColumns(widths)
        const { first, end } = findColumns(edges, left, 1000)
        for (let column = 0; column < widths.length; column++) {
          const seen = (edges[column + 1] ?? 0) > left && (edges[column] ?? 0) < left + 1000
          if (seen) assert.ok(column >= first && column < end)
        }
      },
    ),
  )
})

test('what is not seen whole is brought into sight with the least movement', () => {
  assert.equal(reveal(100, 50, 110, 130), 100)
  assert.equal(reveal(100, 50, 90, 110), 90)
  assert.equal(reveal(100, 50, 140, 170), 120)
  assert.equal(reveal(100, 50, 200, 900), 200)
})
