/** Who may call what: role × route × tenant, over the real port. A route of these modules that is not here fails. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { routes, type OperationId, type Route, type Table } from '@keyhold/contract'
import { makeToken } from './testing/sign-token.ts'
import { setUpOwner, type TestNode, type TestOwner } from './testing/test-node.ts'
import { useNode } from './testing/use-node.ts'
import { insertOrganisation } from './store.ts'

const callers = [
  'nobody',
  'owner',
  'other organisation’s owner',
  'reader of the bucket',
  'writer of the bucket',
  'reader of another bucket',
  'token of another project',
  'revoked token',
] as const
type Caller = (typeof callers)[number]

let node: TestNode
let owner: TestOwner
let table: Table
const bearers = {} as Record<Caller, string | undefined>

useNode(async (world) => {
  ;({ node, owner } = world)
  const call = { method: 'POST', bearer: owner.bearer }
  const made = { ...call, path: `/v1/projects/${owner.project}/tables`, body: { bucket: 'sales', table: 'orders' } }
  table = (await node.call<{ table: Table }>(made)).body.table
  const second = await node.call<{ project: { id: string } }>({
    ...call,
    path: '/v1/projects',
    body: { name: 'Second' },
  })
  bearers['owner'] = owner.bearer
  bearers['other organisation’s owner'] = (await addOtherOwner()).bearer
  bearers['reader of the bucket'] = (await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }])).secret
  bearers['writer of the bucket'] = (await makeToken(node, owner, [{ bucket: 'sales', access: 'write' }])).secret
  bearers['reader of another bucket'] = (await makeToken(node, owner, [{ bucket: 'hr', access: 'read' }])).secret
  const both = [
    { bucket: 'sales', access: 'read' },
    { bucket: 'sales', access: 'write' },
  ] as const
  bearers['token of another project'] = (await makeToken(node, owner, [...both], second.body.project.id)).secret
  const revoked = await makeToken(node, owner, [...both])
  await node.call({ method: 'DELETE', path: `/v1/tokens/${revoked.id}`, bearer: owner.bearer })
  bearers['revoked token'] = revoked.secret
})

async function addOtherOwner(): Promise<TestOwner> {
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    insertOrganisation(tx, organisation, '2026-01-01T00:00:00.000Z'),
  )
  return setUpOwner(node, await node.addOrganisation(organisation), organisation)
}

type Expected = Record<Caller, number>
/** Statuses in the order of `callers`; the first is always 401 and so is the last, where a caller is needed. */
const expect = (...statuses: number[]): Expected =>
  Object.fromEntries(callers.map((caller, index) => [caller, statuses[index]])) as Expected

type Case = { readonly expected: Expected; readonly path?: () => string; readonly body?: () => unknown }
const projectPath = (rest: string) => () => `/v1/projects/${owner.project}/${rest}`

