/** An operator who loses administration, and what they had offered before. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CallOutput } from '@keyhold/contract'
import { startWorkNode, type WorkNode } from '../jobs/testing/work-node.ts'
import { callNode, readJson, startWorkDatabase, type WorkDatabase } from '../jobs/testing/work-world.ts'
import { cookieOf } from './testing/add-operator.ts'
import { enrol, host, inviteFromHost, type Enrolled } from './testing/enrol-operator.ts'

let database: WorkDatabase
let node: WorkNode
let admin: Enrolled
let other: Enrolled

before(async () => {
  database = await startWorkDatabase()
  node = await startWorkNode({ ...database, credentials: 'real' })
  admin = await enrol(node, await inviteFromHost(node, database, 'Ada Admin', ['administration']))
  other = await enrol(
    node,
    await inviteFromHost(node, database, 'Bo Both', ['administration', 'monitoring', 'upgrade']),
  )
})
after(async () => {
  await node?.stop()
  await database?.stop()
})

const ask = (method: string, path: string, secret: string, body?: object) =>
  callNode(node, method, path, { bearer: undefined, headers: { ...cookieOf(secret), host }, ...(body && { body }) })
async function invite(): Promise<string> {
  const roles = ['administration', 'recovery']
  const answer = await ask('POST', '/v1/operators/invitations', other.secret, { name: 'Bo again', roles })
  const { request, secret } = readJson<CallOutput<'inviteOperator'>>(answer)
  const approval = `/v1/operators/requests/${request?.id}/approval`
  assert.equal((await ask('POST', approval, admin.secret, { roles })).status, 204)
  return secret
}

test('attack: by a link made before, nobody gets back what was taken from them', async () => {
  const roles = (given: string[]) =>
    ask('PUT', `/v1/operators/people/${other.id}/roles`, admin.secret, { roles: given })
  const kept = await invite()
  assert.equal((await roles(['administration', 'monitoring'])).status, 200)
  assert.ok((await enrol(node, kept)).id, 'who still administers has offered it still')
  const links = [await invite(), await invite()]
  assert.equal((await roles(['monitoring'])).status, 200)
  await assert.rejects(enrol(node, links[0] ?? ''), /operator\.link_refused/)
  assert.equal((await ask('DELETE', `/v1/operators/people/${other.id}`, admin.secret)).status, 204)
  await assert.rejects(enrol(node, links[1] ?? ''), /operator\.link_refused/)
})
