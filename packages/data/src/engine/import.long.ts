/** Imports of size. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { importText } from './testing/import-text.ts'
import { openTestPool } from './testing/test-pool.ts'

test('a Parquet file too large for one data file becomes several, in order', async (context) => {
  const opened = await openTestPool()
  context.after(() => opened.close())
  const duck = await (await DuckDBInstance.create(':memory:')).connect()
  const path = `${opened.work.path}/sources/large.parquet`
  const rows = 'SELECT i, md5(i::VARCHAR) || md5((-i)::VARCHAR) AS t FROM range(4000000) t(i)'
  await duck.run(`COPY (${rows}) TO '${path}' (FORMAT parquet)`)
  const limits = { memoryBytes: 1 << 30 }
  const { result, files } = await importText(opened, readFileSync(path), { format: 'parquet', limits })
  assert.ok(files.length > 1)
  assert.equal(result.rows, 4_000_000)
  for (const file of files) assert.ok(statSync(file).size < 256 << 20)
  const starts: number[] = []
  for (const file of files)
    starts.push(Number((await duck.runAndReadAll(`SELECT min(i) FROM '${file}'`)).getRows()[0]?.[0]))
  assert.deepEqual(
    starts,
    starts.toSorted((a, b) => a - b),
  )
  const list = files.map((file) => `'${file}'`).join(', ')
  const [sum] = (await duck.runAndReadAll(`SELECT sum(i)::VARCHAR FROM read_parquet([${list}])`)).getRows()
  assert.deepEqual(sum, ['7999998000000'])
  duck.closeSync()
})
