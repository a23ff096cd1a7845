/** CLN-07: requests of the very shapes that Entra ID's and Okta's provisioning send, and what they mean here. */
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

const address = (name: string) => `${name}-${randomUUIDv7()}@example.test`
const core = 'urn:ietf:params:scim:schemas:core:2.0'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const patchSchemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const patch = <T>(path: string, ...operations: object[]) =>
  idp.call<T>('PATCH', path, { schemas: patchSchemas, Operations: operations }, entraType)
const entraType = { 'content-type': 'application/scim+json; charset=utf-8' }
const members = ({ body }: { body: ScimGroup }) => body.members.map(({ value }) => value)

const entraUser = (email: string, more: object = {}) => ({
  schemas: [`${core}:User`, enterprise],
  externalId: randomUUIDv7(),
  userName: email,
  active: true,
  displayName: 'Given Family',
  emails: [{ type: 'work', value: email, primary: true }],
  meta: { resourceType: 'User' },
  name: { formatted: 'Given Family', familyName: 'Family', givenName: 'Given' },
  roles: [],
  [enterprise]: { department: 'Sales', manager: null },
  ...more,
})

test('CLN-07: Entra ID tries the connection, makes a user, renames it with its work address, disables it by a word', async () => {
  const filter = `/Users?filter=userName+eq+%22${randomUUIDv7()}%22`
  assert.deepEqual((await idp.call<ScimList<ScimUser>>('GET', filter)).body.totalResults, 0)
  const [email, renamed] = [address('entra'), address('renamed')]
  const made = await idp.call<ScimUser>('POST', '/Users', entraUser(email), entraType)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual(made.body.emails, [{ value: email, type: 'work', primary: true }])
  const path = `/Users/${made.body.id}`
  const moved = await patch<ScimUser>(
    path,
    { op: 'Replace', path: 'emails[type eq "work"].value', value: renamed },
    { op: 'Add', path: 'emails[type eq "work"].primary', value: true },
    { op: 'Replace', path: 'userName', value: renamed },
    { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
    { op: 'Add', path: `${enterprise}:department`, value: 'Care' },
  )
  assert.equal(moved.status, 200, JSON.stringify(moved.body))
  assert.deepEqual([moved.body.userName, moved.body.emails[0]?.value], [renamed, renamed])
  const off = await patch<ScimUser>(path, { op: 'Replace', path: 'active', value: 'False' })
  assert.equal(off.body.active, false)
  const on = await patch<ScimUser>(path, { op: 'Add', path: 'active', value: 'True' })
  assert.equal(on.body.active, true)
})

test('CLN-07: Entra ID’s older dialect names paths inside a value', async () => {
  const email = address('older')
  const { id } = await idp.addUser(email)
  const value = {
    displayName: 'Other Name',
    active: 'False',
    'emails[type eq "work"].value': email.toUpperCase(),
    'name.familyName': 'Name',
    [`${enterprise}:employeeNumber`]: '7',
  }
  const changed = await patch<ScimUser>(`/Users/${id}`, { op: 'Add', value })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.deepEqual([changed.body.displayName, changed.body.active], ['Other Name', false])
})

test('CLN-07: Entra ID makes a group, looks for it without members, adds and removes some, and renames it', async () => {
  const [ann, ben] = [await idp.addUser(address('ann')), await idp.addUser(address('ben'))]
  const name = `Sales ${randomUUIDv7()}`
  const made = await idp.call<ScimGroup>('POST', '/Groups', {
    schemas: [`${core}:Group`, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: randomUUIDv7(),
    displayName: name,
    meta: { resourceType: 'Group' },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const path = `/Groups/${made.body.id}`
  const query = `?excludedAttributes=members&filter=${encodeURIComponent(`displayName eq "${name}"`)}`
  const found = await idp.call<ScimList<ScimGroup>>('GET', `/Groups${query}`)
  assert.deepEqual([found.body.totalResults, 'members' in (found.body.Resources[0] ?? {})], [1, false])
  const asRef = ({ id }: ScimUser) => ({ $ref: null, value: id })
  const added = await patch<ScimGroup>(path, { op: 'Add', path: 'members', value: [asRef(ann), asRef(ben)] })
  assert.deepEqual(members(added), [ann.id, ben.id])
  const removed = await patch<ScimGroup>(path, { op: 'Remove', path: 'members', value: [asRef(ann)] })
  assert.deepEqual(members(removed), [ben.id])
  const renamed = await patch<ScimGroup>(path, { op: 'Replace', path: 'displayName', value: `${name} too` })
  assert.deepEqual([renamed.body.displayName, members(renamed)], [`${name} too`, [ben.id]])
})

test('CLN-07: Okta puts a user as it read it, with a second address beside, and deactivates it by a value', async () => {
  const email = address('okta')
  const list = `/Users?filter=${encodeURIComponent(`userName eq "${email}"`)}&startIndex=1&count=100`
  assert.equal((await idp.call<ScimList<ScimUser>>('GET', list)).body.totalResults, 0)
  const emails = [
    { primary: true, value: email, type: 'work', display: email },
    { primary: false, value: 'private@example.net', type: 'home' },
  ]
  const user = { schemas: [`${core}:User`], userName: email, name: { givenName: 'O', familyName: 'K' }, emails }
  const made = await idp.call<ScimUser>('POST', '/Users', { ...user, groups: [], password: '1mz050nq', active: true })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual(made.body.emails, [{ value: email, type: 'work', primary: true }])
  const path = `/Users/${made.body.id}`
  const put = await idp.call<ScimUser>('PUT', path, { ...made.body, ...user, displayName: 'Okta K', active: true })
  assert.deepEqual([put.status, put.body.displayName], [200, 'Okta K'])
  const off = await patch<ScimUser>(path, { op: 'replace', value: { active: false } })
  assert.deepEqual([off.status, off.body.active], [200, false])
})

test('CLN-07: Okta renames a group without a path, and changes members by one filter each', async () => {
  const [ann, ben] = [await idp.addUser(address('ann')), await idp.addUser(address('ben'))]
  const name = `Okta ${randomUUIDv7()}`
  const made = await idp.call<ScimGroup>('POST', '/Groups', {
    schemas: [`${core}:Group`],
    displayName: name,
    members: [{ value: ann.id, display: ann.userName }],
  })
  const { id } = made.body
  const renamed = await patch<ScimGroup>(`/Groups/${id}`, { op: 'replace', value: { id, displayName: `${name} 2` } })
  assert.deepEqual([renamed.body.displayName, members(renamed)], [`${name} 2`, [ann.id]])
  const moved = await patch<ScimGroup>(
    `/Groups/${id}`,
    { op: 'remove', path: `members[value eq "${ann.id}"]` },
    { op: 'add', path: 'members', value: [{ value: ben.id, display: ben.userName }] },
  )
  assert.deepEqual(members(moved), [ben.id])
  const value = [{ value: ann.id, display: ann.userName }]
  assert.deepEqual(members(await patch(`/Groups/${id}`, { op: 'replace', path: 'members', value })), [ann.id])
  const put = { schemas: [`${core}:Group`], id, displayName: name, members: [{ value: ben.id }] }
  assert.deepEqual(members(await idp.call('PUT', `/Groups/${id}`, put)), [ben.id])
})

test('attack: another address for work than userName is refused, however it is sent, and changes nothing', async () => {
  const email = address('eve')
  const other = [{ type: 'work', value: 'mallory@example.test', primary: true }]
  assert.deepEqual(refusal(await idp.call('POST', '/Users', entraUser(email, { emails: other }))), [
    400,
    'provisioning.other_address',
  ])
  const { id } = await idp.addUser(email)
  const path = `/Users/${id}`
  const before = (await idp.call<ScimUser>('GET', path)).body
  const value = 'mallory@example.test'
  const asked = [
    await patch(path, { op: 'Replace', path: 'emails[type eq "work"].value', value }),
    await patch(path, { op: 'Add', path: 'emails', value: other }),
    await patch(path, { op: 'Add', path: 'emails.value', value }),
    await patch(path, { op: 'replace', path: 'emails[primary eq true]', value: { value } }),
    await patch(path, { op: 'replace', path: `emails[value eq "${email}"].value`, value }),
    await patch(path, { op: 'replace', value: { emails: other, displayName: 'Mallory' } }),
    await patch(path, { op: 'replace', path: `${core}:User:emails[type eq "work"].value`, value }),
    await idp.call('PUT', path, { ...entraUser(email), Emails: other, emails: undefined }),
    // The address moves, and what is said of it does not.
    await patch(path, { op: 'Replace', path: 'userName', value }, { op: 'Replace', path: 'emails', value: email }),
  ]
  for (const answer of asked) assert.deepEqual(refusal(answer), [400, 'provisioning.other_address'])
  assert.deepEqual((await idp.call<ScimUser>('GET', path)).body, before)
  const gone = await patch<ScimUser>(path, { op: 'replace', value: { emails: other, active: false } })
  assert.deepEqual([gone.status, gone.body.active, gone.body.userName], [200, false, email])
  assert.equal((await patch(path, { op: 'replace', value: { active: true } })).status, 200)
  const private_ = await patch<ScimUser>(path, { op: 'Add', path: 'emails[type eq "home"].value', value })
  assert.deepEqual([private_.status, private_.body], [200, before])
})
