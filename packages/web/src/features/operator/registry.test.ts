import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findOperatorPage, operatorPages } from './registry.ts'

test('a page shows its own entry, and one without an entry that of the path above', () => {
  assert.equal(findOperatorPage('/p/$project/').title, 'Home')
  assert.equal(findOperatorPage('/p/$project/tables/$table').title, 'Table')
  assert.equal(findOperatorPage('/p/$project/dashboards/$dashboard').title, 'Dashboards')
  assert.equal(findOperatorPage('/p/$project/unheard/of').title, 'Home')
})

test('every page says in one sentence each what is hidden and what is not', () => {
  for (const [path, { hidden, visible }] of Object.entries(operatorPages)) {
    assert.match(hidden, /hidden[^.]*\.$/, path)
    assert.match(visible, /\bnot\b[^.]*\.$/, path)
  }
})
