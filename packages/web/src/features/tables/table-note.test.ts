import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBody } from './table-note.ts'

test('a note of another client is read as far as it is understood', () => {
  assert.deepEqual(parseBody({ about: 'Flights', columns: { a: 'Origin', b: 3 }, more: 1 }), {
    about: 'Flights',
    columns: { a: 'Origin' },
  })
  for (const body of [null, 'text', { about: 1, columns: [] }])
    assert.deepEqual(parseBody(body), { about: '', columns: {} })
})
