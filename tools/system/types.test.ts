/** Every type, value by value, from a CSV and from a Parquet file through both planes to what the shell prints. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { kindOfType, parquetForms, storedTypeOf } from '../../packages/data/src/engine/types.ts'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'
import { parseCsv } from './parse-csv.ts'

/** Values of each type as SQL; edges first. */
const values: Readonly<Record<string, readonly string[]>> = {
  BOOLEAN: ['true', 'false'],
  TINYINT: ['-128', '127', '0'],
  SMALLINT: ['-32768', '32767'],
  INTEGER: ['-2147483648', '2147483647'],
  BIGINT: ['-9223372036854775808', '9223372036854775807', '9007199254740993', '9007199254740991'],
  UTINYINT: ['0', '255'],
  USMALLINT: ['65535'],
  UINTEGER: ['4294967295', '2147483648'],
  UBIGINT: ['18446744073709551615', '9223372036854775808', '0'],
  HUGEINT: ["'-170141183460469231731687303715884105728'", "'170141183460469231731687303715884105727'", '0'],
  UHUGEINT: ["'340282366920938463463374607431768211455'"],
  BIGNUM: ["'123456789012345678901234567890123456789012345678901234567890'", "'-1'"],
  FLOAT: ["'nan'", "'inf'", "'-inf'", "'-0.0'", '0.1', '16777216', '3.4028235e38', '1e-45', '1e15'],
  DOUBLE: ["'nan'", "'inf'", "'-inf'", "'-0.0'", '0.1', '1.7976931348623157e308', '5e-324', '1e21', '1e-5'],
  'DECIMAL(4,1)': ['-999.9', '0.1'],
  'DECIMAL(18,3)': ['123456789012345.678', '-0.001'],
  'DECIMAL(38,10)': ["'9999999999999999999999999999.9999999999'", "'-0.0000000001'"],
  VARCHAR: ["''", "'łąka 🦆'", "'a''b\"c, d'", "'NULL'", "' x '", 'chr(9) || chr(10) || chr(13)'],
  BLOB: [String.raw`'\x00\xFF\x80abc'`, "'plain'"],
  BIT: ["'0'", "'10101'", "'111111111000000000'"],
  UUID: ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
  DATE: ["'1970-01-01'", "'5881580-07-10'", "'infinity'", "'-infinity'", "'0001-01-01'", "'0044-03-15 (BC)'"],
  TIME: ["'00:00:00'", "'23:59:59.999999'", "'24:00:00'"],
  TIME_NS: ["'23:59:59.999999999'"],
  'TIME WITH TIME ZONE': ["'00:00:00+15:59:59'", "'24:00:00-15:59:59'", "'12:34:56.789012+02'"],
  TIMESTAMP: [
    "'1970-01-01 00:00:00'",
    "'290309-12-22 (BC) 00:00:00'",
    "'294247-01-10 04:00:54.775806'",
    "'infinity'",
    "'-infinity'",
    "'1969-12-31 23:59:59.999999'",
  ],
  TIMESTAMP_S: ["'1970-01-01 00:00:00'", "'infinity'", "'2024-02-29 12:34:56'"],
  TIMESTAMP_MS: ["'2024-02-29 12:34:56.789'", "'1969-12-31 23:59:59.999'", "'infinity'"],
  TIMESTAMP_NS: ["'2024-02-29 12:34:56.789012345'", "'1677-09-22 00:00:00'", "'infinity'"],
  'TIMESTAMP WITH TIME ZONE': ["'2024-02-29 12:34:56.789012+02'", "'infinity'", "'1969-12-31 23:59:59.999999+00'"],
  INTERVAL: ["'0 days'", "'83 years 3 months 999 days 00:16:39.999999'", "'-1 month'", "'1 microsecond'"],
  "ENUM('sad', 'it''s', 'ł')": ["'sad'", "'it''s'", "'ł'"],
  JSON: [`'{"a": [1, null, "x"], "b": 1e400}'`, "'null'"],
  'INTEGER[]': ['[]', '[1, NULL, -2]'],
  'VARCHAR[]': ["['', 'a, b', NULL, '[', '''']"],
  'DECIMAL(18,2)[][]': ['[[1.25], [], NULL]'],
  'INTEGER[3]': ['[1, 2, 3]', '[NULL, 2, 3]'],
  'STRUCT(a INTEGER, "b c" VARCHAR)': ["{'a': 1, 'b c': 'x, y'}", "{'a': NULL, 'b c': NULL}"],
  'STRUCT(t TIMESTAMP, h HUGEINT[])': [
    "{'t': '2024-02-29 12:34:56.789012', 'h': [1::HUGEINT, '-170141183460469231731687303715884105728'::HUGEINT]}",
  ],
  'MAP(VARCHAR, INTERVAL)': ["MAP {'k': INTERVAL 1 MICROSECOND}", 'MAP {}'],
  'UNION(num INTEGER, str VARCHAR)': ['union_value(num := 2)', "union_value(str := 'two')"],
  VARIANT: ["'x'", "'y, z'"],
}

