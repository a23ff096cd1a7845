import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyView, readViewFilter } from './audit-view.ts'

test('a view keeps the filter and not the entry that is open', () => {
  assert.deepEqual(readViewFilter({ q: 'denied ada', outcome: 'denied', entry: '7', other: 'x' }), {
    q: 'denied ada',
    outcome: 'denied',
  })
})

test('a view takes away what it does not have, and nothing in a strange body gets into the address', () => {
  const cleared = { q: null, action: null, actor: null, outcome: null, since: null, object: null, routine: null }
  assert.deepEqual(applyView({ format: 1, filter: { outcome: 'denied', entry: '7', q: 5 } }), {
    ...cleared,
    outcome: 'denied',
  })
  for (const body of [null, 7, {}, { filter: 'x' }]) assert.deepEqual(applyView(body), cleared)
})
