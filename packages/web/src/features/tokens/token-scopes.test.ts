import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseAccess, describeTerms, readScopes, refuseBucket } from './token-scopes.ts'

test('KEB-03: a new token reaches only the buckets that were chosen', () => {
  const choices = chooseAccess(
    [
      { bucket: 'air', access: 'none' },
      { bucket: 'lake', access: 'write' },
    ],
    'air',
    'read',
  )
  assert.deepEqual(readScopes(choices), [
    { bucket: 'air', access: 'read' },
    { bucket: 'lake', access: 'write' },
  ])
  assert.deepEqual(readScopes(chooseAccess(choices, 'air', 'none')), [{ bucket: 'lake', access: 'write' }])
  assert.equal(describeTerms({ scopes: readScopes(choices), actions: null }), 'read air, write lake')
  const both = readScopes(chooseAccess(choices, 'air', 'both'))
  assert.equal(both.length, 3, 'writing alone does not read')
  assert.equal(describeTerms({ scopes: both, actions: null }), 'read and write air, write lake')
  assert.match(describeTerms({ scopes: both, actions: ['query', 'upload'] }), /, for questions and loads only$/)
})

test('a bucket that is not there yet can be named, in the form that SQL takes without quotes', () => {
  assert.deepEqual(readScopes(chooseAccess([], 'new_1', 'write')), [{ bucket: 'new_1', access: 'write' }])
  assert.equal(refuseBucket('new_1'), null)
  assert.notEqual(refuseBucket('New'), null)
  assert.notEqual(refuseBucket(''), null)
})
