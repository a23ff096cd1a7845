/** Bad rows put aside on a real engine, and what a load does to a table's columns. */
import assert from 'node:assert/strict'
import { writeFileSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import * as fc from 'fast-check'
import { Importer, typesOf } from './testing/importer.ts'

const schema = [
  { name: 'n', type: 'BIGINT' },
  { name: 't', type: 'VARCHAR' },
  { name: 'd', type: 'DATE' },
]

describe('quarantine', () => {
  let importer: Importer

  before(async () => {
    importer = await Importer.open()
  })

  after(() => importer.close())

  test('DAT-21: rows that do not fit are put aside with line, rule, column and text; the others are loaded', async () => {
    const text =
      'n,t,d\n1,a,2024-01-01\n2,"x\ny"\n\nzz,"q\n""q""",2024-01-01\n3,b,2024-01-01,more\n4,c,31st\n1.5,d,2024-01-02\n5,e,\nTotal,15\n'
    const bad = [
      { line: 3, rule: 'too_few_columns', column: 'd', record: '2,"x\ny"' },
      { line: 6, rule: 'not_an_integer', column: 'n', record: 'zz,"q\n""q""",2024-01-01' },
      { line: 8, rule: 'too_many_columns', column: null, record: '3,b,2024-01-01,more' },
      { line: 9, rule: 'not_a_date', column: 'd', record: '4,c,31st' },
      { line: 10, rule: 'not_an_integer', column: 'n', record: '1.5,d,2024-01-02' },
      { line: 12, rule: 'too_few_columns', column: 'd', record: 'Total,15' },
    ]
    for (const partBytes of [1000, 40, 15]) {
      const imported = await importer.load(text, { schema, mostBadRows: 10, partBytes })
      assert.deepEqual(imported.bad, bad, `in parts of ${partBytes}`)
      assert.deepEqual(await importer.rowsOf(imported), [
        ['1', 'a', '2024-01-01'],
        ['5', 'e', null],
      ])
      assert.deepEqual([imported.result.rows, imported.result.quarantined], [2, 6])
    }
    const refused = await importer.refusal(text, { schema, mostBadRows: 5 })
    assert.equal(refused.code, 'import.too_many_bad_rows')
  })

  test('types are guessed from the rows of the right shape; a value that does not fit still widens a guess', async () => {
    const imported = await importer.load('n,m\n1,1\n2\n3,x,y\n4,2\nSum,\n', { mostBadRows: 10 })
    assert.deepEqual(typesOf(imported), { n: 'VARCHAR', m: 'BIGINT' })
    assert.deepEqual(
      imported.bad.map(({ line, rule }) => [line, rule]),
      [
        [3, 'too_few_columns'],
        [4, 'too_many_columns'],
      ],
    )
  })

  test('invalid UTF-8 is put aside; a quote that never closes refuses the file', async () => {
    const text = Buffer.concat([Buffer.from('n,t,d\n1,a,\n2,\xff,\n', 'latin1'), Buffer.from('3,ä,\n')])
    const imported = await importer.load(text, { schema, mostBadRows: 1 })
    assert.deepEqual(imported.bad, [{ line: 3, rule: 'invalid_utf8', column: 't', record: '2,\uFFFD,' }])
    const open = await importer.refusal('n,t,d\n1,a,\n2,"b,\n3,c,\n', { schema, mostBadRows: 10 })
    assert.deepEqual([open.code, open.badRow?.rule], ['import.bad_row', 'unterminated_quote'])
  })

  test('NDJSON and Parquet rows are put aside too', async () => {
    const lines = '{"n":1,"t":"a"}\n{"n" 2}\n\n[3]\n{"n":"x","t":"b"}\n{"n":4,"t":"c"}\n'
    const two = schema.slice(0, 2)
    for (const partBytes of [10, 1000]) {
      const imported = await importer.load(lines, { format: 'ndjson', schema: two, mostBadRows: 9, partBytes })
      assert.deepEqual(imported.bad, [
        { line: 2, rule: 'not_a_json_object', column: null, record: '{"n" 2}' },
        { line: 4, rule: 'not_a_json_object', column: null, record: '[3]' },
        { line: 5, rule: 'not_an_integer', column: 'n', record: '{"n":"x","t":"b"}' },
      ])
      assert.equal(imported.result.rows, 2)
    }
    const path = `${importer.opened.work.path}/sources/bad.parquet`
    await importer.duck.run(
      `COPY (SELECT CASE i WHEN 3 THEN 'x' ELSE i::VARCHAR END AS n, 'y' AS t FROM range(5) r(i)) TO '${path}'`,
    )
    const imported = await importer.load(readFileSync(path), { format: 'parquet', schema: two, mostBadRows: 1 })
    assert.deepEqual(imported.bad, [{ line: 4, rule: 'not_an_integer', column: 'n', record: '{"n":"x","t":"y"}' }])
    assert.equal(imported.result.rows, 4)
  })

  test('NULL in a key is a bad row', async () => {
    const required = ['n']
    await importer.refusesRow(
      'n,t,d\n1,a,\n\n,b,\n',
      { line: 4, rule: 'null_in_key', column: 'n' },
      { schema, required },
    )
    await importer.refusesRow(
      '{"n":1}\n{"t":"x"}\n',
      { line: 2, rule: 'null_in_key', column: 'n' },
      { format: 'ndjson', required },
    )
    const imported = await importer.load('n,t,d\n1,a,\n,b,\n', { schema, required, mostBadRows: 1 })
    assert.deepEqual(imported.bad, [{ line: 3, rule: 'null_in_key', column: 'n', record: ',b,' }])
  })

  test('whatever rows are bad, the good ones come in order and the bad ones keep their lines, however it is cut', async () => {
    const row = fc.constantFrom('7,x,', '8,"a\nb",2024-01-01', 'bad,x,', '1', '1,2,3,4', '9,"q""q",', '1,x,never')
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 5, max: 200 }),
        async (rows, partBytes) => {
          const imported = await importer.load(`n,t,d\n${rows.join('\n')}\n`, { schema, partBytes, mostBadRows: 100 })
          let line = 2
          const expected: unknown[] = []
          for (const text of rows) {
            if (!/^[789]/.test(text)) expected.push([line, text])
            line += text.split('\n').length
          }
          assert.deepEqual(
            imported.bad.map((one) => [one.line, one.record]),
            expected,
          )
          assert.deepEqual(
            (await importer.rowsOf(imported)).map(([n]) => n),
            rows.filter((text) => /^[789]/.test(text)).map((text) => text[0]),
          )
        },
      ),
      { numRuns: 20 },
    )
  })
})

