import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { request as httpsRequest } from 'node:https'
import { after, before, test } from 'node:test'
import {
  connectTestPlane,
  enrolTestPlane,
  makeKeys,
  makeTestPlane,
  openLinkSocket,
  signEnrolment,
  signHello,
} from '../jobs/testing/test-data-plane.ts'
import type { WorkNode } from '../jobs/testing/work-node.ts'
import { callNode, makePlace, type Place, readJson, readLastEntry, startWorld } from '../jobs/testing/work-world.ts'
import { installationLog } from '../../platform/audit-port.ts'
import { encodeFrame } from './frame.ts'
import { openConnection } from './connection.ts'
import { insertRoster } from './store.ts'

let node: WorkNode
let place: Place
let stop: () => Promise<void>

before(async () => {
  const world = await startWorld()
  ;({ node, stop } = world)
  place = await makePlace(node)
})
after(() => stop())

const enrol = (body: object) => callNode(node, 'POST', '/v1/link/enrol', { bearer: 'nobody', body })

test('CLU-05: an enrolment token works once, and again only for the same keys', async () => {
  const { token } = await node.link.createEnrolment(place.organisation)
  const keys = await makeKeys()
  const first = await enrol(await signEnrolment(token, node.pin, keys))
  assert.equal(first.status, 201)
  assert.equal(readJson<{ organisation: string }>(first).organisation, place.organisation)
  const again = await enrol(await signEnrolment(token, node.pin, keys))
  assert.deepEqual(readJson(again), readJson(first))
  const other = await enrol(await signEnrolment(token, node.pin, await makeKeys()))
  assert.equal(other.status, 401)
  assert.equal(readJson(other).code, 'enrolment.refused')
})

test('an enrolment that was signed for another server is refused', async () => {
  const { token } = await node.link.createEnrolment(place.organisation)
  const answer = await enrol(await signEnrolment(token, 'A'.repeat(43), await makeKeys()))
  assert.equal(readJson(answer).code, 'enrolment.forged')
})

test('who still holds a token once the organisation is claimed takes nothing over by it; before, the lost plane is out', async () => {
  const { organisation } = await makePlace(node)
  const tokens = await Promise.all([1, 2, 3].map(() => node.link.createEnrolment(organisation)))
  const [lost, kept, late] = await Promise.all(
    tokens.map(async ({ token }) => signEnrolment(token, node.pin, await makeKeys())),
  )
  assert.ok(lost && kept && late)
  const { dataPlane } = readJson<{ dataPlane: string }>(await enrol(lost))
  assert.equal((await enrol(kept)).status, 201)
  assert.equal(await node.link.readIdentityKey(organisation, dataPlane), undefined)
  assert.equal(await node.link.readAnchorKey(organisation), kept.anchorPublicKey)
  const owner = { statement: 'b3duZXI', keyId: 'A'.repeat(43), signature: 'A'.repeat(86) }
  await node.database.withTenant({ organisation }, (tx) => insertRoster(tx, organisation, 1, owner))
  assert.equal(readJson(await enrol(late)).code, 'enrolment.refused')
  assert.equal(await node.link.readAnchorKey(organisation), kept.anchorPublicKey)
})

test('an enrolment token ends after 15 minutes', async () => {
  const { token } = await node.link.createEnrolment(place.organisation)
  node.advance(15 * 60_000)
  const answer = await enrol(await signEnrolment(token, node.pin, await makeKeys()))
  node.advance(-15 * 60_000)
  assert.equal(readJson(answer).code, 'enrolment.refused')
})

test('a hello that was signed on another connection is refused, closes the link and is in the log', async () => {
  const keys = await makeKeys()
  const id = await enrolTestPlane(node, place, keys)
  const [mine, relayed] = [await openLinkSocket(node), await openLinkSocket(node)]
  const connection = openConnection(
    relayed.socket,
    () => Promise.reject(new Error('none')),
    () => {},
  )
  const closed = once(relayed.socket, 'close')
  const hello = connection.call('link.hello', { dataPlane: id, signature: await signHello(keys, mine.exporter, id) })
  await assert.rejects(hello, { code: 'link.hello_refused' })
  assert.equal((await closed)[0], 1008)
  mine.socket.terminate()
  const entry = await readLastEntry(node, installationLog, 'data_plane.link')
  assert.equal(entry?.outcome, 'denied')
  assert.equal(entry?.code, 'link.hello_refused')
})

test('a call before the hello is refused', async () => {
  const { socket } = await openLinkSocket(node)
  const connection = openConnection(
    socket,
    () => Promise.reject(new Error('none')),
    () => {},
  )
  await assert.rejects(connection.call('jobs.claim', { most: 1 }), { code: 'link.hello_expected' })
  await connection.closed
})

