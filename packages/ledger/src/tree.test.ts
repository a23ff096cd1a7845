import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { LedgerError } from './errors.ts'
import { hashLeaves, leafHash } from './hash.ts'
import { naiveConsistency, naiveInclusion, naiveRoot } from './naive-tree.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { proveConsistency, proveInclusion, readRoot } from './prove.ts'
import { growTree, makeLeaves } from './test-tree.ts'
import { appendLeaves, emptyFrontier, frontierRoot, readFrontier } from './tree.ts'

const boundaries = [65_535, 65_536, 65_537]
const size = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.constantFrom(255, 256, 257, 511, 512, 513))
const leaves = makeLeaves(2000)
const ledgerCode = (code: string) => (error: unknown) => error instanceof LedgerError && error.code === code

test('an empty tree has the root that RFC 6962 gives it', () => {
  assert.deepEqual(frontierRoot(emptyFrontier), naiveRoot([]))
  assert.deepEqual(appendLeaves(emptyFrontier, new Uint8Array()), { frontier: { size: 0, tails: [] }, tiles: [] })
})

test('appending one at a time gives the naive root at every size up to 600', () => {
  let frontier = emptyFrontier
  for (let n = 1; n <= 600; n++) {
    frontier = appendLeaves(frontier, leafHash(leaves[n - 1]!)).frontier
    assert.equal(frontier.size, n)
    assert.deepEqual(frontierRoot(frontier), naiveRoot(leaves.slice(0, n)))
  }
})

test('any cut into batches gives the same frontier, root and full tiles', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 }), (batches) => {
      const total = batches.reduce((sum, count) => sum + count, 0)
      const grown = growTree(batches)
      const whole = growTree([total])
      assert.deepEqual(grown.frontier, whole.frontier)
      for (const [path, hashes] of whole.tiles) assert.deepEqual(grown.tiles.get(path), hashes)
    }),
    { numRuns: 60 },
  )
})

test('roots, inclusion and consistency proofs from tiles equal the naive ones and verify', async () => {
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), fc.nat(), async (n, a, b) => {
      const { frontier, read } = growTree([n])
      const data = leaves.slice(0, n)
      const root = naiveRoot(data)
      assert.deepEqual(frontierRoot(frontier), root)
      assert.deepEqual(await readRoot(read, n), root)
      const index = a % n
      const inclusion = await proveInclusion(read, index, n)
      assert.deepEqual(inclusion, naiveInclusion(index, data))
      verifyInclusion({ size: n, root }, index, leafHash(data[index]!), inclusion)
      const m = 1 + (b % n)
      const consistency = await proveConsistency(read, m, n)
      assert.deepEqual(consistency, naiveConsistency(m, data))
      verifyConsistency({ size: m, root: naiveRoot(data.slice(0, m)) }, { size: n, root }, consistency)
    }),
    { numRuns: 150 },
  )
})

test('at the edge of the second level of tiles, roots and proofs hold too', async () => {
  const { read } = growTree([65_535, 1, 1])
  const all = makeLeaves(65_537)
  const roots = boundaries.map((n) => naiveRoot(all.slice(0, n)))
  for (const [i, n] of boundaries.entries()) {
    const grown = growTree([n])
    const head = { size: n, root: roots[i]! }
    assert.deepEqual(frontierRoot(grown.frontier), head.root)
    for (const index of [0, 255, 256, 65_279, n - 1]) {
      verifyInclusion(head, index, leafHash(all[index]!), await proveInclusion(read, index, n))
    }
    for (const [j, m] of boundaries.slice(0, i).entries()) {
      verifyConsistency({ size: m, root: roots[j]! }, head, await proveConsistency(read, m, n))
    }
    verifyConsistency({ size: 257, root: naiveRoot(all.slice(0, 257)) }, head, await proveConsistency(read, 257, n))
  }
})

test('a frontier read back from tiles goes on as the one that was lost', async () => {
  for (const n of [0, 1, 255, 256, 257, 65_535, 65_536, 65_537]) {
    const { frontier, read } = growTree([n])
    const again = await readFrontier(read, n)
    assert.deepEqual(frontierRoot(again), frontierRoot(frontier))
    const more = hashLeaves(makeLeaves(300, n))
    assert.deepEqual(
      frontierRoot(appendLeaves(again, more).frontier),
      frontierRoot(appendLeaves(frontier, more).frontier),
    )
  }
})

const flip = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, i) => (i === at % bytes.length ? byte ^ (1 << (at % 8)) : byte))