const cases: Partial<Record<OperationId, Case>> = {
  readSelf: { expected: expect(401, 200, 200, 200, 200, 200, 200, 401) },
  changePassword: { expected: expect(401, 400, 400, 403, 403, 403, 403, 401), body: () => ({}) },
  listPeople: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
  renameProject: {
    expected: expect(401, 200, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/projects/${owner.project}`,
    body: () => ({ name: 'First' }),
  },
  readOperatorRows: {
    expected: expect(401, 200, 404, 403, 403, 403, 403, 401),
    path: projectPath('operator-view/members'),
  },
  listAddresses: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
  setAddresses: {
    expected: expect(401, 400, 400, 403, 403, 403, 403, 401),
    path: () => `/v1/addresses/organisation/${owner.organisation}`,
    body: () => ({ ranges: ['everywhere'] }),
  },
  inviteMember: { expected: expect(401, 400, 400, 403, 403, 403, 403, 401), body: () => ({}) },
  listInvitations: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
  revokeInvitation: {
    expected: expect(401, 404, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/invitations/${randomUUIDv7()}`,
  },
  changeRole: {
    expected: expect(401, 404, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/people/${randomUUIDv7()}/role`,
    body: () => ({ role: 'viewer' }),
  },
  removeMember: {
    expected: expect(401, 404, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/people/${randomUUIDv7()}`,
  },
  endMemberSessions: {
    expected: expect(401, 404, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/people/${randomUUIDv7()}/sessions/end`,
  },
  transferOwnership: {
    expected: expect(401, 404, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/people/${randomUUIDv7()}/ownership`,
  },
  // Both are their organisation's last owner.
  leaveOrganisation: { expected: expect(401, 409, 409, 403, 403, 403, 403, 401) },
  listTokens: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
  // 400: allowed, and then refused for what it says.
  createToken: { expected: expect(401, 400, 400, 403, 403, 403, 403, 401), body: () => ({}) },
  revokeToken: {
    expected: expect(401, 404, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/tokens/${randomUUIDv7()}`,
  },
  rotateToken: {
    expected: expect(401, 400, 400, 403, 403, 403, 403, 401),
    path: () => `/v1/tokens/${randomUUIDv7()}/rotation`,
    body: () => ({}),
  },
  listOwnTokens: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
  createOwnToken: { expected: expect(401, 400, 400, 403, 403, 403, 403, 401), body: () => ({}) },
  rotateOwnToken: {
    expected: expect(401, 400, 400, 403, 403, 403, 403, 401),
    path: () => `/v1/me/tokens/${randomUUIDv7()}/rotation`,
    body: () => ({}),
  },
  revokeOwnToken: {
    expected: expect(401, 404, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/me/tokens/${randomUUIDv7()}`,
  },
  listProjects: { expected: expect(401, 200, 200, 200, 200, 200, 200, 401) },
  createProject: { expected: expect(401, 400, 400, 403, 403, 403, 403, 401), body: () => ({ name: '' }) },
  readKeys: { expected: expect(401, 200, 404, 200, 200, 200, 403, 401), path: projectPath('keys') },
  listTables: { expected: expect(401, 200, 404, 200, 200, 200, 403, 401), path: projectPath('tables') },
  ensureTable: {
    expected: expect(401, 200, 404, 403, 200, 403, 403, 401),
    path: projectPath('tables'),
    body: () => ({ bucket: 'sales', table: 'orders' }),
  },
  readTable: {
    expected: expect(401, 200, 404, 200, 403, 403, 403, 401),
    path: () => projectPath(`tables/${table.id}`)(),
  },
  readOperatorView: {
    expected: expect(401, 200, 404, 200, 403, 403, 403, 401),
    path: () => projectPath(`tables/${table.id}/operator-view`)(),
  },
  readPrivacy: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
  giveConsent: {
    expected: expect(401, 409, 409, 403, 403, 403, 403, 401),
    body: () => ({ version: '2000-01-01' }),
  },
  exportMyData: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
  eraseMe: { expected: expect(401, 409, 409, 403, 403, 403, 403, 401) },
  erasePerson: {
    expected: expect(401, 404, 404, 403, 403, 403, 403, 401),
    path: () => `/v1/people/${randomUUIDv7()}/personal-data`,
  },
  changeRetention: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401), body: () => ({ days: 400 }) },
  listEntries: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
  readCheckpoint: { expected: expect(401, 200, 200, 200, 200, 200, 200, 401) },
  readInclusion: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401), path: () => '/v1/audit/entries/0/proof' },
  readConsistency: {
    expected: expect(401, 200, 200, 200, 200, 200, 200, 401),
    path: () => '/v1/audit/consistency?from=1',
  },
  exportEntries: {
    expected: expect(401, 200, 200, 403, 403, 403, 403, 401),
    path: () => '/v1/audit/entries/export?format=csv',
  },
  exportLog: { expected: expect(401, 200, 200, 403, 403, 403, 403, 401) },
}

/** For people alone, of whichever organisation: with a body that says nothing, 400 is allowed and refused for that. */
const ofPeople = (status: number) => expect(401, status, status, 403, 403, 403, 403, 401)
Object.assign(cases, {
  listSessions: { expected: ofPeople(200) },
  endSession: { expected: ofPeople(404), path: () => `/v1/sessions/${randomUUIDv7()}` },
  endOtherSessions: { expected: ofPeople(200) },
  changeSecurityPolicy: { expected: ofPeople(400), body: () => ({}) },
  beginStepUp: { expected: ofPeople(201) },
  stepUp: { expected: ofPeople(400), body: () => ({}) },
  readSecurity: { expected: ofPeople(200) },
  startTotp: { expected: ofPeople(201) },
  confirmTotp: { expected: ofPeople(400), body: () => ({ code: '000000' }) },
  removeTotp: { expected: ofPeople(404) },
  // By a number in place of a name.
  beginPasskey: { expected: ofPeople(400) },
  addPasskey: { expected: ofPeople(400), body: () => ({}) },
  removePasskey: { expected: ofPeople(404), path: () => `/v1/me/passkeys/${randomUUIDv7()}` },
  renewRecoveryCodes: { expected: ofPeople(404) },
  readOwnSingleSignOn: { expected: ofPeople(200) },
  beginConnect: { expected: ofPeople(404) },
  beginProviderStepUp: { expected: ofPeople(409) },
  finishOwnSingleSignOn: { expected: ofPeople(403), body: () => ({ query: '?state=none' }) },
  disconnectSingleSignOn: { expected: ofPeople(204) },
  readSingleSignOn: { expected: ofPeople(200) },
  saveIdentityProvider: { expected: ofPeople(400), body: () => ({}) },
  testIdentityProvider: { expected: ofPeople(404) },
  removeIdentityProvider: { expected: ofPeople(404) },
  addDomain: { expected: ofPeople(400), body: () => ({}) },
  checkDomain: { expected: ofPeople(404), path: () => `/v1/organisation/domains/${randomUUIDv7()}/check` },
  removeDomain: { expected: ofPeople(404), path: () => `/v1/organisation/domains/${randomUUIDv7()}` },
  changeSignOnPolicy: { expected: ofPeople(400), body: () => ({}) },
} satisfies typeof cases)

