import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindValues, findFault, trimValues, valuesOf } from './parameter-values.ts'

test('each parameter of the SQL has a value: the one given, else NULL of a likely type', () => {
  const values = valuesOf([
    { name: 'city', type: 'text', value: ['Ulm'] },
    { name: 'gone', type: 'text', value: 'x' },
  ])
  assert.deepEqual(bindValues('SELECT $day_from, $city, $patient_id, $x', values), [
    { name: 'day_from', type: 'date', value: null },
    { name: 'city', type: 'text', value: ['Ulm'] },
    { name: 'patient_id', type: 'integer', value: null },
    { name: 'x', type: 'text', value: null },
  ])
})

test('a value that its type cannot have is known before it is sent; NULL and any text are fine', () => {
  for (const [type, value] of [
    ['integer', '1.5'],
    ['integer', ''],
    ['decimal', '1,5'],
    ['boolean', 'yes'],
    ['date', '2026-02-30'],
    ['date', '25.11.2026'],
    ['timestamp', '2026-11-25 1:00'],
    ['date', ['2026-11-25', 'soon']],
  ] as const) {
    assert.ok(findFault({ type, value: value as string }) !== null, `${type} ${String(value)}`)
  }
  for (const [type, value] of [
    ['integer', ' -170141183460469231731687303715884105727 '],
    ['decimal', '.5'],
    ['boolean', 'TRUE'],
    ['date', '2024-02-29'],
    ['timestamp', '2026-11-25T14:30:00.123456'],
    ['text', ''],
    ['date', null],
    ['date', []],
  ] as const) {
    assert.equal(findFault({ type, value: value as string | null }), null, `${type} ${String(value)}`)
  }
})

test('space around numbers and dates is not sent; texts are sent as they are', () => {
  assert.deepEqual(
    trimValues([
      { name: 'a', type: 'integer', value: ' 1 ' },
      { name: 'b', type: 'text', value: ' x ' },
      { name: 'c', type: 'date', value: [' 2026-11-25'] },
    ]).map(({ value }) => value),
    ['1', ' x ', ['2026-11-25']],
  )
})
