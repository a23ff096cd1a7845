import assert from 'node:assert/strict'
import { randomBytes, randomUUIDv7 } from 'node:crypto'
import { request as httpsRequest } from 'node:https'
import { after, before, test } from 'node:test'
import { makeTestPlane, type TestDataPlane } from '../jobs/testing/test-data-plane.ts'
import type { WorkNode } from '../jobs/testing/work-node.ts'
import { stageObject } from '../jobs/testing/work-steps.ts'
import { callNode, makePlace, type Place, readJson, startWorld } from '../jobs/testing/work-world.ts'

let node: WorkNode
let place: Place
let plane: TestDataPlane
let stop: () => Promise<void>

before(async () => {
  const world = await startWorld()
  ;({ node, stop } = world)
  place = await makePlace(node)
  plane = await makeTestPlane(node, place)
})
after(() => stop())

const read = (object: string, headers: Record<string, string> = {}, bearer = plane.session) =>
  callNode(node, 'GET', `/v1/link/objects/${object}`, { bearer, headers })

test('an object is read whole and by range as it was stored', async () => {
  const bytes = randomBytes(3_000_000)
  const { object } = await stageObject(node, plane, bytes)
  assert.ok((await read(object)).body.equals(bytes))
  const part = await read(object, { range: 'bytes=1000000-1999999' })
  assert.equal(part.status, 206)
  assert.equal(part.headers['content-range'], 'bytes 1000000-1999999/3000000')
  assert.ok(part.body.equals(bytes.subarray(1_000_000, 2_000_000)))
  const outside = await read(object, { range: 'bytes=3000000-' })
  assert.deepEqual([outside.status, readJson(outside).code], [416, 'object.invalid_range'])
})

test('an object never changes', async () => {
  const { object } = await stageObject(node, plane)
  const headers = { 'content-type': 'application/vnd.keyhold.sealed' }
  const path = `/v1/link/objects/${object}`
  const answer = await callNode(node, 'PUT', path, { bearer: plane.session, headers, body: randomBytes(9) })
  assert.deepEqual([answer.status, readJson(answer).code], [409, 'object.exists'])
})

test('objects are for data planes, each organisation’s for its own', async () => {
  const { object } = await stageObject(node, plane)
  const other = await makeTestPlane(node, await makePlace(node))
  assert.equal((await read(object, {}, other.session)).status, 404)
  assert.equal((await read(object, {}, place.owner)).status, 403)
  assert.equal((await read(object, {}, 'nobody')).status, 401)
})

test('an object that broke off is not kept', async () => {
  const object = randomUUIDv7()
  const request = httpsRequest(`${node.url}/v1/link/objects/${object}`, {
    method: 'PUT',
    ca: node.authority,
    agent: false,
    headers: {
      authorization: `Bearer ${plane.session}`,
      'content-type': 'application/vnd.keyhold.sealed',
      'content-length': '1000000',
    },
  })
  const ended = new Promise<void>((resolve) => request.once('error', () => resolve()))
  await new Promise((resolve) => request.write(randomBytes(500_000), resolve))
  request.destroy()
  await ended
  assert.equal((await read(object)).status, 404)
})

test('staged objects that no commit came for go after a day, live ones stay', async () => {
  const { object } = await stageObject(node, plane)
  node.advance(25 * 3600_000)
  await node.objects.sweep()
  node.advance(-25 * 3600_000)
  assert.equal((await read(object)).status, 404)
})
