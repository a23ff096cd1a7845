/** DuckDB's errors as stable codes. Its messages quote values and SQL, so they travel only as `detail`. */
import type { EngineCode } from '../errors.ts'
import type { FailureMessage } from './messages.ts'

/** A failure with a code, on its way to the data plane. */
export class Failure extends Error {
  readonly failure: FailureMessage
  constructor(failure: FailureMessage) {
    super(failure.code)
    this.failure = failure
  }
}

type DuckError = {
  readonly exception_type?: string
  readonly exception_message?: string
  readonly error_subtype?: string
  readonly type?: string
  readonly position?: string
}

/** Reads the JSON that `errors_as_json` makes; some layers put a prefix before it. */
export function parseDuckError(error: unknown): DuckError {
  const message = error instanceof Error ? error.message : String(error)
  try {
    const parsed: unknown = JSON.parse(message.slice(message.indexOf('{')))
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch {
    // Plain text, then.
  }
  return { exception_message: message }
}

const codeByType: Readonly<Record<string, EngineCode>> = {
  Parser: 'query.syntax',
  Syntax: 'query.syntax',
  Conversion: 'query.bad_value',
  'Out of Range': 'query.bad_value',
  'Mismatch Type': 'query.bad_value',
  'Invalid Input': 'query.bad_value',
  Permission: 'query.not_allowed',
  'Out of Memory': 'engine.memory',
  INTERRUPT: 'query.cancelled',
  Interrupt: 'query.cancelled',
  FATAL: 'engine.crashed',
  INTERNAL: 'engine.crashed',
}

function chooseCode(error: DuckError): EngineCode {
  const message = error.exception_message ?? ''
  const type = error.exception_type ?? ''
  if (type === 'Catalog') return chooseCatalogCode(error, message)
  if (type === 'Binder') return chooseBinderCode(error, message)
  if ((type === 'Invalid Input' || type === '') && /parameter/i.test(message)) return 'query.bad_parameter'
  if (type === 'IO' && /No space left|duckdb_temp_storage/.test(message)) return 'engine.memory'
  return codeByType[type] ?? 'query.failed'
}

function chooseCatalogCode(error: DuckError, message: string): EngineCode {
  if ((error.type ?? '').endsWith('Function') || / Function with name /.test(message.slice(0, 60))) {
    return 'query.unknown_function'
  }
  if (error.type === 'Table' || /^(Table|View|Catalog|Schema) /.test(message)) return 'query.unknown_table'
  return 'query.invalid'
}

function chooseBinderCode(error: DuckError, message: string): EngineCode {
  if (error.error_subtype === 'COLUMN_NOT_FOUND' || /does not have a column named/.test(message)) {
    return 'query.unknown_column'
  }
  if (/^Referenced table .* not found|^Catalog .* does not exist/.test(message)) return 'query.unknown_table'
  return 'query.invalid'
}

/** The failure for an error of DuckDB; `offset` is how many characters were put before the asker's SQL. */
export function toFailure(error: unknown, offset = 0): Failure {
  if (error instanceof Failure) return error
  const duck = parseDuckError(error)
  const code = chooseCode(duck)
  const position = duck.position === undefined ? Number.NaN : Number(duck.position) - offset
  return new Failure({
    code,
    ...(duck.exception_message === undefined ? {} : { detail: duck.exception_message }),
    ...(position >= 0 ? { position } : {}),
  })
}
