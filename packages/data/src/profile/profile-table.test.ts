/** Profiles by the real engine, each figure checked against what was put in. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ColumnProfile, TableProfile } from '@keyhold/contract'
import { TableProfile as ProfileSchema } from '@keyhold/contract'
import { DuckDBInstance } from '@duckdb/node-api'
import { assert as assertAll, bigInt, double, property } from 'fast-check'
import { Compile } from 'typebox/compile'
import type { Engine, TableColumn } from '../engine/index.ts'
import { openTestPool, testLimits, type TestPool } from '../engine/testing/test-pool.ts'
import { quoteName } from '../engine/process/sql-text.ts'
import { parquetTypeOf } from '../engine/types.ts'
import { planIntegerBins, planRealBins } from './number-bins.ts'
import { profileTable } from './profile-table.ts'
import { planTimeBins } from './time-bins.ts'

let opened: TestPool
let engine: Engine
let made = 0

before(async () => {
  opened = await openTestPool()
  ;({ engine } = await opened.pool.acquire('ada'))
})
after(() => opened.close())

/** The profile of a query's rows, as a table of the types that DuckDB gives them. */
async function profile(sql: string): Promise<TableProfile> {
  const name = `rows-${++made}.parquet`
  const path = `${opened.work.path}/sources/${name}`
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run("SET TimeZone = 'UTC'")
  await connection.run(`CREATE TABLE t AS ${sql}`)
  const described = await connection.runAndReadAll('DESCRIBE t')
  const columns = described
    .getRows()
    .map(([column, type]): TableColumn => ({ name: String(column), type: String(type) }))
  // As the import writes data files: in forms that lose nothing.
  const list = columns.map(({ name: column, type }) => `CAST(${quoteName(column)} AS ${parquetTypeOf(type)})`)
  const named = list.map((cell, index) => `${cell} AS ${quoteName(columns[index]?.name ?? '')}`)
  await connection.run(`COPY (SELECT ${named.join(', ')} FROM t) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  await engine.linkFile(path, name)
  const input = { bucket: 'main', table: 't', files: [name], columns }
  const answer = await profileTable(engine, input, testLimits, new AbortController().signal)
  assert.ok(Compile(ProfileSchema).Check(answer), JSON.stringify(answer))
  return answer
}

async function profileOne(values: string): Promise<ColumnProfile> {
  const { columns } = await profile(`SELECT * FROM (VALUES ${values}) AS t(x)`)
  assert.ok(columns[0])
  return columns[0]
}
const counts = ({ histogram }: ColumnProfile) => histogram.filter(({ count }) => count > 0)

test('integers keep every digit, beyond what a double holds too', async () => {
  const { min, max, nulls, distinct, mean, median, histogram } = await profileOne(
    '(9007199254740993::BIGINT), (9007199254740995), (9007199254740997), (NULL)',
  )
  assert.deepEqual([min, max, nulls], ['9007199254740993', '9007199254740997', 1])
  assert.deepEqual(distinct, { count: 3, exact: true })
  assert.equal(median, '9007199254740995')
  assert.ok(mean)
  assert.deepEqual(
    histogram.map(({ from, to, count }) => [from, to, count]),
    [
      ['9007199254740993', '9007199254740994', 1],
      ['9007199254740994', '9007199254740995', 0],
      ['9007199254740995', '9007199254740996', 1],
      ['9007199254740996', '9007199254740997', 0],
      ['9007199254740997', '9007199254740998', 1],
    ],
  )
  assert.equal((await profileOne('(1), (2)')).median, '1.5')
})

test('decimals and 128-bit integers keep every digit', async () => {
  const huge = '170141183460469231731687303715884105727'
  const wide = await profileOne(`(${huge}::HUGEINT), (1)`)
  assert.deepEqual([wide.max, wide.histogram], [huge, []])
  const exact = await profileOne('(1234567890123456789012345678.0000000001::DECIMAL(38,10)), (0.5)')
  assert.equal(exact.max, '1234567890123456789012345678.0000000001')
  assert.equal(exact.min, '0.5000000000')
  const cents = await profileOne('(1.25::DECIMAL(18,2)), (2.50), (2.50)')
  assert.deepEqual(cents.top, [
    { value: '2.50', count: 2 },
    { value: '1.25', count: 1 },
  ])
})

test('NaN and infinity are counted as values and left out of ranges', async () => {
  const column = await profileOne(`('nan'::DOUBLE), ('inf'), ('-inf'), (1.5), (2.5), (NULL)`)
  assert.deepEqual([column.min, column.max, column.mean, column.median], ['1.5', '2.5', '2.0', '2.0'])
  assert.deepEqual([column.nulls, column.distinct], [1, { count: 5, exact: true }])
  assert.equal(
    counts(column).reduce((sum, { count }) => sum + count, 0),
    2,
  )
  const none = await profileOne(`('nan'::DOUBLE), ('inf')`)
  assert.deepEqual([none.min, none.max, none.histogram], [null, null, []])
})

test('text has lengths in characters, frequent values, and long ones cut', async () => {
  const column = await profileOne(`('ab'), ('ab'), ('🦆'), (''), (repeat('x', 1000)), (NULL)`)
  assert.deepEqual([column.class, column.nulls, column.distinct], ['text', 1, { count: 4, exact: true }])
  assert.deepEqual(column.shortest, { length: 0, value: '' })
  assert.deepEqual(column.longest, { length: 1000, value: `${'x'.repeat(199)}…` })
  assert.deepEqual(column.top[0], { value: 'ab', count: 2 })
  assert.equal(column.top.length, 4)
  assert.ok(column.top.every(({ value }) => value.length <= 200))
  assert.deepEqual([column.min, column.histogram], [null, []])
  const { columns } = await profile(`SELECT 'v' || (i % 15) AS x FROM range(1000) t(i)`)
  assert.deepEqual([columns[0]?.top.length, columns[0]?.top[0]?.count], [10, 67])
})

test('booleans, UUIDs, enumerations and nested values each have what can be said of them', async () => {
  const { rows, columns } = await profile(`
    SELECT i % 3 = 0 AS flag, uuid() AS id, [i, i] AS list, {'a': i} AS pair, 'x'::BLOB AS bytes,
      INTERVAL 1 DAY AS span, TIME '10:00:00' + INTERVAL (i) MINUTE AS at,
      (CASE WHEN i < 5 THEN 'low' ELSE 'high' END)::ENUM('low', 'high') AS level
    FROM range(9) t(i)`)
  assert.equal(rows, 9)
  const by = Object.fromEntries(columns.map((column) => [column.name, column]))
  assert.deepEqual(by['flag']?.top, [
    { value: 'false', count: 6 },
    { value: 'true', count: 3 },
  ])
  assert.deepEqual([by['flag']?.min, by['flag']?.max], ['false', 'true'])
  assert.deepEqual([by['id']?.class, by['id']?.distinct], ['text', { count: 9, exact: true }])
  for (const name of ['list', 'pair', 'bytes', 'span']) {
    assert.deepEqual([by[name]?.class, by[name]?.distinct, by[name]?.top], ['other', null, []], name)
  }
  assert.deepEqual([by['at']?.min, by['at']?.max, by['at']?.histogram], ['10:00:00', '10:08:00', []])
  assert.deepEqual(by['level']?.top[0], { value: 'low', count: 5 })
})

test('dates and timestamps have a range and bins of the calendar', async () => {
  const days = await profileOne(`(DATE '2024-01-31'), ('2024-02-29'), ('2025-12-31'), ('infinity'), (NULL)`)
  assert.deepEqual([days.min, days.max, days.nulls], ['2024-01-31', '2025-12-31', 1])
  assert.deepEqual(
    counts(days).map(({ from, to, count }) => [from, to, count]),
    [
      ['2024-01-01', '2024-02-01', 1],
      ['2024-02-01', '2024-03-01', 1],
      ['2025-12-01', '2026-01-01', 1],
    ],
  )
  const times = await profileOne(`(TIMESTAMP '2024-01-01 10:00:00.000001'), ('2024-01-01 10:00:00.000003')`)
  assert.deepEqual([times.min, times.max], ['2024-01-01 10:00:00.000001', '2024-01-01 10:00:00.000003'])
  assert.deepEqual(times.histogram[0], {
    from: '2024-01-01 10:00:00.000001',
    to: '2024-01-01 10:00:00.000002',
    count: 1,
  })
  const zoned = await profileOne(`(TIMESTAMPTZ '2024-01-01 10:00:00+02'), ('2024-01-01 20:00:00+00')`)
  assert.equal(zoned.min, '2024-01-01 08:00:00+00')
  assert.match(String(zoned.histogram[0]?.from), /^2024-01-01 08:00:00\+00$/)
  const ancient = await profileOne(`(DATE '0044-03-15 (BC)'), ('2024-01-01')`)
  assert.deepEqual([ancient.min, ancient.histogram], ['0044-03-15 (BC)', []])
})

test('names of columns are names and nothing else, and one that the questions use themselves is no trouble', async () => {
  const { columns } = await profile(
    `SELECT i AS v, i % 2 AS n, i::VARCHAR AS "a""; DROP TABLE t; --", i AS g0, i AS bin, i AS "x y" FROM range(30) t(i)`,
  )
  assert.equal(columns.length, 6)
  for (const column of columns) {
    assert.equal(column.distinct?.count, column.name === 'n' ? 2 : 30, column.name)
    if (column.class === 'number') {
      assert.equal(
        column.histogram.reduce((sum, { count }) => sum + count, 0),
        30,
        column.name,
      )
    }
  }
})

test('a column of nothing but NULL, and a hundred columns', async () => {
  const empty = await profileOne('(NULL::INTEGER), (NULL)')
  assert.deepEqual([empty.nulls, empty.distinct, empty.min, empty.top], [2, { count: 0, exact: true }, null, []])
  const list = Array.from({ length: 100 }, (_, index) => `i + ${index} AS c${index}`)
  const { columns } = await profile(`SELECT ${list.join(', ')} FROM range(10) t(i)`)
  assert.deepEqual([columns.length, columns[99]?.name, columns[99]?.max], [100, 'c99', '108'])
})

test('more different values than are counted are estimated, and said to be', async () => {
  const { columns } = await profile('SELECT i AS x, i % 7 AS y FROM range(1500000) t(i)')
  assert.equal(columns[0]?.distinct?.exact, false)
  assert.ok(Math.abs((columns[0]?.distinct?.count ?? 0) - 1_500_000) < 400_000)
  assert.equal(
    columns[0]?.histogram.reduce((sum, { count }) => sum + count, 0),
    1_500_000,
  )
  assert.deepEqual(columns[1]?.distinct, { count: 7, exact: true })
})

test('a profile that is given up ends', async () => {
  const abort = new AbortController()
  const name = `rows-${++made}.parquet`
  const path = `${opened.work.path}/sources/${name}`
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`COPY (SELECT hash(i) AS x FROM range(3000000) t(i)) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  await engine.linkFile(path, name)
  const input = { bucket: 'main', table: 't', files: [name], columns: [{ name: 'x', type: 'UBIGINT' }] }
  const running = profileTable(engine, input, testLimits, abort.signal)
  abort.abort()
  await assert.rejects(running, { code: 'query.cancelled' })
})

