/** What an import reads its parts as: from the schema given, or from what the parts look like. */
import type { TableColumn } from './engine.ts'
import { makeEngineError } from './errors.ts'
import type { ImportRequest } from './import-types.ts'
import type { CsvDialect, Inspected } from './process/messages.ts'

export type ImportPlan = {
  /** The file's columns in the file's order. */
  readonly columns: readonly TableColumn[]
  readonly dialect: CsvDialect | null
}

/**
 * Columns of the file with the types of the given schema, or as inspected when none is given.
 * @throws EngineError `import.bad_schema` when the file's columns are not those of the schema.
 */
export function makePlan(request: ImportRequest, inspected: Inspected): ImportPlan {
  const { schema, format } = request
  if (schema === undefined) return { columns: inspected.columns, dialect: inspected.dialect }
  const byPosition = format === 'csv' && request.csv?.header === false
  const names = inspected.columns.map((column) => column.name)
  if (byPosition) {
    if (names.length !== schema.length)
      throw makeEngineError('import.bad_schema', { detail: describeCount(names, schema) })
    return { columns: schema, dialect: inspected.dialect }
  }
  const missing = format === 'ndjson' ? [] : schema.filter((column) => !names.includes(column.name)).map(nameOf)
  checkNoStrangers(inspected.columns, schema, missing)
  if (format === 'ndjson') return { columns: schema, dialect: null }
  const types = new Map(schema.map((column) => [column.name, column.type]))
  return { columns: names.map((name) => ({ name, type: types.get(name) ?? 'VARCHAR' })), dialect: inspected.dialect }
}

const nameOf = (column: TableColumn): string => column.name

/** @throws EngineError `import.bad_schema` naming, in its sealed detail, columns that only one side has. */
export function checkNoStrangers(
  found: readonly TableColumn[],
  schema: readonly TableColumn[],
  missing: readonly string[] = [],
): void {
  const known = new Set(schema.map(nameOf))
  const strange = found.map(nameOf).filter((name) => !known.has(name))
  if (missing.length === 0 && strange.length === 0) return
  const parts = [
    ...(missing.length === 0 ? [] : [`The file lacks: ${missing.join(', ')}.`]),
    ...(strange.length === 0 ? [] : [`The schema lacks: ${strange.join(', ')}.`]),
  ]
  throw makeEngineError('import.bad_schema', { detail: parts.join(' ') })
}

function describeCount(names: readonly string[], schema: readonly TableColumn[]): string {
  return `The file has ${names.length} columns, the schema ${schema.length}.`
}
