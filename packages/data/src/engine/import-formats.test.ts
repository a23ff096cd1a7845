/** NDJSON and Parquet on a real engine. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { Importer, typesOf } from './testing/importer.ts'

describe('import of other formats', () => {
  let importer: Importer

  before(async () => {
    importer = await Importer.open()
  })

  after(() => importer.close())

  test('NDJSON: types, nested values as JSON, and keys that appear late', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => JSON.stringify({ id: index, nothing: null })).join('\n')
    const text = `${lines}\n\n{"id":1.5,"more":{"a":[1,"x"]},"at":"2024-02-29T10:00:00Z","nothing":7}\n`
    for (const partBytes of [300, 100_000]) {
      const imported = await importer.load(text, { format: 'ndjson', partBytes })
      assert.deepEqual(typesOf(imported), { id: 'DOUBLE', nothing: 'BIGINT', more: 'JSON', at: 'TIMESTAMP' })
      assert.deepEqual((await importer.rowsOf(imported)).at(-1), ['1.5', '7', '{"a":[1,"x"]}', '2024-02-29 10:00:00'])
      assert.equal(imported.result.rows, 201)
    }
  })

  test('NDJSON: a bad line is named', async () => {
    const good = '{"a":1}\n\n{"a":2}\n'
    const schema = [{ name: 'a', type: 'BIGINT' }]
    for (const partBytes of [9, 1000]) {
      const options = { format: 'ndjson' as const, partBytes }
      await importer.refusesRow(`${good}{"a" 3}\n`, { line: 4, rule: 'not_a_json_object' }, options)
      await importer.refusesRow(`${good}[1]\n`, { line: 4, rule: 'not_a_json_object' }, options)
      await importer.refusesRow(
        `${good}{"a":"planted"}\n`,
        { line: 4, rule: 'not_an_integer', column: 'a' },
        { ...options, schema },
      )
    }
    const strange = await importer.refusal(`${good}{"a":1,"b":2}\n`, { format: 'ndjson', schema })
    assert.equal(strange.code, 'import.bad_schema')
  })

  test('Parquet is taken as it is, or refused', async () => {
    const path = `${importer.opened.work.path}/sources/in.parquet`
    await importer.duck.run(
      `COPY (SELECT i AS id, i::DECIMAL(18,3) AS d, [i, NULL] AS l, {a: 'x', b: i} AS s, uuid() AS u FROM range(1000) t(i)) TO '${path}'`,
    )
    const imported = await importer.load(readFileSync(path), { format: 'parquet' })
    assert.deepEqual(typesOf(imported), {
      id: 'BIGINT',
      d: 'DECIMAL(18,3)',
      l: 'BIGINT[]',
      s: 'STRUCT(a VARCHAR, b BIGINT)',
      u: 'UUID',
    })
    assert.deepEqual(
      await importer.rowsOf(imported),
      (await importer.duck.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM '${path}'`)).getRows(),
    )
    assert.equal((await importer.refusal('not Parquet', { format: 'parquet' })).code, 'import.bad_file')
    assert.equal(
      (await importer.refusal(readFileSync(path).subarray(0, -9), { format: 'parquet' })).code,
      'import.bad_file',
    )
    assert.equal((await importer.refusal('', { format: 'parquet' })).code, 'import.empty')
    await importer.refusesRow(
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
})