const someGroup = () => `/v1/groups/${randomUUIDv7()}`
Object.assign(cases, {
  listGroups: { expected: ofPeople(200) },
  createGroup: { expected: ofPeople(400), body: () => ({}) },
  changeGroup: { expected: ofPeople(404), path: someGroup, body: () => ({ name: 'Another', role: null }) },
  deleteGroup: { expected: ofPeople(404), path: someGroup },
  addGroupMember: { expected: ofPeople(404), path: () => `${someGroup()}/members/${randomUUIDv7()}` },
  removeGroupMember: { expected: ofPeople(404), path: () => `${someGroup()}/members/${randomUUIDv7()}` },
  readProvisioning: { expected: ofPeople(200) },
  createProvisioningToken: { expected: ofPeople(400), body: () => ({}) },
  revokeProvisioningToken: { expected: ofPeople(404), path: () => `/v1/provisioning/tokens/${randomUUIDv7()}` },
} satisfies typeof cases)

for (const [operation, { expected, path, body }] of Object.entries(cases)) {
  const route: Route = routes[operation as OperationId]
  for (const caller of callers) {
    test(`KEB-16: ${operation} answers ${expected[caller]} to ${caller}`, async () => {
      const bearer = bearers[caller]
      const answer = await node.call({
        method: route.method,
        path: path?.() ?? route.path,
        ...(bearer !== undefined && { bearer }),
        ...(body && { body: body() }),
      })
      assert.equal(answer.status, expected[caller], JSON.stringify(answer.body))
      if (answer.status >= 400) assert.match(answer.problem.code, /^[a-z_]+\.[a-z_]+$/)
    })
  }
}

test('one organisation’s owner cannot end another’s token, nor see that it is there', async () => {
  const { id, secret } = await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }])
  const bearer = bearers['other organisation’s owner'] ?? ''
  const answer = await node.call({ method: 'DELETE', path: `/v1/tokens/${id}`, bearer })
  assert.deepEqual([answer.status, answer.problem.code], [404, 'token.unknown'])
  assert.equal((await node.call({ method: 'GET', path: '/v1/me', bearer: secret })).status, 200)
})

test('sign-out is for people: a token is refused, a session ends', async () => {
  const call = { method: 'DELETE', path: '/v1/sessions/current' }
  assert.equal((await node.call(call)).status, 401)
  assert.equal((await node.call({ ...call, bearer: bearers['reader of the bucket'] ?? '' })).status, 403)
  assert.equal((await node.call({ ...call, bearer: bearers['other organisation’s owner'] ?? '' })).status, 204)
})

test('every route of these modules that needs a caller is in the table', () => {
  const others = ['signOut']
  const missing = node.operations.filter((name) => {
    const route: Route = routes[name as OperationId]
    // SCIM is called with provisioning tokens alone: their tests are the module’s own.
    return route.access.kind === 'member' && !others.includes(name) && !(name in cases)
  })
  assert.deepEqual(missing, [])
})

test('refusals are in the log with who was refused', async () => {
  const denied = (await node.listEvents()).filter(({ outcome }) => outcome === 'denied')
  assert.ok(
    denied.some(
      ({ actor, code, action }) => actor === 'token' && code === 'access.denied' && action === 'table.ensure',
    ),
  )
  assert.ok(denied.some(({ actor, code }) => actor === 'token' && code === 'token.revoked'))
})
