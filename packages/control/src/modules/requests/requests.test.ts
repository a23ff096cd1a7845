import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { request as httpsRequest } from 'node:https'
import { after, before, test } from 'node:test'
import { makeTestPlane, type TestDataPlane } from '../jobs/testing/test-data-plane.ts'
import type { WorkNode } from '../jobs/testing/work-node.ts'
import { callNode, type HttpAnswer, makePlace, type Place, readJson, startWorld } from '../jobs/testing/work-world.ts'

let node: WorkNode
let place: Place
let stop: () => Promise<void>

before(async () => {
  const world = await startWorld()
  ;({ node, stop } = world)
})
after(() => stop())

type RequestParams = { request: string; project: string; principal: object; catalogueVersion: number; source: string }
type Handle = (params: RequestParams, body: Buffer, plane: () => TestDataPlane) => Promise<unknown>

/** A place whose data plane answers requests so. */
async function startPlane(handle: Handle, cancelled: string[] = []): Promise<TestDataPlane> {
  place = await makePlace(node)
  const plane = await makeTestPlane(node, place, async (method, params, body) => {
    if (method === 'request.cancel') {
      cancelled.push((params as { request: string }).request)
      return {}
    }
    // What a new link asks for besides requests.
    if (method === 'roster.list') return { statements: [] }
    return handle(params as RequestParams, body, () => plane)
  })
  return plane
}

const sealedType = 'application/vnd.keyhold.sealed'
const headers = { 'content-type': sealedType }
const path = () => `/v1/projects/${place.project}/requests`
const send = (body: Uint8Array, bearer = place.owner): Promise<HttpAnswer> =>
  callNode(node, 'POST', path(), { bearer, headers, body })

function postResponse(plane: TestDataPlane, request: string, body: Uint8Array, outcome: string): Promise<HttpAnswer> {
  const type = { ...headers, 'x-keyhold-outcome': outcome }
  return callNode(node, 'POST', `/v1/link/responses/${request}`, { bearer: plane.session, headers: type, body })
}

test('a large response is streamed through to the client that waits for it', async () => {
  const bytes = randomBytes(30_000_000)
  let posted: HttpAnswer | undefined
  const plane = await startPlane(async ({ request }, _body, self) => {
    posted = await postResponse(self(), request, bytes, 'result')
    return { outcome: 'result', streamed: true }
  })
  const answer = await send(Buffer.from('question'))
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['x-keyhold-outcome'], 'result')
  assert.equal(answer.headers['content-type'], sealedType)
  assert.ok(answer.body.equals(bytes))
  await plane.close()
  assert.equal(posted?.status, 204)
})

test('KH-01: the data plane is told who asks, of what and from where', async () => {
  let seen: RequestParams | undefined
  const plane = await startPlane(async (params) => {
    seen = params
    return { outcome: 'query.unknown_table', streamed: false }
  })
  const answer = await send(Buffer.from('question'), `token/${place.organisation}/${place.project}/sales:read`)
  assert.equal(answer.headers['x-keyhold-outcome'], 'query.unknown_table')
  assert.equal(seen?.project, place.project)
  const principal = { kind: 'token', id: place.organisation, scopes: [{ bucket: 'sales', access: 'read' }] }
  assert.deepEqual(seen?.principal, principal)
  assert.deepEqual([seen?.catalogueVersion, seen?.source], [0, '127.0.0.1'])
  await send(Buffer.from('question'))
  const person = { kind: 'person', id: place.organisation, scopes: null, role: 'owner', sudo: true }
  assert.deepEqual(seen?.principal, person)
  await plane.close()
})

test('an outcome that is no code never becomes a header', async () => {
  const plane = await startPlane(async () => ({ outcome: 'x\r\nset-cookie: a=b', streamed: false }))
  const answer = await send(Buffer.from('question'))
  assert.equal(answer.headers['x-keyhold-outcome'], 'data_plane.unknown_outcome')
  await plane.close()
})

test('requests that are empty or too large are refused', async () => {
  const plane = await startPlane(async () => ({ outcome: 'result', streamed: false }))
  assert.equal(readJson(await send(Buffer.alloc(0))).code, 'request.empty')
  const large = await send(Buffer.alloc((4 << 20) + 1))
  assert.deepEqual([large.status, readJson(large).code], [413, 'request.too_large'])
  assert.equal((await send(Buffer.alloc(4 << 20))).status, 200)
  await plane.close()
})

test('without a data plane the client reads that it is away', async () => {
  place = await makePlace(node)
  const answer = await send(Buffer.from('question'))
  assert.deepEqual([answer.status, readJson(answer).code], [503, 'data_plane.away'])
})

test('a token of another project is refused before anything is sent', async () => {
  const plane = await startPlane(() => assert.fail('was sent'))
  const other = await makePlace(node)
  const answer = await send(Buffer.from('question'), `token/${place.organisation}/${other.project}/sales:read`)
  assert.deepEqual([answer.status, readJson(answer).code], [403, 'access.denied'])
  await plane.close()
})

test('a client that goes cancels its request', async () => {
  const cancelled: string[] = []
  const arrived = Promise.withResolvers<string>()
  const plane = await startPlane(({ request }) => {
    arrived.resolve(request)
    return new Promise(() => {})
  }, cancelled)
  const client = httpsRequest(`${node.url}${path()}`, {
    method: 'POST',
    ca: node.authority,
    agent: false,
    headers: { ...headers, authorization: `Bearer ${place.owner}` },
  })
  client.on('error', () => {}).end('question')
  const request = await arrived.promise
  client.destroy()
  await until(() => cancelled.length > 0)
  assert.deepEqual(cancelled, [request])
  const late = await postResponse(plane, request, Buffer.from('late'), 'result')
  assert.equal(readJson(late).code, 'request.unknown')
  await plane.close()
})

test('a response for nobody, or for another organisation’s client, is refused', async () => {
  const arrived = Promise.withResolvers<string>()
  const answered = Promise.withResolvers<{ outcome: string; streamed: boolean }>()
  const plane = await startPlane(({ request }) => {
    arrived.resolve(request)
    return answered.promise
  })
  const asked = send(Buffer.from('question'))
  const request = await arrived.promise
  const stranger = await makeTestPlane(node, await makePlace(node))
  assert.equal(readJson(await postResponse(stranger, request, Buffer.from('no'), 'result')).code, 'request.unknown')
  answered.resolve({ outcome: 'result', streamed: false })
  assert.equal((await asked).status, 200)
  await plane.close()
})

test('a client whose data plane vanishes reads that it is away', async () => {
  const plane = await startPlane((_params, _body, self) => self().close())
  const answer = await send(Buffer.from('question'))
  assert.equal(readJson(answer).code, 'data_plane.away')
  assert.ok(plane)
})

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.ok(condition())
}
