/** CLN-07: users over SCIM as identity providers send them, and what they must not reach. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { Person } from '@keyhold/contract'
import { addMember } from '../setup/testing/add-member.ts'
import { makeToken } from '../setup/testing/sign-token.ts'
import { ownerEmail, ownerPassword, setUpOwner, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { insertOrganisation } from '../setup/store.ts'
import { makeConnector, refusal, type Connector, type ScimList, type ScimUser } from './testing/connector.ts'

let node: TestNode
let owner: TestOwner
let idp: Connector
useNode(async (world) => {
  ;({ node, owner } = world)
  idp = await makeConnector(node, owner.bearer)
})

const address = (name = 'ann') => `${name}-${randomUUIDv7()}@example.test`
const find = (filter: string, connector = idp) =>
  connector.call<ScimList<ScimUser>>('GET', `/Users?filter=${encodeURIComponent(filter)}`)
const read = (id: string) => idp.call<ScimUser>('GET', `/Users/${id}`)
const listPeople = async () =>
  (await node.call<{ people: Person[] }>({ method: 'GET', path: '/v1/people', bearer: owner.bearer })).body.people
const signIn = (email: string, password = ownerPassword) =>
  node.call({ method: 'POST', path: '/v1/sessions', body: { email, password } })
const readSelf = (bearer: string) => node.call({ method: 'GET', path: '/v1/me', bearer })

async function addOtherOwner(): Promise<TestOwner> {
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    insertOrganisation(tx, organisation, '2026-01-01T00:00:00.000Z'),
  )
  return setUpOwner(node, await node.addOrganisation(organisation), organisation)
}

test('CLN-07: as Okta does: look for the address, make the user, rename it, deactivate it, and back', async () => {
  const email = address('Okta')
  assert.equal((await find(`userName eq "${email}"`)).body.totalResults, 0)
  const made = await idp.call<ScimUser>('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: email,
    name: { givenName: 'Ann', familyName: 'Arbor' },
    emails: [{ primary: true, value: email, type: 'work' }],
    displayName: 'Ann Arbor',
    locale: 'en-US',
    externalId: '00ujl29u0le5T6Aj10h7',
    groups: [],
    password: '1mz050nq',
    active: true,
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal(made.headers['content-type'], 'application/scim+json')
  const { id } = made.body
  assert.equal(made.headers['location'], made.body.meta.location)
  assert.deepEqual(
    [made.body.userName, made.body.displayName, made.body.externalId, made.body.active],
    [email.toLowerCase(), 'Ann Arbor', '00ujl29u0le5T6Aj10h7', true],
  )
  assert.equal((await find(`userName eq "${email.toUpperCase()}"`)).body.Resources[0]?.id, id)
  const user = (await read(id)).body
  const put = { ...user, active: true, name: { givenName: 'Anna', familyName: 'Arbor' }, displayName: 'Anna Arbor' }
  assert.equal((await idp.call<ScimUser>('PUT', `/Users/${id}`, put)).body.displayName, 'Anna Arbor')
  const off = await idp.patch<ScimUser>(`/Users/${id}`, { op: 'replace', value: { active: false } })
  assert.deepEqual([off.status, off.body.active], [200, false])
  const on = await idp.patch<ScimUser>(`/Users/${id}`, { op: 'replace', value: { active: true } })
  assert.equal(on.body.active, true)
  const person = (await listPeople()).find((one) => one.id === id)
  assert.deepEqual([person?.role, person?.provisioned, person?.name], ['viewer', true, 'Anna Arbor'])
})

test('CLN-07: as Entra ID does: capitals, words for truths, extensions, paths with filters', async () => {
  const email = address('entra')
  const made = await idp.call<ScimUser>('POST', '/Users?aadOptscim062020', {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
    userName: email,
    active: 'True',
    emails: [{ primary: true, type: 'work', value: email }],
    meta: { resourceType: 'User' },
    name: { formatted: 'Given Family', familyName: 'Family', givenName: 'Given' },
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' },
    roles: [],
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const path = `/Users/${made.body.id}`
  const changed = await idp.patch<ScimUser>(
    path,
    { op: 'Add', path: 'displayName', value: 'Shown Name' },
    { op: 'Replace', path: 'emails[type eq "work"].value', value: email },
    { op: 'Replace', path: 'name.familyName', value: 'Other' },
    { op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', value: 'Care' },
    { op: 'Replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:externalId', value: 'another' },
  )
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.deepEqual(
    [changed.body.displayName, changed.body.externalId, changed.body.userName],
    ['Shown Name', 'another', email.toLowerCase()],
  )
  const off = await idp.patch<ScimUser>(path, { op: 'Replace', path: 'active', value: 'False' })
  assert.equal(off.body.active, false)
  assert.equal((await idp.call('DELETE', path)).status, 204)
  assert.deepEqual(refusal(await read(made.body.id)), [404, 'provisioning.unknown'])
  assert.equal((await find(`externalId eq "another"`)).body.totalResults, 0)
})

test('a renamed address is the one to find, and the old one is free', async () => {
  const [before, after] = [address('before'), address('after')]
  const { id } = await idp.addUser(before)
  assert.equal((await idp.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: after })).status, 200)
  assert.equal((await find(`userName eq "${after}"`)).body.Resources[0]?.id, id)
  await idp.addUser(before)
})

test('pages, sorting, and the attributes that were asked for', async () => {
  const marker = randomUUIDv7()
  for (const name of ['c', 'a', 'b']) await idp.addUser(`${name}-${marker}@example.test`, { displayName: name })
  const list = (query: string) => {
    const filter = encodeURIComponent(`userName co "${marker}"`)
    return idp.call<ScimList<ScimUser>>('GET', `/Users?filter=${filter}&${query}`)
  }
  const names = async (query: string) => (await list(query)).body.Resources.map(({ displayName }) => displayName)
  assert.deepEqual(await names('sortBy=userName'), ['a', 'b', 'c'])
  assert.deepEqual(await names('sortBy=displayName&sortOrder=descending'), ['c', 'b', 'a'])
  assert.deepEqual(await names('sortBy=userName&startIndex=2&count=1'), ['b'])
  const past = (await list('startIndex=100&count=10')).body
  assert.deepEqual([past.totalResults, past.Resources.length, past.itemsPerPage], [3, 0, 0])
  assert.equal((await list('startIndex=-5&count=-1')).body.Resources.length, 0)
  const [only] = (await list('attributes=userName&count=1')).body.Resources
  assert.deepEqual(Object.keys(only ?? {}).sort(), ['id', 'schemas', 'userName'])
  const [without] = (await list('excludedAttributes=groups,meta&count=1')).body.Resources
  assert.ok(without && !('groups' in without) && !('meta' in without) && 'userName' in without)
})

test('filters are read, never run: injections and nonsense find nothing or are refused', async () => {
  await idp.addUser(address())
  const refused = ['userName eq "x" or "1"="1"', '((((', 'userName eq "', '__proto__ pr', 'x', '']
  for (const filter of refused) {
    const answer = await find(filter)
    if (answer.status === 200) assert.equal(answer.body.totalResults, 0, filter)
    else assert.deepEqual(refusal(answer), [400, 'provisioning.bad_filter'], filter)
    if (answer.status !== 200) assert.equal(answer.error.scimType, 'invalidFilter')
  }
  for (const value of [`' OR 1=1 --`, '%', `"; DROP TABLE people; --`, '\\', '*']) {
    const answer = await find(`userName eq "${value}"`)
    assert.ok(answer.status === 400 || answer.body.totalResults === 0, value)
  }
  assert.equal((await find('a'.repeat(1001))).status, 400)
})

test('an address that is a member’s is refused as such, and of two at once one is made', async () => {
  const taken = await idp.call('POST', '/Users', { userName: ownerEmail.toUpperCase() })
  assert.deepEqual(refusal(taken), [409, 'person.exists'])
  assert.equal(taken.error.scimType, 'uniqueness')
  const email = address('race')
  const answers = await Promise.all([1, 2, 3].map(() => idp.call('POST', '/Users', { userName: email })))
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [201, 409, 409],
  )
  await idp.addUser(address(), { externalId: 'the-same' })
  const repeated = await idp.call('POST', '/Users', { userName: address(), externalId: 'the-same' })
  assert.deepEqual(refusal(repeated), [409, 'person.external_id_taken'])
})

test('an invitation of the address ends when provisioning makes the account', async () => {
  const email = address('invited')
  const invite = { method: 'POST', path: '/v1/invitations', bearer: owner.bearer, body: { email, role: 'admin' } }
  const { secret } = (await node.call<{ secret: string }>(invite)).body
  await idp.addUser(email)
  const body = { organisation: owner.organisation, secret, email, password: 'nine slow barges drift' }
  assert.equal((await node.call({ method: 'POST', path: '/v1/invitations/accept', body })).status, 403)
})

test('another organisation’s people are unknown: nothing is learned, read or changed', async () => {
  const other = await addOtherOwner()
  const theirs = await makeConnector(node, other.bearer)
  const email = address('theirs')
  const { id } = await theirs.addUser(email)
  assert.equal((await find(`userName eq "${email}"`)).body.totalResults, 0)
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
    const body = { GET: undefined, PUT: { userName: email }, DELETE: undefined, PATCH: patchBody }[method]
    assert.deepEqual(refusal(await idp.call(method, `/Users/${id}`, body)), [404, 'provisioning.unknown'], method)
  }
  const own = await idp.addUser(email)
  assert.notEqual(own.id, id)
  assert.equal((await theirs.call<ScimUser>('GET', `/Users/${id}`)).body.active, true)
})
const patchBody = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'active', value: false }],
}

test('CLN-07: who is deactivated has no session and no own token from then on, and none of before when back', async () => {
  const member = await addMember(node, owner, 'analyst')
  const own = await makeToken(node, { ...owner, bearer: owner.bearer }, [{ bucket: 'sales', access: 'read' }])
  // The token is the member's own now: made so in the database, since only the owner's device can sign here.
  await node.database.withTenant(owner, (tx) =>
    tx.sql(`UPDATE tokens SET kind = 'usr', person = $2 WHERE id = $1`, [own.id, member.id]),
  )
  assert.equal((await readSelf(own.secret)).status, 200)
  assert.equal((await readSelf(member.bearer)).status, 200)
  await idp.patch(`/Users/${member.id}`, { op: 'replace', path: 'active', value: false })
  assert.equal((await readSelf(member.bearer)).status, 401)
  assert.equal((await readSelf(own.secret)).status, 401)
  const refused = await signIn(member.email, 'nine slow barges drift')
  assert.deepEqual([refused.status, refused.problem.code], [401, 'sign_in.refused'])
  assert.equal((await listPeople()).find(({ id }) => id === member.id)?.suspended === null, false)
  await idp.patch(`/Users/${member.id}`, { op: 'replace', path: 'active', value: true })
  assert.equal((await readSelf(member.bearer)).status, 401)
  assert.equal((await readSelf(own.secret)).status, 401)
  assert.equal((await signIn(member.email, 'nine slow barges drift')).status, 201)
})

test('the last owner can be neither suspended nor removed nor made somebody else', async () => {
  const { id } = (await readSelf(owner.bearer)).body as { id: string }
  const path = `/Users/${id}`
  const off = { op: 'replace', path: 'active', value: false }
  assert.deepEqual(refusal(await idp.patch(path, off)), [409, 'person.only_owner'])
  assert.deepEqual(refusal(await idp.call('DELETE', path)), [409, 'person.only_owner'])
  const second = await addMember(node, owner, 'owner')
  assert.equal((await idp.patch(`/Users/${second.id}`, off)).status, 200)
  // A suspended owner is none.
  assert.deepEqual(refusal(await idp.patch(path, off)), [409, 'person.only_owner'])
  assert.equal((await idp.call('DELETE', `/Users/${second.id}`)).status, 204)
})

test('attack: a provisioning token takes over no account by its address or external id', async () => {
  const admin = await addMember(node, owner, 'admin')
  const { id: ownerId } = (await readSelf(owner.bearer)).body as { id: string }
  for (const id of [ownerId, admin.id]) {
    const path = `/Users/${id}`
    const moved = await idp.patch(path, { op: 'replace', path: 'userName', value: address('mine') })
    assert.deepEqual(refusal(moved), [403, 'person.identity_kept'])
    const linked = await idp.patch(path, { op: 'replace', path: 'externalId', value: 'my-subject' })
    assert.deepEqual(refusal(linked), [403, 'person.identity_kept'])
  }
  const member = await addMember(node, owner, 'viewer')
  const moved = await idp.patch(`/Users/${member.id}`, { op: 'replace', path: 'userName', value: address('mine') })
  assert.deepEqual(refusal(moved), [403, 'person.identity_kept'], 'who has a password keeps the address it hangs on')
  const linked = await idp.patch(`/Users/${member.id}`, { op: 'replace', path: 'externalId', value: 'the-subject' })
  assert.equal(linked.status, 200)
})

test('an account without a password is to sign-in and resets what an unknown address is', async () => {
  const email = address('sealed')
  await idp.addUser(email)
  const [known, unknown] = [await signIn(email), await signIn(address('nobody'))]
  assert.deepEqual([known.status, known.problem], [unknown.status, { ...unknown.problem }])
  const before = node.mails.length
  for (const to of [email, address('nobody')]) {
    const reset = await node.call({ method: 'POST', path: '/v1/password-resets', body: { email: to } })
    assert.equal(reset.status, 202)
  }
  await node.readMails()
  assert.equal(node.mails.length, before)
})

test('bodies that are no users are refused with SCIM’s words', async () => {
  const post = (body: unknown, headers = {}) => idp.call('POST', '/Users', body, headers)
  assert.deepEqual(refusal(await post({ userName: 'not an address' })), [400, 'provisioning.bad_address'])
  assert.deepEqual(refusal(await post({ displayName: 'nobody' })), [400, 'provisioning.bad_value'])
  assert.deepEqual(refusal(await post({ userName: 7 })), [400, 'provisioning.bad_value'])
  assert.deepEqual(refusal(await post({ userName: address(), active: 'perhaps' })), [400, 'provisioning.bad_value'])
  assert.deepEqual(refusal(await post({ userName: address(), displayName: 'x'.repeat(201) })), [
    400,
    'provisioning.bad_value',
  ])
  assert.deepEqual(refusal(await post([])), [400, 'provisioning.unreadable'])
  assert.deepEqual(refusal(await post({ userName: address(), x: 'x'.repeat(1024 * 1024) })), [
    413,
    'provisioning.too_large',
  ])
  const plain = await post({ userName: address() }, { 'content-type': 'application/json' })
  assert.equal(plain.status, 201, 'RFC 7644 section 3.1 asks for both media types')
  assert.deepEqual(refusal(await post({ userName: address() }, { 'content-type': 'text/plain' })), [
    415,
    'http.unsupported_media_type',
  ])
  const { id } = await idp.addUser(address())
  const patch = (...operations: object[]) => idp.patch(`/Users/${id}`, ...operations)
  assert.deepEqual(refusal(await patch()), [400, 'provisioning.unreadable'])
  assert.deepEqual(refusal(await patch({ op: 'destroy', path: 'active' })), [400, 'provisioning.unreadable'])
  assert.deepEqual(refusal(await patch({ op: 'replace', path: 'nonsense', value: 1 })), [400, 'provisioning.bad_path'])
  assert.deepEqual(refusal(await patch({ op: 'replace', path: 'active', value: 7 })), [400, 'provisioning.bad_value'])
  assert.deepEqual(refusal(await patch({ op: 'remove' })), [400, 'provisioning.no_target'])
  const many = Array.from({ length: 101 }, () => ({ op: 'replace', path: 'active', value: true }))
  assert.deepEqual(refusal(await patch(...many)), [413, 'provisioning.too_large'])
  const polluting = JSON.parse('{"op":"add","value":{"__proto__":{"polluted":true}}}') as object
  assert.deepEqual(refusal(await patch(polluting)), [400, 'provisioning.unreadable'])
  assert.deepEqual(refusal(await idp.call('GET', '/Users/not-an-id')), [400, 'request.invalid'])
  assert.deepEqual(refusal(await idp.call('GET', '/Nothing')), [404, 'http.not_found'])
})

test('KEB-19: each change has one entry with the token as its actor, and no address or name in it', async () => {
  const email = address('logged')
  const { id } = await idp.addUser(email, { displayName: 'Logged Person', externalId: 'logged-subject' })
  await idp.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })
  await idp.call('DELETE', `/Users/${id}`)
  const rows = await node.database.withTenant(owner, (tx) =>
    tx.sql<{ entry: string }>('SELECT entry FROM ledger_entries WHERE position($1 IN entry) > 0 ORDER BY index', [id]),
  )
  const entries = rows.map(({ entry }) => JSON.parse(entry) as { action: string; actor: { kind: string; id: string } })
  assert.deepEqual(
    entries.map(({ action, actor }) => [action, actor.kind, actor.id]),
    ['user_create', 'user_change', 'user_delete'].map((action) => [`provisioning.${action}`, 'token', idp.id]),
  )
  for (const secret of [email, 'Logged Person', 'logged-subject']) {
    assert.ok(!rows.some(({ entry }) => entry.includes(secret)), secret)
  }
})
