import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  moveSelection,
  rectangleOf,
  selectCell,
  selectColumn,
  selectRow,
  start,
  type Extent,
  type Selection,
} from './grid-selection.ts'

const extent: Extent = { rows: 100, columns: 5, page: 20 }
const press = (selection: Selection, ...keys: string[]): Selection =>
  keys.reduce((now, text) => {
    const parts = text.split('+')
    const pressed = { key: parts.at(-1) ?? '', shift: parts.includes('Shift'), control: parts.includes('Ctrl') }
    return moveSelection(now, { ...pressed, key: pressed.key === 'Space' ? ' ' : pressed.key }, extent) ?? now
  }, selection)

test('arrows move by one, with Ctrl to the edge, and stop at the edges', () => {
  assert.deepEqual(press(start, 'ArrowDown', 'ArrowRight').focus, { row: 1, column: 1 })
  assert.deepEqual(press(start, 'ArrowLeft').focus, { row: 0, column: 0 })
  assert.deepEqual(press(start, 'Ctrl+ArrowDown', 'Ctrl+ArrowRight', 'ArrowDown').focus, { row: 99, column: 4 })
  assert.deepEqual(press(start, 'PageDown', 'PageDown', 'PageUp').focus, { row: 20, column: 0 })
  assert.deepEqual(press(start, 'End').focus, { row: 0, column: 4 })
  assert.deepEqual(press(start, 'Ctrl+End', 'Home').focus, { row: 99, column: 0 })
})

test('Shift keeps one corner; the rectangle holds both', () => {
  const selected = press(selectCell({ row: 5, column: 2 }), 'Shift+ArrowUp', 'Shift+ArrowUp', 'Shift+ArrowRight')
  assert.deepEqual(rectangleOf(selected), { top: 3, bottom: 5, left: 2, right: 3 })
})

test('the header is reached from the first row, and is never in a selection', () => {
  const header = press(start, 'ArrowUp')
  assert.equal(header.focus.row, -1)
  assert.equal(press(start, 'Shift+ArrowUp').focus.row, 0)
  assert.deepEqual(rectangleOf(press(header, 'Shift+ArrowDown')), { top: 0, bottom: 0, left: 0, right: 0 })
})

test('whole rows, columns and all are selected by Space and Ctrl-A', () => {
  const at = selectCell({ row: 7, column: 3 })
  assert.deepEqual(rectangleOf(press(at, 'Shift+Space')), rectangleOf(selectRow(7, extent)))
  assert.deepEqual(rectangleOf(press(at, 'Ctrl+Space')), rectangleOf(selectColumn(3, extent)))
  assert.deepEqual(rectangleOf(press(at, 'Ctrl+a')), { top: 0, bottom: 99, left: 0, right: 4 })
})

test('other keys are left to the page, and a grid without columns has no selection', () => {
  assert.equal(moveSelection(start, { key: 'x', shift: false, control: false }, extent), null)
  assert.equal(
    moveSelection(start, { key: 'ArrowDown', shift: false, control: false }, { ...extent, columns: 0 }),
    null,
  )
})