test('an upgrade elsewhere, or over an older TLS, is refused', async () => {
  const upgrade = (path: string, maxVersion: 'TLSv1.2' | 'TLSv1.3') =>
    new Promise<number>((resolve, reject) => {
      const headers = { connection: 'upgrade', upgrade: 'websocket' }
      const options = { ca: node.authority, agent: false, maxVersion, headers }
      const request = httpsRequest(`${node.url}${path}`, options, (response) => resolve(response.statusCode ?? 0))
      request.once('error', reject).end()
    })
  assert.equal(await upgrade('/v1/other', 'TLSv1.3'), 404)
  assert.equal(await upgrade('/v1/link', 'TLSv1.2'), 426)
})

test('calls go both ways, with bodies and with the refusals of either side', async () => {
  const plane = await makeTestPlane(node, place, async (method, params, body) => {
    assert.equal(method, 'request')
    return { outcome: (params as { request: string }).request, streamed: false, echoed: body.toString() }
  })
  const params = {
    request: 'r1',
    project: place.project,
    principal: { kind: 'person' as const, id: randomUUIDv7(), scopes: null },
    catalogueVersion: 0,
    source: '127.0.0.1',
  }
  const answer = await node.link.callDataPlane(place.organisation, 'request', params, { body: Buffer.from('sealed') })
  assert.deepEqual(answer.result, { outcome: 'r1', streamed: false, echoed: 'sealed' })
  await assert.rejects(plane.connection.call('nothing.here', {}), { code: 'link.unknown_method' })
  await assert.rejects(plane.connection.call('jobs.claim', { most: 0 }), { code: 'link.invalid_parameters' })
  await plane.close()
})

test('what the data plane does not answer in time fails, and its late reply is ignored', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const plane = await makeTestPlane(node, place, () => released.then(() => ({ number: 1 })))
  const call = () => node.link.callDataPlane(place.organisation, 'request.cancel', { request: 'x' }, { timeout: 50 })
  await assert.rejects(call(), { code: 'link.timeout' })
  release()
  assert.deepEqual(await plane.call('jobs.claim', { most: 1 }), { jobs: [] })
  await plane.close()
})

test('a malformed frame closes the link with a protocol error', async () => {
  const plane = await makeTestPlane(node, place)
  const { socket } = await openLinkSocket(node)
  const closed = once(socket, 'close')
  socket.send(Buffer.from([0, 0, 0, 9, 1]))
  assert.equal((await closed)[0], 1002)
  assert.throws(() => encodeFrame({ t: 'note', method: 'x', params: {} }, Buffer.alloc(5 << 20)), {
    code: 'link.frame_too_large',
  })
  await plane.close()
})

test('a frame beyond the limit closes the link before it is read', async () => {
  const { socket } = await openLinkSocket(node)
  const closed = once(socket, 'close')
  socket.on('error', () => {})
  socket.send(Buffer.alloc(5 << 20))
  const [code] = await closed
  assert.ok(code === 1009 || code === 1006, `closed with ${code}`)
})

test('a new connection of a data plane takes over from its old one, whose session ends', async () => {
  const keys = await makeKeys()
  const id = await enrolTestPlane(node, place, keys)
  const old = await connectTestPlane(node, id, keys)
  assert.equal(node.link.findSession(old.session)?.dataPlane, id)
  const next = await connectTestPlane(node, id, keys)
  await old.connection.closed
  assert.equal(node.link.findSession(old.session), undefined)
  assert.equal(node.link.isConnected(place.organisation), true)
  await next.close()
})

test('without a data plane a call says that it is away, and how to mend it', async () => {
  const lonely = await makePlace(node)
  const call = node.link.callDataPlane(lonely.organisation, 'project.provision', { project: lonely.project })
  await assert.rejects(call, { code: 'data_plane.away', status: 503, remedy: /Start the data plane/ })
})

test('calls that wait when the connection ends fail at once', async () => {
  const plane = await makeTestPlane(node, place, () => new Promise(() => {}))
  const call = node.link.callDataPlane(place.organisation, 'request.cancel', { request: 'x' })
  await plane.close()
  await assert.rejects(call, { code: 'data_plane.away' })
})

test('wrapped keys and the roster come back as they were given, to their own organisation only', async () => {
  const plane = await makeTestPlane(node, place)
  const key = { id: randomUUIDv7(), purpose: 'table-key' as const, wrapped: 'AAEC' }
  await plane.call('keys.store', { project: place.project, keys: [key] })
  await assert.rejects(plane.call('keys.read', { project: place.project }), { code: 'link.unknown_project' })
  const other = await makePlace(node)
  await assert.rejects(plane.call('keys.store', { project: other.project, keys: [key] }), {
    code: 'link.unknown_project',
  })
  assert.deepEqual(await plane.call('roster.read', { from: 0 }), { statements: [] })
  await plane.close()
})
