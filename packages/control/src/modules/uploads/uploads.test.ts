import assert from 'node:assert/strict'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Upload, UploadClosing } from '@keyhold/contract'
import { drawSigningSeed, importSigningSeed, signStatement } from '@keyhold/sealed'
import { Upload as TusUpload } from 'tus-js-client'
import { makeTestPlane } from '../jobs/testing/test-data-plane.ts'
import type { WorkNode } from '../jobs/testing/work-node.ts'
import { callNode, type HttpAnswer, makePlace, type Place, readJson, startWorld } from '../jobs/testing/work-world.ts'

let node: WorkNode
let place: Place
let stop: () => Promise<void>

before(async () => {
  const world = await startWorld()
  ;({ node, stop } = world)
  place = await makePlace(node)
})
after(() => stop())

const segmentLength = 1000
const headerLength = 100
const at = (upload: Upload, tail = '') => `/v1/projects/${place.project}/uploads/${upload.id}${tail}`

async function create(length: number, more: object = {}, bearer = place.owner): Promise<HttpAnswer> {
  const geometry = { length, headerLength, segmentLength }
  const body = { table: place.table, mode: 'replace', file: randomUUIDv7(), ...geometry, opening: 'AAAA', ...more }
  return callNode(node, 'POST', `/v1/projects/${place.project}/uploads`, { bearer, body })
}

async function createUpload(length: number): Promise<Upload> {
  const answer = await create(length)
  assert.equal(answer.status, 201, answer.body.toString())
  return readJson<{ upload: Upload }>(answer).upload
}

function patch(upload: Upload, offset: number, body: Uint8Array, headers: Record<string, string> = {}) {
  const tus = { 'tus-resumable': '1.0.0', 'upload-offset': `${offset}` }
  const type = { 'content-type': 'application/offset+octet-stream' }
  return callNode(node, 'PATCH', at(upload, '/content'), {
    bearer: place.owner,
    headers: { ...tus, ...type, ...headers },
    body,
  })
}

async function head(upload: Upload): Promise<number> {
  const headers = { 'tus-resumable': '1.0.0' }
  const answer = await callNode(node, 'HEAD', at(upload, '/content'), { bearer: place.owner, headers })
  assert.equal(answer.status, 200)
  return Number(answer.headers['upload-offset'])
}

async function close(upload: Upload, more: Partial<UploadClosing> = {}): Promise<HttpAnswer> {
  const body: UploadClosing = {
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
    ...more,
  }
  const closing = await signStatement(await importSigningSeed(drawSigningSeed()), 'upload-closing', body)
  return callNode(node, 'POST', at(upload, '/close'), { bearer: place.owner, body: { closing } })
}

const held = (upload: Upload) => readFile(join(node.area, place.organisation, upload.id))

test('only whole segments are acknowledged, and the end as it is', async () => {
  const bytes = randomBytes(4321)
  const upload = await createUpload(bytes.length)
  const first = await patch(upload, 0, bytes.subarray(0, 2500))
  assert.equal(first.status, 204)
  assert.equal(first.headers['upload-offset'], '2100')
  assert.equal(await head(upload), 2100)
  const rest = await patch(upload, 2100, bytes.subarray(2100))
  assert.equal(rest.headers['upload-offset'], '4321')
  assert.ok((await held(upload)).equals(bytes))
})

test('a stock tus client finishes an upload that broke off', async () => {
  const bytes = randomBytes(3_000_123)
  const upload = await createUpload(bytes.length)
  await patch(upload, 0, bytes.subarray(0, 1_000_000))
  process.env['NODE_EXTRA_CA_CERTS'] ??= ''
  const { Agent } = await import('node:https')
  const { DefaultHttpStack } = await import('tus-js-client')
  const httpStack = new DefaultHttpStack({ agent: new Agent({ ca: node.authority }) })
  await new Promise<void>((resolve, reject) => {
    const client = new TusUpload(bytes, {
      uploadUrl: `${node.url}${at(upload, '/content')}`,
      headers: { authorization: `Bearer ${place.owner}` },
      chunkSize: 700_000,
      httpStack,
      retryDelays: [],
      onSuccess: () => resolve(),
      onError: reject,
    })
    client.start()
  })
  assert.equal(await head(upload), bytes.length)
  assert.ok((await held(upload)).equals(bytes))
})

test('bytes at another offset are refused, and the right one is named by HEAD', async () => {
  const upload = await createUpload(4000)
  const answer = await patch(upload, 1000, randomBytes(10))
  assert.equal(answer.status, 409)
  assert.equal(readJson(answer).code, 'upload.offset_mismatch')
})

