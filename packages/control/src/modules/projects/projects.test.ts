import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { SealingKeySet, Signed } from '@keyhold/contract'
import { verifyStatement } from '@keyhold/sealed'
import { AppError } from '../../platform/errors.ts'
import { makeToken } from '../setup/testing/sign-token.ts'
import { type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'

type Project = { id: string; name: string; created: string }

let node: TestNode
let owner: TestOwner
useNode((world) => void ({ node, owner } = world))

const create = (name: string, headers = {}) =>
  node.call<{ project: Project }>({
    method: 'POST',
    path: '/v1/projects',
    bearer: owner.bearer,
    body: { name },
    headers,
  })
const list = async (bearer = owner.bearer) =>
  (await node.call<{ projects: Project[] }>({ method: 'GET', path: '/v1/projects', bearer })).body.projects
const readKeys = (project: string) =>
  node.call<{ set: Signed; anchorPublicKey: string }>({
    method: 'GET',
    path: `/v1/projects/${project}/keys`,
    bearer: owner.bearer,
  })

test('a project is made with the keys that the data plane made for it, signed by the anchor', async () => {
  const answer = await create('Second')
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const { id } = answer.body.project
  const { body } = await readKeys(id)
  const anchor = Buffer.from(body.anchorPublicKey, 'base64url')
  assert.deepEqual(anchor, Buffer.from(node.plane.anchor.publicKey))
  const set = (await verifyStatement(anchor, 'sealing-key-set', body.set)) as unknown as SealingKeySet
  assert.deepEqual([set.organisation, set.project], [owner.organisation, id])
})

test('a project whose keys cannot be made is not made', async () => {
  const before = await list()
  node.plane.failNext(
    'provision',
    new AppError('data_plane.away', { status: 503, message: 'Away.', remedy: 'Try again.' }),
  )
  const answer = await create('Never')
  assert.deepEqual([answer.status, answer.problem.code], [503, 'data_plane.away'])
  assert.deepEqual(await list(), before)
})

test('the same call with an Idempotency-Key makes one project', async () => {
  const headers = { 'idempotency-key': 'project-0001' }
  const [first, second] = [await create('Once', headers), await create('Once', headers)]
  assert.equal(first.body.project.id, second.body.project.id)
  assert.equal((await list()).filter(({ name }) => name === 'Once').length, 1)
})

test('KEB-16: a token sees its own project and no other', async () => {
  const { project } = (await create('Elsewhere')).body
  const { secret } = await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }], project.id)
  assert.deepEqual(await list(secret), [project])
})

test('a project that is not there has no keys', async () => {
  const answer = await readKeys(randomUUIDv7())
  assert.deepEqual([answer.status, answer.problem.code], [404, 'project.unknown'])
})

test('CLU-13: a project is given another name, and the log says that it was', async () => {
  const path = `/v1/projects/${owner.project}`
  const call = { method: 'PATCH', path, bearer: owner.bearer }
  const renamed = await node.call<{ project: { id: string; name: string } }>({ ...call, body: { name: 'Second name' } })
  assert.deepEqual([renamed.status, renamed.body.project.name], [200, 'Second name'])
  const listed = await node.call<{ projects: { id: string; name: string }[] }>({
    method: 'GET',
    path: '/v1/projects',
    bearer: owner.bearer,
  })
  assert.equal(listed.body.projects.find(({ id }) => id === owner.project)?.name, 'Second name')
  const [event] = (await node.listEvents()).filter(({ action }) => action === 'project.rename')
  assert.deepEqual([event?.outcome, event?.object], ['success', `project ${owner.project}`])
  assert.equal((await node.call({ ...call, body: { name: '' } })).status, 400)
})
