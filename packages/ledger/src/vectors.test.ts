import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { openCheckpoint } from './checkpoint.ts'
import { fromBase64Url } from './encoding.ts'
import { entryLeafHash, parseEntry, verifyDisclosures } from './entry.ts'
import { makeVectors, vectorsPath } from './make-vectors.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { streamLines } from './test-log.ts'
import { parseVerifierKey } from './verifier-key.ts'
import { verifyBundle } from './verify.ts'

type Vectors = Awaited<ReturnType<typeof makeVectors>>
const vectors = JSON.parse(readFileSync(vectorsPath, 'utf8')) as Vectors
const bytes = (text: string) => fromBase64Url(text)!

test('the committed vectors are what this code makes, to the byte', async () => {
  assert.deepEqual(JSON.parse(JSON.stringify(await makeVectors())), vectors)
})

test('the committed vectors verify: proofs, entry, checkpoint and exported log', async () => {
  const { tree, entry, keys, checkpoint, bundle } = vectors
  const rootOf = (size: number) => tree.roots.find((known) => known.size === size)!.root
  for (const { index, size, leafHash, proof } of tree.inclusion) {
    verifyInclusion({ size, root: bytes(rootOf(size)) }, index, bytes(leafHash), proof.map(bytes))
  }
  for (const { from, to, proof } of tree.consistency) {
    const head = (size: number) => ({ size, root: bytes(rootOf(size)) })
    verifyConsistency(head(from), head(to), proof.map(bytes))
  }
  assert.deepEqual(entryLeafHash(bytes(entry.salt), entry.text), bytes(entry.leafHash))
  verifyDisclosures(parseEntry(entry.text), entry.disclosures)
  const [log, witness] = [parseVerifierKey(keys.log), parseVerifierKey(keys.witness)]
  assert.equal((await openCheckpoint(checkpoint.cosigned, { log: [log], witnesses: [witness] })).witnesses.length, 1)
  assert.ok((await verifyBundle(streamLines(bundle), { pinnedKeys: [log] })).ok)
})
