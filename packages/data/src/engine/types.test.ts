/** Every DuckDB type, value by value: engine → Parquet → hyparquet gives what DuckDB itself says. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { Lease } from './pool.ts'
import { readResult } from './testing/read-result.ts'
import { openTestPool, testLimits, type TestPool } from './testing/test-pool.ts'
import { kindOfType, parquetForms, parquetTypeOf, storedTypeOf } from './types.ts'

/** Values of each type as SQL; edges first. */
const values: Readonly<Record<string, readonly string[]>> = {
  BOOLEAN: ['true', 'false'],
  TINYINT: ['-128', '127', '0'],
  SMALLINT: ['-32768', '32767'],
  INTEGER: ['-2147483648', '2147483647'],
  BIGINT: ['-9223372036854775808', '9223372036854775807', '9007199254740993'],
  UTINYINT: ['0', '255'],
  USMALLINT: ['65535'],
  UINTEGER: ['4294967295', '2147483648'],
  UBIGINT: ['18446744073709551615', '9223372036854775808', '0'],
  HUGEINT: ["'-170141183460469231731687303715884105728'", "'170141183460469231731687303715884105727'", '0'],
  UHUGEINT: ["'340282366920938463463374607431768211455'"],
  BIGNUM: ["'123456789012345678901234567890123456789012345678901234567890'", "'-1'"],
  FLOAT: ["'nan'", "'inf'", "'-inf'", "'-0.0'", '0.1', '16777217', '3.4028235e38', '1e-45', '1e15'],
  DOUBLE: [
    "'nan'",
    "'inf'",
    "'-inf'",
    "'-0.0'",
    '0.1',
    '1.7976931348623157e308',
    '5e-324',
    '1e21',
    '123456789012345680',
  ],
  'DECIMAL(4,1)': ['-999.9', '0.1'],
  'DECIMAL(18,3)': ['123456789012345.678', '-0.001'],
  'DECIMAL(38,10)': ["'9999999999999999999999999999.9999999999'", "'-0.0000000001'"],
  'DECIMAL(38,0)': ["'99999999999999999999999999999999999999'"],
  VARCHAR: ["''", "'łąka 🦆'", "'a''b\"c'", "'NULL'", "' x '", 'chr(9) || chr(10)', "'x' || chr(0) || 'y'"],
  BLOB: ["''", String.raw`'\x00\xFF\x80abc'`, "'plain'"],
  BIT: ["'0'", "'10101'", "'111111111000000000'"],
  UUID: [
    "'00000000-0000-0000-0000-000000000000'",
    "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
    "'a81bc81b-dead-4e5d-abff-90865d1e13b1'",
  ],
  DATE: [
    "'1970-01-01'",
    "'5877642-06-25 (BC)'",
    "'5881580-07-10'",
    "'infinity'",
    "'-infinity'",
    "'0001-01-01'",
    "'0044-03-15 (BC)'",
  ],
  TIME: ["'00:00:00'", "'23:59:59.999999'", "'24:00:00'"],
  TIME_NS: ["'23:59:59.999999999'"],
  'TIME WITH TIME ZONE': ["'00:00:00+15:59:59'", "'24:00:00-15:59:59'", "'12:34:56.789012+02'"],
  TIMESTAMP: [
    "'1970-01-01 00:00:00'",
    "'290309-12-22 (BC) 00:00:00'",
    "'294247-01-10 04:00:54.775806'",
    "'infinity'",
    "'-infinity'",
    "'2024-02-29 12:34:56.789012'",
    "'1969-12-31 23:59:59.999999'",
  ],
  TIMESTAMP_S: ["'1970-01-01 00:00:00'", "'290309-12-22 (BC) 00:00:00'", "'infinity'", "'2024-02-29 12:34:56'"],
  TIMESTAMP_MS: ["'2024-02-29 12:34:56.789'", "'1969-12-31 23:59:59.999'", "'infinity'"],
  TIMESTAMP_NS: [
    "'2024-02-29 12:34:56.789012345'",
    "'1677-09-22 00:00:00'",
    "'2262-04-11 23:47:16.854775806'",
    "'infinity'",
  ],
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
  VARIANT: ['42', '[1, 2]'],
  '"NULL"': ['NULL'],
}

let opened: TestPool
let lease: Lease
let duck: DuckDBConnection

