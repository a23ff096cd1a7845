/** What an import reads its parts as: from the schema given, from the table's columns, or from what the parts look like. */
import { fitFormat, type FileColumn, type FileWriting } from './column-format.ts'
import type { TableColumn } from './engine.ts'
import { makeEngineError, type ColumnDifference } from './errors.ts'
import type { ImportRequest } from './import-types.ts'
import type { CsvDialect, Inspected } from './process/messages.ts'

export type ImportPlan = {
  /** The file's columns in the file's order. */
  readonly columns: readonly FileColumn[]
  readonly dialect: CsvDialect | null
  readonly decimal: '.' | ',' | null
}

/**
 * Columns of the file with the types of the given schema or table, or as inspected when there is none.
 * @throws EngineError `import.bad_schema` when the file's columns are not those of the schema, `import.schema_changed`
 * when they are not those of the table and may not change it.
 */
export function makePlan(request: ImportRequest, inspected: Inspected): ImportPlan {
  const { schema, table } = request
  const { dialect, decimal } = inspected
  checkKey(request, inspected.columns)
  const expected = schema ?? table?.columns
  if (expected === undefined) return { columns: inspected.columns, dialect, decimal }
  if (isByPosition(request)) return { columns: byPosition(request, inspected, expected), dialect, decimal }
  const changes = compareNames(request, inspected.columns, expected)
  if (changes.length > 0) refuseChanges(request, changes)
  const found = new Map(inspected.columns.map((column) => [column.name, column]))
  if (request.format === 'ndjson') {
    const added = inspected.columns.filter(({ name }) => !expected.some((column) => column.name === name))
    return { columns: [...expected, ...added], dialect: null, decimal: null }
  }
  const types = new Map(expected.map((column) => [column.name, column]))
  const writing = describeWriting(request, decimal)
  const columns = inspected.columns.map((column) => {
    const known = types.get(column.name)
    return known === undefined ? column : fitFormat(known, found.get(column.name), writing)
  })
  return { columns, dialect, decimal }
}

/** @throws EngineError `import.bad_key` when the file lacks a column of the key */
function checkKey({ required = [], format, csv }: ImportRequest, found: readonly TableColumn[]): void {
  if (format === 'ndjson' || csv?.header === false) return
  if (required.some((name) => !found.some((column) => column.name === name))) throw makeEngineError('import.bad_key')
}

function describeWriting({ hints = {} }: ImportRequest, decimal: '.' | ',' | null): FileWriting {
  const { thousands = null, dateFormat = null, timeZone: zone = null } = hints
  return { decimal: hints.decimal ?? decimal, thousands, dateFormat, zone }
}

const isByPosition = ({ format, csv }: ImportRequest): boolean => format === 'csv' && csv?.header === false

/** Without a header the file's columns are the expected ones in their order. */
function byPosition(
  request: ImportRequest,
  { columns: found, decimal }: Inspected,
  expected: readonly TableColumn[],
): readonly FileColumn[] {
  const writing = describeWriting(request, decimal)
  if (found.length === expected.length) {
    return expected.map((column, index) => fitFormat(column, found[index], writing))
  }
  const added = found.slice(expected.length).map(({ name, type }) => ({ kind: 'added' as const, name, type }))
  const removed = expected.slice(found.length).map(({ name, type }) => ({ kind: 'removed' as const, name, type }))
  throw refusal(request, [...added, ...removed])
}

/** Columns that only one side has. A key that no object has says nothing: what is absent is NULL. */
function compareNames(
  { format }: ImportRequest,
  found: readonly TableColumn[],
  expected: readonly TableColumn[],
): readonly ColumnDifference[] {
  const has = (columns: readonly TableColumn[], name: string) => columns.some((column) => column.name === name)
  const added = found.filter(({ name }) => !has(expected, name))
  const removed = format === 'ndjson' ? [] : expected.filter(({ name }) => !has(found, name))
  return [
    ...added.map(({ name, type }) => ({ kind: 'added' as const, name, type })),
    ...removed.map(({ name, type }) => ({ kind: 'removed' as const, name, type })),
  ]
}

/** @throws EngineError when columns of a later part are strange to the schema, or to a table that may not change. */
export function checkNoStrangers(request: ImportRequest, found: readonly TableColumn[]): void {
  const expected = request.schema ?? request.table?.columns
  if (expected === undefined) return
  const changes = compareNames(request, found, expected)
  if (changes.length > 0) refuseChanges(request, changes)
}

function refuseChanges(request: ImportRequest, changes: readonly ColumnDifference[]): void {
  if (request.schema === undefined && request.table?.mayChange === true) return
  throw refusal(request, changes)
}

function refusal(request: ImportRequest, changes: readonly ColumnDifference[]): Error {
  const code = request.schema === undefined ? 'import.schema_changed' : 'import.bad_schema'
  return makeEngineError(code, { changes })
}
