/** What the data plane asks of a reader of workbooks, and what it answers; frames as an engine's. */
import type { TableColumn } from '../engine.ts'
import type { RowMap } from '../import-types.ts'

export type SheetMessage = {
  readonly op: 'sheet'
  /** Name in the data folder. */
  readonly file: string
  /** Name, or number from 1; the first visible when null. */
  readonly sheet: string | number | null
  /** Rows above the header. */
  readonly skipRows: number
  /** Rows that name the columns; 0 when there is none. */
  readonly headerRows: number
  /** Bytes after which a part ends with the row. */
  readonly partBytes: number
  /** Bytes of all parts together, and of all that is unpacked. */
  readonly mostBytes: number
}

/** A part of CSV in the scratch folder: commas, quotes around text alone, line feeds; the first begins with the header. */
export type SheetPart = { readonly name: string; readonly rows: RowMap }

export type SheetRead = {
  readonly parts: readonly SheetPart[]
  /** Types that hold every cell of their column. */
  readonly columns: readonly TableColumn[]
  /** The sheet's name. */
  readonly sheet: string
  /** Cells that hold an error such as #N/A, and formulas that were never computed: both are NULL. */
  readonly errorCells: number
  readonly uncomputedCells: number
}

export type SheetSettings = {
  /** Folder from which packages are resolved, with a trailing slash. */
  readonly modules: string
  readonly data: string
  readonly scratch: string
}
