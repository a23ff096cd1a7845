import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DateFilter, ListFilter } from '@keyhold/contract'
import { array, assert as check, property, string } from 'fast-check'
import { formatFragment, parseFragment } from '../../ui/fragment-state.ts'
import {
  bindFilters,
  describeDays,
  listRanges,
  readChosen,
  readDays,
  readValues,
  writeChosen,
  writeDays,
} from './filter-state.ts'

const visits: DateFilter = { kind: 'date', label: 'Visits', from: 'from', to: 'to', first: '2026-01-01', last: null }
const ward: ListFilter = {
  kind: 'list',
  label: 'Ward',
  parameter: 'ward',
  type: 'text',
  options: 'SELECT 1',
  chosen: [],
}

test('what the address does not say is as the dashboard has it', () => {
  assert.deepEqual(readDays(visits, {}), { first: '2026-01-01', last: null })
  assert.deepEqual(writeDays(visits, { first: '2026-01-01', last: null }), { 'f-from': null, 'f-to': null })
  assert.deepEqual(readDays(visits, { 'f-from': 'any', 'f-to': '2026-02-30x' }), { first: null, last: null })
  assert.deepEqual(readChosen({ ...ward, chosen: ['A'] }, {}), ['A'])
  assert.deepEqual(readChosen({ ...ward, chosen: ['A'] }, { 'f-ward': 'any' }), [])
})

test('whatever values are chosen, the fragment gives them back', () => {
  check(
    property(array(string({ minLength: 1 }), { minLength: 1 }), (chosen) => {
      const fragment = parseFragment(formatFragment(writeChosen(ward, chosen)))
      assert.deepEqual(readChosen(ward, fragment), chosen)
    }),
  )
})

test('a report gets the filters whose parameters it has; nothing chosen is NULL', () => {
  const values = readValues([visits, ward], { 'f-ward': 'A,B%2CC' })
  const report = [
    { name: 'ward', type: 'text', value: null },
    { name: 'from', type: 'date', value: null },
    { name: 'least', type: 'integer', value: '3' },
  ] as const
  assert.deepEqual(bindFilters([...report], values), [
    { name: 'ward', type: 'text', value: ['A', 'B,C'] },
    { name: 'from', type: 'date', value: '2026-01-01' },
    { name: 'least', type: 'integer', value: '3' },
  ])
  assert.equal(bindFilters([report[0]], readValues([ward], {}))[0]?.value, null)
})

test('ranges are whole days that end today', () => {
  const [, month] = listRanges('2024-03-01')
  assert.deepEqual(month?.days, { first: '2024-02-01', last: '2024-03-01' })
  assert.equal(describeDays({ first: '2024-02-01', last: '2024-03-01' }), '1 Feb 2024 – 1 Mar 2024')
  assert.equal(describeDays({ first: null, last: null }), 'any day')
  assert.equal(describeDays({ first: '2024-02-01', last: null }), 'since 1 Feb 2024')
  assert.equal(describeDays({ first: null, last: '2024-02-01' }), 'until 1 Feb 2024')
})