const columns = Object.keys(values).map((type, index) => ({ name: `c${index}`, type }))
const rowCount = Math.max(...Object.values(values).map((list) => list.length)) + 1

let place: TestInstallation
let duck: DuckDBConnection
let expected: (string | null)[][]

before(async () => {
  ;[place, duck] = await Promise.all([startTestInstallation(), openDuck()])
  expected = await readTexts()
  writeFileSync(join(place.folder, 'schema.json'), JSON.stringify(columns))
})

after(async () => {
  duck.closeSync()
  await place.end()
})

/** A table with a column of each type; the last row is NULL throughout. */
async function openDuck(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run("SET TimeZone = 'UTC'")
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const cells = columns.map(({ name, type }) => `CAST(${values[type]?.[row] ?? 'NULL'} AS ${type}) AS ${name}`)
    return `SELECT ${row} AS n, ${cells.join(', ')}`
  })
  await connection.run(`CREATE TABLE source AS ${rows.join(' UNION ALL ')}`)
  return connection
}

async function readTexts(): Promise<(string | null)[][]> {
  const list = columns.map(({ name }) => `${name}::VARCHAR`)
  const result = await duck.runAndReadAll(`SELECT ${list.join(', ')} FROM source ORDER BY n`)
  return result.getRows().map((row) => row.map((cell) => (cell === null ? null : String(cell))))
}

const select = `SELECT ${columns.map(({ name }) => name).join(', ')} FROM types`

async function load(file: string, table: string, form: (type: string) => string, options: string): Promise<void> {
  const path = join(place.folder, file)
  const list = columns.map(({ name, type }) => `CAST(${name} AS ${form(type)}) AS ${name}`)
  await duck.run(`COPY (SELECT ${list.join(', ')} FROM source ORDER BY n) TO '${path}' (${options})`)
  const { files } = await place.owner.json<{ files: { rows: number }[] }>([
    'upload',
    path,
    table,
    '--schema',
    join(place.folder, 'schema.json'),
  ])
  assert.equal(files[0]?.rows, rowCount)
}

async function ask(table: string, format: string): Promise<string> {
  const result = await place.owner.run(['query', select.replace('types', table), '--format', format])
  assert.equal(result.code, 0, result.stderr)
  return result.stdout
}

/** Says which type differs, not only that one does. */
function assertTexts(rows: readonly (readonly (string | null)[])[]): void {
  assert.equal(rows.length, rowCount)
  for (const [at, { type }] of columns.entries()) {
    assert.deepEqual(
      rows.map((row) => row[at]),
      expected.map((row) => row[at]),
      type,
    )
  }
}

/** JSON has numbers only where they are exactly the value, `true` and `false`, and else the engine's text. */
function matches(cell: unknown, text: string | null): boolean {
  if (typeof cell === 'number')
    return /^-?\d+$/.test(text ?? '') ? String(cell) === text : Object.is(cell, Number(text))
  return typeof cell === 'boolean' ? String(cell) === text : cell === text
}

async function assertShown(table: string): Promise<void> {
  const [head, ...rows] = parseCsv(await ask(table, 'csv'))
  assert.deepEqual(
    head,
    columns.map(({ name }) => name),
  )
  assertTexts(rows)
  const objects = JSON.parse(await ask(table, 'json')) as Record<string, unknown>[]
  for (const [at, { name, type }] of columns.entries()) {
    for (const [row, object] of objects.entries()) {
      const text = expected[row]?.[at] ?? null
      assert.ok(matches(object[name], text), `${type}: ${JSON.stringify(object[name])} is not ${text}`)
    }
  }
}

test('every type of the engine’s table is tried', () => {
  const tried = new Set(columns.map(({ type }) => kindOfType(type)))
  const untried = Object.keys(parquetForms).filter((kind) => !tried.has(kind as keyof typeof parquetForms))
  assert.deepEqual(untried, ['GEOMETRY', '"NULL"'])
})

test('each value of a CSV file is printed as DuckDB writes it', async () => {
  await load('types.csv', 'types.csv', () => 'VARCHAR', 'FORMAT csv, HEADER')
  await assertShown('types.csv')
})

test('each value of a Parquet file is printed as DuckDB writes it', async () => {
  await load('types.parquet', 'types.parquet', storedTypeOf, 'FORMAT parquet, PARQUET_VERSION v2')
  await assertShown('types.parquet')
})