before(async () => {
  opened = await openTestPool()
  lease = await opened.pool.acquire('types')
  duck = await (await DuckDBInstance.create(':memory:')).connect()
  await duck.run("SET TimeZone = 'UTC'")
})

after(async () => {
  duck.closeSync()
  await opened.close()
})

/** Values of types that Parquet holds as they are, in the form that a raw reader gives. */
const rawForms: Readonly<Record<string, string>> = {
  DATE: "v - DATE '1970-01-01'",
  TIMESTAMP: 'epoch_us(v)',
  'TIMESTAMP WITH TIME ZONE': 'epoch_us(v)',
  TIMESTAMP_MS: 'epoch_ms(v)',
  TIMESTAMP_NS: 'epoch_ns(v)',
}

const infinite = { infinity: 1n, '-infinity': -1n } as const

function toComparable(type: string, cell: unknown): unknown {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('hex')
  if (type === 'FLOAT' || type === 'DOUBLE' || type === 'BOOLEAN' || cell === null || cell === undefined)
    return cell ?? null
  return typeof cell === 'bigint' || typeof cell === 'number' ? cell.toString() : cell
}

/** What DuckDB says the raw value is, by its own functions; what is endless has no number there. */
async function askDuck(type: string, value: string): Promise<unknown> {
  const form = rawForms[type] ?? 'v'
  const text = (
    await duck.runAndReadAll(`SELECT v::VARCHAR FROM (SELECT CAST(${value} AS ${type}) AS v)`)
  ).getRows()[0]?.[0]
  const sign = infinite[text as keyof typeof infinite]
  if (sign !== undefined && type in rawForms)
    return String(sign * (type === 'DATE' ? 2_147_483_647n : 9_223_372_036_854_775_807n))
  const [row] = (await duck.runAndReadAll(`SELECT ${form} FROM (SELECT CAST(${value} AS ${type}) AS v)`)).getRows()
  const cell = row?.[0]
  const bytes = cell !== null && typeof cell === 'object' && 'bytes' in cell ? cell.bytes : cell
  return toComparable(type, bytes)
}

for (const [type, list] of Object.entries(values)) {
  test(`${type} comes out of a result as it went in`, async () => {
    for (const value of [...list, 'NULL']) {
      const sql = `SELECT CAST(${value} AS ${type}) AS v`
      const result = await lease.engine.query({ tables: [], sql, limits: testLimits })
      const { rows } = await readResult(result.path)
      const [column] = result.columns
      assert.equal(column?.parquetType, parquetTypeOf(column?.type ?? ''))
      const text = (await duck.runAndReadAll(`SELECT v::VARCHAR FROM (${sql})`)).getRows()[0]?.[0]
      const expected = column?.parquetType === 'VARCHAR' ? text : await askDuck(type, value)
      assert.deepEqual(toComparable(column?.parquetType ?? '', rows[0]?.['v']), expected, value)
      await lease.engine.dropResult(result)
    }
  })
}

test('every type that DuckDB can show has its place in the table', async () => {
  const all = (await duck.runAndReadAll('SELECT column_type FROM (DESCRIBE FROM test_all_types())')).getRows()
  for (const [type] of all) assert.notEqual(kindOfType(String(type)), null, String(type))
  const tried = new Set(Object.keys(values).map((type) => kindOfType(type)))
  const untried = Object.keys(parquetForms).filter((kind) => !tried.has(kind as keyof typeof parquetForms))
  assert.deepEqual(untried, ['GEOMETRY'])
})

test('a data file keeps every type: what it stores casts back to the same value', async () => {
  for (const [type, list] of Object.entries(values)) {
    if (type === '"NULL"') continue
    for (const value of list) {
      const path = `${opened.work.path}/sources/stored.parquet`
      await duck.run(
        `COPY (SELECT CAST(CAST(${value} AS ${type}) AS ${storedTypeOf(type)}) AS v) TO '${path}' (FORMAT parquet, PARQUET_VERSION v2)`,
      )
      const sql = `SELECT CAST(${value} AS ${type})::VARCHAR, (SELECT CAST(v AS ${type})::VARCHAR FROM '${path}')`
      const [row] = (await duck.runAndReadAll(sql)).getRows()
      assert.equal(row?.[1], row?.[0], `${type} ${value}`)
    }
  }
})
