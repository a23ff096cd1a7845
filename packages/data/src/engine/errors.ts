/** Codes that callers may switch on. `query.` and `import.` codes are the asker's to mend, `engine.` codes are not. */
const engineCodes = [
  'engine.crashed',
  'engine.ended',
  'engine.memory',
  'engine.timeout',
  'engine.result_too_large',
  'engine.unavailable',
  'engine.bad_request',
  'query.cancelled',
  'query.not_a_read',
  'query.syntax',
  'query.too_long',
  'query.unknown_table',
  'query.unknown_column',
  'query.unknown_function',
  'query.invalid',
  'query.bad_value',
  'query.bad_parameter',
  'query.not_allowed',
  'query.failed',
  'import.bad_row',
  'import.bad_file',
  'import.bad_schema',
  'import.schema_changed',
  'import.schema_lossy',
  'import.bad_key',
  'import.key_not_unique',
  'import.too_many_bad_rows',
  'import.bad_sheet',
  'import.sheet_locked',
  'import.sheet_unknown',
  'import.sheet_too_large',
  'import.empty',
  'import.cancelled',
] as const

export type EngineCode = (typeof engineCodes)[number]

/** What a person can do about a bad row: never a value. */
export type BadRow = {
  /** 1-based line of the whole file where the record begins. */
  readonly line: number
  readonly rule: string
  readonly column?: string
}

/** How a file's columns differ from those that it should have; names may be values, so they are for the asker only. */
export type ColumnDifference =
  | { readonly kind: 'added' | 'removed'; readonly name: string; readonly type: string }
  | { readonly kind: 'changed'; readonly name: string; readonly from: string; readonly to: string }

/**
 * A failure of the engine. `message` and `remedy` never hold SQL or a value; `detail` is DuckDB's own text, which may
 * quote both: seal it to the asker, never log it. `position` is how many bytes of the
 * asker's SQL in UTF-8 are before the fault.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineCode
  readonly remedy: string
  readonly detail: string | undefined
  readonly position: number | undefined
  readonly badRow: BadRow | undefined
  readonly changes: readonly ColumnDifference[]

  constructor(code: EngineCode, message: string, remedy: string, more: ErrorExtras = {}) {
    super(message)
    this.code = code
    this.remedy = remedy
    this.detail = more.detail
    this.position = more.position
    this.badRow = more.badRow
    this.changes = more.changes ?? []
  }
}

export type ErrorExtras = {
  readonly detail?: string
  readonly position?: number
  readonly badRow?: BadRow
  readonly changes?: readonly ColumnDifference[]
}

/** What each code tells a person. Neither ever holds SQL or a value. */
const texts: Readonly<Record<EngineCode, readonly [message: string, remedy: string]>> = {
  'engine.crashed': ['The engine process ended unexpectedly.', 'Run it again; a fresh engine is used.'],
  'engine.ended': ['The engine was ended.', 'Ask for an engine again.'],
  'engine.memory': ['The work needs more memory than its limit.', 'Ask for fewer rows or columns, or raise the limit.'],
  'engine.timeout': ['The work took longer than its limit.', 'Ask for less, or raise the time limit.'],
  'engine.result_too_large': ['The result is larger than its limit.', 'Aggregate, filter or limit the result.'],
  'engine.unavailable': ['No engine process could be started.', 'See the log of the data plane for the reason.'],
  'engine.bad_request': [
    'The engine was asked for tables that it cannot set up.',
    'Report this: it is a fault of ours.',
  ],
  'query.cancelled': ['The query was cancelled.', 'Run it again if that was not meant.'],
  'query.not_a_read': [
    'The SQL is not exactly one reading statement.',
    'Send one SELECT, WITH, FROM, VALUES or the like.',
  ],
  'query.syntax': ['The SQL has a syntax error.', 'Mend it at the position given.'],
  'query.too_long': ['The SQL with its parameters is longer than 16 MiB.', 'Load long lists as a table and join it.'],
  'query.unknown_table': [
    'The SQL names a table that is not there.',
    'Name tables as bucket.table; see the list of tables.',
  ],
  'query.unknown_column': ['The SQL names a column that is not there.', 'DESCRIBE the table to see its columns.'],
  'query.unknown_function': ['The SQL calls a function that is not there.', "See DuckDB's list of functions."],
  'query.invalid': ['The SQL does not make sense as it is.', 'See the detail.'],
  'query.bad_value': ['A value cannot be converted or computed.', 'See the detail; TRY_CAST gives NULL instead.'],
  'query.bad_parameter': [
    'A parameter is missing, unknown or not of its type.',
    'Give each parameter a value of its type.',
  ],
  'query.not_allowed': ['The SQL reaches for something outside its tables.', 'Use the tables only.'],
  'query.failed': ['The query failed.', 'See the detail.'],
  'import.bad_row': ['A row does not fit.', 'Mend the row named, then upload the file again.'],
  'import.bad_file': ['The file cannot be read as the format given.', 'Check the format, delimiter and quote given.'],
  'import.bad_schema': ['The schema given cannot be used.', 'Use DuckDB types, and the columns that the file has.'],
  'import.schema_changed': [
    'The file’s columns are not those of the table.',
    'If the table is to change, load it with --allow-schema-change.',
  ],
  'import.schema_lossy': [
    'A column’s new type would not hold every value that the table has.',
    'Give the columns with --schema, with a type that holds both: DECIMAL, or VARCHAR.',
  ],
  'import.bad_key': [
    'The columns given cannot be the primary key.',
    'Name columns of the file that hold integers, decimals, texts, dates, timestamps or UUIDs.',
  ],
  'import.key_not_unique': [
    'Rows that are in the table already break the primary key: a value repeats, or is missing.',
    'Choose a key that tells rows apart, or replace the table with --mode replace --primary-key.',
  ],
  'import.too_many_bad_rows': [
    'More rows do not fit than may be quarantined.',
    'Check delimiter, header and schema; allow more with --most-bad-rows.',
  ],
  'import.bad_sheet': [
    'The file is no Excel workbook that can be read.',
    'Open it in Excel and save it as .xlsx again, or as CSV.',
  ],
  'import.sheet_locked': [
    'The workbook has a password, or is of an older format.',
    'Save it as .xlsx without a password.',
  ],
  'import.sheet_unknown': ['The workbook has no such sheet.', 'Give its name or number with --sheet.'],
  'import.sheet_too_large': [
    'The sheet unpacks to more than may be read at a time.',
    'Save the sheet as CSV, or split it.',
  ],
  'import.empty': ['The file is empty.', 'Upload a file with at least a header.'],
  'import.cancelled': ['The import was cancelled.', 'Start it again if that was not meant.'],
}

export function makeEngineError(code: EngineCode, extras: ErrorExtras = {}): EngineError {
  const [message, remedy] = texts[code]
  return new EngineError(code, message, remedy, extras)
}
