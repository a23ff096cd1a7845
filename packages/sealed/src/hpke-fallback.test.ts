import assert from 'node:assert/strict'
import { test } from 'node:test'
import vectors from '../vectors/hpke.json' with { type: 'json' }
import { generateSealingKey } from './open/sealing-key.ts'
import { openContext } from './seal/conversation.ts'
import { checkHpkeVectors } from './vectors/check-vectors.ts'
import type { HpkeVectors } from './vectors/vector-types.ts'

/** A platform such as an older browser, which knows neither of the two key encapsulations. */
const refused: string[] = []
Object.assign(SubtleCrypto.prototype, {
  generateKey(algorithm: AlgorithmIdentifier) {
    refused.push(typeof algorithm === 'string' ? algorithm : algorithm.name)
    return Promise.reject(new DOMException('Unrecognized algorithm name', 'NotSupportedError'))
  },
})

test('KH-09: without key encapsulation of the platform, the one in JavaScript opens the same vectors', async () => {
  assert.ok((await checkHpkeVectors(vectors as unknown as HpkeVectors)) >= 4)
  assert.ok(refused.length >= 2)
  const key = await generateSealingKey('mlkem768-x25519')
  assert.equal(key.publicKey.length, 1216)
  const context = await openContext({
    suite: key.suite,
    publicKey: key.publicKey,
    info: { organisation: 'o', project: 'p' },
  })
  assert.equal(context.enc.length, 1120)
})
