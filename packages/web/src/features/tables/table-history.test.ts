import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestStatement, drawSigningSeed, importSigningSeed, signStatement } from '@keyhold/sealed'
import { readHistory } from './table-history.ts'

const id = '01a21386-0000-7000-8000-000000000001'

async function makeView() {
  const key = await importSigningSeed(drawSigningSeed())
  const manifests = []
  let previous: string | null = null
  for (const sequence of [1, 2]) {
    const files = [{ file: id, object: id, length: 100 * sequence, digest: 'd', rows: sequence, keyId: id }]
    const body = {
      sequence,
      previous,
      columns: [],
      files,
      rows: 10 * sequence,
      consumed: [],
      created: '2026-01-01T00:00:00.000Z',
    }
    const signed = await signStatement(key, 'manifest', body)
    previous = await digestStatement(signed)
    manifests.push({ sequence, manifest: signed, rows: 10 * sequence, bytes: 100 * sequence, job: `j${sequence}` })
  }
  const rows = {
    snapshots: manifests.toReversed(),
    jobs: [{ id: 'j1', upload: 'u1' }],
    uploads: [{ id: 'u1', principal: { kind: 'token', id: 't1' } }],
  }
  return { key, rows }
}

test('a table’s states are listed newest first, with who loaded them and what came in', async () => {
  const { key, rows } = await makeView()
  const states = await readHistory({ rows, objects: [] }, key.publicKey)
  assert.deepEqual(
    states.map(({ sequence, added, loadedBy, bytes, verified }) => ({ sequence, added, loadedBy, bytes, verified })),
    [
      { sequence: 2, added: 10, loadedBy: null, bytes: 200, verified: true },
      { sequence: 1, added: null, loadedBy: 't1', bytes: 100, verified: true },
    ],
  )
})

test('KH-02: a manifest that the data plane did not sign, or that does not continue the one before, is not called verified', async () => {
  const { key, rows } = await makeView()
  const { key: other, rows: others } = await makeView()
  const [second, first] = rows.snapshots
  const [foreign] = others.snapshots
  assert.ok(second && first && foreign)
  const verified = async (snapshots: (typeof first)[], by = key) =>
    (await readHistory({ rows: { ...rows, snapshots }, objects: [] }, by.publicKey)).map((state) => state.verified)
  assert.deepEqual(await verified([first, second], other), [false, false])
  assert.deepEqual(await verified([first, { ...second, manifest: foreign.manifest }]), [false, true])
  assert.deepEqual(await verified([first, { ...second, manifest: first.manifest }]), [false, true])
})
