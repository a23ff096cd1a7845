/** What the data plane and an engine process say to each other: frames of a 32-bit big-endian length and JSON. */
import type { FileColumn } from '../column-format.ts'
import type {
  Limits,
  Parameter,
  ResultColumn,
  RewriteSide,
  TableColumn,
  TableInput,
  TableName,
  TextRows,
} from '../engine.ts'
import type { BadRow, EngineCode } from '../errors.ts'

/** How an engine process is set up; its only argument, as JSON. */
export type ProcessSettings = {
  /** Folder from which `@duckdb/node-api` is resolved, with a trailing slash. */
  readonly modules: string
  /** Folder of linked files, as the process sees it. */
  readonly data: string
  /** Folder for results and temporary files, as the process sees it. */
  readonly scratch: string
  /** Whether temporary files are encrypted; not needed where they can never leave memory. */
  readonly encryptScratch: boolean
}

export type QueryMessage = {
  readonly op: 'query'
  readonly tables: readonly TableInput[]
  readonly sql: string
  readonly parameters: Readonly<Record<string, Parameter>>
  readonly limits: Limits
  /** Name of the result file in the scratch folder. */
  readonly output: string
}

/** A question of the data plane's own; its columns are all VARCHAR. */
export type RowsMessage = {
  readonly op: 'rows'
  readonly tables: readonly TableInput[]
  readonly sql: string
  readonly limits: Limits
}

/** How a CSV file is written, resolved: nothing left to guess. */
export type CsvDialect = {
  readonly delimiter: string
  readonly quote: string
  readonly escape: string
  readonly nullTexts: readonly string[]
  /** How records end: all alike, as the first does. */
  readonly newline: '\n' | '\r\n' | '\r'
}

/** What is known of how numbers, dates and times are written; what is absent is found out. */
export type FormatHints = {
  readonly decimal?: '.' | ','
  readonly thousands?: string
  /** Such as `DD.MM.YYYY`. */
  readonly dateFormat?: string
  readonly timeZone?: string
}

type SourceFormat = 'csv' | 'ndjson' | 'parquet'

/** Looks at one part and says what its columns are. */
export type InspectMessage = {
  readonly op: 'inspect'
  readonly format: SourceFormat
  /** Name in the data folder. */
  readonly part: string
  readonly csv: Partial<Omit<CsvDialect, 'newline'>>
  readonly hints: FormatHints
  /** Columns whose type is known: by a schema, or by the table. */
  readonly expected: readonly string[]
  readonly header: boolean
  /** Types to check, where a schema was given. */
  readonly schema: readonly TableColumn[]
  /** Whole part, or a sample from its start. */
  readonly whole: boolean
  readonly limits: Limits
}

export type Inspected = {
  readonly dialect: CsvDialect | null
  readonly columns: readonly FileColumn[]
  /** The file's decimal sign where it is certain. */
  readonly decimal: '.' | ',' | null
}

/** Turns one part into Parquet data files; `output` is what their names in the scratch folder begin with. */
export type ConvertMessage = {
  readonly op: 'convert'
  readonly format: SourceFormat
  readonly part: string
  readonly dialect: CsvDialect | null
  readonly header: boolean
  readonly columns: readonly FileColumn[]
  /** The types are guessed from the file, so that a wider one may be better. */
  readonly inferred: boolean
  /** Columns with values that have to be looked at closely, as parts before this one had them: slower to read. */
  readonly careful: readonly string[]
  /** Columns that may not be NULL: those of the primary key. */
  readonly required: readonly string[]
  /** Rows that do not fit are listed up to this number; 1 where the first refuses the file. */
  readonly mostRefused: number
  /** Parquet: 0-based rows that are left out. */
  readonly leftOut: readonly number[]
  readonly limits: Limits
  readonly output: string
}

/** Looks for records of a part that are not well formed, or not of the given columns in number. */
export type ScanMessage = Pick<
  ConvertMessage,
  'format' | 'part' | 'dialect' | 'header' | 'columns' | 'mostRefused' | 'limits'
> & { readonly op: 'scan' }

/** A part's rows, or rows that do not fit, in order: `offset` is where a record begins in the part. */
export type Converted =
  | { readonly files: readonly WrittenFile[]; readonly careful: readonly string[] }
  | { readonly refused: readonly RefusedRow[] }

/** A data file by its name in the scratch folder. */
export type WrittenFile = { readonly name: string; readonly rows: number }

export type RefusedRow = Omit<BadRow, 'line'> & {
  /** 0-based byte of the part where the record begins, or null when only `record` is known. */
  readonly offset: number | null
  /** 1-based record of the part, where known. */
  readonly record: number | null
  /** Whether another type for the column would have let the row in. */
  readonly typeOnly: boolean
  /** Where the record is not one of the part's own bytes: its values as JSON. */
  readonly text?: string
}

/** Writes a table anew from data files in the data folder; see `RewriteRequest`. */
export type RewriteMessage = {
  readonly op: 'rewrite'
  readonly base: RewriteSide
  readonly added: RewriteSide
  readonly columns: readonly TableColumn[]
  readonly key: readonly string[] | null
  readonly checkBase: boolean
  readonly limits: Limits
  /** Folder in the scratch folder. */
  readonly output: string
}

export type Rewritten = {
  readonly files: readonly WrittenFile[]
  readonly replaced: number
  readonly repeated: number
}

export type RequestMessage =
  | QueryMessage
  | RowsMessage
  | RewriteMessage
  | InspectMessage
  | ConvertMessage
  | ScanMessage
  | { readonly op: 'tableNames'; readonly sql: string }
  | { readonly op: 'cancel'; readonly target: number }

export type QueryReply = {
  readonly columns: readonly ResultColumn[]
  readonly rows: number
  readonly elapsedMs: number
}

/** Replies by operation. */
export type ReplyOf = {
  query: QueryReply
  rows: TextRows
  inspect: Inspected
  convert: Converted
  scan: readonly RefusedRow[]
  rewrite: Rewritten
  tableNames: readonly TableName[]
  cancel: null
}

/** A failure as it crosses the pipe; the data plane adds message and remedy by code. */
export type FailureMessage = { readonly code: EngineCode; readonly detail?: string; readonly position?: number }

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: FailureMessage }
