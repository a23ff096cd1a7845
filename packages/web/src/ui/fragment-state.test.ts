import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatFragment, parseFragment } from './fragment-state.ts'

test('equal states are equal fragments, and any value comes back as it was', () => {
  const state = { to: '2026-11-25', from: 'a&b=c #%', word: 'łąka 🦆' }
  assert.equal(formatFragment(state), formatFragment({ word: state.word, from: state.from, to: state.to }))
  assert.deepEqual(parseFragment(`#${formatFragment(state)}`), state)
})

test('what is empty leaves the fragment', () => {
  assert.equal(formatFragment({ a: '', b: null, c: '1' }), 'c=1')
  assert.deepEqual(parseFragment(''), {})
})
