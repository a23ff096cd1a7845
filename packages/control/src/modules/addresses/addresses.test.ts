/** Allowed addresses over the real port: who calls from elsewhere is refused on every route, and cut off where it waits. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { request as httpsRequest } from 'node:https'
import { after, before, test } from 'node:test'
import { routeList, type AddressListKind, type Upload } from '@keyhold/contract'
import { connectTestPlane, enrolTestPlane, makeKeys, makeTestPlane } from '../jobs/testing/test-data-plane.ts'
import { startWorkNode, type WorkNode } from '../jobs/testing/work-node.ts'
import {
  callNode,
  type HttpAnswer,
  makePlace,
  type Place,
  readJson,
  readLastEntry,
  startWorld,
  type WorkDatabase,
} from '../jobs/testing/work-world.ts'

const here = '127.0.0.1'
const elsewhere = '127.0.0.2'
let node: WorkNode
let database: WorkDatabase
let place: Place
let stop: () => Promise<void>

before(async () => {
  const world = await startWorld()
  ;({ node, database, stop } = world)
})
after(() => stop())

const fresh = async (): Promise<void> => void (place = await makePlace(node))

type Change = { kind?: AddressListKind; subject?: string; confirm?: boolean; from?: string; on?: WorkNode }
function set(ranges: string[], { kind = 'organisation', subject, confirm, from = here, on = node }: Change = {}) {
  const path = `/v1/addresses/${kind}/${subject ?? place.organisation}`
  const body = { ranges, ...(confirm && { confirm }) }
  return callNode(on, 'PUT', path, { bearer: place.owner, body, from })
}
const list = (from: string, bearer = place.owner) =>
  callNode(node, 'GET', `/v1/projects/${place.project}/tables`, { bearer, from })
const outcome = (answer: HttpAnswer) => [answer.status, answer.status >= 400 ? readJson(answer).code : undefined]
const denied = [403, 'access.address_denied']

/** A list of jobs that is not answered before something changes. */
async function startPolling(from: string, on = node): Promise<{ readonly answer: Promise<HttpAnswer> }> {
  const first = await callNode(on, 'GET', `/v1/projects/${place.project}/jobs`, { bearer: place.owner, from })
  const { change } = readJson<{ change: string }>(first)
  const path = `/v1/projects/${place.project}/jobs?since=${change}&wait=25`
  const answer = callNode(on, 'GET', path, { bearer: place.owner, from })
  await until(() => on.addresses.openCalls.organisations().includes(place.organisation))
  return { answer }
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100_000 && !condition(); turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.ok(condition())
}

test('AIV-06: an organisation’s list refuses everyone from elsewhere on every route that needs a caller', async () => {
  await fresh()
  const plane = await makeTestPlane(node, place, () => Promise.resolve({ statements: [] }))
  assert.equal((await set([`${here}/32`])).status, 200)
  assert.equal((await set([`${here}/32`], { kind: 'data_plane' })).status, 200)
  for (const { operationId, method, path, access, body } of routeList) {
    // Tokens of identity providers are made by somebody who is here: their own test calls from elsewhere.
    if (access.kind === 'public' || access.kind === 'provisioner') continue
    // Operators are no organisation's: nobody of one passes there, from wherever.
    if (access.kind === 'operator') continue
    const bearer = access.kind === 'dataPlane' ? plane.session : place.owner
    const url = path.replaceAll(/:([a-z]+)/g, (_, name) => (name === 'project' ? place.project : randomUUIDv7()))
    const bytes = body !== undefined && 'bytes' in body
    const sent = bytes ? { headers: { 'content-type': body.bytes }, body: randomBytes(3000) } : {}
    const answer = await callNode(node, method, url, { bearer, from: elsewhere, ...sent })
    assert.equal(answer.status, 403, operationId)
    if (method !== 'HEAD') assert.equal(readJson(answer).code, 'access.address_denied', operationId)
  }
  assert.equal((await list(here)).status, 200)
  const entry = await readLastEntry(node, place.organisation, 'upload.append')
  assert.deepEqual([entry?.outcome, entry?.code], ['denied', 'access.address_denied'])
  await plane.close()
})

