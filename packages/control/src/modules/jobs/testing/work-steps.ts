/** Steps that tests of several modules share: a whole upload, its staged object, its manifest. */
import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto'
import type { Manifest, Upload } from '@keyhold/contract'
import { drawSigningSeed, importSigningSeed, signStatement } from '@keyhold/sealed'
import { firstManifest, type TestDataPlane } from './test-data-plane.ts'
import type { WorkNode } from './work-node.ts'
import { callNode, type Place, readJson } from './work-world.ts'

/** An upload of a few bytes, sent; closed too unless said otherwise. */
export async function sendUpload(node: WorkNode, place: Place, closed = true): Promise<Upload> {
  const bytes = randomBytes(2000)
  const uploads = `/v1/projects/${place.project}/uploads`
  const bearer = place.owner
  const geometry = { length: bytes.length, headerLength: 100, segmentLength: 1000 }
  const made = await callNode(node, 'POST', uploads, {
    bearer,
    body: { table: place.table, mode: 'replace', file: randomUUIDv7(), ...geometry, opening: 'AAAA' },
  })
  assert.equal(made.status, 201, made.body.toString())
  const { upload } = readJson<{ upload: Upload }>(made)
  const headers = {
    'tus-resumable': '1.0.0',
    'upload-offset': '0',
    'content-type': 'application/offset+octet-stream',
  }
  await callNode(node, 'PATCH', `${uploads}/${upload.id}/content`, { bearer, headers, body: bytes })
  if (closed) await closeUpload(node, place, upload)
  return upload
}

/** A closing statement of a stranger's key: whose it is decides the data plane. */
export async function signClosing(place: Place, upload: Upload) {
  return signStatement(await importSigningSeed(drawSigningSeed()), 'upload-closing', {
    organisation: place.organisation,
    project: place.project,
    bucket: place.bucket,
    table: place.tableName,
    tableId: place.table,
    mode: 'replace',
    primaryKey: null,
    file: upload.file,
    ciphertextLength: upload.length,
    ciphertextHash: 'A'.repeat(43),
    openingDigest: 'A'.repeat(43),
    idempotencyKey: randomUUIDv7(),
    created: '2026-01-01T00:00:00.000Z',
    expires: '2026-01-08T00:00:00.000Z',
  })
}

export async function closeUpload(node: WorkNode, place: Place, upload: Upload): Promise<void> {
  const closing = await signClosing(place, upload)
  const path = `/v1/projects/${place.project}/uploads/${upload.id}/close`
  const answer = await callNode(node, 'POST', path, { bearer: place.owner, body: { closing } })
  assert.equal(answer.status, 200, answer.body.toString())
}

/** Stages an object; its entry in a manifest. */
export async function stageObject(
  node: WorkNode,
  plane: TestDataPlane,
  content = randomBytes(500),
): Promise<Manifest['files'][number]> {
  const object = randomUUIDv7()
  const headers = { 'content-type': 'application/vnd.keyhold.sealed' }
  const path = `/v1/link/objects/${object}`
  const answer = await callNode(node, 'PUT', path, { bearer: plane.session, headers, body: content })
  assert.equal(answer.status, 201, answer.body.toString())
  const digest = createHash('sha256').update(content).digest('base64url')
  assert.deepEqual(readJson(answer), { length: content.length, digest })
  return { file: randomUUIDv7(), object, length: content.length, digest, rows: 3, keyId: randomUUIDv7() }
}

/** A finished upload that a data plane has claimed, with the manifest that would commit it. */
export async function prepareCommit(node: WorkNode, place: Place, plane: TestDataPlane) {
  const upload = await sendUpload(node, place)
  const { jobs } = await plane.call('jobs.claim', { most: 1 })
  const job = jobs[0]
  assert.ok(job, 'there is a job to claim')
  assert.equal(job.upload, upload.id)
  const body = firstManifest(place, upload.file, [await stageObject(node, plane)])
  return { upload, job, body }
}
