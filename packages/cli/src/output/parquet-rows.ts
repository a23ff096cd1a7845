/** A result as runs of rows, so that memory does not grow with the result. */
import { scanColumns, type Cell, type ColumnValues, type ParquetSource } from '@keyhold/client'
import { compressors } from 'hyparquet-compressors'

/** Rows turned at once: enough to be quick, few enough to stay small. */
const rowsAtOnce = 8_192

/** Runs of rows in order; each row has its cells in the order of the columns. Throws `response.malformed`. */
export async function* readRows(source: ParquetSource, columns: number): AsyncGenerator<Cell[][], void, undefined> {
  for await (const group of scanColumns(source, { columns, compressors })) {
    const data = await Promise.all(Array.from({ length: columns }, (_, index) => group.readColumn(index)))
    for (let first = 0; first < group.rows; first += rowsAtOnce) {
      yield transpose(data, first, Math.min(group.rows, first + rowsAtOnce))
    }
  }
}

function transpose(data: readonly ColumnValues[], first: number, end: number): Cell[][] {
  const rows: Cell[][] = []
  for (let row = first; row < end; row++) rows.push(data.map((column) => (column[row] ?? null) as Cell))
  return rows
}
