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
  assert.deepEqual(settings('a.dat', '--format', 'parquet', '--allow-schema-change'), {
    fileName: 'a.dat',
    format: 'parquet',
    allowSchemaChange: true,
  })
})

test('what does not fit is refused with a remedy', () => {
  assert.throws(() => settings('a.dat'), { code: 'cli.usage', remedy: /--format csv/ })
  assert.throws(() => settings('a.csv.gz'), { code: 'cli.usage', remedy: /unpack it first/ })
  assert.throws(() => settings('a.parquet', '--delimiter', ';'), { code: 'cli.usage', remedy: /leave it out/ })
  assert.throws(() => settings('a.csv', '--delimiter', ';;'), { code: 'cli.usage', remedy: /"tab"/ })
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