test('a request without the tus version, with a bad offset or another type is refused with its code', async () => {
  const upload = await createUpload(4000)
  const cases: [Record<string, string>, number, string][] = [
    [{ 'tus-resumable': '0.9.0' }, 412, 'upload.unsupported_protocol'],
    [{ 'upload-offset': '-1' }, 400, 'upload.invalid_offset'],
    [{ 'content-type': 'text/plain' }, 415, 'http.unsupported_media_type'],
  ]
  for (const [headers, status, code] of cases) {
    const answer = await patch(upload, 0, randomBytes(10), headers)
    assert.deepEqual([answer.status, readJson(answer).code], [status, code])
  }
})

test('an upload keeps the whole segments of a client that vanished, and its next request goes on', async () => {
  const bytes = randomBytes(200_100)
  const upload = await createUpload(bytes.length)
  await sendAndVanish(upload, 0, bytes.subarray(0, 150_000))
  const offset = await untilSettled(upload)
  assert.equal((offset - headerLength) % segmentLength, 0)
  const rest = await patch(upload, offset, bytes.subarray(offset))
  assert.equal(rest.status, 204)
  assert.ok((await held(upload)).equals(bytes))
})

test('a newer request at the acknowledged offset takes over from one that hangs', async () => {
  const bytes = randomBytes(50_100)
  const upload = await createUpload(bytes.length)
  const hanging = openPatch(upload, 0, 60_000)
  hanging.request.write(bytes.subarray(0, 20_000))
  await hanging.connected
  const answer = await patch(upload, 0, bytes)
  assert.equal(answer.status, 204)
  assert.equal(answer.headers['upload-offset'], '50100')
  await hanging.ended
  assert.ok((await held(upload)).equals(bytes))
})

test('more bytes than announced are refused, and what was announced is kept', async () => {
  const bytes = randomBytes(3000)
  const upload = await createUpload(2000)
  const answer = await patch(upload, 0, bytes)
  assert.deepEqual([answer.status, readJson(answer).code], [413, 'upload.too_long'])
  assert.equal(await head(upload), 2000)
})

test('an upload is closed once all its bytes are there, by a statement for it and no other', async () => {
  const upload = await createUpload(2000)
  assert.equal(readJson(await close(upload)).code, 'upload.incomplete')
  await patch(upload, 0, randomBytes(2000))
  assert.equal(readJson(await close(upload, { tableId: randomUUIDv7() })).code, 'upload.table_mismatch')
  assert.equal(readJson(await close(upload, { file: randomUUIDv7() })).code, 'upload.closing_mismatch')
  const closed = await close(upload)
  assert.deepEqual([closed.status, readJson<{ job: string }>(closed).job], [200, upload.job])
  assert.equal(readJson(await close(upload)).code, 'upload.already_closed')
  assert.equal(readJson(await patch(upload, 2000, randomBytes(1))).code, 'upload.not_open')
})

test('a file id is good for one upload', async () => {
  const file = randomUUIDv7()
  assert.equal((await create(2000, { file })).status, 201)
  const again = await create(2000, { file })
  assert.deepEqual([again.status, readJson(again).code], [409, 'upload.file_reused'])
})

test('lengths that do not fit together, unknown tables and too long uploads are refused', async () => {
  const cases: [number, object, string][] = [
    [50, {}, 'upload.invalid_geometry'],
    [5000, { segmentLength: 0 }, 'upload.invalid_geometry'],
    [5000, { segmentLength: 5 << 20 }, 'upload.invalid_geometry'],
    [2 ** 41, {}, 'upload.too_long'],
    [5000, { table: randomUUIDv7() }, 'upload.unknown_table'],
  ]
  for (const [length, more, code] of cases) assert.equal(readJson(await create(length, more)).code, code)
})

test('AIV-05: a token writes only to the buckets of its scopes, and sees no other upload', async () => {
  const token = (project: string, scope: string) => `token/${place.organisation}/${project}/${scope}`
  const upload = await createUpload(2000)
  assert.equal((await create(2000, {}, token(place.project, 'sales:write'))).status, 201)
  for (const bearer of [
    token(place.project, 'sales:read'),
    token(place.project, 'other:write'),
    token(randomUUIDv7(), 'sales:write'),
  ]) {
    const answer = await create(2000, {}, bearer)
    assert.deepEqual([answer.status, readJson(answer).code], [403, 'access.denied'])
    const read = await callNode(node, 'GET', at(upload), { bearer })
    assert.equal(read.status, 403)
  }
  const stranger = await makePlace(node)
  const foreign = await callNode(node, 'GET', `/v1/projects/${stranger.project}/uploads/${upload.id}`, {
    bearer: stranger.owner,
  })
  assert.equal(readJson(foreign).code, 'upload.unknown')
})