// ---- bins ---------------------------------------------------------------------------------------------------------

const big = bigInt({ min: -(2n ** 100n), max: 2n ** 100n })

test('bins of integers hold every value, are at most 24, and their edges go up', () => {
  assertAll(
    property(big, bigInt({ min: 0n, max: 2n ** 100n }), (low, width) => {
      const bins = planIntegerBins(low, low + width)
      assert.ok(bins)
      const edges = bins.edges.map(BigInt)
      assert.ok(edges.length >= 2 && edges.length <= 25)
      assert.ok((edges[0] ?? 0n) <= low && (edges.at(-1) ?? 0n) > low + width)
      assert.ok(edges.every((edge, index) => index === 0 || edge > (edges[index - 1] ?? 0n)))
    }),
  )
})

test('bins of other numbers hold every value and are at most 24', () => {
  const finite = double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
  assertAll(
    property(finite, finite, (one, other) => {
      const [low, high] = one < other ? [one, other] : [other, one]
      const bins = planRealBins(low, high)
      assert.ok(bins && bins.edges.length >= 2 && bins.edges.length <= 25, String(bins?.edges.length))
    }),
  )
})

test('bins of times hold every value, are at most 24, and their edges are instants in order', () => {
  const year = 31_556_952_000_000n
  const microseconds = bigInt({ min: -1000n * year, max: 5000n * year })
  assertAll(
    property(microseconds, bigInt({ min: 0n, max: 2000n * year }), (low, width) => {
      const bins = planTimeBins(low, low + width, 'TIMESTAMP')
      assert.ok(bins && bins.edges.length >= 2 && bins.edges.length <= 25, String(bins?.edges.length))
      assert.deepEqual(bins.edges, bins.edges.toSorted())
    }),
  )
})
