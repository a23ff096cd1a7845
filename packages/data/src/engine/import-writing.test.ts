/** How numbers, dates and times are written, on a real engine: found out or given, and never changed unseen. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Importer, typesOf } from './testing/importer.ts'
import type { ImportOptions } from './testing/import-text.ts'

describe('ways of writing in CSV', () => {
  let importer: Importer

  before(async () => {
    importer = await Importer.open()
  })

  after(() => importer.close())

  const read = async (values: readonly string[], options: ImportOptions = {}) => {
    const text = `v;w\n${values.map((value) => `"${value}";x\n`).join('')}`
    const imported = await importer.load(text, { ...options, csv: { delimiter: ';' } })
    return [typesOf(imported)['v'], ...(await importer.rowsOf(imported)).map(([value]) => value)]
  }

  test('decimal commas and groups of digits are found out where no other reading is possible', async () => {
    assert.deepEqual(await read(['1,5', '-0,25', '']), ['DOUBLE', '1.5', '-0.25', null])
    assert.deepEqual(await read(['1.234,5', '7']), ['DOUBLE', '1234.5', '7.0'])
    assert.deepEqual(await read(['1.234.567', '12']), ['BIGINT', '1234567', '12'])
    assert.deepEqual(await read(['1,234.50', '2.25']), ['DOUBLE', '1234.5', '2.25'])
    assert.deepEqual(await read(['1\u00a0234', '12 345 678']), ['BIGINT', '1234', '12345678'])
    assert.deepEqual(await read(["1'234.5"]), ['DOUBLE', '1234.5'])
  })

  test('what can be read in two ways stays text, unless the file or the person says which', async () => {
    assert.deepEqual(await read(['1,234', '5,678']), ['VARCHAR', '1,234', '5,678'])
    assert.deepEqual(await read(['1,234'], { hints: { decimal: ',' } }), ['DOUBLE', '1.234'])
    assert.deepEqual(await read(['1,234'], { hints: { decimal: '.' } }), ['BIGINT', '1234'])
    assert.deepEqual(await read(['1.5', '2.5'], { hints: { decimal: ',' } }), ['VARCHAR', '1.5', '2.5'])
    const both = await importer.load('a;b;c\n1,5;1.234;1,234\n2,25;2.500;7\n')
    assert.deepEqual(typesOf(both), { a: 'DOUBLE', b: 'BIGINT', c: 'DOUBLE' })
    assert.deepEqual(await importer.rowsOf(both), [
      ['1.5', '1234', '1.234'],
      ['2.25', '2500', '7.0'],
    ])
  })

  test('identifiers, and digits that a double does not hold, stay text', async () => {
    assert.deepEqual(await read(['00123', '1,5']), ['VARCHAR', '00123', '1,5'])
    assert.deepEqual(await read(['1,5', '12345678901234567']), ['VARCHAR', '1,5', '12345678901234567'])
    assert.deepEqual(await read(['1_000']), ['VARCHAR', '1_000'])
  })

  test('dates are found out where only one pattern fits; 01/02/2026 throughout stays text', async () => {
    assert.deepEqual(await read(['31.12.2026', '1.2.2026']), ['DATE', '2026-12-31', '2026-02-01'])
    assert.deepEqual(await read(['31/12/2026', '01/02/2026']), ['DATE', '2026-12-31', '2026-02-01'])
    assert.deepEqual(await read(['12/31/2026', '01/02/2026']), ['DATE', '2026-12-31', '2026-01-02'])
    assert.deepEqual(await read(['01/02/2026', '02/03/2026']), ['VARCHAR', '01/02/2026', '02/03/2026'])
    assert.deepEqual(await read(['31/12/2026', '12/31/2026']), ['VARCHAR', '31/12/2026', '12/31/2026'])
    assert.deepEqual(await read(['01/02/2026'], { hints: { dateFormat: 'MM/DD/YYYY' } }), ['DATE', '2026-01-02'])
    assert.deepEqual(await read(['30.02.2026']), ['VARCHAR', '30.02.2026'])
    assert.deepEqual(await read(['31.12.2026 08:05', '01.01.2026 08:05:06.5']), [
      'TIMESTAMP',
      '2026-12-31 08:05:00',
      '2026-01-01 08:05:06.5',
    ])
  })

  test('a zone makes timestamps without one instants, and leaves those that name theirs', async () => {
    const hints = { timeZone: 'Europe/Berlin' }
    assert.deepEqual(await read(['2026-07-01 12:00:00', '2026-01-01 12:00:00'], { hints }), [
      'TIMESTAMP WITH TIME ZONE',
      '2026-07-01 10:00:00+00',
      '2026-01-01 11:00:00+00',
    ])
    assert.deepEqual(await read(['01.07.2026 12:00'], { hints }), [
      'TIMESTAMP WITH TIME ZONE',
      '2026-07-01 10:00:00+00',
    ])
    assert.deepEqual(await read(['2026-07-01 12:00:00']), ['TIMESTAMP', '2026-07-01 12:00:00'])
    const schema = ['v', 'w'].map((name) => ({ name, type: name === 'v' ? 'TIMESTAMP WITH TIME ZONE' : 'VARCHAR' }))
    assert.deepEqual(await read(['2026-07-01 12:00:00', '2026-07-01T12:00:00Z'], { hints, schema }), [
      'TIMESTAMP WITH TIME ZONE',
      '2026-07-01 10:00:00+00',
      '2026-07-01 12:00:00+00',
    ])
  })

  test('a value that comes late and is written otherwise makes the column text, with every sign of it', async () => {
    const rows = Array.from({ length: 25_000 }, () => '1,5;31.12.2026;x\n').join('')
    const imported = await importer.load(`a;b;c\n${rows}1.5;12/31/2026;x\n`, { partBytes: 100_000 })
    assert.deepEqual(typesOf(imported), { a: 'VARCHAR', b: 'VARCHAR', c: 'VARCHAR' })
    assert.deepEqual((await importer.rowsOf(imported)).at(-1), ['1.5', '12/31/2026', 'x'])
    assert.deepEqual((await importer.rowsOf(imported)).at(0), ['1,5', '31.12.2026', 'x'])
  })

  test('a schema takes values as they are written, and refuses by line what it would have to round', async () => {
    const schema = [
      { name: 'd', type: 'DATE' },
      { name: 'n', type: 'DECIMAL(10,2)' },
    ]
    const good = await importer.load('d;n\n31.12.2026;1.234,50\n', { schema })
    assert.deepEqual(await importer.rowsOf(good), [['2026-12-31', '1234.50']])
    await importer.refusesRow(
      'd,n\n2026-01-01,1.25\n2026-01-01,1.255\n',
      { line: 3, rule: 'not_a_number', column: 'n' },
      { schema },
    )
    await importer.refusesRow(
      'd;n\n31.12.2026;1,25\n\n30.02.2026;1,25\n',
      { line: 4, rule: 'not_a_date', column: 'd' },
      {
        schema,
        hints: { dateFormat: 'DD.MM.YYYY', decimal: ',' },
      },
    )
  })
})
