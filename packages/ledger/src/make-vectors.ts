/**
 * Makes vectors/ledger.json from fixed keys, salts and entries; run it to write the file anew after a change of format:
 * `node packages/ledger/src/make-vectors.ts`. Byte strings are base64url.
 */
import { writeFileSync } from 'node:fs'
import { toBase64Url } from './encoding.ts'
import { prepareEntry } from './entry.ts'
import { leafHash } from './hash.ts'
import { cosignNote } from './note.ts'
import { proveConsistency, proveInclusion } from './prove.ts'
import {
  countSalts,
  dataPlaneId,
  dataPlaneKey,
  draftEntry,
  exportLines,
  logSigner,
  makeLog,
  makeSigner,
  testPersonal,
} from './test-log.ts'
import { growTree, makeLeaves } from './test-tree.ts'
import { formatTilePath } from './tiles.ts'
import { frontierRoot } from './tree.ts'
import { formatVerifierKey } from './verifier-key.ts'

export const vectorsPath = new URL('../vectors/ledger.json', import.meta.url)

async function makeTreeVectors() {
  const roots = [0, 1, 2, 3, 4, 7, 8, 255, 256, 257, 600].map((size) => ({
    size,
    root: toBase64Url(frontierRoot(growTree([size]).frontier)),
  }))
  const inclusion = []
  for (const [index, size] of [
    [0, 1],
    [0, 2],
    [4, 7],
    [255, 256],
    [256, 257],
    [599, 600],
  ] as const) {
    const proof = (await proveInclusion(growTree([size]).read, index, size)).map(toBase64Url)
    inclusion.push({ index, size, leafHash: toBase64Url(leafHash(makeLeaves(600)[index]!)), proof })
  }
  const consistency = []
  for (const [from, to] of [
    [1, 2],
    [3, 7],
    [4, 8],
    [255, 257],
    [256, 600],
    [600, 600],
  ] as const) {
    consistency.push({ from, to, proof: (await proveConsistency(growTree([to]).read, from, to)).map(toBase64Url) })
  }
  const paths = (
    [
      [0, 0, 256],
      [0, 1_234_067, 256],
      [1, 1, 17],
      [2, 0, 1],
    ] as const
  ).map(([level, index, width]) => ({
    level,
    index,
    width,
    path: formatTilePath({ level, index, width }),
  }))
  return { leaves: 'leaf n is the UTF-8 text "leaf n", n from 0', roots, inclusion, consistency, paths }
}

function makeEntryVector() {
  const { text, salt, disclosures, leafData, leafHash } = prepareEntry(
    draftEntry(0, 'control'),
    testPersonal,
    countSalts(),
  )
  return {
    text,
    salt: toBase64Url(salt),
    disclosures,
    leafData: toBase64Url(leafData),
    leafHash: toBase64Url(leafHash),
  }
}

/** All vectors, as they are committed. */
export async function makeVectors() {
  const witness = makeSigner('witness.example/w1', 3, 'cosignature')
  const log = await makeLog(5)
  return {
    keys: {
      note: 'Ed25519 seeds are 32 bytes of one value: log 1, data plane 2, witness 3',
      log: formatVerifierKey(logSigner.key),
      witness: formatVerifierKey(witness.key),
      dataPlane: { keyId: dataPlaneId, publicKey: toBase64Url(dataPlaneKey.publicKey) },
    },
    tree: await makeTreeVectors(),
    entry: makeEntryVector(),
    checkpoint: { signed: log.note, cosigned: await cosignNote(log.note, witness, 1_700_000_000) },
    bundle: await exportLines(log),
  }
}

if (import.meta.main) writeFileSync(vectorsPath, `${JSON.stringify(await makeVectors(), null, 2)}\n`)