describe('columns of a table that a load goes into', () => {
  let importer: Importer

  before(async () => {
    importer = await Importer.open()
  })

  after(() => importer.close())

  const columns = [
    { name: 'id', type: 'BIGINT' },
    { name: 'price', type: 'DECIMAL(10,2)' },
  ]

  test('other columns are refused with the difference, which is in no message', async () => {
    const table = { columns, mayChange: false }
    const error = await importer.refusal('id,extra\n1,x\n', { table })
    assert.equal(error.code, 'import.schema_changed')
    assert.deepEqual(error.changes, [
      { kind: 'added', name: 'extra', type: 'VARCHAR' },
      { kind: 'removed', name: 'price', type: 'DECIMAL(10,2)' },
    ])
    assert.doesNotMatch(`${error.message} ${error.remedy}`, /extra|price/)
    const row = await importer.refusal('id,price\n1,1.25\nx9,2\n', { table })
    assert.deepEqual(row.badRow, { line: 3, rule: 'not_an_integer', column: 'id' })
    assert.deepEqual(row.changes, [{ kind: 'changed', name: 'id', from: 'BIGINT', to: 'VARCHAR' }])
  })

  test('a table that may change gets wider types and further columns, and keeps its own', async () => {
    const table = { columns, mayChange: true }
    const imported = await importer.load('id,extra\n1,x\n2.5,y\n', { table })
    assert.deepEqual(imported.result.schema, [
      { name: 'id', type: 'DOUBLE' },
      { name: 'price', type: 'DECIMAL(10,2)' },
      { name: 'extra', type: 'VARCHAR' },
    ])
    const same = await importer.load('price,id\n1.5,7\n', { table })
    assert.deepEqual(same.result.schema, columns)
    const wider = await importer.load('id,price\n1,1.255\n', { table })
    assert.deepEqual(typesOf(wider), { id: 'BIGINT', price: 'DOUBLE' })
  })
})