test('an abandoned upload ends with its job, and its bytes go', async () => {
  const upload = await createUpload(2000)
  await patch(upload, 0, randomBytes(1500))
  const answer = await callNode(node, 'DELETE', at(upload), { bearer: place.owner })
  assert.equal(answer.status, 204)
  const job = await callNode(node, 'GET', `/v1/projects/${place.project}/jobs/${upload.job}`, { bearer: place.owner })
  const { state, code } = readJson<{ job: { state: string; code: string } }>(job).job
  assert.deepEqual([state, code], ['cancelled', 'upload.abandoned'])
  await assertGone(upload)
})

test('an upload that was not finished within 7 days ends with its job, and its bytes go', async () => {
  const upload = await createUpload(2000)
  await patch(upload, 0, randomBytes(1500))
  node.advance(7 * 24 * 3600_000)
  assert.equal(readJson(await patch(upload, 1100, randomBytes(900))).code, 'upload.expired')
  await node.uploads.sweep()
  node.advance(-7 * 24 * 3600_000)
  const job = await callNode(node, 'GET', `/v1/projects/${place.project}/jobs/${upload.job}`, { bearer: place.owner })
  assert.equal(readJson<{ job: { code: string } }>(job).job.code, 'upload.expired')
  await assert.rejects(held(upload), { code: 'ENOENT' })
})

test('a data plane follows an upload while its bytes arrive', async () => {
  const plane = await makeTestPlane(node, place)
  const bytes = randomBytes(2_500_100)
  const upload = await createUpload(bytes.length)
  const following = callNode(node, 'GET', `/v1/link/uploads/${upload.id}/content?offset=50`, { bearer: plane.session })
  await patch(upload, 0, bytes.subarray(0, 1_000_100))
  await patch(upload, 1_000_100, bytes.subarray(1_000_100))
  const answer = await following
  assert.equal(answer.status, 200)
  assert.ok(answer.body.equals(bytes.subarray(50)))
  const read = await plane.call('uploads.read', { upload: upload.id })
  assert.deepEqual([read.received, read.state, read.opening, read.closing], [bytes.length, 'open', 'AAAA', null])
  await plane.close()
  while (node.link.findSession(plane.session)) await new Promise(setImmediate)
  const late = await callNode(node, 'GET', `/v1/link/uploads/${upload.id}/content?offset=0`, { bearer: plane.session })
  assert.equal(late.status, 401)
})

type OpenPatch = {
  readonly request: ReturnType<typeof httpsRequest>
  readonly connected: Promise<void>
  readonly ended: Promise<void>
}

/** A PATCH whose body is sent by the test. */
function openPatch(upload: Upload, offset: number, length: number): OpenPatch {
  const request = httpsRequest(`${node.url}${at(upload, '/content')}`, {
    method: 'PATCH',
    ca: node.authority,
    agent: false,
    headers: {
      authorization: `Bearer ${place.owner}`,
      'tus-resumable': '1.0.0',
      'upload-offset': `${offset}`,
      'content-type': 'application/offset+octet-stream',
      'content-length': `${length}`,
    },
  })
  const ended = new Promise<void>((resolve) => request.once('error', () => resolve()).once('response', () => resolve()))
  const connected = new Promise<void>((resolve) =>
    request.once('socket', (socket) => socket.once('secureConnect', () => setTimeout(resolve, 200))),
  )
  return { request, connected, ended }
}

async function sendAndVanish(upload: Upload, offset: number, bytes: Uint8Array): Promise<void> {
  const { request, connected, ended } = openPatch(upload, offset, upload.length)
  request.write(bytes)
  await connected
  request.destroy()
  await ended
}

/** The offset once the writer of a vanished client has ended. */
async function untilSettled(upload: Upload): Promise<number> {
  let offset = 0
  for (let i = 0; i < 100 && offset === 0; i++) {
    offset = await head(upload)
    if (offset === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.ok(offset > 0, 'nothing was acknowledged')
  return offset
}

/** Bytes are deleted after the answer: the change is durable before that. */
async function assertGone(upload: Parameters<typeof held>[0]): Promise<void> {
  for (let look = 0; look < 200; look++) {
    const found = await held(upload).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    )
    if (!found) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  assert.fail('the bytes are still there')
}
