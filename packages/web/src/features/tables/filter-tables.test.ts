import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '../../api/catalogue.ts'
import { filterTables, listBuckets } from './filter-tables.ts'

const make = (bucket: string, name: string, changed: string | null, columns: string[] = []): Table => ({
  id: name,
  bucket,
  name,
  sequence: 1,
  rows: 1,
  bytes: 1,
  columns: columns.map((column) => ({ name: column, type: 'VARCHAR' })),
  created: '2026-01-01T00:00:00.000Z',
  changed,
})
const tables = [
  make('air', 'flights', '2026-02-01T00:00:00.000Z', ['Origin']),
  make('air', 'airports', '2026-03-01T00:00:00.000Z', ['iata']),
  make('lake', 'birds', null),
]
const names = (text: string, bucket: string | null = null) => filterTables(tables, text, bucket).map(({ name }) => name)

test('tables are found by bucket, name and column, those changed last first', () => {
  assert.deepEqual(names(''), ['airports', 'flights', 'birds'])
  assert.deepEqual(names('AIR origin'), ['flights'])
  assert.deepEqual(names('air.a'), ['airports'])
  assert.deepEqual(names('zebra'), [])
})

test('a bucket narrows the list, and buckets are counted', () => {
  assert.deepEqual(names('', 'lake'), ['birds'])
  assert.deepEqual(listBuckets(tables), [
    { bucket: 'air', tables: 2 },
    { bucket: 'lake', tables: 1 },
  ])
})
