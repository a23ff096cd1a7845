import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../../testing/postgres.ts'
import { migrate, readMigrations, type Migration } from './migrate.ts'

let postgres: TestPostgres
let clone: TestDatabase

before(async () => {
  postgres = await startTestPostgres()
  clone = await postgres.create()
})
after(async () => {
  await clone.close()
  await postgres.stop()
})

const known = readMigrations()
const run = (migrations: readonly Migration[]) => migrate(clone.connect('keyhold_owner'), () => {}, migrations)
const make = (name: string, sql: string): Migration => ({ name, sql, checksum: sql })

test('a database that is up to date is left alone', async () => {
  assert.deepEqual(await run(known), [])
})

test('a migration that was changed since it was applied is refused', async () => {
  const changed = known.map((migration) => ({ ...migration, checksum: 'other' }))
  await assert.rejects(run(changed), { code: 'database.migration_changed' })
})

test('a database of a newer version is refused', async () => {
  await assert.rejects(run([]), { code: 'database.newer' })
})

test('a migration that fails leaves nothing, and the next start tries it again', async () => {
  const half = make('9000_half.sql', 'CREATE TABLE half (n int); SELECT no_such_column')
  await assert.rejects(run([...known, half]), { code: '42703' })
  assert.deepEqual(await run([...known, make('9000_half.sql', 'CREATE TABLE half (n int)')]), ['9000_half.sql'])
})

test('two that start at the same time apply it once', async () => {
  const half = make('9000_half.sql', 'CREATE TABLE half (n int)')
  const next = [...known, half, make('9001_once.sql', 'CREATE TABLE once (n int)')]
  const applied = await Promise.all([run(next), run(next)])
  assert.deepEqual(applied.flat(), ['9001_once.sql'])
})
