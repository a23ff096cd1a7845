/** Cells as text for spreadsheets: tabs between columns, a line for each row; NULL is empty. */
import { readText, type ResultTable } from '@keyhold/client'
import type { Rectangle } from './grid-selection.ts'

/** A value that has a tab, a line break or a quote is put in quotes, as spreadsheets paste it back into one cell. */
function quoteCell(text: string): string {
  return /[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** More is a file, not a clipboard. */
export const mostCopied = 2_000_000

/** The rectangle's cells in the order in which they are shown; `rowAt` tells which row lies at a place. */
export function writeTsv(
  result: ResultTable,
  { top, bottom, left, right }: Rectangle,
  rowAt: (place: number) => number,
  withHeader: boolean,
): string {
  const lines: string[] = []
  const columns = Array.from({ length: right - left + 1 }, (_, index) => left + index)
  if (withHeader) lines.push(columns.map((column) => quoteCell(result.columns[column]?.name ?? '')).join('\t'))
  for (let place = top; place <= bottom; place++) {
    const row = rowAt(place)
    lines.push(columns.map((column) => quoteCell(readText(result, column, row) ?? '')).join('\t'))
  }
  return lines.join('\n')
}
