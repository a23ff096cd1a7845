/** Results for tests as they really come: DuckDB writes Parquet as the data plane has it, the client's reader reads it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection, type DuckDBType, type DuckDBValue } from '@duckdb/node-api'
import { readResultTable, type ResultTable } from '@keyhold/client'
import type { QueryParameter, ResultColumn } from '@keyhold/contract'

/** Kinds that a result's file holds as they are; all others are texts. */
const kept =
  /^(BOOLEAN|U?(TINY|SMALL|BIG)?INT(EGER)?|FLOAT|DOUBLE|VARCHAR|BLOB|DATE|TIMESTAMP(_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

export type SqlRunner = {
  /** Runs a SELECT with its parameters bound as the data plane binds them. */
  readonly run: (sql: string, parameters?: readonly QueryParameter[]) => Promise<ResultTable>
  /** Runs statements without a result. */
  readonly execute: (sql: string) => Promise<void>
  readonly close: () => void
}

/** A DuckDB of its own, in memory. */
export async function startDuck(): Promise<SqlRunner> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-web-'))
  const instance = await DuckDBInstance.create(':memory:')
  const duck = await instance.connect()
  await duck.run("SET TimeZone = 'UTC'")
  const run: SqlRunner['run'] = async (sql, parameters = []) => {
    const { values, types } = await bind(duck, parameters)
    const path = join(folder, 'result.parquet')
    const described = (await duck.runAndReadAll(`DESCRIBE FROM (\n${sql}\n)`, values, types)).getRows()
    const columns: ResultColumn[] = described.map(([name, type]) => ({
      name: String(name),
      type: String(type),
      stored: kept.test(String(type)) ? String(type) : 'VARCHAR',
    }))
    const list = columns.map(({ stored }, index) => `c${index}::${stored} AS ${quote(`c${index}`)}`)
    const aliases = columns.map((_, index) => `c${index}`).join(', ')
    const copied = await duck.runAndReadAll(
      `COPY (SELECT ${list.join(', ')} FROM (\n${sql}\n) AS r(${aliases})) TO '${path}' (FORMAT parquet)`,
      values,
      types,
    )
    const bytes = readFileSync(path)
    const read = async (offset: number, length: number): Promise<Uint8Array> => bytes.subarray(offset, offset + length)
    return readResultTable({ bodyLength: bytes.length, read }, { columns, rows: Number(copied.getRows()[0]?.[0]) })
  }
  return {
    run,
    execute: async (sql) => void (await duck.run(sql)),
    close: () => {
      duck.closeSync()
      instance.closeSync()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const engineTypes: Readonly<Record<QueryParameter['type'], string>> = {
  text: 'VARCHAR',
  integer: 'HUGEINT',
  decimal: 'DECIMAL(38, 9)',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

async function bind(duck: DuckDBConnection, parameters: readonly QueryParameter[]) {
  const values: Record<string, DuckDBValue> = {}
  const types: Record<string, DuckDBType> = {}
  for (const { name, type, value } of parameters) {
    const given = Array.isArray(value) ? value : [value]
    const items = given.map((_, index) => `CAST($v${index}::VARCHAR AS ${engineTypes[type]})`)
    const texts = Object.fromEntries(given.map((item, index) => [`v${index}`, item]))
    const reader = await duck.runAndReadAll(
      Array.isArray(value) ? `SELECT CAST([${items.join(', ')}] AS ${engineTypes[type]}[])` : `SELECT ${items[0]}`,
      texts,
    )
    values[name] = reader.value(0, 0)
    types[name] = reader.columnType(0)
  }
  return { values, types }
}
