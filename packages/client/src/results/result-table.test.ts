/** Results that DuckDB wrote as the data plane has it write them, read back into vectors value by value. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { ResultColumn } from '@keyhold/contract'
import { readResultTable, readText, type ResultTable } from './result-table.ts'
import { listBuffers, readNumber } from './vector.ts'

let duck: DuckDBConnection
let folder: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyhold-vectors-'))
  duck = await (await DuckDBInstance.create(':memory:')).connect()
  await duck.run("SET TimeZone = 'UTC'")
})
after(() => {
  duck.closeSync()
  rmSync(folder, { recursive: true, force: true })
})

/** Kinds that a result's file holds as they are; all others are texts. */
const kept =
  /^(BOOLEAN|U?(TINY|SMALL|BIG)?INT(EGER)?|FLOAT|DOUBLE|VARCHAR|BLOB|DATE|TIMESTAMP(_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/

async function readSql(sql: string, limit?: number): Promise<{ table: ResultTable; texts: (string | null)[][] }> {
  const path = join(folder, 'result.parquet')
  const described = (await duck.runAndReadAll(`DESCRIBE ${sql}`)).getRows()
  const columns: ResultColumn[] = described.map(([name, type]) => ({
    name: String(name),
    type: String(type),
    stored: kept.test(String(type)) ? String(type) : 'VARCHAR',
  }))
  const list = columns.map(({ name, stored }) => `"${name}"::${stored} AS "${name}"`).join(', ')
  await duck.run(
    `COPY (SELECT ${list} FROM (${sql})) TO '${path}' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 2048)`,
  )
  const casts = columns.map(({ name }) => `"${name}"::VARCHAR`).join(', ')
  const texts = (await duck.runAndReadAll(`SELECT ${casts} FROM (${sql})`)).getRows() as (string | null)[][]
  const bytes = readFileSync(path)
  const source = {
    bodyLength: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  }
  return { table: await readResultTable(source, { columns, rows: texts.length }, limit), texts }
}

function allTexts(table: ResultTable): (string | null)[][] {
  return Array.from({ length: table.rows }, (_, row) => table.columns.map((_, column) => readText(table, column, row)))
}

test('every type, its edges and NULL come back as DuckDB itself writes them, over several row groups', async () => {
  const sql = `SELECT
      CASE WHEN i % 7 = 0 THEN NULL ELSE i % 2 = 0 END AS flag, (i % 256 - 128)::TINYINT AS tiny, i::UINTEGER + 4294960000 AS word,
      9007199254740993 + i AS big, 18446744073709551615::UBIGINT - i::UBIGINT AS ubig, (i * 1.000001)::DECIMAL(18, 6) AS money,
      '170141183460469231731687303715884105727'::HUGEINT - i AS huge, DATE '0001-01-01' + i::INTEGER AS day,
      TIMESTAMP '1969-12-31 23:59:59.999999' + INTERVAL (i) MINUTE AS moment,
      CASE WHEN i % 3 = 0 THEN NULL ELSE 'łąka ' || (i % 5) END AS word_of_few, 'row ' || i AS word_of_many,
      ('x' || i)::BLOB AS bytes, [i, NULL] AS list, uuid() IS NULL AS never
    FROM range(5000) AS t(i) ORDER BY i`
  const { table, texts } = await readSql(sql)
  assert.equal(table.rows, 5000)
  assert.deepEqual(allTexts(table), texts)
})

test('texts that repeat are kept once a row group', async () => {
  const { table } = await readSql(`SELECT 'the same long text for every row' AS t FROM range(10000)`)
  const vector = table.vectors[0]
  assert.ok(vector?.kind === 'text')
  assert.ok(vector.pool.length < 32 * 10, `${vector.pool.length} bytes`)
})

test('a leading U+FEFF, an empty text and NULL are three different values', async () => {
  const { table } = await readSql(`SELECT * FROM (VALUES (chr(65279) || 'a'), (''), (NULL)) AS t(v)`)
  assert.deepEqual(allTexts(table), [['\ufeffa'], [''], [null]])
})

test('numbers for drawing: decimals by value, NULL and words as nothing', async () => {
  const { table } = await readSql(`SELECT * FROM (VALUES (1.50, 'x', 3::BIGINT), (NULL, '', NULL)) AS t(a, b, c)`)
  const numbers = table.vectors.map((vector) => [readNumber(vector, 0), readNumber(vector, 1)])
  assert.deepEqual(numbers, [
    [1.5, null],
    [null, null],
    [3, null],
  ])
})

test('a result can be moved to another thread, and is the same there', async () => {
  const { table, texts } = await readSql(`SELECT i, i::VARCHAR AS t, NULL AS n FROM range(3000) AS t(i) ORDER BY i`)
  const moved = structuredClone(table, { transfer: listBuffers(table.vectors) })
  assert.deepEqual(allTexts(moved), texts)
})

test('a result beyond the limit is refused before its memory is taken', async () => {
  await assert.rejects(readSql('SELECT i, i, i FROM range(100000) AS t(i)', 1 << 20), { code: 'result.too_large' })
  await assert.rejects(readSql(`SELECT repeat('x', 1000) || i AS t FROM range(5000) AS t(i)`, 1 << 20), {
    code: 'result.too_large',
  })
})

test('an empty result has its columns', async () => {
  const { table } = await readSql('SELECT 1 AS a WHERE false')
  assert.equal(table.rows, 0)
  assert.deepEqual(table.columns, [{ name: 'a', type: 'INTEGER', stored: 'INTEGER' }])
})
