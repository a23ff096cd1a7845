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

test('CLN-08: each personal column says why it is kept and until when; one that does not is refused', () => {
  const personal = buildInventory(migrations).tables.flatMap(({ table, columns }) =>
    columns.filter((each) => each.personal).map((each) => ({ ...each, column: `${table}.${each.column}` })),
  )
  assert.ok(personal.length >= 4)
  for (const { column, purpose, until } of personal) assert.ok(purpose && until, column)
  const folder = mkdtempSync(join(tmpdir(), 'inventory-'))
  const table = "COMMENT ON TABLE people IS 'Members';\n"
  writeFileSync(join(folder, '1.sql'), `${table}COMMENT ON COLUMN people.phone IS 'Telephone (personal)';\n`)
  assert.throws(() => buildInventory(folder), /people\.phone/)
  rmSync(folder, { recursive: true })
})

test('the inventory names no table that is not there, and refuses one whose keeping nobody has said', () => {
  const { tables } = buildInventory(migrations)
  assert.deepEqual(Object.keys(kept).sort(), tables.map(({ table }) => table).sort())
  const folder = mkdtempSync(join(tmpdir(), 'inventory-'))
  writeFileSync(join(folder, '1.sql'), "COMMENT ON TABLE strange IS 'Something new';\n")
  assert.throws(() => buildInventory(folder), /strange/)
  rmSync(folder, { recursive: true })
})
