import type { ResultColumn } from '@keyhold/contract'
import { formatOf, type Cell, type CellFormat } from '@keyhold/client'

/** A result as writers take it: columns, then runs of rows. */
export type Result = {
  readonly columns: readonly FormattedColumn[]
  readonly runs: AsyncIterable<readonly (readonly Cell[])[]>
}

export type FormattedColumn = { readonly name: string; readonly type: string; readonly format: CellFormat }

/** Takes text; resolves when more may come. */
export type TextSink = (text: string) => Promise<void>

export function formatColumns(columns: readonly ResultColumn[]): FormattedColumn[] {
  return columns.map((column) => ({ name: column.name, type: column.type, format: formatOf(column) }))
}
