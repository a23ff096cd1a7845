import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { readText, type ResultTable } from '@keyhold/client'
import { startDuck, type SqlRunner } from '../../testing/run-sql.ts'
import { writeTsv } from './copy-cells.ts'
import { writeCsv } from './write-csv.ts'

let duck: SqlRunner
before(async () => {
  duck = await startDuck()
})
after(() => duck.close())

const textsOf = (result: ResultTable): (string | null)[][] =>
  Array.from({ length: result.rows }, (_, row) => result.columns.map((_c, column) => readText(result, column, row)))

test('a CSV that is read again by the engine has every value as it was, NULL and the empty text too', async () => {
  const result = await duck.run(
    `SELECT i, i * 1.00000001::DECIMAL(28,8) AS d, [NULL, '', 'a,b', 'say "x"', 'two' || chr(10) || 'lines', ' s '][i % 6 + 1] AS "odd, name"
     FROM range(5000) AS t(i)`,
  )
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-csv-'))
  const path = join(folder, 'out.csv')
  writeFileSync(path, [...writeCsv(result)].join(''))
  const back = await duck.run(
    `SELECT * FROM read_csv('${path}', header = true, all_varchar = true, nullstr = '', allow_quoted_nulls = false, new_line = '\\r\\n')`,
  )
  rmSync(folder, { recursive: true })
  assert.deepEqual(
    back.columns.map(({ name }) => name),
    ['i', 'd', 'odd, name'],
  )
  assert.deepEqual(textsOf(back), textsOf(result))
})

test('copied cells are those of the rectangle, in the order that is shown, with what would break a line in quotes', async () => {
  const result = await duck.run(`SELECT * FROM (VALUES (1, 'a'), (2, NULL), (3, 'x' || chr(9) || '"y"')) AS t(n, v)`)
  const shown = (place: number): number => 2 - place
  assert.equal(writeTsv(result, { top: 0, bottom: 1, left: 0, right: 1 }, shown, true), `n\tv\n3\t"x\t""y"""\n2\t`)
  assert.equal(writeTsv(result, { top: 2, bottom: 2, left: 1, right: 1 }, shown, false), 'a')
})
