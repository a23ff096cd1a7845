import type { ResponseMeta, ResultColumn } from '@keyhold/contract'
import { ClientError } from '../errors.ts'
import { formatOf, type Cell } from './cells.ts'
import { scanColumns, type ParquetSource } from './parquet-columns.ts'
import { createVectorBuilder, readCell, type Vector } from './vector.ts'

/** A whole result in memory, by column. */
export type ResultTable = {
  readonly columns: readonly ResultColumn[]
  readonly rows: number
  readonly vectors: readonly Vector[]
}

/** A result beyond this many bytes of vectors is refused: a page that dies shows nothing. */
export const maxResultBytes = 768 << 20

/**
 * Reads a result whole. Throws `response.malformed`, and `result.too_large` beyond `limit` bytes; memory stays within
 * the limit and one row group.
 */
export async function readResultTable(
  source: ParquetSource,
  meta: Pick<ResponseMeta, 'columns' | 'rows'>,
  limit: number = maxResultBytes,
): Promise<ResultTable> {
  const columns = meta.columns ?? []
  const rows = meta.rows ?? 0
  const width = columns.length * 8 * rows
  if (width > limit) throw tooLarge()
  const builders = columns.map((column) => createVectorBuilder(column, rows))
  const keepBytes = (bytes: Uint8Array): Uint8Array => bytes
  let read = 0
  for await (const group of scanColumns(source, { columns: columns.length, stringFromBytes: keepBytes })) {
    read += group.rows
    if (read > rows) break
    for (const [index, builder] of builders.entries()) builder.append(await group.readColumn(index), group.rows)
    if (builders.reduce((sum, builder) => sum + builder.bytes, 0) > limit) throw tooLarge()
  }
  if (read !== rows) throw wrongRows()
  return { columns, rows, vectors: builders.map((builder) => builder.finish()) }
}

/** The exact text of one value; null for NULL. */
export function readText(table: ResultTable, column: number, row: number): string | null {
  const vector = table.vectors[column]
  const described = table.columns[column]
  if (vector === undefined || described === undefined) throw new RangeError(`There is no column ${column}`)
  const cell: Cell = readCell(vector, row)
  return cell === null ? null : formatOf(described).text(cell)
}

function tooLarge(): ClientError {
  return new ClientError(
    'result.too_large',
    'the result is larger than this page can hold',
    'ask for fewer rows or columns (LIMIT, or a GROUP BY), or fetch it in the shell: keyhold query … -o FILE.',
  )
}

function wrongRows(): ClientError {
  return new ClientError(
    'response.malformed',
    'the result has another number of rows than it says',
    'update this client or the server, whichever is older.',
  )
}
