import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientError, SealedProblem } from '@keyhold/client'
import { ApiError } from '@keyhold/contract'
import { describeProblem } from './problem.ts'

test('every failure has a code, a sentence and a remedy', () => {
  const problem = { type: 'about:blank', title: 'too many tries', status: 429, code: 'rate.limited', remedy: 'wait.' }
  const failures = [
    new ApiError({ ...problem, incident: 'i-1' }),
    new SealedProblem('engine.sql', 'no such column', undefined, 'Binder Error: "x"'),
    new ClientError('result.too_large', 'the result is large', 'ask for less.'),
    new TypeError('Failed to fetch'),
    new Error('a secret value in an unexpected error'),
    'not even an error',
  ].map(describeProblem)
  for (const { code, message, remedy } of failures) {
    assert.match(code, /^[a-z_]+\.[a-z_]+$/)
    for (const text of [message, remedy]) assert.match(text, /^[A-Z].*[^.]\.$/)
  }
  assert.equal(failures[0]?.incident, 'i-1')
  assert.equal(failures[1]?.detail, 'Binder Error: "x"')
})

test('the words of an unexpected error are not shown: they can hold anything', () => {
  assert.doesNotMatch(JSON.stringify(describeProblem(new Error('4111 1111 1111 1111'))), /4111/)
})