describe('a table written anew', () => {
  let importer: Importer
  let made = 0

  before(async () => {
    importer = await Importer.open()
  })

  after(() => importer.close())

  const key = [
    { name: 'id', type: 'BIGINT' },
    { name: 'v', type: 'VARCHAR' },
  ]

  async function rewrite(base: string[], added: string[], more: object = {}) {
    const lease = await importer.opened.pool.acquire('rewriter')
    const link = async (queries: string[]) => {
      const names: string[] = []
      for (const query of queries) {
        const name = `side-${++made}.parquet`
        const path = `${importer.opened.work.path}/sources/${name}`
        await importer.duck.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`)
        await lease.engine.linkFile(path, name)
        names.push(name)
      }
      return names
    }
    const files: string[] = []
    const { testLimits } = await import('./testing/test-pool.ts')
    try {
      const result = await lease.engine.rewrite({
        base: { files: await link(base), columns: key },
        added: { files: await link(added), columns: key },
        columns: key,
        key: ['id'],
        checkBase: true,
        limits: testLimits,
        onDataFile: async ({ path }) => {
          const kept = `${importer.opened.work.path}/sources/kept-${++made}.parquet`
          writeFileSync(kept, readFileSync(path))
          files.push(kept)
        },
        ...more,
      })
      return { result, rows: await importer.rowsOf({ files, bad: [] } as never) }
    } finally {
      await lease.end()
    }
  }

  test('an upsert keeps, replaces and adds rows in a steady order; of one key the last row counts', async () => {
    const base = [`SELECT i AS id, 'old' || i AS v FROM range(5) t(i)`, `SELECT 5 AS id, 'old5' AS v`]
    const added = [`SELECT * FROM (VALUES (7, 'a'), (2, 'b'), (7, 'c')) t(id, v)`, `SELECT 2 AS id, NULL AS v`]
    const { result, rows } = await rewrite(base, added)
    assert.deepEqual(rows, [
      ['0', 'old0'],
      ['1', 'old1'],
      ['3', 'old3'],
      ['4', 'old4'],
      ['5', 'old5'],
      ['7', 'c'],
      ['2', null],
    ])
    assert.deepEqual(result, { rows: 7, replaced: 1, repeated: 2 })
  })

  test('a table whose rows already break the key is left as it is', async () => {
    const twice = [`SELECT 1 AS id, 'x' AS v FROM range(2)`]
    await assert.rejects(rewrite(twice, [`SELECT 2 AS id, 'y' AS v`]), { code: 'import.key_not_unique' })
    await assert.rejects(rewrite([`SELECT NULL::BIGINT AS id, 'x' AS v`], []), { code: 'import.key_not_unique' })
  })

  test('rows are added under new columns, what a side lacks is NULL, and a type that loses digits is refused', async () => {
    const columns = [
      { name: 'id', type: 'DOUBLE' },
      { name: 'v', type: 'VARCHAR' },
      { name: 'w', type: 'BIGINT' },
    ]
    const wider = { columns, key: null, added: undefined }
    const one = await rewrite([`SELECT 1 AS id, 'x' AS v`], [], { ...wider, added: { files: [], columns: [] } })
    assert.deepEqual(one.rows, [['1.0', 'x', null]])
    const large = [`SELECT 9007199254740993 AS id, 'x' AS v`]
    await assert.rejects(rewrite(large, [], { ...wider, added: { files: [], columns: [] } }), {
      code: 'import.schema_lossy',
    })
  })

  test('more rows than memory holds are spilled', async () => {
    const wide = `SELECT i AS id, repeat(md5(i::VARCHAR), 4) AS v FROM range(1500000) t(i)`
    const { testLimits } = await import('./testing/test-pool.ts')
    const limits = { ...testLimits, threads: 1, memoryBytes: 160 << 20, scratchBytes: 1 << 30, resultBytes: 1 << 30 }
    const { result } = await rewrite([wide], [`SELECT i + 1499000 AS id, 'new' AS v FROM range(2000) t(i)`], { limits })
    assert.deepEqual(result, { rows: 1_501_000, replaced: 1000, repeated: 0 })
  })
})
