import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { drawSecret, hashSecret, readSecretKind, secretKinds, tokenPattern } from './secret.ts'

const kinds = fc.constantFrom(...secretKinds)
const randomBytes = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('a secret is read back with its kind, and different bits give different secrets', () => {
  fc.assert(
    fc.property(kinds, randomBytes, randomBytes, (kind, one, other) => {
      assert.equal(readSecretKind(drawSecret(kind, one)), kind)
      assert.equal(drawSecret(kind, one) === drawSecret(kind, other), Buffer.compare(one, other) === 0)
    }),
  )
})

test('a secret with one character changed, lost or added is refused by its form or checksum', () => {
  const characters = fc.constantFrom(...'0 1 9 A Z a k s z _ .'.split(' '))
  fc.assert(
    fc.property(kinds, randomBytes, fc.nat(), characters, (kind, random, position, character) => {
      const secret = drawSecret(kind, random)
      const at = position % secret.length
      const changed = [
        secret.slice(0, at) + character + secret.slice(at + 1),
        secret.slice(0, at) + secret.slice(at + 1),
        secret.slice(0, at) + character + secret.slice(at),
      ]
      for (const text of changed) assert.equal(readSecretKind(text), text === secret ? kind : undefined, text)
    }),
    { numRuns: 2000 },
  )
})

test('scanners find a lost token by the published pattern, and do not take a session for one', () => {
  const token = drawSecret('svc')
  assert.equal(tokenPattern.exec(`KEYHOLD_TOKEN="${token}.seed.anchor"`)?.[0], token)
  assert.equal(tokenPattern.exec(drawSecret('ses')), null)
})

test('what is kept of a secret is its SHA-256', () => {
  assert.equal(hashSecret('abc').toString('hex').slice(0, 8), 'ba7816bf')
})
