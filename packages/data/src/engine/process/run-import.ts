/** Import, one part at a time: says what a part's columns are, and turns a part into a Parquet data file. */
import { statSync } from 'node:fs'
import type { TableColumn } from '../engine.ts'
import type { EngineCode } from '../errors.ts'
import { storedTypeOf } from '../types.ts'
import { findCarefulColumns, inspectCsv, readCsvSource, withReadablePart } from './csv-source.ts'
import { findRefusedCsvRows, findRejectedRows } from './csv-refusal.ts'
import { toFailure, Failure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import { findRefusedJsonRows, inspectJson, readJsonSource } from './json-source.ts'
import type {
  Converted,
  ConvertMessage,
  Inspected,
  InspectMessage,
  ProcessSettings,
  RefusedRow,
  ScanMessage,
  WrittenFile,
} from './messages.ts'
import { findRefusedParquetRows, inspectParquet, readParquetSource } from './parquet-source.ts'
import { isTypeText, quoteName } from './sql-text.ts'
import { watch } from './watch.ts'
import { writeOneFile, writeSplitFiles } from './write-files.ts'

/** @throws Failure `import.bad_file` (not of its format at all), `import.empty`, `import.bad_schema` (no such type). */
export async function inspectPart(
  instance: Instance,
  settings: ProcessSettings,
  message: InspectMessage,
): Promise<Inspected> {
  const path = `${settings.data}/${message.part}`
  if (statSync(path).size === 0) throw new Failure({ code: 'import.empty' })
  await checkTypes(instance, message.schema)
  const inspectors = {
    csv: () => inspectCsv(instance, settings, message),
    ndjson: () => inspectJson(instance, path),
    parquet: () => inspectParquet(instance, path),
  }
  return inspectors[message.format]()
}

async function checkTypes(instance: Instance, schema: readonly TableColumn[]): Promise<void> {
  if (schema.length === 0) return
  if (schema.some((column) => !isTypeText(column.type))) throw new Failure({ code: 'import.bad_schema' })
  try {
    await instance.rows(`SELECT ${schema.map((column) => `CAST(NULL AS ${column.type})`).join(', ')}`)
  } catch (error) {
    const { detail } = toFailure(error).failure
    throw new Failure({ code: 'import.bad_schema', ...(detail === undefined ? {} : { detail }) })
  }
}

/** Gives the first row that does not fit instead of rows when there is one. @throws Failure for all else. */
export async function convertPart(
  instance: Instance,
  settings: ProcessSettings,
  message: ConvertMessage,
  signal: AbortSignal,
): Promise<Converted> {
  if (message.columns.some((column) => !isTypeText(column.type))) throw new Failure({ code: 'import.bad_schema' })
  const path = `${settings.data}/${message.part}`
  const output = `${settings.scratch}/${message.output}`
  const watched = watch(instance.connection, message.limits, output, signal)
  const attempt = { instance, message, path, output, isEnded: () => watched.reason }
  try {
    if (message.format !== 'csv' || message.dialect === null) return await convertSource(attempt)
    const part = { path, scratch: settings.scratch, header: message.header, dialect: message.dialect }
    return await withReadablePart(part, async ({ path, header, added }) =>
      withoutLeadingLine(await convertSource({ ...attempt, path, message: { ...message, header } }), added),
    )
  } finally {
    watched.stop()
  }
}

function withoutLeadingLine(converted: Converted, added: number): Converted {
  if (!('refused' in converted) || added === 0) return converted
  return { refused: converted.refused.map((row) => shiftBack(row, added)) }
}

function shiftBack({ offset, record, ...rest }: RefusedRow, added: number): RefusedRow {
  return { ...rest, offset: offset && offset - added, record: record && record - 1 }
}

/** Records of a part that are not of its shape, whatever their values. @throws Failure with an `engine.` code. */
export async function scanPart(
  instance: Instance,
  settings: ProcessSettings,
  message: ScanMessage,
  signal: AbortSignal,
): Promise<readonly RefusedRow[]> {
  const path = `${settings.data}/${message.part}`
  const watched = watch(instance.connection, message.limits, path, signal)
  try {
    if (message.format === 'ndjson') return await findRefusedJsonRows(instance, path, { ...message, ...noColumns })
    return await scanCsv(instance, settings.scratch, path, message)
  } catch (error) {
    throw watched.reason === null ? toFailure(error) : new Failure({ code: watched.reason })
  } finally {
    watched.stop()
  }
}

const noColumns = { columns: [], required: [] }

async function scanCsv(
  instance: Instance,
  scratch: string,
  path: string,
  { dialect, header, columns, mostRefused }: ScanMessage,
): Promise<readonly RefusedRow[]> {
  if (dialect === null) return []
  const asText = columns.map(({ name }) => ({ name, type: 'VARCHAR' }))
  return withReadablePart({ path, scratch, header, dialect }, async (part) => {
    const rows = await findRejectedRows(instance, part.path, {
      dialect,
      mostRefused,
      columns: asText,
      header: part.header,
    })
    return part.added === 0 ? rows : rows.map((row) => shiftBack(row, part.added))
  })
}

type Attempt = {
  readonly instance: Instance
  readonly message: ConvertMessage
  readonly path: string
  readonly output: string
  readonly isEnded: () => EngineCode | null
}

async function convertSource(attempt: Attempt): Promise<Converted> {
  const { instance, message, path, output } = attempt
  try {
    const files = await writeDataFiles(instance, readSource(path, message), message, output)
    return { files, careful: message.careful }
  } catch (error) {
    const ended = attempt.isEnded()
    if (ended !== null) throw new Failure({ code: ended })
    return explainFailure(attempt, toFailure(error))
  }
}

function readSource(path: string, message: ConvertMessage): string {
  if (message.format === 'csv') return readCsvSource(path, message)
  return message.format === 'ndjson' ? readJsonSource(path, message.columns) : readParquetSource(path, message)
}

function writeDataFiles(
  instance: Instance,
  source: string,
  message: ConvertMessage,
  output: string,
): Promise<readonly WrittenFile[]> {
  const list = message.columns.map((column) => storeColumn(column, message.required))
  const query = `SELECT ${list.join(', ')} FROM ${source}`
  const write = message.format === 'parquet' ? writeSplitFiles : writeOneFile
  return write(instance, query, message, output)
}

function storeColumn(column: TableColumn, required: readonly string[]): string {
  const name = quoteName(column.name)
  const stored = storedTypeOf(column.type)
  const value = stored === column.type ? name : `CAST(${name} AS ${stored})`
  if (!required.includes(column.name)) return value === name ? name : `${value} AS ${name}`
  return `CASE WHEN ${name} IS NULL THEN error('null in key') ELSE ${value} END AS ${name}`
}

async function explainFailure(attempt: Attempt, { failure }: Failure): Promise<Converted> {
  if (failure.code.startsWith('engine.') || failure.code === 'query.cancelled') throw new Failure(failure)
  const { instance, message, path } = attempt
  const refused = await findRefusedRows(attempt)
  if (refused.length > 0) return { refused }
  const careful = message.format === 'csv' ? await findCarefulColumns(instance, path, message) : []
  if (careful.length === message.careful.length) throw badFile(failure.detail)
  // Every row fits as soon as these columns are looked at closely.
  return convertSource({ ...attempt, message: { ...message, careful } })
}

function findRefusedRows({ instance, message, path }: Attempt): Promise<readonly RefusedRow[]> {
  const find = { csv: findRefusedCsvRows, ndjson: findRefusedJsonRows, parquet: findRefusedParquetRows }
  return find[message.format](instance, path, message)
}

const badFile = (detail: string | undefined): Failure =>
  new Failure({ code: 'import.bad_file', ...(detail === undefined ? {} : { detail }) })
