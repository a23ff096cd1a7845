import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildInventory } from './build-inventory.ts'
import { kept } from './kept.ts'

const migrations = fileURLToPath(new URL('../../packages/control/migrations', import.meta.url))

test('CLN-09: every column of every table that a migration makes is in the inventory, with what protects it', () => {
  const { tables } = buildInventory(migrations)
  const found = new Map(
    tables.map(({ table, columns }) => [table, new Map(columns.map((each) => [each.column, each]))]),
  )
  const made = readFileSync(`${migrations}/0001_spine.sql`, 'utf8').matchAll(/^CREATE TABLE (\w+) \(\n([\s\S]*?)\n\)/gm)
  for (const [, table = '', body = ''] of made) {
    const columns = [...body.matchAll(/^ {2}([a-z_]+) [a-z]/gm)].map(([, name = '']) => name)
    assert.ok(columns.length > 0, table)
    for (const column of columns) assert.ok(found.get(table)?.has(column), `${table}.${column}`)
  }
  const protectionOf = (table: string, column: string) => found.get(table)?.get(column)?.protection
  assert.equal(protectionOf('people', 'email_sealed'), 'account')
  assert.equal(protectionOf('people', 'password_hash'), 'digest')
  assert.equal(protectionOf('uploads', 'opening'), 'sealed')
  assert.equal(protectionOf('wrapped_keys', 'wrapped'), 'sealed')
  assert.equal(protectionOf('documents', 'body'), 'sealed')
  assert.equal(protectionOf('tables', 'name'), 'clear')
  assert.equal(found.get('people')?.get('email_sealed')?.personal, true)
})

test('the inventory names no table that is not there, and refuses one whose keeping nobody has said', () => {
  const { tables } = buildInventory(migrations)
  assert.deepEqual(Object.keys(kept).sort(), tables.map(({ table }) => table).sort())
  const folder = mkdtempSync(join(tmpdir(), 'inventory-'))
  writeFileSync(join(folder, '1.sql'), "COMMENT ON TABLE strange IS 'Something new';\n")
  assert.throws(() => buildInventory(folder), /strange/)
  rmSync(folder, { recursive: true })
})
