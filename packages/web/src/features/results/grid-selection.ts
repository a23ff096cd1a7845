/** What is selected in a grid, and how keys move it. Pure. Rows are places in the grid, whatever order they are in. */

/** A rectangle from `anchor` to `focus`, both inside. Row -1 is the header, which is never part of a selection. */
export type Selection = {
  readonly anchor: Place
  readonly focus: Place
}
export type Place = { readonly row: number; readonly column: number }
export type Extent = { readonly rows: number; readonly columns: number; readonly page: number }

export type Rectangle = {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

export const start: Selection = { anchor: { row: 0, column: 0 }, focus: { row: 0, column: 0 } }

export function rectangleOf({ anchor, focus }: Selection): Rectangle {
  return {
    top: Math.max(0, Math.min(anchor.row, focus.row)),
    bottom: Math.max(anchor.row, focus.row),
    left: Math.min(anchor.column, focus.column),
    right: Math.max(anchor.column, focus.column),
  }
}

export function selectCell(place: Place): Selection {
  return { anchor: place, focus: place }
}

/** Keeps the anchor: what Shift does. */
export function extendTo({ anchor }: Selection, focus: Place): Selection {
  return { anchor: { row: Math.max(0, anchor.row), column: anchor.column }, focus }
}

export function selectRow(row: number, { columns }: Extent): Selection {
  return { anchor: { row, column: columns - 1 }, focus: { row, column: 0 } }
}

export function selectColumn(column: number, { rows }: Extent): Selection {
  return { anchor: { row: rows - 1, column }, focus: { row: 0, column } }
}

export function selectAll({ rows, columns }: Extent): Selection {
  return { anchor: { row: rows - 1, column: columns - 1 }, focus: { row: 0, column: 0 } }
}

export type Key = { readonly key: string; readonly shift: boolean; readonly control: boolean }

/** The selection after a key; null when the key means nothing here. */
export function moveSelection(selection: Selection, pressed: Key, extent: Extent): Selection | null {
  if (extent.columns === 0) return null
  if (pressed.control && pressed.key.toLowerCase() === 'a') return selectAll(extent)
  if (pressed.key === ' ') return selectLine(selection, pressed, extent)
  const focus = moveFocus(selection.focus, pressed, extent)
  if (focus === null) return null
  const place = clampPlace(focus, extent, pressed.shift)
  return pressed.shift ? extendTo(selection, place) : selectCell(place)
}

function selectLine(selection: Selection, { shift, control }: Key, extent: Extent): Selection | null {
  if (shift === control) return null
  return control ? selectColumn(selection.focus.column, extent) : selectRow(Math.max(0, selection.focus.row), extent)
}

function moveFocus({ row, column }: Place, { key, control }: Key, extent: Extent): Place | null {
  const lastRow = extent.rows - 1
  const lastColumn = extent.columns - 1
  switch (key) {
    case 'ArrowUp':
      return { row: control ? 0 : row - 1, column }
    case 'ArrowDown':
      return { row: control ? lastRow : row + 1, column }
    case 'ArrowLeft':
      return { row, column: control ? 0 : column - 1 }
    case 'ArrowRight':
      return { row, column: control ? lastColumn : column + 1 }
    case 'PageUp':
      return { row: Math.max(0, row - extent.page), column }
    case 'PageDown':
      return { row: row + extent.page, column }
    case 'Home':
      return { row: control ? 0 : row, column: 0 }
    case 'End':
      return { row: control ? lastRow : row, column: lastColumn }
    default:
      return null
  }
}

/** Only a single place can be in the header. */
function clampPlace({ row, column }: Place, { rows, columns }: Extent, inRows: boolean): Place {
  const first = inRows && rows > 0 ? 0 : -1
  return {
    row: Math.max(first, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  }
}