test('KEB-18: another organisation is not touched, and cannot set a list here', async () => {
  const first = place
  await fresh()
  assert.equal((await list(elsewhere)).status, 200)
  assert.deepEqual(outcome(await set(['192.0.2.0/24'], { subject: first.organisation })), [
    404,
    'addresses.unknown_subject',
  ])
  const project = { kind: 'project', subject: first.project } as const
  assert.deepEqual(outcome(await set(['192.0.2.0/24'], project)), [404, 'addresses.unknown_subject'])
})

test('a project’s list holds for calls to that project, and for tokens of it wherever they call', async () => {
  await fresh()
  assert.equal((await set([here], { kind: 'project', subject: place.project })).status, 200)
  assert.deepEqual(outcome(await list(elsewhere)), denied)
  assert.equal((await callNode(node, 'GET', '/v1/addresses', { bearer: place.owner, from: elsewhere })).status, 200)
  const token = `token/${place.organisation}/${place.project}/sales:read`
  assert.deepEqual(outcome(await callNode(node, 'GET', '/v1/roster', { bearer: token, from: elsewhere })), denied)
  assert.equal((await list(here, token)).status, 200)
})

test('a list that would shut its own editor out is refused unless confirmed, and can be taken back from within', async () => {
  await fresh()
  assert.deepEqual(outcome(await set(['192.0.2.0/24'])), [409, 'addresses.locks_out'])
  assert.deepEqual(outcome(await set(['::/0'])), [409, 'addresses.locks_out'])
  assert.equal((await list(here)).status, 200)
  assert.equal((await set([elsewhere], { confirm: true })).status, 200)
  assert.deepEqual(outcome(await list(here)), denied)
  assert.deepEqual(outcome(await set([], { from: here })), denied)
  assert.equal((await set([], { from: elsewhere })).status, 200)
  assert.equal((await list(here)).status, 200)
})

test('ranges are kept in one spelling and sealed; malformed ones are refused', async () => {
  await fresh()
  const ranges = ['127.0.0.1', '::ffff:127.0.0.0/104', '2001:DB8::/32', '127.0.0.0/8']
  const answer = await set(ranges)
  assert.deepEqual(readJson<{ list: { ranges: string[] } }>(answer).list.ranges, [
    '127.0.0.1/32',
    '127.0.0.0/8',
    '2001:db8::/32',
  ])
  for (const wrong of ['everywhere', '10.0.0.5/8', '1.2.3.4/33', '127.1', '']) {
    assert.equal((await set([wrong])).status, 400, wrong)
  }
  const rows = await node.database.withTenant(place, (tx) => tx.sql('SELECT * FROM address_lists'))
  assert.equal(rows.length, 1)
  assert.ok(!JSON.stringify(rows).includes('127.0.0'))
  const seen = await callNode(node, 'GET', '/v1/addresses', { bearer: place.owner, from: elsewhere })
  assert.equal(readJson<{ present: string }>(seen).present, elsewhere)
})

test('AIV-06: a change cuts off who waits from elsewhere, at once, and leaves who waits from an allowed address', async () => {
  await fresh()
  const [theirs, ours] = [await startPolling(elsewhere), await startPolling(here)]
  assert.equal((await set([here])).status, 200)
  assert.deepEqual(outcome(await theirs.answer), denied)
  const job = await createUpload(here)
  assert.equal((await ours.answer).status, 200)
  assert.ok(job)
  assert.equal((await readLastEntry(node, place.organisation, 'job.list'))?.action, 'job.list')
})

