import assert from 'node:assert/strict'
import { test } from 'node:test'
import fixed from '../../vectors/sealed.json' with { type: 'json' }
import hpke from '../../vectors/hpke.json' with { type: 'json' }
import { checkHpkeVectors, checkVectors } from './check-vectors.ts'
import { makeHpkeVectors, makeVectors } from './make-vectors.ts'
import type { FixedVectors, HpkeVectors } from './vector-types.ts'

const fixedVectors = fixed as unknown as FixedVectors
const hpkeVectors = hpke as unknown as HpkeVectors

test('the committed vectors hold', async () => {
  assert.ok((await checkVectors(fixedVectors)) > 60)
  assert.ok((await checkHpkeVectors(hpkeVectors)) >= 4)
})

test('the committed vectors are those that this code makes', async () => {
  assert.deepEqual(JSON.parse(JSON.stringify(await makeVectors())), fixed)
})

test('vectors with HPKE made by this code hold', async () => {
  assert.ok((await checkHpkeVectors(await makeHpkeVectors())) >= 4)
})

test('a vector that is off by one bit is noticed', async () => {
  const [wrap, ...others] = fixedVectors.wraps
  assert.ok(wrap)
  const altered = { ...fixedVectors, wraps: [{ ...wrap, secret: `B${wrap.secret.slice(1)}` }, ...others] }
  await assert.rejects(checkVectors(altered))
})
