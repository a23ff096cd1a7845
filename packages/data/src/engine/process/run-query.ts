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
/** Types where the value alone does not tell one: an empty list has none. */
type Bound = { readonly values: Values; readonly types: NonNullable<Parameters<Instance['rows']>[2]> }

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
    const given = await bindParameters(instance, message.parameters)
    const explained = statement.kind === 'select' ? undefined : await explain(instance, statement.sql, given)
    const source = explained ?? statement.sql
    const bound = explained === undefined ? given : unbound
    const columns = await describe(instance, source, bound)
    const rows = await copyToParquet(instance, { source, bound, columns, output, limit: message.limits.resultBytes })
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
  if (input.files.every((file) => file.endsWith('.ndjson'))) {
    const types = columns.map((column) => `${quoteName(column.name)}: ${quoteText(column.type)}`).join(', ')
    return `CREATE VIEW ${name} AS FROM read_json([${files}], format = 'newline_delimited', columns = {${types}})`
  }
  const list = columns.map((column) => `${castColumn(column)} AS ${quoteName(column.name)}`)
  return `CREATE VIEW ${name} AS SELECT ${list.length === 0 ? '*' : list.join(', ')} FROM read_parquet([${files}])`
}

/** Lets DuckDB parse each parameter's text as its type, so that a value is never part of SQL. */
async function bindParameters(instance: Instance, parameters: Readonly<Record<string, Parameter>>): Promise<Bound> {
  const bound: Bound = { values: {}, types: {} }
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!isTypeText(parameter.type)) throw new Failure({ code: 'query.bad_parameter' })
    try {
      const { sql, texts } = castParameter(parameter)
      const { value, type } = await instance.value(sql, texts)
      bound.values[name] = value
      if (Array.isArray(parameter.value)) bound.types[name] = type
    } catch (error) {
      const { detail } = toFailure(error).failure
      throw new Failure({ code: 'query.bad_parameter', ...(detail === undefined ? {} : { detail }) })
    }
  }
  return bound
}

const unbound: Bound = { values: {}, types: {} }

function castParameter({ type, value }: Parameter): { sql: string; texts: Record<string, string | null> } {
  if (value === null || typeof value === 'string') {
    return { sql: `SELECT CAST($value::VARCHAR AS ${type})`, texts: { value } }
  }
  const items = value.map((_, index) => `CAST($value${index}::VARCHAR AS ${type})`)
  const texts = Object.fromEntries(value.map((item, index) => [`value${index}`, item]))
  return { sql: `SELECT CAST([${items.join(', ')}] AS ${type}[])`, texts }
}

/** EXPLAIN cannot stand in FROM: its text becomes rows of its own. */
async function explain(instance: Instance, sql: string, { values, types }: Bound): Promise<string> {
  const rows = await instance.rows(sql, values, types)
  const tuples = rows.map((row) => `(${row.map((cell) => quoteText(String(cell))).join(', ')})`)
  return `SELECT * FROM (VALUES ${tuples.join(', ')}) AS plan(explain_key, explain_value)`
}

async function describe(instance: Instance, sql: string, { values, types }: Bound): Promise<readonly ResultColumn[]> {
  const prefix = 'DESCRIBE FROM (\n'
  let rows: readonly (readonly unknown[])[]
  try {
    rows = await instance.rows(`${prefix}${sql}\n)`, values, types)
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
  readonly bound: Bound
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
      copy.bound.values,
      copy.bound.types,
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