test('a change that another node made cuts off who waits here', async () => {
  await fresh()
  const other = await startWorkNode(database)
  try {
    const theirs = await startPolling(elsewhere)
    assert.equal((await set([here], { on: other })).status, 200)
    node.advance(500)
    await node.addresses.follow()
    assert.deepEqual(outcome(await theirs.answer), denied)
  } finally {
    await other.stop()
  }
})

async function createUpload(from: string): Promise<Upload> {
  const geometry = { length: 3_000_000, headerLength: 100, segmentLength: 1000 }
  const body = { table: place.table, mode: 'replace', file: randomUUIDv7(), ...geometry, opening: 'AAAA' }
  const answer = await callNode(node, 'POST', `/v1/projects/${place.project}/uploads`, {
    bearer: place.owner,
    body,
    from,
  })
  assert.equal(answer.status, 201, answer.body.toString())
  return readJson<{ upload: Upload }>(answer).upload
}

test('an upload whose bytes are on the way is broken off, and takes no more', async () => {
  await fresh()
  const upload = await createUpload(elsewhere)
  const path = `/v1/projects/${place.project}/uploads/${upload.id}/content`
  const sending = httpsRequest(`${node.url}${path}`, {
    method: 'PATCH',
    ca: node.authority,
    agent: false,
    localAddress: elsewhere,
    headers: {
      authorization: `Bearer ${place.owner}`,
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    },
  })
  const ended = new Promise<number>((resolve) => {
    sending.on('response', (response) => resolve(response.resume().statusCode ?? 0))
    sending.on('error', () => resolve(0))
  })
  await new Promise((resolve) => sending.write(randomBytes(100_000), resolve))
  await until(() => node.addresses.openCalls.organisations().includes(place.organisation))
  assert.equal((await set([here])).status, 200)
  assert.ok([0, 403].includes(await ended))
  sending.destroy()
  const head = await callNode(node, 'HEAD', path, {
    bearer: place.owner,
    from: elsewhere,
    headers: { 'tus-resumable': '1.0.0' },
  })
  assert.equal(head.status, 403)
})

test('a sealed request that waits for its answer is refused, and cancelled at the data plane', async () => {
  await fresh()
  const arrived = Promise.withResolvers<void>()
  const cancelled = Promise.withResolvers<void>()
  const plane = await makeTestPlane(node, place, async (method) => {
    if (method === 'roster.list') return { statements: [] }
    if (method === 'request.cancel') return cancelled.resolve()
    arrived.resolve()
    return new Promise(() => {})
  })
  const headers = { 'content-type': 'application/vnd.keyhold.sealed' }
  const sent = { bearer: place.owner, headers, body: Buffer.from('question'), from: elsewhere }
  const asked = callNode(node, 'POST', `/v1/projects/${place.project}/requests`, sent)
  await arrived.promise
  assert.equal((await set([here])).status, 200)
  assert.deepEqual(outcome(await asked), denied)
  await cancelled.promise
  await plane.close()
})

test('AIV-06: a data plane that is linked from elsewhere is dropped, and not let in again', async () => {
  await fresh()
  const keys = await makeKeys()
  const id = await enrolTestPlane(node, place, keys)
  const plane = await connectTestPlane(node, id, keys, () => Promise.resolve({ statements: [] }))
  const places = { kind: 'data_plane' } as const
  assert.deepEqual(outcome(await set(['192.0.2.0/24'], places)), [409, 'addresses.locks_out'])
  assert.equal((await set(['192.0.2.0/24'], { ...places, confirm: true })).status, 200)
  await plane.connection.closed
  await assert.rejects(connectTestPlane(node, id, keys), { code: 'access.address_denied' })
  assert.equal((await set([], places)).status, 200)
  await (await connectTestPlane(node, id, keys, () => Promise.resolve({ statements: [] }))).close()
})

test('only who manages the organisation reads and sets lists', async () => {
  await fresh()
  const token = `token/${place.organisation}/${place.project}/sales:write`
  assert.deepEqual(outcome(await callNode(node, 'GET', '/v1/addresses', { bearer: token })), [403, 'access.denied'])
})
