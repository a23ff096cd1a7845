/** Queries on real engines: what they give, what they refuse, and that nothing of one reaches the next. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Engine, QueryRequest, TableInput } from './engine.ts'
import { EngineError, type EngineCode } from './errors.ts'
import type { Lease } from './pool.ts'
import { readResult } from './testing/read-result.ts'
import { listIsolations, openTestPool, testLimits, type TestPool } from './testing/test-pool.ts'
import { waitUntil } from './testing/wait-until.ts'

const tables: readonly TableInput[] = [
  { bucket: 'shop', table: 'orders', files: ['orders-1.parquet', 'orders-2.parquet'] },
  { bucket: 'shop', table: 'none', files: [], columns: [{ name: 'id', type: 'BIGINT' }] },
]

async function writeOrders(folder: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  for (const part of [1, 2]) {
    const rows = `SELECT i AS id, 'c' || (i % 7) AS customer, (i * 1.25)::DECIMAL(18,2) AS price FROM range(1000) t(i)`
    await connection.run(`COPY (${rows}) TO '${folder}/orders-${part}.parquet' (FORMAT parquet)`)
  }
  connection.closeSync()
}

for (const isolation of listIsolations()) {
  describe(`queries (${isolation})`, () => {
    let opened: TestPool
    let lease: Lease
    let engine: Engine

    before(async () => {
      opened = await openTestPool({ isolation })
      lease = await opened.pool.acquire('ada')
      ;({ engine } = lease)
      const sources = `${opened.work.path}/sources`
      await writeOrders(sources)
      for (const name of readdirSync(sources)) await engine.linkFile(`${sources}/${name}`, name)
    })

    after(() => opened.close())

    const run = (sql: string, more: Partial<QueryRequest> = {}, signal?: AbortSignal) =>
      engine.query({ tables, sql, limits: testLimits, ...more }, signal)

    const rowsOf = async (sql: string, more: Partial<QueryRequest> = {}) =>
      (await readResult((await run(sql, more)).path)).rows

    const refuses = (sql: string, code: EngineCode, more: Partial<QueryRequest> = {}) =>
      assert.rejects(run(sql, more), (error: unknown) => {
        assert.ok(error instanceof EngineError, String(error))
        assert.equal(error.code, code, `${sql}: ${error.code} ${error.detail}`)
        return true
      })

    test('a query gives a Parquet file with rows, columns and their types', async () => {
      const result = await run(
        'SELECT customer, count(*) AS n, sum(price) AS total FROM shop.orders GROUP BY 1 ORDER BY 1',
      )
      assert.equal(result.rows, 7)
      assert.deepEqual(
        result.columns.map(({ name, type, parquetType }) => [name, type, parquetType]),
        [
          ['customer', 'VARCHAR', 'VARCHAR'],
          ['n', 'BIGINT', 'BIGINT'],
          ['total', 'DECIMAL(38,2)', 'VARCHAR'],
        ],
      )
      const { rows, columns } = await readResult(result.path)
      assert.deepEqual(rows[0], { customer: 'c0', n: 286n, total: '177677.50' })
      assert.deepEqual(columns, result.columns)
      await engine.dropResult(result)
      assert.equal(existsSync(result.path), false)
    })

    test('every reading statement is taken, with or without a semicolon and comments', async () => {
      const reads = {
        'SELECT 1;': 1,
        'VALUES (1), (2) -- ; two': 2,
        'FROM shop.orders LIMIT 3 ;;': 3,
        'WITH x AS (SELECT 1) SELECT * FROM x /* ; */': 1,
        'TABLE shop.none': 0,
        'DESCRIBE shop.orders': 3,
        'SUMMARIZE shop.orders': 3,
        'SHOW ALL TABLES': 2,
        'EXPLAIN SELECT count(*) FROM shop.orders': 1,
        'explain analyze SELECT 1': 1,
        'PIVOT shop.orders ON customer USING count(*) GROUP BY price': 1000,
        'UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b': 2,
        'SELECT \';\' AS x, $$;$$ AS y, "id;" FROM (SELECT id AS "id;" FROM shop.orders LIMIT 1)': 1,
      }
      for (const [sql, rows] of Object.entries(reads)) assert.equal((await run(sql)).rows, rows, sql)
    })

    test('the order that ORDER BY asks for is the order of the file', async () => {
      const rows = await rowsOf('SELECT i FROM range(300000) t(i) ORDER BY hash(i)')
      const again = await rowsOf('SELECT i FROM range(300000) t(i) ORDER BY hash(i)')
      assert.deepEqual(rows, again)
      assert.notDeepEqual(rows.slice(0, 3), [{ i: 0n }, { i: 1n }, { i: 2n }])
    })

    test('columns of the same name stay apart', async () => {
      const result = await run('SELECT 1 AS a, 2 AS a, 3 AS "A", 4 AS "a_1"')
      const { rows } = await readResult(result.path)
      assert.deepEqual(Object.values(rows[0] ?? {}), [1, 2, 3, 4])
      assert.equal(new Set(result.columns.map((column) => column.parquetName.toLowerCase())).size, 4)
    })

    test('parameters are values of their type, never SQL', async () => {
      const parameters = {
        customer: { type: 'VARCHAR', value: "c1' OR true --" },
        above: { type: 'DECIMAL(18,2)', value: '10.50' },
        day: { type: 'DATE', value: '2024-02-29' },
        nothing: { type: 'BIGINT', value: null },
        list: { type: 'INTEGER[]', value: '[1, 2]' },
      }
      const sql =
        'SELECT $customer AS c, typeof($above) AS t, $day + 1 AS d, $nothing IS NULL AS n, len($list) AS l FROM shop.none RIGHT JOIN (SELECT 1) ON true'
      const [row] = await rowsOf(sql, { parameters })
      assert.deepEqual(row, { c: "c1' OR true --", t: 'DECIMAL(18,2)', d: 19_783, n: true, l: 2n })
      assert.equal(
        (await run('SELECT count(*) FROM shop.orders WHERE customer = $1', { parameters: { 1: parameters.customer } }))
          .rows,
        1,
      )
      await refuses('SELECT $1', 'query.bad_parameter')
      await refuses('SELECT $a', 'query.bad_parameter', { parameters: { a: { type: 'DATE', value: 'soon' } } })
      await refuses('SELECT $a', 'query.bad_parameter', { parameters: { a: { type: 'INTEGER); DROP', value: '1' } } })
      await refuses('SELECT 1', 'query.bad_parameter', { parameters: { a: { type: 'INTEGER', value: '1' } } })
    })

    test('errors have a stable code, and a position in the SQL as it was sent', async () => {
      await refuses('SELEC 1', 'query.syntax')
      await refuses('SELECT (', 'query.syntax')
      await refuses('SELECT * FROM shop.nope', 'query.unknown_table')
      await refuses('SELECT * FROM nope.orders', 'query.unknown_table')
      await refuses('SELECT nope FROM shop.orders', 'query.unknown_column')
      await refuses('SELECT o.nope FROM shop.orders o', 'query.unknown_column')
      await refuses('SELECT nope(1)', 'query.unknown_function')
      await refuses('SELECT customer, count(*) FROM shop.orders', 'query.invalid')
      await refuses('SELECT CAST(customer AS INTEGER) FROM shop.orders', 'query.bad_value')
      await refuses('SELECT 127::TINYINT + 1::TINYINT', 'query.bad_value')
      await assert.rejects(run('SELECT id,\n nope FROM shop.orders'), { code: 'query.unknown_column', position: 12 })
      await assert.rejects(run('SELECT id FROM shop.orders WHERE'), { code: 'query.syntax', position: 32 })
    })

    test('SQL without bounds is refused before it reaches an engine', async () => {
      await refuses(`SELECT '${'x'.repeat(17 << 20)}'`, 'query.too_long')
      assert.equal((await run(`SELECT '${'x'.repeat(1 << 20)}' AS x`)).rows, 1)
    })

    test('messages and remedies hold no value and no SQL; only the sealed detail may', async () => {
      await assert.rejects(run("SELECT CAST('planted-secret' AS INTEGER)"), (error: unknown) => {
        assert.ok(error instanceof EngineError)
        assert.match(error.detail ?? '', /planted-secret/)
        assert.doesNotMatch(`${error.message} ${error.remedy} ${error.stack}`, /planted-secret/)
        return true
      })
    })

    test('KH-07: anything but one read is refused', async () => {
      const others = [
        '',
        '-- nothing',
        'SELECT 1; SELECT 2',
        'CREATE TABLE x (i INT)',
        'INSERT INTO shop.none VALUES (1)',
        'DROP VIEW shop.orders',
        "COPY (SELECT 1) TO '/tmp/x'",
        "ATTACH ':memory:' AS x",
        'INSTALL httpfs',
        'LOAD httpfs',
        'SET threads = 1',
        'RESET threads',
        'PRAGMA version',
        'CALL range(1)',
        'BEGIN',
        'CHECKPOINT',
        "EXPORT DATABASE '/tmp/x'",
        'CREATE MACRO sum(x) AS 42',
        'PREPARE x AS SELECT 1',
        'EXECUTE x',
        'USE memory',
        'VACUUM',
        'DELETE FROM shop.orders',
        'UPDATE shop.orders SET id = 1',
        'EXPLAIN DELETE FROM shop.orders',
        'EXPLAIN SELECT 1; SELECT 2',
        'CREATE SECRET s (TYPE s3)',
        'SET VARIABLE x = 1',
        "PIVOT shop.orders ON customer USING count(*); COPY (SELECT 1) TO '/tmp/x'",
        ") TO '/tmp/x'; --",
        '1) AS x; DROP TABLE y; --',
        "SELECT 1) TO '/scratch/x' --",
      ]
      for (const sql of others) {
        await assert.rejects(run(sql), (error: unknown) => {
          assert.ok(error instanceof EngineError)
          assert.ok(['query.not_a_read', 'query.syntax'].includes(error.code), `${sql}: ${error.code}`)
          return true
        })
      }
    })

    test('AIV-01: reads of anything outside the engine’s folder are refused', async () => {
      const reaches = [
        "FROM read_text('/etc/passwd')",
        "FROM read_blob('/proc/self/environ')",
        "FROM read_text('/proc/self/maps')",
        "FROM glob('/**')",
        "FROM glob('/*')",
        "FROM read_csv('/etc/passwd')",
        "FROM read_parquet('http://127.0.0.1:1/x.parquet')",
        "FROM '/etc/passwd.csv'",
        "FROM 'https://127.0.0.1:1/x.csv'",
        "FROM read_json('/etc/hosts')",
        "FROM sniff_csv('/etc/passwd')",
        "FROM parquet_metadata('/etc/passwd')",
        `FROM read_text('${engine.folders.data}/../../../program/process/main.mjs')`,
        `FROM read_text('${process.execPath}')`,
        "FROM query('FROM read_text(''/etc/passwd'')')",
      ]
      for (const sql of reaches) await refuses(sql, 'query.not_allowed')
      await refuses("PIVOT (FROM read_csv('/etc/passwd')) ON column0 USING count(*)", 'query.not_allowed')
      await refuses("SELECT getenv('HOME')", 'query.unknown_function')
      // Parsing alone reaches for nothing either.
      const names = await engine.tableNames("PIVOT (FROM read_text('/etc/passwd')) ON filename USING count(*)")
      assert.ok(names.length > 0)
    })

    test('the settings of an instance cannot be changed from within a read', async () => {
      await refuses("SELECT set_config('threads', '9')", 'query.unknown_function')
      const [row] = await rowsOf(
        "SELECT current_setting('lock_configuration') AS locked, current_setting('enable_external_access') AS open",
      )
      assert.deepEqual(row, { locked: true, open: false })
    })

    test('a query leaves nothing for the next: each has a fresh instance', async () => {
      await run("SELECT * FROM query('SELECT 42')")
      await run('FROM enable_logging()').catch(() => {})
      assert.deepEqual(await rowsOf('SELECT count(*) AS n FROM duckdb_logs'), [{ n: 0n }])
      await assert.rejects(run('CREATE OR REPLACE MACRO sum(x) AS 42'))
      assert.deepEqual(await rowsOf('SELECT sum(i)::BIGINT AS s FROM range(4) t(i)'), [{ s: 6n }])
    })

    test('nothing of a query stays in its scratch folder', async () => {
      await run('FROM shop.orders')
      await run('SELEC').catch(() => {})
      await engine.tableNames('SELECT 1')
      await waitUntil(() => readdirSync(engine.folders.scratch).length === 0)
    })

    test('tables are found by DuckDB’s own parser', async () => {
      const names = async (sql: string) =>
        (await engine.tableNames(sql)).map(({ bucket, table }) => `${bucket ?? ''}.${table}`)
      assert.deepEqual(await names('WITH x AS (FROM a.b) SELECT * FROM x, c.d JOIN "E f"."g""h" USING (i)'), [
        'a.b',
        'c.d',
        'E f.g"h',
      ])
      assert.deepEqual(await names('SELECT (SELECT max(i) FROM a.b) FROM c WHERE EXISTS (FROM d.e)'), [
        'a.b',
        '.c',
        'd.e',
      ])
      assert.deepEqual(await names('DESCRIBE a.b'), ['a.b'])
      assert.deepEqual(await names('SUMMARIZE a.b'), ['a.b'])
      assert.deepEqual(await names('EXPLAIN FROM a.b'), ['a.b'])
      assert.deepEqual(await names('FROM a.b UNION ALL FROM c.d'), ['a.b', 'c.d'])
      assert.deepEqual(await names('WITH RECURSIVE r AS (SELECT 1 UNION ALL FROM r) FROM r'), [])
      assert.ok((await names('PIVOT a.b ON c USING sum(d)')).includes('a.b'))
      await assert.rejects(engine.tableNames('SELEC'), { code: 'query.syntax', position: 0 })
      await assert.rejects(engine.tableNames('DROP TABLE a.b'), { code: 'query.not_a_read' })
    })

    test('too much memory, time or result ends with its code, and the next query works', async () => {
      await refuses('SELECT list(i) FROM range(100000000) t(i)', 'engine.memory', {
        limits: { ...testLimits, memoryBytes: 64 << 20, scratchBytes: 0 },
      })
      await refuses('SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)', 'engine.timeout', {
        limits: { ...testLimits, timeMs: 300 },
      })
      await refuses('SELECT uuid() AS u FROM range(3000000)', 'engine.result_too_large', {
        limits: { ...testLimits, resultBytes: 1 << 20 },
      })
      assert.equal((await run('SELECT 1')).rows, 1)
    })

    test('spilling stays within its limit', async () => {
      const sort =
        'SELECT max(s) FROM (SELECT md5(i::VARCHAR) AS s, i FROM range(4000000) t(i) ORDER BY s LIMIT 3000000)'
      const limits = { ...testLimits, memoryBytes: 100 << 20, scratchBytes: 8 << 20 }
      await refuses(sort, 'engine.memory', { limits })
    })

    test('a cancelled query ends at once with its code', async () => {
      const controller = new AbortController()
      const endless = run('SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)', {}, controller.signal)
      setTimeout(() => controller.abort(), 100)
      const started = performance.now()
      await assert.rejects(endless, { code: 'query.cancelled' })
      assert.ok(performance.now() - started < 5000)
      await assert.rejects(run('SELECT 1', {}, controller.signal), { code: 'query.cancelled' })
    })

    test('columns given narrow the table and set its types', async () => {
      const columns = [{ name: 'price', type: 'DOUBLE' }]
      const narrow = [{ ...tables[0], columns } as TableInput]
      const result = await run('FROM shop.orders LIMIT 1', { tables: narrow })
      assert.deepEqual(
        result.columns.map(({ name, type }) => [name, type]),
        [['price', 'DOUBLE']],
      )
      await refuses('SELECT id FROM shop.orders', 'query.unknown_column', { tables: narrow })
      const hostile = [{ ...tables[0], columns: [{ name: 'id', type: 'BIGINT); SELECT 1 --' }] } as TableInput]
      await refuses('SELECT 1', 'engine.bad_request', { tables: hostile })
    })

    test('file names cannot leave the folder, and a name is linked once', async () => {
      await assert.rejects(engine.linkFile('/etc/hosts', '../x'), { code: 'engine.bad_request' })
      await assert.rejects(engine.linkFile(`${opened.work.path}/sources/orders-1.parquet`, 'orders-1.parquet'))
      await refuses('SELECT 1', 'engine.bad_request', { tables: [{ bucket: 'b', table: 't', files: ['../../x'] }] })
    })
  })
}
