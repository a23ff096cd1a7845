import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseArguments } from '../arguments.ts'
import { upload } from '../commands/upload.ts'
import { chooseSettings } from './settings.ts'

const settings = (path: string, ...words: string[]) => chooseSettings(path, parseArguments(words, upload.options))

test('the format follows the name, and options add to it', () => {
  assert.deepEqual(settings('/x/a.CSV'), { fileName: 'a.CSV', format: 'csv' })
  assert.deepEqual(settings('a.tsv', '--null', 'NA', '--no-header'), {
    fileName: 'a.tsv',
    format: 'csv',
    delimiter: '\t',
    nullValue: 'NA',
    header: false,
  })
  assert.deepEqual(settings('a.jsonl'), { fileName: 'a.jsonl', format: 'ndjson' })
  assert.deepEqual(settings('a.json', '--json-path', 'data.items'), {
    fileName: 'a.json',
    format: 'json',
    jsonPath: 'data.items',
  })
  assert.deepEqual(settings('a.xlsx', '--sheet', '2024', '--header-rows', '2'), {
    fileName: 'a.xlsx',
    format: 'xlsx',
    headerRows: 2,
    sheet: '2024',
  })
  assert.equal(settings('a.xlsx', '--sheet', '3').sheet, 3)
  assert.deepEqual(settings('a.dat', '--format', 'parquet', '--allow-schema-change'), {
    fileName: 'a.dat',
    format: 'parquet',
    allowSchemaChange: true,
  })
})

test('ways of writing, keys and bad rows travel in the settings', () => {
  const words = '--encoding windows-1250 --decimal comma --thousands space --date-format dd.mm.yyyy --skip-lines 0'
  const more = '--time-zone Europe/Berlin --null NA --null - --bad-rows quarantine --most-bad-rows 5'
  const keyed = '--mode upsert --primary-key country,id'
  assert.deepEqual(settings('a.csv', ...`${words} ${more} ${keyed}`.split(' ')), {
    fileName: 'a.csv',
    format: 'csv',
    encoding: 'windows-1250',
    decimal: ',',
    thousands: ' ',
    dateFormat: 'DD.MM.YYYY',
    timeZone: 'Europe/Berlin',
    nullValue: 'NA',
    nullValues: ['-'],
    skipLines: 0,
    primaryKey: ['country', 'id'],
    badRows: 'quarantine',
    mostBadRows: 5,
  })
})

test('what does not fit is refused with a remedy', () => {
  assert.throws(() => settings('a.dat'), { code: 'cli.usage', remedy: /--format csv/ })
  assert.throws(() => settings('a.csv.gz'), { code: 'cli.usage', remedy: /unpack it first/ })
  assert.throws(() => settings('a.parquet', '--delimiter', ';'), { code: 'cli.usage', remedy: /leave it out/ })
  assert.throws(() => settings('a.csv', '--delimiter', ';;'), { code: 'cli.usage', remedy: /"tab"/ })
  for (const [file, words, remedy] of [
    ['a.csv', '--sheet x', /leave it out/],
    ['a.xlsx', '--decimal ,', /leave it out/],
    ['a.xls', '', /save it as \.xlsx/],
    ['a.csv', '--header-rows 0', /--header-rows 2/],
    ['a.csv', '--skip-lines -1', /--skip-lines 2/],
    ['a.csv', '--date-format DD.MM.YY', /DD\.MM\.YYYY/],
    ['a.csv', '--primary-key a,,b', /commas/],
    ['a.csv', '--primary-key a,a', /commas/],
    ['a.csv', '--mode append --primary-key a', /--mode upsert/],
    ['a.csv', '--most-bad-rows 5', /--bad-rows quarantine/],
  ] as const) {
    const given = words.split(' ').filter((word) => word !== '')
    assert.throws(() => settings(file, ...given), { code: 'cli.usage', remedy }, `${file} ${words}`)
  }
})

test('a schema file is read strictly', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-schema-'))
  const path = join(folder, 'schema.json')
  writeFileSync(path, '[{"name":"id","type":"BIGINT"}]')
  assert.deepEqual(settings('a.csv', '--schema', path).schema, [{ name: 'id', type: 'BIGINT' }])
  for (const bad of ['', '{}', '[]', '[{"name":1,"type":"BIGINT"}]']) {
    writeFileSync(path, bad)
    assert.throws(() => settings('a.csv', '--schema', path), { code: 'input.unreadable' })
  }
  rmSync(folder, { recursive: true })
})
