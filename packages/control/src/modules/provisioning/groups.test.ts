/** CLN-07: groups over SCIM, the roles that the organisation gives them, and who may call SCIM at all. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { routeList, type Group, type ProvisionedPerson, type ProvisioningToken, type Role } from '@keyhold/contract'
import { addMember } from '../setup/testing/add-member.ts'
import { makeToken } from '../setup/testing/sign-token.ts'
import type { TestNode, TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { connect, makeConnector, refusal, type Connector, type ScimGroup, type ScimList } from './testing/connector.ts'

let node: TestNode
let owner: TestOwner
let idp: Connector
useNode(async (world) => {
  ;({ node, owner } = world)
  idp = await makeConnector(node, owner.bearer)
})

const title = (name: string) => `${name} ${randomUUIDv7()}`
const address = () => `${randomUUIDv7()}@example.test`
const own = <T = unknown>(method: string, path: string, body?: unknown, bearer = owner.bearer) =>
  node.call<T>({ method, path, bearer, ...(body !== undefined && { body }) })
const readRole = async (bearer: string) =>
  (await node.call<{ role: Role }>({ method: 'GET', path: '/v1/me', bearer })).body.role
const idsOf = ({ members }: ScimGroup) => members.map(({ value }) => value).sort()
const ids = (...people: { readonly id: string }[]) => people.map(({ id }) => id).sort()

test('CLN-07: as Entra ID does: make a group, find it, add members, take one out by a path with a filter', async () => {
  const [ann, bob, cem] = [await idp.addUser(address()), await idp.addUser(address()), await idp.addUser(address())]
  const name = title('Sales')
  const group = await idp.addGroup(name)
  const path = `/Groups/${group.id}`
  const filter = encodeURIComponent(`displayName eq "${name.toUpperCase()}"`)
  const found = await idp.call<ScimList<ScimGroup>>('GET', `/Groups?excludedAttributes=members&filter=${filter}`)
  assert.deepEqual([found.body.totalResults, found.body.Resources[0]?.id], [1, group.id])
  assert.ok(found.body.Resources[0] && !('members' in found.body.Resources[0]))
  const all = [ann, bob, cem].map(({ id: value }) => ({ value }))
  const added = await idp.patch<ScimGroup>(path, { op: 'Add', path: 'members', value: all })
  assert.deepEqual(idsOf(added.body), ids(ann, bob, cem))
  const less = await idp.patch<ScimGroup>(path, { op: 'Remove', path: `members[value eq "${bob.id}"]` })
  assert.deepEqual(idsOf(less.body), ids(ann, cem))
  const fewer = await idp.patch<ScimGroup>(path, { op: 'Remove', path: 'members', value: [{ value: cem.id }] })
  assert.deepEqual(idsOf(fewer.body), ids(ann))
  const user = await idp.call<{ groups: { value: string; display: string }[] }>('GET', `/Users/${ann.id}`)
  assert.deepEqual(user.body.groups, [{ value: group.id, display: name, type: 'direct' }])
  const renamed = await idp.patch<ScimGroup>(path, { op: 'Replace', path: 'displayName', value: title('Care') })
  assert.deepEqual(idsOf(renamed.body), ids(ann))
  assert.equal((await idp.call('DELETE', path)).status, 204)
  assert.deepEqual(refusal(await idp.call('GET', path)), [404, 'provisioning.unknown'])
})

test('CLN-07: as Okta does: the group with its members, replaced as a whole and by values without a path', async () => {
  const [ann, bob] = [await idp.addUser(address()), await idp.addUser(address())]
  const group = await idp.addGroup(title('Okta'), [ann.id])
  const path = `/Groups/${group.id}`
  const put = { ...group, displayName: title('Okta'), members: [{ value: bob.id, display: 'Bob' }] }
  assert.deepEqual(idsOf((await idp.call<ScimGroup>('PUT', path, put)).body), ids(bob))
  const displayName = title('Okta')
  const named = await idp.patch<ScimGroup>(path, { op: 'replace', value: { id: group.id, displayName } })
  assert.deepEqual([named.status, named.body.displayName, idsOf(named.body)], [200, displayName, ids(bob)])
  const replaced = await idp.patch<ScimGroup>(path, { op: 'replace', path: 'members', value: [{ value: ann.id }] })
  assert.deepEqual(idsOf(replaced.body), ids(ann))
  const empty = await idp.patch<ScimGroup>(path, { op: 'remove', path: 'members' })
  assert.deepEqual(idsOf(empty.body), [])
})

test('a group’s name is its own, members are users, and nothing else is taken for one', async () => {
  const name = title('Once')
  const { id } = await idp.addGroup(name)
  const again = await idp.call('POST', '/Groups', { displayName: name.toLowerCase() })
  assert.deepEqual([...refusal(again), again.error.scimType], [409, 'group.exists', 'uniqueness'])
  const add = (value: unknown) => idp.patch(`/Groups/${id}`, { op: 'add', path: 'members', value })
  for (const value of [randomUUIDv7(), '1; DROP TABLE people', owner.organisation]) {
    assert.deepEqual(refusal(await add([{ value }])), [400, 'provisioning.bad_member'])
  }
  assert.deepEqual(refusal(await add([{ value: 7 }])), [400, 'provisioning.bad_value'])
  const by = { op: 'remove', path: 'members[value eq "x" or value pr]' }
  assert.deepEqual(refusal(await idp.patch(`/Groups/${id}`, by)), [400, 'provisioning.bad_path'])
  assert.deepEqual(refusal(await idp.call('POST', '/Groups', { displayName: '' })), [400, 'provisioning.bad_value'])
  assert.equal(
    (await idp.patch(`/Groups/${id}`, { op: 'remove', path: 'members', value: [{ value: 'gone' }] })).status,
    200,
  )
})

test('CLN-07: the organisation gives a group its role; it holds from the next call on, and ends with the membership', async () => {
  const member = await addMember(node, owner, 'viewer')
  const group = await idp.addGroup(title('Analysts'), [member.id])
  assert.equal(await readRole(member.bearer), 'viewer')
  const path = `/v1/groups/${group.id}`
  const set = (role: Role | null) => own<{ group: Group }>('PUT', path, { name: group.displayName, role })
  assert.equal((await set('analyst')).status, 200)
  assert.equal(await readRole(member.bearer), 'analyst')
  assert.equal((await set('admin')).status, 200)
  assert.equal(await readRole(member.bearer), 'admin')
  const events = await node.listEvents()
  assert.equal(
    events.filter(({ action, object }) => action === 'person.change_role' && object === `person ${member.id}`).length,
    2,
  )
  await idp.patch(`/Groups/${group.id}`, { op: 'remove', path: `members[value eq "${member.id}"]` })
  assert.equal(await readRole(member.bearer), 'viewer')
  const { people } = (await own<{ people: { id: string; role: Role; ownRole: Role }[] }>('GET', '/v1/people')).body
  assert.deepEqual(
    people.filter(({ id }) => id === member.id).map(({ role, ownRole }) => [role, ownRole]),
    [['viewer', 'viewer']],
  )
})

test('no group makes an owner, and provisioning gives no role', async () => {
  const refused = await own('POST', '/v1/groups', { name: title('Owners'), role: 'owner' })
  assert.deepEqual([refused.status, refused.problem.code], [400, 'request.invalid'])
  const made = await idp.call<ScimGroup>('POST', '/Groups', {
    displayName: title('x'),
    role: 'admin',
    roles: ['admin'],
  })
  const listed = (await own<{ groups: Group[] }>('GET', '/v1/groups')).body.groups
  assert.deepEqual(
    listed.filter(({ id }) => id === made.body.id).map(({ role, provisioned }) => [role, provisioned]),
    [[null, true]],
  )
})

test('groups that people made are not the identity provider’s, nor the other way round', async () => {
  const { group } = (await own<{ group: Group }>('POST', '/v1/groups', { name: title('By hand'), role: 'admin' })).body
  const attack = { op: 'add', path: 'members', value: [{ value: (await idp.addUser(address())).id }] }
  assert.deepEqual(refusal(await idp.patch(`/Groups/${group.id}`, attack)), [404, 'provisioning.unknown'])
  assert.ok(!(await idp.call<ScimList<ScimGroup>>('GET', '/Groups')).body.Resources.some(({ id }) => id === group.id))
  const theirs = await idp.addGroup(title('Provisioned'))
  const member = await addMember(node, owner, 'viewer')
  const added = await own('PUT', `/v1/groups/${theirs.id}/members/${member.id}`)
  assert.deepEqual([added.status, added.problem.code], [409, 'group.provisioned'])
  const renamed = await own('PUT', `/v1/groups/${theirs.id}`, { name: title('y'), role: null })
  assert.deepEqual([renamed.status, renamed.problem.code], [409, 'group.provisioned'])
})

test('groups by hand: the strongest role counts, an own one that is changed stays below, an owner stays owner', async () => {
  const member = await addMember(node, owner, 'analyst')
  const { group } = (await own<{ group: Group }>('POST', '/v1/groups', { name: title('Auditors'), role: 'auditor' }))
    .body
  const path = `/v1/groups/${group.id}`
  assert.equal((await own('PUT', `${path}/members/${member.id}`)).status, 200)
  assert.equal(await readRole(member.bearer), 'analyst')
  await own('PUT', `/v1/people/${member.id}/role`, { role: 'viewer' })
  assert.equal(await readRole(member.bearer), 'auditor')
  const { id } = (await own<{ id: string }>('GET', '/v1/me')).body
  assert.equal((await own('PUT', `${path}/members/${id}`)).status, 200)
  assert.equal(await readRole(owner.bearer), 'owner')
  assert.equal((await own('DELETE', path)).status, 204)
  assert.equal(await readRole(member.bearer), 'viewer')
  assert.equal((await own('DELETE', path)).problem.code, 'group.unknown')
})

test('attack: a viewer, a token and another organisation’s group change no group', async () => {
  const { group } = (await own<{ group: Group }>('POST', '/v1/groups', { name: title('Guarded'), role: 'admin' })).body
  const viewer = await addMember(node, owner, 'viewer')
  const path = `/v1/groups/${group.id}/members/${viewer.id}`
  assert.equal((await own('PUT', path, undefined, viewer.bearer)).status, 403)
  assert.equal((await own('PUT', path, undefined, idp.secret)).status, 403)
  assert.equal(await readRole(viewer.bearer), 'viewer')
})

test('KEB-16: a provisioning token calls SCIM and nothing else, and nothing else calls SCIM', async () => {
  const { secret } = await makeToken(node, owner, [{ bucket: 'sales', access: 'write' }])
  for (const { method, path, access, operationId } of routeList) {
    if (access.kind === 'public' || !node.operations.includes(operationId)) continue
    const url = path.replaceAll(/:\w+/g, () => randomUUIDv7())
    if (access.kind === 'provisioner') {
      for (const bearer of [owner.bearer, secret]) {
        const answer = await node.call({ method, path: url, bearer })
        assert.equal(answer.status, 403, operationId)
      }
    } else assert.equal((await node.call({ method, path: url, bearer: idp.secret })).status, 403, operationId)
  }
})

test('a token that is wrong, has run out or was ended is refused, in SCIM’s words', async () => {
  const short = await makeConnector(node, owner.bearer, 1)
  assert.equal((await short.call('GET', '/Users?count=1')).status, 200)
  const wrong = connect(node, short.id, `${short.secret.slice(0, -1)}${short.secret.endsWith('x') ? 'y' : 'x'}`)
  assert.deepEqual(refusal(await wrong.call('GET', '/Users')), [401, 'access.unauthenticated'])
  const revoked = await makeConnector(node, owner.bearer)
  const path = `/v1/provisioning/tokens/${revoked.id}`
  assert.equal((await revoked.call('GET', '/ServiceProviderConfig')).status, 200)
  assert.equal((await own('DELETE', path)).status, 204)
  assert.deepEqual(refusal(await revoked.call('GET', '/Users')), [401, 'provisioning.token_ended'])
  const leaked = await makeConnector(node, owner.bearer)
  await node.call({ method: 'POST', path: '/v1/leaked-tokens', body: { token: `x ${leaked.secret} y` } })
  assert.deepEqual(refusal(await leaked.call('GET', '/Users')), [401, 'provisioning.token_ended'])
  for (const days of [0, -1, 400]) {
    const expires = new Date(node.time() + days * 86_400_000).toISOString()
    const made = await own('POST', '/v1/provisioning/tokens', { name: 'x', expires })
    assert.deepEqual([made.status, made.problem.code], [400, 'provisioning.bad_expiry'])
  }
})

test('the page’s answer says when a token was last used, whom it made, and no secret', async () => {
  const user = await idp.addUser(address())
  const { tokens, people } = (
    await own<{ tokens: ProvisioningToken[]; people: ProvisionedPerson[] }>('GET', '/v1/provisioning')
  ).body
  assert.ok(tokens.find(({ id }) => id === idp.id)?.lastUsed)
  assert.equal(people.find(({ id }) => id === user.id)?.by, idp.id)
  assert.ok(!JSON.stringify(tokens).includes(idp.secret))
})

test('what the service says of itself is SCIM', async () => {
  const config = await idp.call<{ patch: { supported: boolean }; bulk: { supported: boolean } }>(
    'GET',
    '/ServiceProviderConfig',
  )
  assert.deepEqual([config.body.patch.supported, config.body.bulk.supported], [true, false])
  for (const path of ['/ResourceTypes', '/Schemas']) {
    assert.equal((await idp.call<ScimList<unknown>>('GET', path)).body.totalResults, 2)
  }
})

test('a token that has run out is refused', async () => {
  const short = await makeConnector(node, owner.bearer, 1)
  node.advance(2 * 3600_000)
  assert.deepEqual(refusal(await short.call('GET', '/Users')), [401, 'provisioning.token_expired'])
})