test('KH-02: an inclusion proof with anything changed is refused', async () => {
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), fc.nat(), async (n, a, b) => {
      const { frontier, read } = growTree([n])
      const index = a % n
      const head = { size: n, root: frontierRoot(frontier) }
      const leaf = leafHash(leaves[index]!)
      const proof = await proveInclusion(read, index, n)
      const refused = ledgerCode('ledger.inclusion_invalid')
      assert.throws(() => verifyInclusion(head, index, flip(leaf, b), proof), refused)
      assert.throws(() => verifyInclusion({ ...head, root: flip(head.root, b) }, index, leaf, proof), refused)
      assert.throws(() => verifyInclusion(head, index, leaf, [...proof, leaf]), refused)
      assert.throws(() => verifyInclusion(head, n, leaf, proof), refused)
      assert.throws(() => verifyInclusion(head, -1, leaf, proof), refused)
      assert.throws(() => verifyInclusion(head, 0.5, leaf, proof), refused)
      if (proof.length === 0) return
      const at = b % proof.length
      assert.throws(() => verifyInclusion(head, index, leaf, proof.toSpliced(at, 1)), refused)
      assert.throws(() => verifyInclusion(head, index, leaf, proof.with(at, flip(proof[at]!, b))), refused)
      assert.throws(() => verifyInclusion(head, index, leaf, proof.with(at, proof[at]!.subarray(1))), refused)
      assert.throws(() => verifyInclusion(head, (index + 1) % n, leaf, proof), refused)
    }),
    { numRuns: 100 },
  )
})

test('KH-02: a consistency proof with anything changed is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 2000 }), fc.nat(), fc.nat(), async (n, a, b) => {
      const m = 1 + (a % (n - 1))
      const { frontier, read } = growTree([m, n - m])
      const older = { size: m, root: await readRoot(read, m) }
      const newer = { size: n, root: frontierRoot(frontier) }
      const proof = await proveConsistency(read, m, n)
      const refused = ledgerCode('ledger.consistency_invalid')
      const at = b % proof.length
      assert.throws(() => verifyConsistency({ ...older, root: flip(older.root, b) }, newer, proof), refused)
      assert.throws(() => verifyConsistency(older, { ...newer, root: flip(newer.root, b) }, proof), refused)
      assert.throws(() => verifyConsistency(older, newer, proof.with(at, flip(proof[at]!, b))), refused)
      assert.throws(() => verifyConsistency(older, newer, proof.toSpliced(at, 1)), refused)
      assert.throws(() => verifyConsistency(older, newer, [...proof, older.root]), refused)
      assert.throws(() => verifyConsistency(older, newer, []), refused)
      assert.throws(() => verifyConsistency(newer, older, proof), ledgerCode('ledger.rolled_back'))
    }),
    { numRuns: 100 },
  )
})

test('heads of equal size are consistent only if they are equal; an empty log is a prefix of any', () => {
  const one = { size: 1, root: leafHash(leaves[0]!) }
  const other = { size: 1, root: leafHash(leaves[1]!) }
  const empty = { size: 0, root: naiveRoot([]) }
  verifyConsistency(one, one, [])
  verifyConsistency(empty, one, [])
  const refused = ledgerCode('ledger.consistency_invalid')
  assert.throws(() => verifyConsistency(one, other, []), refused)
  assert.throws(() => verifyConsistency(one, one, [one.root]), refused)
  assert.throws(() => verifyConsistency({ size: 0, root: one.root }, one, []), refused)
  assert.throws(() => verifyConsistency(empty, one, [one.root]), refused)
})

test('what is not in the tree cannot be proven, and cut tiles or hashes are refused', async () => {
  const { read } = growTree([300])
  const outside = ledgerCode('ledger.range_invalid')
  await assert.rejects(proveInclusion(read, 300, 300), outside)
  await assert.rejects(proveInclusion(read, -1, 300), outside)
  await assert.rejects(proveConsistency(read, 301, 300), outside)
  await assert.rejects(readRoot(read, 0), outside)
  assert.throws(() => appendLeaves(emptyFrontier, new Uint8Array(33)), outside)
  const short = async () => new Uint8Array(31)
  await assert.rejects(proveInclusion(short, 0, 300), ledgerCode('ledger.tile_malformed'))
  await assert.rejects(readFrontier(short, 300), ledgerCode('ledger.tile_malformed'))
})

test('hashes given as Buffers, as databases and files give them, are never written to', async () => {
  const { frontier, read } = growTree([300])
  const given: Buffer[] = []
  const readBuffer = async (level: number, index: number, width: number) => {
    const buffer = Buffer.from(await read(level, index, width))
    given.push(buffer, Buffer.from(buffer))
    return buffer
  }
  const root = frontierRoot(frontier)
  assert.deepEqual(await readRoot(readBuffer, 300), root)
  verifyInclusion({ size: 300, root }, 7, leafHash(leaves[7]!), await proveInclusion(readBuffer, 7, 300))
  const again = await readFrontier(readBuffer, 300)
  const hashes = Buffer.from(hashLeaves(makeLeaves(300, 300)))
  given.push(hashes, Buffer.from(hashes))
  assert.deepEqual(frontierRoot(appendLeaves(again, hashes).frontier), frontierRoot(growTree([600]).frontier))
  for (let i = 0; i < given.length; i += 2) assert.deepEqual(given[i], given[i + 1])
})
