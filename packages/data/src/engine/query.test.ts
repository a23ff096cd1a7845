/** Queries on real engines: what they give, and how they fail. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { TableInput } from './engine.ts'
import { EngineError } from './errors.ts'
import { QueryRunner, tables } from './testing/query-runner.ts'
import { readResult } from './testing/read-result.ts'
import { listIsolations } from './testing/test-pool.ts'

for (const isolation of listIsolations()) {
  describe(`queries (${isolation})`, () => {
    let runner: QueryRunner

    before(async () => {
      runner = await QueryRunner.open(isolation)
    })

    after(() => runner.opened.close())

    test('a query gives a Parquet file with rows, columns and their types', async () => {
      const result = await runner.run(
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
      await runner.engine.dropResult(result)
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
      for (const [sql, rows] of Object.entries(reads)) assert.equal((await runner.run(sql)).rows, rows, sql)
    })

    test('the order that ORDER BY asks for is the order of the file', async () => {
      const rows = await runner.rowsOf('SELECT i FROM range(300000) t(i) ORDER BY hash(i)')
      const again = await runner.rowsOf('SELECT i FROM range(300000) t(i) ORDER BY hash(i)')
      assert.deepEqual(rows, again)
      assert.notDeepEqual(rows.slice(0, 3), [{ i: 0n }, { i: 1n }, { i: 2n }])
    })

    test('columns of the same name stay apart', async () => {
      const result = await runner.run('SELECT 1 AS a, 2 AS a, 3 AS "A", 4 AS "a_1"')
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
      const [row] = await runner.rowsOf(sql, { parameters })
      assert.deepEqual(row, { c: "c1' OR true --", t: 'DECIMAL(18,2)', d: 19_783, n: true, l: 2n })
      assert.equal(
        (
          await runner.run('SELECT count(*) FROM shop.orders WHERE customer = $1', {
            parameters: { 1: parameters.customer },
          })
        ).rows,
        1,
      )
      await runner.refuses('SELECT $1', 'query.bad_parameter')
      await runner.refuses('SELECT $a', 'query.bad_parameter', { parameters: { a: { type: 'DATE', value: 'soon' } } })
      await runner.refuses('SELECT $a', 'query.bad_parameter', {
        parameters: { a: { type: 'INTEGER); DROP', value: '1' } },
      })
      await runner.refuses('SELECT 1', 'query.bad_parameter', { parameters: { a: { type: 'INTEGER', value: '1' } } })
    })

    test('a list is bound as a list of its type, whatever its texts hold; an empty one and NULL have none in it', async () => {
      const parameters = {
        texts: { type: 'VARCHAR', value: ["c1' OR true --", 'a, b]', '"', '', 'NULL'] },
        days: { type: 'DATE', value: ['2024-02-29', '2024-03-01'] },
        numbers: { type: 'HUGEINT', value: ['9007199254740993', '-170141183460469231731687303715884105727'] },
        none: { type: 'VARCHAR', value: [] },
        nothing: { type: 'VARCHAR', value: null },
      }
      const sql = `SELECT to_json($texts)::VARCHAR AS t, typeof($days) AS d, list_sort($days)[1]::VARCHAR AS f,
        $numbers::VARCHAR AS n, DATE '2024-03-01' IN $days AS i, 'x' IN $none AS o, ($nothing IS NULL OR 'x' IN $nothing) AS a`
      const [row] = await runner.rowsOf(sql, { parameters })
      assert.deepEqual(row, {
        t: '["c1\' OR true --","a, b]","\\"","","NULL"]',
        d: 'DATE[]',
        f: '2024-02-29',
        n: '[9007199254740993, -170141183460469231731687303715884105727]',
        i: true,
        o: false,
        a: true,
      })
      await runner.refuses('SELECT $a', 'query.bad_parameter', { parameters: { a: { type: 'DATE', value: ['soon'] } } })
    })

    test('errors have a stable code, and a position in the SQL as it was sent', async () => {
      await runner.refuses('SELEC 1', 'query.syntax')
      await runner.refuses('SELECT (', 'query.syntax')
      await runner.refuses('SELECT * FROM shop.nope', 'query.unknown_table')
      await runner.refuses('SELECT * FROM nope.orders', 'query.unknown_table')
      await runner.refuses('SELECT nope FROM shop.orders', 'query.unknown_column')
      await runner.refuses('SELECT o.nope FROM shop.orders o', 'query.unknown_column')
      await runner.refuses('SELECT nope(1)', 'query.unknown_function')
      await runner.refuses('SELECT customer, count(*) FROM shop.orders', 'query.invalid')
      await runner.refuses('SELECT CAST(customer AS INTEGER) FROM shop.orders', 'query.bad_value')
      await runner.refuses('SELECT 127::TINYINT + 1::TINYINT', 'query.bad_value')
      await assert.rejects(runner.run('SELECT id,\n nope FROM shop.orders'), {
        code: 'query.unknown_column',
        position: 12,
      })
      await assert.rejects(runner.run('SELECT id FROM shop.orders WHERE'), { code: 'query.syntax', position: 32 })
    })

    test('messages and remedies hold no value and no SQL; only the sealed detail may', async () => {
      await assert.rejects(runner.run("SELECT CAST('planted-secret' AS INTEGER)"), (error: unknown) => {
        assert.ok(error instanceof EngineError)
        assert.match(error.detail ?? '', /planted-secret/)
        assert.doesNotMatch(`${error.message} ${error.remedy} ${error.stack}`, /planted-secret/)
        return true
      })
    })

    test('tables are found by DuckDB’s own parser', async () => {
      const names = async (sql: string) =>
        (await runner.engine.tableNames(sql)).map(({ bucket, table }) => `${bucket ?? ''}.${table}`)
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
      await assert.rejects(runner.engine.tableNames('SELEC'), { code: 'query.syntax', position: 0 })
      await assert.rejects(runner.engine.tableNames('DROP TABLE a.b'), { code: 'query.not_a_read' })
    })

    test('columns given narrow the table and set its types', async () => {
      const columns = [{ name: 'price', type: 'DOUBLE' }]
      const narrow = [{ ...tables[0], columns } as TableInput]
      const result = await runner.run('FROM shop.orders LIMIT 1', { tables: narrow })
      assert.deepEqual(
        result.columns.map(({ name, type }) => [name, type]),
        [['price', 'DOUBLE']],
      )
      await runner.refuses('SELECT id FROM shop.orders', 'query.unknown_column', { tables: narrow })
      const hostile = [{ ...tables[0], columns: [{ name: 'id', type: 'BIGINT); SELECT 1 --' }] } as TableInput]
      await runner.refuses('SELECT 1', 'engine.bad_request', { tables: hostile })
    })
  })
}
