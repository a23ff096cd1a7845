import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findInInventory } from './find-in-inventory.ts'

const fields = (text: string, protection: string | null = null) =>
  findInInventory(text, protection).flatMap(({ table, columns }) => columns.map(({ column }) => `${table}.${column}`))

test('CLN-09: personal and sealed fields are found by word and by kind', () => {
  assert.ok(fields('e-mail').includes('people.email_sealed'))
  assert.ok(fields('', 'sealed').includes('documents.body'))
  assert.ok(!fields('', 'sealed').includes('people.email_sealed'))
  assert.deepEqual(fields('people e-mail', 'digest'), [])
  assert.deepEqual(fields('zebra'), [])
})

test('a table found by its own words is shown whole', () => {
  assert.ok(fields('reports, dashboards').includes('documents.version'))
})
