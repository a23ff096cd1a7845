import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Table } from '../../api/catalogue.ts'
import { filterTables, groupTables } from './filter-tables.ts'

const table = (bucket: string, name: string, ...columns: string[]): Table => ({
  id: `${bucket}.${name}`,
  bucket,
  name,
  sequence: 1,
  rows: 1,
  bytes: 1,
  columns: columns.map((column) => ({ name: column, type: 'BIGINT' })),
  created: '',
  changed: null,
})
const tables = [
  table('clinic', 'visits', 'cost', 'day'),
  table('air', 'flights', 'delay'),
  table('air', 'airports', 'iata'),
]

test('tables are found by their own name whole, by a column’s name with that column alone', () => {
  assert.deepEqual(filterTables(tables, 'AIR'), [tables[1], tables[2]])
  assert.deepEqual(
    filterTables(tables, 'visits cos').map(({ columns }) => columns.map(({ name }) => name)),
    [['cost']],
  )
  assert.deepEqual(filterTables(tables, 'nothing'), [])
  assert.equal(filterTables(tables, '  ').length, 3)
})

test('buckets and tables are in the order of their names', () => {
  assert.deepEqual(
    groupTables(tables).map(({ bucket, tables: all }) => [bucket, ...all.map(({ name }) => name)]),
    [
      ['air', 'airports', 'flights'],
      ['clinic', 'visits'],
    ],
  )
})
