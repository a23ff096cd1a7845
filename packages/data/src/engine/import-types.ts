import type { FileColumn } from './column-format.ts'
import type { Limits, TableColumn } from './engine.ts'
import type { CsvDialect, FormatHints } from './process/messages.ts'

export type CsvOptions = {
  /** One character; sniffed among `,` `;` tab `|` when absent. */
  readonly delimiter?: string
  /** One character, `"` when absent. */
  readonly quote?: string
  /** One character, the quote itself when absent (RFC 4180). */
  readonly escape?: string
  /** Whether the first record names the columns; true when absent. */
  readonly header?: boolean
  /** Texts that mean NULL; an unquoted empty field when absent. */
  readonly nullTexts?: readonly string[]
}

/** Rows of a sheet by records of the part: from this record (from 1) on, it is this row and the following. */
export type RowMap = readonly (readonly [record: number, row: number])[]

/** A row that was put aside: where it stands in the source, why, and its text. */
export type QuarantinedRow = {
  /** 1-based line, row or item of the source where it begins. */
  readonly line: number
  readonly rule: string
  readonly column: string | null
  readonly record: string
}

type QuarantineRequest = {
  /** Whether so many bad rows are more than are taken; asked as they come, and at the end with all good rows. */
  readonly isTooMany: (bad: number, good: number | null) => boolean
  /** Receives bad rows in order, with the data file of their part; void after `onRestart` as that is. */
  readonly onBadRows: (rows: readonly QuarantinedRow[]) => Promise<void>
}

/** The table that a load goes into. */
export type TargetTable = {
  readonly columns: readonly TableColumn[]
  /** Whether its columns may change: types widen, columns are added. */
  readonly mayChange: boolean
}

/**
 * One piece of the source, a file on the work folder's file system that ends at a record boundary (`RecordCutter` finds
 * them). The engine moves it out of its maker's reach and deletes it once it is imported.
 */
export type ImportPart = {
  readonly path: string
  /** What the cutter saw of it; the engine reads the part once more where this is absent. */
  readonly seen?: PartSeen
  /** For parts that were made from the rows of a sheet: their rows, and the columns that hold every cell. */
  readonly rows?: RowMap
  readonly columns?: readonly TableColumn[]
}

export type PartSeen = {
  /** Line feeds in the part, so that a later part's rows get their line of the whole file. */
  readonly lines: number
  /** Byte of the part's first NUL, which text formats refuse; null when there is none. */
  readonly nulAt: number | null
}

export type ImportRequest = {
  /**
   * Opens the source from its start. Called again when a value late in the file does not fit the inferred schema:
   * the import then starts over with wider types. Parquet sources must be exactly one part per file.
   */
  readonly openParts: () => AsyncIterable<ImportPart>
  readonly format: 'csv' | 'ndjson' | 'parquet'
  readonly csv?: CsvOptions
  readonly hints?: FormatHints
  /** The schema that the file must fit; inferred when neither it nor `table` is there. */
  readonly schema?: readonly TableColumn[]
  readonly table?: TargetTable
  /** Columns without NULL: those of the primary key. */
  readonly required?: readonly string[]
  /** Rows that do not fit are put aside; absent: the first refuses the file. */
  readonly quarantine?: QuarantineRequest
  /** Lines of the source that stand before the first part; asked once parts come. */
  readonly linesBefore?: () => number
  /**
   * `threads` parts are converted at once and share `memoryBytes`; `timeMs` bounds each part, not the whole; `resultBytes`
   * bounds each data file.
   */
  readonly limits: Limits
  /** Receives each finished data file in order; the file may be taken (renamed, sealed) and is deleted after it. */
  readonly onDataFile: (file: ImportedFile) => Promise<void>
  /** Called before the import starts over: everything received from {@link onDataFile} so far is void. */
  readonly onRestart: () => Promise<void>
}

/** A finished Parquet data file on the data plane's side. */
export type ImportedFile = { readonly path: string; readonly bytes: number; readonly rows: number }

export type ImportResult = {
  readonly schema: readonly TableColumn[]
  /** How the file's columns are written, where not as DuckDB expects. */
  readonly columns: readonly FileColumn[]
  readonly dialect: CsvDialect | null
  readonly decimal: '.' | ',' | null
  readonly rows: number
  readonly quarantined: number
  readonly files: number
  /** Times that the inferred schema had to be widened. */
  readonly restarts: number
  readonly elapsedMs: number
}
