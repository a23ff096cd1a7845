/** What a query cannot do: change, reach out, outlast its limits, or leave anything for the next. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { EngineError } from './errors.ts'
import { QueryRunner } from './testing/query-runner.ts'
import { listIsolations, testLimits } from './testing/test-pool.ts'
import { waitUntil } from './testing/wait-until.ts'

for (const isolation of listIsolations()) {
  describe(`walls around queries (${isolation})`, () => {
    let runner: QueryRunner

    before(async () => {
      runner = await QueryRunner.open(isolation)
    })

    after(() => runner.opened.close())

    test('SQL without bounds is refused before it reaches an engine', async () => {
      await runner.refuses(`SELECT '${'x'.repeat(17 << 20)}'`, 'query.too_long')
      assert.equal((await runner.run(`SELECT '${'x'.repeat(1 << 20)}' AS x`)).rows, 1)
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
        await assert.rejects(runner.run(sql), (error: unknown) => {
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
        `FROM read_text('${runner.engine.folders.data}/../../../program/process/main.mjs')`,
        `FROM read_text('${process.execPath}')`,
        "FROM query('FROM read_text(''/etc/passwd'')')",
      ]
      for (const sql of reaches) await runner.refuses(sql, 'query.not_allowed')
      await runner.refuses("PIVOT (FROM read_csv('/etc/passwd')) ON column0 USING count(*)", 'query.not_allowed')
      await runner.refuses("SELECT getenv('HOME')", 'query.unknown_function')
      // Parsing alone reaches for nothing either.
      const names = await runner.engine.tableNames("PIVOT (FROM read_text('/etc/passwd')) ON filename USING count(*)")
      assert.ok(names.length > 0)
    })

    test('the settings of an instance cannot be changed from within a read', async () => {
      await runner.refuses("SELECT set_config('threads', '9')", 'query.unknown_function')
      const [row] = await runner.rowsOf(
        "SELECT current_setting('lock_configuration') AS locked, current_setting('enable_external_access') AS open",
      )
      assert.deepEqual(row, { locked: true, open: false })
    })

    test('a query leaves nothing for the next: each has a fresh instance', async () => {
      await runner.run("SELECT * FROM query('SELECT 42')")
      await runner.run('FROM enable_logging()').catch(() => {})
      assert.deepEqual(await runner.rowsOf('SELECT count(*) AS n FROM duckdb_logs'), [{ n: 0n }])
      await assert.rejects(runner.run('CREATE OR REPLACE MACRO sum(x) AS 42'))
      assert.deepEqual(await runner.rowsOf('SELECT sum(i)::BIGINT AS s FROM range(4) t(i)'), [{ s: 6n }])
    })

    test('nothing of a query stays in its scratch folder', async () => {
      await runner.run('FROM shop.orders')
      await runner.run('SELEC').catch(() => {})
      await runner.engine.tableNames('SELECT 1')
      await waitUntil(() => readdirSync(runner.engine.folders.scratch).length === 0)
    })

    test('too much memory, time or result ends with its code, and the next query works', async () => {
      await runner.refuses('SELECT list(i) FROM range(100000000) t(i)', 'engine.memory', {
        limits: { ...testLimits, memoryBytes: 64 << 20, scratchBytes: 0 },
      })
      await runner.refuses('SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)', 'engine.timeout', {
        limits: { ...testLimits, timeMs: 300 },
      })
      await runner.refuses('SELECT uuid() AS u FROM range(3000000)', 'engine.result_too_large', {
        limits: { ...testLimits, resultBytes: 1 << 20 },
      })
      assert.equal((await runner.run('SELECT 1')).rows, 1)
    })

    test('spilling stays within its limit', async () => {
      const sort =
        'SELECT max(s) FROM (SELECT md5(i::VARCHAR) AS s, i FROM range(4000000) t(i) ORDER BY s LIMIT 3000000)'
      const limits = { ...testLimits, memoryBytes: 100 << 20, scratchBytes: 8 << 20 }
      await runner.refuses(sort, 'engine.memory', { limits })
    })

    test('a cancelled query ends at once with its code', async () => {
      const controller = new AbortController()
      const endless = runner.run(
        'SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)',
        {},
        controller.signal,
      )
      setTimeout(() => controller.abort(), 100)
      const started = performance.now()
      await assert.rejects(endless, { code: 'query.cancelled' })
      assert.ok(performance.now() - started < 5000)
      await assert.rejects(runner.run('SELECT 1', {}, controller.signal), { code: 'query.cancelled' })
    })

    test('file names cannot leave the folder, and a name is linked once', async () => {
      await assert.rejects(runner.engine.linkFile('/etc/hosts', '../x'), { code: 'engine.bad_request' })
      await assert.rejects(
        runner.engine.linkFile(`${runner.opened.work.path}/sources/orders-1.parquet`, 'orders-1.parquet'),
      )
      await runner.refuses('SELECT 1', 'engine.bad_request', {
        tables: [{ bucket: 'b', table: 't', files: ['../../x'] }],
      })
    })
  })
}
