import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestWord } from './suggest.ts'

test('the nearest word is suggested, and nothing when none is near', () => {
  const words = ['upload', 'query', 'tables', 'tokens']
  assert.equal(suggestWord('uplaod', words), 'upload')
  assert.equal(suggestWord('tab', words), 'tables')
  assert.equal(suggestWord('qeury', words), 'query')
  assert.equal(suggestWord('certificate', words), undefined)
})
