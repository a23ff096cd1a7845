import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameInEngine } from './name-in-engine.ts'

test('the log’s name becomes the engine’s, in any writing, and everything keeps its place', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['SELECT * FROM system.audit', 'SELECT * FROM _ystem.audit'],
    ['SELECT system.audit.time FROM System . "audit"', 'SELECT _ystem.audit.time FROM _ystem . "audit"'],
    ['FROM "SYSTEM".AUDIT', 'FROM "_ystem".AUDIT'],
    ['PIVOT system.audit ON action', 'PIVOT _ystem.audit ON action'],
  ]
  for (const [sql, wanted] of cases) {
    assert.equal(nameInEngine(sql), wanted)
    assert.equal(nameInEngine(sql).length, sql.length)
  }
})

test('text that only looks like the log’s name stays as it is', () => {
  for (const sql of [
    `SELECT 'system.audit', "system.audit", $$ system.audit $$ -- system.audit`,
    "SELECT /* system.audit */ e'it\\'s system.audit'",
    'FROM main.system.audits',
    'FROM ecosystem.audit',
    'FROM system.audit_of_mine',
    'FROM system.duckdb_settings()',
  ]) {
    assert.equal(nameInEngine(sql), sql)
  }
})
