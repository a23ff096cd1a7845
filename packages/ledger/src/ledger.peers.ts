/** Our tiles, checkpoints, cosignatures and proofs are read by golang.org/x/mod/sumdb, and Go's by us. Needs Go. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { leafHash } from './hash.ts'
import { cosignNote } from './note.ts'
import { verifyConsistency, verifyInclusion } from './proof.ts'
import { proveConsistency, proveInclusion, readRoot } from './prove.ts'
import { logSigner, makeSigner, testOrigin } from './test-log.ts'
import { growTree, makeLeaves } from './test-tree.ts'
import { formatTilePath } from './tiles.ts'
import { frontierRoot } from './tree.ts'
import { formatVerifierKey, parseVerifierKey } from './verifier-key.ts'

type Proofs = {
  verifierKey: string
  witnessKey?: string
  inclusion: { index: number; data: string; proof: string[] | null }[]
  consistency: { from: number; root: string; proof: string[] | null }[]
}

const source = fileURLToPath(new URL('../peers', import.meta.url))
const witness = makeSigner('witness.example/w1', 3, 'cosignature')
const folder = mkdtempSync(join(tmpdir(), 'keyhold-ledger-peers-'))
const program = join(folder, 'peers')
const aptGet = '/usr/bin/apt-get'
let missing: string | null = null

before(() => {
  const go = findGo() ?? installGo()
  if (go === null) {
    missing =
      'Go is missing and could not be installed. Remedy: install Go 1.18 or newer (Debian: apt-get install golang-go).'
    return
  }
  const built = spawnSync(go, ['build', '-trimpath', '-o', program, '.'], {
    cwd: source,
    encoding: 'utf8',
    env: { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' },
  })
  assert.equal(built.status, 0, built.stderr)
})

after(() => rmSync(folder, { recursive: true, force: true }))

function findGo(): string | null {
  const found = ['go', '/usr/local/go/bin/go'].find((path) => spawnSync(path, ['version']).status === 0)
  return found ?? null
}

function installGo(): string | null {
  if (process.getuid?.() !== 0 || !existsSync(aptGet)) return null
  console.log('Go is missing: installing the Debian package golang-go')
  spawnSync(aptGet, ['update', '-qq'], { stdio: 'inherit' })
  const options = ['install', '-y', '-qq', '--no-install-recommends', 'golang-go']
  return spawnSync(aptGet, options, { stdio: 'inherit' }).status === 0 ? findGo() : null
}

function skipWithoutGo(context: TestContext): boolean {
  if (missing !== null) context.skip(missing)
  return missing !== null
}

function runPeer(command: 'check' | 'make', where: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(program, [command, where], { encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

function writeTo(path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, data)
}

/** Writes a log of ours as a tlog-tiles folder, with proofs from its tiles. */
async function writeLog(where: string, size: number): Promise<Proofs> {
  const { frontier, tiles, read } = growTree(size > 300 ? [300, size - 300] : [size])
  for (const [path, hashes] of tiles) writeTo(join(where, path), hashes)
  const note = await signCheckpoint({ origin: testOrigin, size, root: frontierRoot(frontier) }, [logSigner])
  writeTo(join(where, 'checkpoint'), await cosignNote(note, witness, 1_700_000_000))
  const leaves = makeLeaves(size)
  const encode = (hashes: readonly Uint8Array[]) => hashes.map((hash) => hash.toBase64())
  const proofs: Proofs = {
    verifierKey: formatVerifierKey(logSigner.key),
    witnessKey: formatVerifierKey(witness.key),
    inclusion: [],
    consistency: [],
  }
  const sizes = [1, 2, 3, 255, 256, 257, 511, 513, 65_535, 65_536, 65_537, size].filter((n) => n <= size)
  for (const n of sizes) {
    const index = n - 1
    const proof = encode(await proveInclusion(read, index, size))
    proofs.inclusion.push({ index, data: leaves[index]!.toBase64(), proof })
    const older = growTree([n])
    const root = (await readRoot(older.read, n)).toBase64()
    proofs.consistency.push({ from: n, root, proof: encode(await proveConsistency(read, n, size)) })
  }
  writeTo(join(where, 'proofs.json'), JSON.stringify(proofs))
  return proofs
}

for (const size of [1, 2, 255, 256, 257, 1000, 65_537, 70_000]) {
  test(`KH-02: Go's checksum database code accepts our log of ${size} leaves, tiles, proofs, checkpoint and cosignature`, async (context) => {
    if (skipWithoutGo(context)) return
    const where = join(folder, `ours-${size}`)
    await writeLog(where, size)
    const { status, output } = runPeer('check', where)
    assert.equal(status, 0, output)
    assert.match(output, /^ok: \d+ leaves, \d+ inclusion proofs, \d+ consistency proofs, 1 cosignatures\n$/)
  })
}

test('Go refuses our log after a change to a tile, the checkpoint, the cosignature or a proof', async (context) => {
  if (skipWithoutGo(context)) return
  const flip = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 100 ? byte ^ 1 : byte))
  const changes: Record<string, (where: string, proofs: Proofs) => void> = {
    tile: (where) => {
      const path = join(where, formatTilePath({ level: 0, index: 3, width: 232 }))
      writeTo(path, flip(readFileSync(path)))
    },
    checkpoint: (where) => {
      const path = join(where, 'checkpoint')
      writeTo(path, readFileSync(path, 'utf8').replace('\n1000\n', '\n999\n'))
    },
    cosignature: (where, proofs) => {
      const other = formatVerifierKey(makeSigner('witness.example/w2', 3, 'cosignature').key)
      writeTo(join(where, 'proofs.json'), JSON.stringify({ ...proofs, witnessKey: other }))
    },
    proof: (where, proofs) => {
      const [first, ...rest] = proofs.consistency
      writeTo(join(where, 'proofs.json'), JSON.stringify({ ...proofs, consistency: [{ ...first, from: 2 }, ...rest] }))
    },
  }
  for (const [what, change] of Object.entries(changes)) {
    const where = join(folder, `changed-${what}`)
    change(where, await writeLog(where, 1000))
    assert.equal(runPeer('check', where).status, 1, what)
  }
})

test("KH-02: a log that Go's code built and signed verifies here, by its tiles and by its proofs", async (context) => {
  if (skipWithoutGo(context)) return
  const where = join(folder, 'go')
  const { status, output } = runPeer('make', where)
  assert.equal(status, 0, output)
  const proofs = JSON.parse(readFileSync(join(where, 'proofs.json'), 'utf8')) as Proofs
  const note = readFileSync(join(where, 'checkpoint'), 'utf8')
  const head = await openCheckpoint(note, { log: [parseVerifierKey(proofs.verifierKey)] })
  const read = (level: number, index: number, width: number) =>
    readFileSync(join(where, formatTilePath({ level, index, width })))
  assert.equal(head.size, 70_000)
  assert.deepEqual(await readRoot(read, head.size), head.root)
  const decode = (hashes: string[] | null) => (hashes ?? []).map((hash) => Uint8Array.fromBase64(hash))
  for (const { index, data, proof } of proofs.inclusion) {
    verifyInclusion(head, index, leafHash(Uint8Array.fromBase64(data)), decode(proof))
    assert.deepEqual(await proveInclusion(read, index, head.size), decode(proof))
  }
  for (const { from, root, proof } of proofs.consistency) {
    verifyConsistency({ size: from, root: Uint8Array.fromBase64(root) }, head, decode(proof))
    assert.deepEqual(await proveConsistency(read, from, head.size), decode(proof))
  }
})
