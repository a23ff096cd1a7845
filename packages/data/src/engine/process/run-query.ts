/** Runs one reading statement to a Parquet file. */
import { statSync } from 'node:fs'
import type { Parameter, ResultColumn, TableInput } from '../engine.ts'
import { parquetTypeOf } from '../types.ts'
import { Failure, toFailure } from './duck-error.ts'
import type { Instance } from './instance.ts'
import type { ProcessSettings, QueryMessage, QueryReply } from './messages.ts'
import { castColumn, isTypeText, quoteName, quoteText } from './sql-text.ts'
import type { StatementParser } from './statement.ts'
import { watch } from './watch.ts'

type Values = NonNullable<Parameters<Instance['rows']>[1]>

type Surroundings = {
  readonly instance: Instance
  readonly settings: ProcessSettings
  readonly parser: StatementParser
}

/** @throws Failure with a `query.` or `engine.` code. */
export async function runQuery(
  { instance, settings, parser }: Surroundings,
  message: QueryMessage,
  signal: AbortSignal,
): Promise<QueryReply> {
  const started = performance.now()
  const output = `${settings.scratch}/${message.output}`
  const watched = watch(instance.connection, message.limits, output, signal)
  try {
    await createTables(instance, settings, message.tables)
    const statement = await parser.parse(instance, message.sql)
    const values = await bindParameters(instance, message.parameters)
    const source = statement.kind === 'select' ? statement.sql : await explain(instance, statement.sql, values)
    const columns = await describe(instance, source, values)
    const rows = await copyToParquet(instance, { source, values, columns, output, limit: message.limits.resultBytes })
    return { columns, rows, elapsedMs: performance.now() - started }
  } catch (error) {
    throw watched.reason === null ? toFailure(error) : new Failure({ code: watched.reason })
  } finally {
    watched.stop()
  }
}

/** Makes the tables that SQL may name. @throws Failure `engine.bad_request` */
export async function createTables(
  instance: Instance,
  settings: ProcessSettings,
  tables: readonly TableInput[],
): Promise<void> {
  if (tables.length === 0) return
  const schemas = new Set(tables.map((input) => input.bucket))
  const statements = [
    ...[...schemas].map((bucket) => `CREATE SCHEMA IF NOT EXISTS ${quoteName(bucket)}`),
    ...tables.map((input) => createTable(input, settings.data)),
  ]
  try {
    await instance.connection.run(statements.join(';\n'))
  } catch (error) {
    throw badTables(toFailure(error).failure.detail)
  }
}

const badTables = (detail?: string): Failure =>
  new Failure({ code: 'engine.bad_request', ...(detail === undefined ? {} : { detail }) })

function createTable(input: TableInput, data: string): string {
  const name = `${quoteName(input.bucket)}.${quoteName(input.table)}`
  const columns = input.columns ?? []
  if (columns.some((column) => !isTypeText(column.type))) throw badTables()
  if (input.files.length === 0) {
    if (columns.length === 0) throw badTables()
    return `CREATE TABLE ${name} (${columns.map((column) => `${quoteName(column.name)} ${column.type}`).join(', ')})`
  }
  const files = input.files.map((file) => quoteText(`${data}/${file}`)).join(', ')
  const list = columns.map((column) => `${castColumn(column)} AS ${quoteName(column.name)}`)
  return `CREATE VIEW ${name} AS SELECT ${list.length === 0 ? '*' : list.join(', ')} FROM read_parquet([${files}])`
}

/** Lets DuckDB parse each parameter's text as its type, so that a value is never part of SQL. */
async function bindParameters(instance: Instance, parameters: Readonly<Record<string, Parameter>>): Promise<Values> {
  const values: Record<string, Values[string]> = {}
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!isTypeText(parameter.type)) throw new Failure({ code: 'query.bad_parameter' })
    try {
      const rows = await instance.rows(`SELECT CAST($value::VARCHAR AS ${parameter.type})`, { value: parameter.value })
      values[name] = rows[0]?.[0] as Values[string]
    } catch (error) {
      const { detail } = toFailure(error).failure
      throw new Failure({ code: 'query.bad_parameter', ...(detail === undefined ? {} : { detail }) })
    }
  }
  return values
}

/** EXPLAIN cannot stand in FROM: its text becomes rows of its own. */
async function explain(instance: Instance, sql: string, values: Values): Promise<string> {
  const rows = await instance.rows(sql, values)
  const tuples = rows.map((row) => `(${row.map((cell) => quoteText(String(cell))).join(', ')})`)
  for (const name of Object.keys(values)) delete values[name]
  return `SELECT * FROM (VALUES ${tuples.join(', ')}) AS plan(explain_key, explain_value)`
}

async function describe(instance: Instance, sql: string, values: Values): Promise<readonly ResultColumn[]> {
  const prefix = 'DESCRIBE FROM (\n'
  let rows: readonly (readonly unknown[])[]
  try {
    rows = await instance.rows(`${prefix}${sql}\n)`, values)
  } catch (error) {
    throw toFailure(error, prefix.length)
  }
  const taken = new Set<string>()
  return rows.map(([name, type]) => ({
    name: String(name),
    type: String(type),
    parquetName: takeName(String(name), taken),
    parquetType: parquetTypeOf(String(type)),
  }))
}

/** Parquet readers go by name, many without regard to case. */
function takeName(name: string, taken: Set<string>): string {
  let unique = name
  for (let count = 1; taken.has(unique.toLowerCase()); count += 1) unique = `${name}_${count}`
  taken.add(unique.toLowerCase())
  return unique
}

type Copy = {
  readonly source: string
  readonly values: Values
  readonly columns: readonly ResultColumn[]
  readonly output: string
  readonly limit: number
}

async function copyToParquet(instance: Instance, copy: Copy): Promise<number> {
  const aliases = copy.columns.map((_, index) => `c${index}`)
  const list = copy.columns.map((column, index) => selectColumn(column, `c${index}`))
  const metadata = quoteText(JSON.stringify(copy.columns))
  const prefix = `COPY (SELECT ${list.join(', ')} FROM (\n`
  let counted: readonly (readonly unknown[])[]
  try {
    counted = await instance.rows(
      `${prefix}${copy.source}\n) AS result(${aliases.join(', ')})) TO ${quoteText(copy.output)}
       (FORMAT parquet, COMPRESSION snappy, KV_METADATA {'keyhold.columns': ${metadata}})`,
      copy.values,
    )
  } catch (error) {
    throw toFailure(error, prefix.length)
  }
  if (statSync(copy.output).size > copy.limit) throw new Failure({ code: 'engine.result_too_large' })
  return Number(counted[0]?.[0] ?? (await readRowCount(instance, copy.output)))
}

/** COPY gives no count when a PIVOT made it several statements. */
async function readRowCount(instance: Instance, path: string): Promise<unknown> {
  const rows = await instance.rows(`SELECT num_rows FROM parquet_file_metadata(${quoteText(path)})`)
  return rows[0]?.[0]
}

function selectColumn(column: ResultColumn, alias: string): string {
  const value = column.parquetType === column.type ? alias : `CAST(${alias} AS ${column.parquetType})`
  return `${value} AS ${quoteName(column.parquetName)}`
}
