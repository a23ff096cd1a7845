/** Imports on a real engine: what comes out is what went in, or the line that is at fault. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { EngineError, type BadRow } from './errors.ts'
import { importText, type Imported, type ImportOptions } from './testing/import-text.ts'
import { openTestPool, type TestPool } from './testing/test-pool.ts'

describe('import', () => {
  let opened: TestPool
  let duck: DuckDBConnection

  before(async () => {
    opened = await openTestPool()
    console.log(`imports run in ${opened.pool.sandbox.isolation}`)
    duck = await (await DuckDBInstance.create(':memory:')).connect()
  })

  after(async () => {
    duck.closeSync()
    await opened.close()
  })

  const load = (text: string | Buffer, options: ImportOptions = {}) => importText(opened, text, options)

  /** Rows as text, as plain DuckDB reads the data files, in file order. */
  async function rowsOf({ files }: Imported): Promise<(string | null)[][]> {
    const list = files.map((file) => `'${file}'`).join(', ')
    const result = await duck.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM read_parquet([${list}])`)
    return result.getRows() as (string | null)[][]
  }

  const typesOf = ({ result }: Imported) => Object.fromEntries(result.schema.map(({ name, type }) => [name, type]))

  async function refusal(text: string | Buffer, options: ImportOptions = {}): Promise<EngineError> {
    const error: unknown = await load(text, options).then(
      () => assert.fail('it was taken'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof EngineError, String(error))
    return error
  }

  async function refusesRow(text: string | Buffer, expected: BadRow, options: ImportOptions = {}): Promise<void> {
    const error = await refusal(text, options)
    assert.equal(error.code, 'import.bad_row', `${error.code} ${error.detail}`)
    assert.deepEqual(error.badRow, expected)
  }

  test('types are inferred, and the rows are those of the file', async () => {
    const imported = await load(
      'id,price,day,at,yes,name\n1,2.50,2024-02-29,2024-02-29 10:00:00.123456,true,Łódź\n2,,,,false,"a, ""b""\nc"\n',
    )
    assert.deepEqual(typesOf(imported), {
      id: 'BIGINT',
      price: 'DOUBLE',
      day: 'DATE',
      at: 'TIMESTAMP',
      yes: 'BOOLEAN',
      name: 'VARCHAR',
    })
    assert.deepEqual(await rowsOf(imported), [
      ['1', '2.5', '2024-02-29', '2024-02-29 10:00:00.123456', 'true', 'Łódź'],
      ['2', null, null, null, 'false', 'a, "b"\nc'],
    ])
    assert.equal(imported.result.rows, 2)
  })

  test('BOM, CRLF, other delimiters, quotes, escapes, and NULL texts are read', async () => {
    assert.deepEqual(await rowsOf(await load('\uFEFFa,b\r\n1,"x\r\ny"\r\n')), [['1', 'x\r\ny']])
    assert.deepEqual(await rowsOf(await load('a;b\n1,5;x\n')), [['1,5', 'x']])
    assert.deepEqual(await rowsOf(await load("a|b\n'1|2'|x\n", { csv: { delimiter: '|', quote: "'" } })), [
      ['1|2', 'x'],
    ])
    assert.deepEqual(await rowsOf(await load('a,b\n"x\\"y",1\n', { csv: { escape: '\\' } })), [['x"y', '1']])
    assert.deepEqual(await rowsOf(await load('a,b\nNA,x\n1,NA\n', { csv: { nullText: 'NA' } })), [
      [null, 'x'],
      ['1', null],
    ])
    assert.deepEqual(typesOf(await load('1,x\n2,y\n', { csv: { header: false } })), {
      column0: 'BIGINT',
      column1: 'VARCHAR',
    })
    assert.deepEqual(await rowsOf(await load('a\n1\n2')), [['1'], ['2']])
  })

  test('a quoted empty field is empty text, and NULL where text cannot be', async () => {
    const text = 'n,t,u\n"1","",x\n"","a",\n"3",,""\n'
    for (const partBytes of [15, 1000]) {
      const imported = await load(text, { partBytes })
      assert.deepEqual(typesOf(imported), { n: 'BIGINT', t: 'VARCHAR', u: 'VARCHAR' })
      assert.deepEqual(await rowsOf(imported), [
        ['1', '', 'x'],
        [null, 'a', null],
        ['3', null, ''],
      ])
    }
  })

  test('what looks like a number but would lose digits, and dates that mean two things, stay text', async () => {
    const imported = await load('zip,card,when,n\n01234,12345678901234567890,03/04/2020,1\n')
    assert.deepEqual(typesOf(imported), { zip: 'VARCHAR', card: 'VARCHAR', when: 'VARCHAR', n: 'BIGINT' })
    assert.deepEqual(await rowsOf(imported), [['01234', '12345678901234567890', '03/04/2020', '1']])
  })

  test('a header alone makes an empty table of text columns; nothing at all is refused', async () => {
    for (const text of ['a,b,c\n', 'a,b,c']) {
      const imported = await load(text)
      assert.deepEqual(typesOf(imported), { a: 'VARCHAR', b: 'VARCHAR', c: 'VARCHAR' })
      assert.equal(imported.result.rows, 0)
    }
    for (const text of ['', '\n\n', '\uFEFF', '  \r\n']) assert.equal((await refusal(text)).code, 'import.empty')
    assert.equal((await refusal('', { format: 'ndjson' })).code, 'import.empty')
  })

  test('DAT-21: a bad row refuses the file with line, rule and column, and never a value', async () => {
    const good = 'id,day\n1,2024-01-01\n'
    const schema = [
      { name: 'id', type: 'BIGINT' },
      { name: 'day', type: 'DATE' },
    ]
    const bad: readonly [string, BadRow][] = [
      ['planted,2024-01-01\n', { line: 3, rule: 'not_an_integer', column: 'id' }],
      ['2,planted\n', { line: 3, rule: 'not_a_date', column: 'day' }],
      ['2\n', { line: 3, rule: 'too_few_columns', column: 'day' }],
      ['2,2024-01-01,planted\n', { line: 3, rule: 'too_many_columns' }],
      ['2,"planted\n', { line: 3, rule: 'unterminated_quote', column: 'day' }],
      ['2,"2024"planted\n', { line: 3, rule: 'unterminated_quote', column: 'day' }],
      ['2,"\n\n"\nplanted,2024-01-01\n', { line: 3, rule: 'not_a_date', column: 'day' }],
    ]
    for (const [row, expected] of bad) {
      for (const partBytes of [1000, 10]) {
        const error = await refusal(good + row, { schema, partBytes })
        assert.deepEqual(error.badRow, expected, `${row} ${error.code} ${error.detail}`)
        assert.doesNotMatch(
          JSON.stringify(Object.assign({}, error, { message: error.message, stack: error.stack })),
          /planted/,
        )
      }
    }
  })

  test('the line is that of the whole file, behind quoted line breaks and earlier parts', async () => {
    const rows = Array.from({ length: 500 }, (_, index) => `${index},"a\nb"\n`).join('')
    const schema = [
      { name: 'n', type: 'BIGINT' },
      { name: 't', type: 'VARCHAR' },
    ]
    for (const partBytes of [200, 100_000]) {
      for (const withSeen of [true, false]) {
        const expected = { line: 1002, rule: 'not_an_integer', column: 'n' }
        await refusesRow(`n,t\n${rows}planted,c\n${rows}`, expected, { schema, partBytes, withSeen })
      }
    }
  })

  test('NUL bytes, invalid UTF-8 and mixed line ends are refused', async () => {
    await refusesRow('a,b\n1,x\n2,y\0z\n', { line: 3, rule: 'nul_byte' })
    await refusesRow(
      Buffer.concat([Buffer.from('a,b\n1,x\n2,'), Buffer.from([0xc3, 0x28]), Buffer.from('\n')]),
      { line: 3, rule: 'invalid_utf8', column: 'b' },
      {
        schema: [
          { name: 'a', type: 'BIGINT' },
          { name: 'b', type: 'VARCHAR' },
        ],
      },
    )
    await refusesRow('a,b\r\n1,x\r\n2,y\n3,z\r\n', { line: 3, rule: 'mixed_line_endings' })
    await refusesRow('a,b\n1,"\r\n"\n2,y\r\n3,z\n', { line: 4, rule: 'mixed_line_endings' })
  })

  test('a value that comes late and does not fit widens the inferred type, and no digit is lost', async () => {
    const numbers = Array.from({ length: 30_000 }, (_, index) => `${index},${index},x\n`).join('')
    const imported = await load(`a,b,c\n${numbers}1.5,late,x\n0007,7,x\n`, { partBytes: 50_000 })
    assert.deepEqual(typesOf(imported), { a: 'VARCHAR', b: 'VARCHAR', c: 'VARCHAR' })
    assert.ok(imported.result.restarts >= 1)
    assert.deepEqual((await rowsOf(imported)).slice(-2), [
      ['1.5', 'late', 'x'],
      ['0007', '7', 'x'],
    ])
    assert.equal(imported.result.rows, 30_002)
    const doubles = await load(`a,b\n${'1,2\n'.repeat(30_000)}1.5,2\n`, { partBytes: 50_000 })
    assert.deepEqual(typesOf(doubles), { a: 'DOUBLE', b: 'BIGINT' })
  })

  test('integers of 64 bits are exact, wherever they stand', async () => {
    const wide = ['9007199254740993', '-9223372036854775808', '9223372036854775807', '', '1']
    const rows = [...Array.from({ length: 500 }, (_, index) => String(index)), ...wide, '2']
    for (const inferred of [true, false]) {
      const schema = ['v', 'w'].map((name) => ({ name, type: 'BIGINT' }))
      const text = `v,w\n${rows.map((row) => `${row},1\n`).join('')}`
      const imported = await load(text, { partBytes: 700, ...(inferred ? {} : { schema }) })
      assert.deepEqual(imported.result.schema, schema)
      assert.deepEqual(
        (await rowsOf(imported)).map(([value]) => value ?? ''),
        rows,
      )
      assert.equal(imported.result.restarts, 0)
    }
  })

  test('a value that a cast would change is not of the type: it widens a guess, and is refused by a schema', async () => {
    const changed = [
      ['BIGINT', '1', '1.5', 'not_an_integer'],
      ['BIGINT', '1', '0x1F', 'not_an_integer'],
      ['DATE', '2024-01-01', '2024-01-01 10:00:00', 'not_a_date'],
      ['TIMESTAMP', '2024-01-01 10:00:00', '2024-01-01T10:00:00+02:00', 'not_a_timestamp'],
      ['TIMESTAMP', '2024-01-01 10:00:00', '2024-01-01 10:00:00-05', 'not_a_timestamp'],
      ['TIMESTAMP', '2024-01-01 10:00:00', '2024-01-01T10:00:00Z', 'not_a_timestamp'],
    ] as const
    for (const [type, plain, odd, rule] of changed) {
      const schema = [
        { name: 'v', type },
        { name: 'w', type: 'VARCHAR' },
      ]
      await refusesRow(`v,w\n${plain},"\n"\n\n\n${odd},x\n`, { line: 6, rule, column: 'v' }, { schema })
      const widened = await load(`v,w\n${`${plain},x\n`.repeat(30_000)}${odd},x\n`, { partBytes: 100_000 })
      const value = (await rowsOf(widened)).at(-1)?.[0]
      const expected = typesOf(widened)['v'] === 'TIMESTAMP' ? [odd] : [odd, `${odd}.0`]
      assert.ok(expected.includes(value ?? ''), `${type} ${odd} became ${value}`)
    }
    const taken = await load('v,w\n+7,x\n007,x\n 8 ,x\n', {
      schema: [
        { name: 'v', type: 'INTEGER' },
        { name: 'w', type: 'VARCHAR' },
      ],
    })
    assert.deepEqual(
      (await rowsOf(taken)).map(([value]) => value),
      ['7', '7', '8'],
    )
    const long = await load(`v\n${'1.5\n'.repeat(30_000)}12345678901234567\n`, { partBytes: 50_000 })
    assert.deepEqual((await rowsOf(long)).at(-1), ['12345678901234567'])
  })

  test('a given schema sets the types, by name, and other columns are refused', async () => {
    const schema = [
      { name: 'price', type: 'DECIMAL(38,10)' },
      { name: 'id', type: 'HUGEINT' },
      { name: 'span', type: 'INTERVAL' },
    ]
    const imported = await load('id,price,span\n170141183460469231731687303715884105727,1.0000000001,1 year 2 days\n', {
      schema,
    })
    assert.deepEqual(imported.result.schema, schema)
    assert.deepEqual(await rowsOf(imported), [
      ['170141183460469231731687303715884105727', '1.0000000001', '1 year 2 days'],
    ])
    for (const header of ['id,price\n1,2\n', 'id,price,span,more\n1,2,1 day,x\n', 'id,prices,span\n1,2,1 day\n']) {
      assert.equal((await refusal(header, { schema })).code, 'import.bad_schema')
    }
    assert.equal((await refusal('1,2\n', { schema, csv: { header: false } })).code, 'import.bad_schema')
    assert.equal((await refusal('a\n1\n', { schema: [{ name: 'a', type: 'NOPE' }] })).code, 'import.bad_schema')
    assert.equal((await refusal('a\n1\n', { schema: [{ name: 'a', type: 'INT); DROP' }] })).code, 'import.bad_schema')
  })

  test('NDJSON: types, nested values as JSON, and keys that appear late', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => JSON.stringify({ id: index, nothing: null })).join('\n')
    const text = `${lines}\n\n{"id":1.5,"more":{"a":[1,"x"]},"at":"2024-02-29T10:00:00Z","nothing":7}\n`
    for (const partBytes of [300, 100_000]) {
      const imported = await load(text, { format: 'ndjson', partBytes })
      assert.deepEqual(typesOf(imported), { id: 'DOUBLE', nothing: 'BIGINT', more: 'JSON', at: 'TIMESTAMP' })
      assert.deepEqual((await rowsOf(imported)).at(-1), ['1.5', '7', '{"a":[1,"x"]}', '2024-02-29 10:00:00'])
      assert.equal(imported.result.rows, 201)
    }
  })

  test('NDJSON: a bad line is named', async () => {
    const good = '{"a":1}\n\n{"a":2}\n'
    const schema = [{ name: 'a', type: 'BIGINT' }]
    for (const partBytes of [9, 1000]) {
      const options = { format: 'ndjson' as const, partBytes }
      await refusesRow(`${good}{"a" 3}\n`, { line: 4, rule: 'not_a_json_object' }, options)
      await refusesRow(`${good}[1]\n`, { line: 4, rule: 'not_a_json_object' }, options)
      await refusesRow(
        `${good}{"a":"planted"}\n`,
        { line: 4, rule: 'not_an_integer', column: 'a' },
        { ...options, schema },
      )
    }
    const strange = await refusal(`${good}{"a":1,"b":2}\n`, { format: 'ndjson', schema })
    assert.equal(strange.code, 'import.bad_schema')
  })

  test('Parquet is taken as it is, or refused', async () => {
    const path = `${opened.work.path}/sources/in.parquet`
    await duck.run(
      `COPY (SELECT i AS id, i::DECIMAL(18,3) AS d, [i, NULL] AS l, {a: 'x', b: i} AS s, uuid() AS u FROM range(1000) t(i)) TO '${path}'`,
    )
    const imported = await load(readFileSync(path), { format: 'parquet' })
    assert.deepEqual(typesOf(imported), {
      id: 'BIGINT',
      d: 'DECIMAL(18,3)',
      l: 'BIGINT[]',
      s: 'STRUCT(a VARCHAR, b BIGINT)',
      u: 'UUID',
    })
    assert.deepEqual(
      await rowsOf(imported),
      (await duck.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM '${path}'`)).getRows(),
    )
    assert.equal((await refusal('not Parquet', { format: 'parquet' })).code, 'import.bad_file')
    assert.equal((await refusal(readFileSync(path).subarray(0, -9), { format: 'parquet' })).code, 'import.bad_file')
    assert.equal((await refusal('', { format: 'parquet' })).code, 'import.empty')
    await refusesRow(
      readFileSync(path),
      { line: 129, rule: 'not_an_integer', column: 'id' },
      {
        format: 'parquet',
        schema: imported.result.schema.map((column) =>
          column.name === 'id' ? { name: 'id', type: 'TINYINT' } : column,
        ),
      },
    )
  })

  test('a cancelled import ends with its code and leaves nothing', async () => {
    const controller = new AbortController()
    const text = `a,b\n${'1,2\n'.repeat(400_000)}`
    const refused = refusal(text, { partBytes: 20_000, signal: controller.signal })
    setTimeout(() => controller.abort(), 100)
    assert.equal((await refused).code, 'import.cancelled')
    const [engine = ''] = readdirSync(`${opened.work.path}/engines`)
    assert.deepEqual(readdirSync(`${opened.work.path}/engines/${engine}/results`), [])
  })

  test('any table written as RFC 4180 says comes back value by value, however it is cut', async () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 8 }).filter((text) => !/[\0\uFEFF]/.test(text)),
      fc.constantFrom('', ' ', '"', '""', ',', '\n', '\r\n', ' x ', 'NULL', "'", 'łąka', '1', '01', 'a"b'),
    )
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 12 })
    const encode = (text: string) => `"${text.replaceAll('"', '""')}"`
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom('\n', '\r\n'),
        async (rows, partBytes, end) => {
          const text = ['k,v', ...rows.map((row) => row.map(encode).join(','))].map((line) => line + end).join('')
          const schema = ['k', 'v'].map((name) => ({ name, type: 'VARCHAR' }))
          const imported = await load(text, { partBytes, schema })
          assert.deepEqual(await rowsOf(imported), rows)
        },
      ),
      { numRuns: 25 },
    )
  })
})
