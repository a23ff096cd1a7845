/** The cells of a sheet, row by row, as text with what it is. */
import { Failure } from '../process/duck-error.ts'
import type { Archive } from './archive.ts'
import type { CellKind } from './column-types.ts'
import { formatSerial } from './date-format.ts'
import { decodeText, type Workbook } from './workbook.ts'
import { parseXml, type Saxes } from './xml.ts'

export type Cell = { readonly kind: CellKind; readonly text: string }
/** By column from 0; empty places are not there. `row` counts from 1. */
export type OnRow = (row: number, cells: readonly (Cell | undefined)[]) => void
export type CellCounts = { errorCells: number; uncomputedCells: number }

const mostColumns = 16_384
const mostRows = 1_048_576

type OpenCell = { column: number; type: string; style: number; value: string; hasValue: boolean; hasFormula: boolean }

/** @throws Failure `import.bad_sheet`, `import.sheet_too_large` */
export async function readCells(saxes: Saxes, archive: Archive, workbook: Workbook, onRow: OnRow): Promise<CellCounts> {
  const counts = { errorCells: 0, uncomputedCells: 0 }
  let [row, cells, next] = [0, [] as (Cell | undefined)[], 0]
  let cell: OpenCell | null = null
  let isValue = false
  let guides = 0
  await parseXml(saxes, archive.read(workbook.part), {
    open(name, attributes) {
      if (name === 'c') {
        cell = openCell(attributes, next)
        next = cell.column + 1
      } else if (name === 'v' || name === 't') {
        isValue = guides === 0
        if (cell !== null && isValue) cell.hasValue = true
      } else if (name === 'f' && cell !== null) cell.hasFormula = true
      else if (name === 'rPh') guides += 1
      else if (name === 'row') {
        row = attributes['r'] === undefined ? row + 1 : readRowNumber(attributes['r'], row)
        ;[cells, next] = [[], 0]
      }
    },
    close(name) {
      if (name === 'c' && cell !== null) {
        const read = readCell(cell, workbook, counts)
        if (read !== null) cells[cell.column] = read
        cell = null
      } else if (name === 'v' || name === 't') isValue = false
      else if (name === 'rPh') guides -= 1
      else if (name === 'row') onRow(row, cells)
    },
    text(piece) {
      if (isValue && cell !== null) cell.value += piece
    },
  })
  return counts
}

/** Rows that do not rise would make what a part says of its rows untrue. */
function readRowNumber(text: string, before: number): number {
  const row = Number(text)
  if (Number.isInteger(row) && row > before && row <= mostRows) return row
  throw new Failure({ code: 'import.bad_sheet' })
}

function openCell(attributes: Readonly<Record<string, string>>, next: number): OpenCell {
  const { r: place, t: type = 'n', s: style = '' } = attributes
  const column = place === undefined ? next : readColumn(place)
  if (column >= mostColumns) throw new Failure({ code: 'import.bad_sheet' })
  return { column, type, style: Number(style), value: '', hasValue: false, hasFormula: false }
}

/** `AB12` is column 27. */
function readColumn(place: string): number {
  let column = 0
  for (let at = 0; at < place.length; at += 1) {
    const letter = place.charCodeAt(at) - 64
    if (letter < 1 || letter > 26) break
    column = column * 26 + letter
    if (column > mostColumns) throw new Failure({ code: 'import.bad_sheet' })
  }
  if (column === 0) throw new Failure({ code: 'import.bad_sheet' })
  return column - 1
}

function readCell(cell: OpenCell, workbook: Workbook, counts: CellCounts): Cell | null {
  const { type, value } = cell
  if (!cell.hasValue) {
    if (cell.hasFormula) counts.uncomputedCells += 1
    return null
  }
  if (type === 's') return readShared(value, workbook)
  if (type === 'str' || type === 'inlineStr') return { kind: 'text', text: decodeText(value) }
  if (type === 'e') {
    counts.errorCells += 1
    return null
  }
  if (type === 'b') return { kind: 'boolean', text: value.trim() === '1' ? 'true' : 'false' }
  if (type === 'd') return readIsoDate(value.trim())
  return value.trim() === '' ? null : readNumber(value, cell.style, workbook)
}

function readShared(value: string, { texts }: Workbook): Cell {
  const text = texts[Number(value)]
  if (text === undefined) throw new Failure({ code: 'import.bad_sheet' })
  return { kind: 'text', text }
}

function readIsoDate(value: string): Cell {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return { kind: 'date', text: value }
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d{1,6})?)$/.exec(value) ?? []
  if (day === undefined || time === undefined) return { kind: 'text', text: value }
  return { kind: 'timestamp', text: `${day} ${time}` }
}

/** Excel writes doubles with 17 digits: the shortest text of the same double is what a person sees. */
function readNumber(value: string, style: number, { dateKinds, is1904 }: Workbook): Cell {
  const number = Number(value)
  if (!Number.isFinite(number)) throw new Failure({ code: 'import.bad_sheet' })
  const kind = dateKinds[style] ?? null
  const date = kind === null ? null : formatSerial(number, is1904, kind)
  if (date !== null)
    return { kind: date.length === 10 ? 'date' : date.includes('-') ? 'timestamp' : 'time', text: date }
  const isWhole = Number.isSafeInteger(number)
  return { kind: isWhole ? 'whole' : 'number', text: String(isWhole ? number + 0 : number) }
}
