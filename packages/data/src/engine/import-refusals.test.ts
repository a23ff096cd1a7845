/** What an import does not take as it is: it widens a guess, or names the line that is at fault. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { BadRow } from './errors.ts'
import { Importer, typesOf } from './testing/importer.ts'

describe('import, where the file does not fit', () => {
  let importer: Importer

  before(async () => {
    importer = await Importer.open()
  })

  after(() => importer.close())

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
        const error = await importer.refusal(good + row, { schema, partBytes })
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
        await importer.refusesRow(`n,t\n${rows}planted,c\n${rows}`, expected, { schema, partBytes, withSeen })
      }
    }
  })

  test('NUL bytes, invalid UTF-8 and mixed line ends are refused', async () => {
    await importer.refusesRow('a,b\n1,x\n2,y\0z\n', { line: 3, rule: 'nul_byte' })
    await importer.refusesRow(
      Buffer.concat([Buffer.from('a,b\n1,x\n2,'), Buffer.from([0xc3, 0x28]), Buffer.from('\n')]),
      { line: 3, rule: 'invalid_utf8', column: 'b' },
      {
        schema: [
          { name: 'a', type: 'BIGINT' },
          { name: 'b', type: 'VARCHAR' },
        ],
      },
    )
    await importer.refusesRow('a,b\r\n1,x\r\n2,y\n3,z\r\n', { line: 3, rule: 'mixed_line_endings' })
    await importer.refusesRow('a,b\n1,"\r\n"\n2,y\r\n3,z\n', { line: 4, rule: 'mixed_line_endings' })
  })

  test('a value that comes late and does not fit widens the inferred type, and no digit is lost', async () => {
    const numbers = Array.from({ length: 30_000 }, (_, index) => `${index},${index},x\n`).join('')
    const imported = await importer.load(`a,b,c\n${numbers}1.5,late,x\n0007,7,x\n`, { partBytes: 50_000 })
    assert.deepEqual(typesOf(imported), { a: 'VARCHAR', b: 'VARCHAR', c: 'VARCHAR' })
    assert.ok(imported.result.restarts >= 1)
    assert.deepEqual((await importer.rowsOf(imported)).slice(-2), [
      ['1.5', 'late', 'x'],
      ['0007', '7', 'x'],
    ])
    assert.equal(imported.result.rows, 30_002)
    const doubles = await importer.load(`a,b\n${'1,2\n'.repeat(30_000)}1.5,2\n`, { partBytes: 50_000 })
    assert.deepEqual(typesOf(doubles), { a: 'DOUBLE', b: 'BIGINT' })
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
      await importer.refusesRow(`v,w\n${plain},"\n"\n\n\n${odd},x\n`, { line: 6, rule, column: 'v' }, { schema })
      const widened = await importer.load(`v,w\n${`${plain},x\n`.repeat(30_000)}${odd},x\n`, { partBytes: 100_000 })
      const value = (await importer.rowsOf(widened)).at(-1)?.[0]
      const expected = typesOf(widened)['v'] === 'TIMESTAMP' ? [odd] : [odd, `${odd}.0`]
      assert.ok(expected.includes(value ?? ''), `${type} ${odd} became ${value}`)
    }
    const taken = await importer.load('v,w\n+7,x\n007,x\n 8 ,x\n', {
      schema: [
        { name: 'v', type: 'INTEGER' },
        { name: 'w', type: 'VARCHAR' },
      ],
    })
    assert.deepEqual(
      (await importer.rowsOf(taken)).map(([value]) => value),
      ['7', '7', '8'],
    )
    const long = await importer.load(`v\n${'1.5\n'.repeat(30_000)}12345678901234567\n`, { partBytes: 50_000 })
    assert.deepEqual((await importer.rowsOf(long)).at(-1), ['12345678901234567'])
  })

  test('a given schema sets the types, by name, and other columns are refused', async () => {
    const schema = [
      { name: 'price', type: 'DECIMAL(38,10)' },
      { name: 'id', type: 'HUGEINT' },
      { name: 'span', type: 'INTERVAL' },
    ]
    const imported = await importer.load(
      'id,price,span\n170141183460469231731687303715884105727,1.0000000001,1 year 2 days\n',
      {
        schema,
      },
    )
    assert.deepEqual(imported.result.schema, schema)
    assert.deepEqual(await importer.rowsOf(imported), [
      ['170141183460469231731687303715884105727', '1.0000000001', '1 year 2 days'],
    ])
    for (const header of ['id,price\n1,2\n', 'id,price,span,more\n1,2,1 day,x\n', 'id,prices,span\n1,2,1 day\n']) {
      assert.equal((await importer.refusal(header, { schema })).code, 'import.bad_schema')
    }
    assert.equal((await importer.refusal('1,2\n', { schema, csv: { header: false } })).code, 'import.bad_schema')
    assert.equal(
      (await importer.refusal('a\n1\n', { schema: [{ name: 'a', type: 'NOPE' }] })).code,
      'import.bad_schema',
    )
    assert.equal(
      (await importer.refusal('a\n1\n', { schema: [{ name: 'a', type: 'INT); DROP' }] })).code,
      'import.bad_schema',
    )
  })

  test('a cancelled import ends with its code and leaves nothing', async () => {
    const controller = new AbortController()
    const text = `a,b\n${'1,2\n'.repeat(400_000)}`
    const refused = importer.refusal(text, { partBytes: 20_000, signal: controller.signal })
    setTimeout(() => controller.abort(), 100)
    assert.equal((await refused).code, 'import.cancelled')
    const [engine = ''] = readdirSync(`${importer.opened.work.path}/engines`)
    assert.deepEqual(readdirSync(`${importer.opened.work.path}/engines/${engine}/results`), [])
  })
})
