import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { custodyClaims } from './custody.ts'

test('KH-01: each mode of custody is shown with exactly the claim of the README', () => {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8').replaceAll("'", '’')
  for (const [mode, { claim }] of Object.entries(custodyClaims)) {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${mode}\` |`))
    assert.ok(row?.endsWith(`| ${claim} |`), `${mode}: ${row}`)
  }
})
