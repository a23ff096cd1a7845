/** Versions by which an identity provider asks and changes, and searches that come as bodies. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { TestNode, TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import {
  makeConnector,
  refusal,
  type Connector,
  type ScimGroup,
  type ScimList,
  type ScimUser,
} from './testing/connector.ts'

let node: TestNode
let owner: TestOwner
let idp: Connector
useNode(async (world) => {
  ;({ node, owner } = world)
  idp = await makeConnector(node, owner.bearer)
})
const address = () => `ann-${randomUUIDv7()}@example.test`
const replace = (path: string, value: unknown) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value }],
})

test('CLN-07: the service says that it has versions, and every answer of one resource names its own', async () => {
  const { body } = await idp.call<{ etag: object }>('GET', '/ServiceProviderConfig')
  assert.deepEqual(body.etag, { supported: true })
  const { id, meta } = await idp.addUser(address())
  const path = `/Users/${id}`
  const read = await idp.call<ScimUser>('GET', path)
  assert.match(meta.version, /^W\/"[\w-]{22}"$/)
  assert.deepEqual([read.headers['etag'], read.body.meta.version], [meta.version, meta.version])
  const same = await idp.call('GET', path, undefined, { 'if-none-match': `"x", ${meta.version}` })
  assert.deepEqual([same.status, same.headers['etag'], same.headers['content-length'] ?? '0'], [304, meta.version, '0'])
  const changed = await idp.call<ScimUser>('PATCH', path, replace('displayName', 'Ann'))
  assert.notEqual(changed.headers['etag'], meta.version)
  const other = await idp.call('GET', path, undefined, { 'if-none-match': meta.version })
  assert.deepEqual([other.status, other.headers['etag']], [200, changed.headers['etag']])
})

test('a change that was meant for another version changes nothing; one for this version, or any, does', async () => {
  const [user, group] = [await idp.addUser(address()), await idp.addGroup(`Group ${randomUUIDv7()}`)]
  for (const [path, { meta }] of [
    [`/Users/${user.id}`, user],
    [`/Groups/${group.id}`, group],
  ] as const) {
    const name = `Name ${randomUUIDv7()}`
    const old = { 'if-match': 'W/"AAAAAAAAAAAAAAAAAAAAAA"' }
    const body = { displayName: name }
    for (const answer of [
      await idp.call('PATCH', path, replace('displayName', name), old),
      await idp.call('PUT', path, body, old),
      await idp.call('DELETE', path, undefined, old),
    ]) {
      assert.deepEqual(refusal(answer), [412, 'provisioning.other_version'])
    }
    const first = await idp.call<ScimUser>('PATCH', path, replace('displayName', name), { 'if-match': meta.version })
    assert.equal(first.body.displayName, name)
    const again = await idp.call('PATCH', path, replace('displayName', 'late'), { 'if-match': meta.version })
    assert.equal(again.status, 412)
    assert.equal((await idp.call('PUT', path, body, { 'if-match': '*' })).status, 200)
    const now = (await idp.call('GET', path)).headers['etag'] as string
    assert.equal((await idp.call('DELETE', path, undefined, { 'if-match': now })).status, 204)
  }
})

test('of two changes for one version that come together one is made', async () => {
  const { id, meta } = await idp.addUser(address())
  const change = (name: string) =>
    idp.call('PATCH', `/Users/${id}`, replace('displayName', name), { 'if-match': meta.version })
  const answers = await Promise.all([change('One'), change('Two')])
  assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ['200', '412'])
})

const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest']
type Found = ScimList<(ScimUser | ScimGroup) & { readonly meta: { readonly resourceType: string } }>

test('CLN-07: a search by a body finds as one by the address does; at the root it finds users and groups', async () => {
  const name = `Search ${randomUUIDv7()}`
  const user = await idp.addUser(address(), { displayName: name })
  const group = await idp.addGroup(name)
  const filter = `displayName eq "${name}"`
  const body = { schemas, filter, attributes: ['displayName', 'meta'], startIndex: 1, count: 10 }
  const root = await idp.call<Found>('POST', '/.search', body)
  assert.equal(root.status, 200, JSON.stringify(root.body))
  assert.deepEqual(
    root.body.Resources.map(({ id, meta }) => [meta.resourceType, id]),
    [
      ['User', user.id],
      ['Group', group.id],
    ],
  )
  assert.ok(!('userName' in (root.body.Resources[0] ?? {})))
  for (const [path, id] of [
    ['/Users/.search', user.id],
    ['/Groups/.search', group.id],
  ]) {
    const { body: found } = await idp.call<Found>('POST', path ?? '', body)
    assert.deepEqual([found.totalResults, found.Resources[0]?.id], [1, id])
  }
  const ordered = { schemas, filter: `displayName sw "Search "`, sortBy: 'meta.resourceType', sortOrder: 'ascending' }
  const { body: sorted } = await idp.call<Found>('POST', '/.search', ordered)
  assert.deepEqual(sorted.Resources.at(0)?.meta.resourceType, 'Group')
})

test('attack: a search sees no group that people made, no other organisation, and is no way around the limits', async () => {
  const name = `People’s ${randomUUIDv7()}`
  const create = { method: 'POST', path: '/v1/groups', bearer: owner.bearer, body: { name, role: null } }
  assert.equal((await node.call(create)).status, 201)
  const search = (body: object) => idp.call<Found>('POST', '/.search', body)
  assert.equal((await search({ schemas, filter: `displayName eq "${name}"` })).body.totalResults, 0)
  const bomb = Array.from({ length: 30 }, () => '(a eq 1 or b eq 2)').join(' and ')
  for (const [body, code] of [
    [{ filter: 'userName pr' }, 'provisioning.unreadable'],
    [{ schemas, filter: bomb }, 'provisioning.bad_filter'],
    [{ schemas, filter: 'x'.repeat(1001) }, 'provisioning.bad_filter'],
    [{ schemas, filter: { $gt: '' } }, 'provisioning.bad_filter'],
    [{ schemas, count: '10' }, 'provisioning.bad_value'],
    [{ schemas, sortOrder: 'upwards' }, 'provisioning.bad_value'],
    [{ schemas, attributes: 'userName' }, 'provisioning.bad_value'],
  ] as const) {
    assert.deepEqual(refusal(await search(body)), [400, code])
  }
  assert.ok((await search({ schemas, count: 100_000 })).body.Resources.length <= 200)
  const call = { method: 'POST', path: '/scim/v2/.search', body: { schemas } }
  const headers = { 'content-type': 'application/scim+json' }
  assert.equal((await node.call({ ...call, headers, bearer: owner.bearer })).status, 403)
  assert.equal((await node.call({ ...call, headers })).status, 401)
})
