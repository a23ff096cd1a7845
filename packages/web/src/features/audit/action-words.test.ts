import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routes } from '@keyhold/contract'
import { findActionWords } from './action-words.ts'

test('every action of the API has words of its own', () => {
  for (const { audit } of Object.values(routes)) {
    if (audit.kind === 'none') continue
    assert.doesNotMatch(findActionWords(audit.action).words, /^did /, audit.action)
  }
})

test('no change is called routine, but for the steps of one upload', () => {
  const steps = new Set(['upload.append', 'object.put'])
  for (const { audit } of Object.values(routes)) {
    if (audit.kind !== 'change' || steps.has(audit.action)) continue
    assert.equal(findActionWords(audit.action).routine, undefined, audit.action)
  }
})
