import type { Limits, TableColumn } from './engine.ts'

export type CsvOptions = {
  /** One character; sniffed among `,` `;` tab `|` when absent. */
  readonly delimiter?: string
  /** One character, `"` when absent. */
  readonly quote?: string
  /** One character, the quote itself when absent (RFC 4180). */
  readonly escape?: string
  /** Whether the first record names the columns; true when absent. */
  readonly header?: boolean
  /** Text that means NULL; an unquoted empty field when absent. */
  readonly nullText?: string
}

/**
 * One piece of the source, a file on the work folder's file system that ends at a record boundary (`RecordCutter` finds
 * them). The engine moves it out of its maker's reach and deletes it once it is imported.
 */
export type ImportPart = {
  readonly path: string
  /** What the cutter saw of it; the engine reads the part once more where this is absent. */
  readonly seen?: PartSeen
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
  /** The schema that the file must fit; inferred when absent. */
  readonly schema?: readonly TableColumn[]
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
  readonly rows: number
  readonly files: number
  /** Times that the inferred schema had to be widened. */
  readonly restarts: number
  readonly elapsedMs: number
}
