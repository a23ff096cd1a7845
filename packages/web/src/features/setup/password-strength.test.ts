import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ratePassword } from './password-strength.ts'

const level = (password: string): number => ratePassword(password, ['ada@lovelace.example', 'Analytical Engines']).level

test('KEB-15: short passwords, repetitions and one’s own names are not called good', () => {
  const poor = ['', 'short', 'aaaaaaaaaaaaaaaaaaaa', 'abcabcabcabcabcabc', 'lovelace12345678']
  assert.deepEqual(poor.map(level), [0, 1, 1, 1, 1])
})

test('length is what makes it strong', () => {
  assert.equal(level('quiet otter lamp'), 2)
  assert.equal(level('quiet otter lamp seventeen'), 3)
  assert.match(ratePassword('ten chars.', []).hint, /^5 more/)
})
