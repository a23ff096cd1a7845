import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appendLeaves, emptyFrontier, frontierRoot, hashLeaves, proveInclusion } from '@keyhold/ledger'
import { walkProof } from './proof-path.ts'

test('the steps of every proof of every tree up to 40 entries end at the root', async () => {
  for (let size = 1; size <= 40; size++) {
    const hashes = hashLeaves(Array.from({ length: size }, (_, index) => Uint8Array.of(index)))
    const root = frontierRoot(appendLeaves(emptyFrontier, hashes).frontier)
    for (let index = 0; index < size; index++) {
      const leaf = hashes.slice(index * 32, index * 32 + 32)
      const proof = await proveInclusion(() => hashes, index, size)
      const steps = walkProof(size, index, leaf, proof)
      assert.equal(steps.length, proof.length)
      assert.deepEqual(Buffer.from(steps.at(-1)?.hash ?? leaf), Buffer.from(root), `${index} of ${size}`)
    }
  }
})
