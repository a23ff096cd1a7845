/** CSV on a real engine: what comes out is what went in. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as fc from 'fast-check'
import { Importer, typesOf } from './testing/importer.ts'

describe('import of CSV', () => {
  let importer: Importer

  before(async () => {
    importer = await Importer.open()
  })

  after(() => importer.close())

  test('types are inferred, and the rows are those of the file', async () => {
    const imported = await importer.load(
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
    assert.deepEqual(await importer.rowsOf(imported), [
      ['1', '2.5', '2024-02-29', '2024-02-29 10:00:00.123456', 'true', 'Łódź'],
      ['2', null, null, null, 'false', 'a, "b"\nc'],
    ])
    assert.equal(imported.result.rows, 2)
  })

  test('BOM, CRLF, other delimiters, quotes, escapes, and NULL texts are read', async () => {
    assert.deepEqual(await importer.rowsOf(await importer.load('\uFEFFa,b\r\n1,"x\r\ny"\r\n')), [['1', 'x\r\ny']])
    assert.deepEqual(await importer.rowsOf(await importer.load('a;b\n1,x;y\n')), [['1,x', 'y']])
    assert.deepEqual(
      await importer.rowsOf(await importer.load("a|b\n'1|2'|x\n", { csv: { delimiter: '|', quote: "'" } })),
      [['1|2', 'x']],
    )
    assert.deepEqual(await importer.rowsOf(await importer.load('a,b\n"x\\"y",1\n', { csv: { escape: '\\' } })), [
      ['x"y', '1'],
    ])
    assert.deepEqual(await importer.rowsOf(await importer.load('a,b\nNA,x\n1,NA\n', { csv: { nullTexts: ['NA'] } })), [
      [null, 'x'],
      ['1', null],
    ])
    assert.deepEqual(typesOf(await importer.load('1,x\n2,y\n', { csv: { header: false } })), {
      column0: 'BIGINT',
      column1: 'VARCHAR',
    })
    assert.deepEqual(await importer.rowsOf(await importer.load('a\n1\n2')), [['1'], ['2']])
  })

  test('a quoted empty field is empty text, and NULL where text cannot be', async () => {
    const text = 'n,t,u\n"1","",x\n"","a",\n"3",,""\n'
    for (const partBytes of [15, 1000]) {
      const imported = await importer.load(text, { partBytes })
      assert.deepEqual(typesOf(imported), { n: 'BIGINT', t: 'VARCHAR', u: 'VARCHAR' })
      assert.deepEqual(await importer.rowsOf(imported), [
        ['1', '', 'x'],
        [null, 'a', null],
        ['3', null, ''],
      ])
    }
  })

  test('what looks like a number but would lose digits, and dates that mean two things, stay text', async () => {
    const imported = await importer.load('zip,card,when,n\n01234,12345678901234567890,03/04/2020,1\n')
    assert.deepEqual(typesOf(imported), { zip: 'VARCHAR', card: 'VARCHAR', when: 'VARCHAR', n: 'BIGINT' })
    assert.deepEqual(await importer.rowsOf(imported), [['01234', '12345678901234567890', '03/04/2020', '1']])
  })

  test('a header alone makes an empty table of text columns; nothing at all is refused', async () => {
    for (const text of ['a,b,c\n', 'a,b,c']) {
      const imported = await importer.load(text)
      assert.deepEqual(typesOf(imported), { a: 'VARCHAR', b: 'VARCHAR', c: 'VARCHAR' })
      assert.equal(imported.result.rows, 0)
    }
    for (const text of ['', '\n\n', '\uFEFF', '  \r\n'])
      assert.equal((await importer.refusal(text)).code, 'import.empty')
    assert.equal((await importer.refusal('', { format: 'ndjson' })).code, 'import.empty')
  })

  test('integers of 64 bits are exact, wherever they stand', async () => {
    const wide = ['9007199254740993', '-9223372036854775808', '9223372036854775807', '', '1']
    const rows = [...Array.from({ length: 500 }, (_, index) => String(index)), ...wide, '2']
    for (const inferred of [true, false]) {
      const schema = ['v', 'w'].map((name) => ({ name, type: 'BIGINT' }))
      const text = `v,w\n${rows.map((row) => `${row},1\n`).join('')}`
      const imported = await importer.load(text, { partBytes: 700, ...(inferred ? {} : { schema }) })
      assert.deepEqual(imported.result.schema, schema)
      assert.deepEqual(
        (await importer.rowsOf(imported)).map(([value]) => value ?? ''),
        rows,
      )
      assert.equal(imported.result.restarts, 0)
    }
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
          const imported = await importer.load(text, { partBytes, schema })
          assert.deepEqual(await importer.rowsOf(imported), rows)
        },
      ),
      { numRuns: 25 },
    )
  })
})
