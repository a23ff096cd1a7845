import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyRules } from './trusted-types.ts'

const { createHTML, createScriptURL } = policyRules('https://localhost:8443')

test('text that holds an element or an entity is refused, a style sheet passes', () => {
  for (const markup of ['<b>', 'a<img src=x onerror=1>', '&lt;script&gt;'])
    assert.throws(() => createHTML(markup), TypeError)
  assert.equal(createHTML(':root{--a:1px}'), ':root{--a:1px}')
  assert.equal(createHTML(''), '')
})

test('only scripts below /assets/ of this server are addresses of workers', () => {
  assert.equal(createScriptURL('/assets/decode-1.js'), 'https://localhost:8443/assets/decode-1.js')
  for (const address of [
    'https://example.com/assets/a.js',
    '/v1/health',
    'data:text/javascript,1',
    'blob:https://localhost:8443/1',
  ]) {
    assert.throws(() => createScriptURL(address), TypeError)
  }
})
