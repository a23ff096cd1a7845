/** CLU-13: what leaves an entry, made from the contract's own routes: a route that is not decided here fails. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { noticeVersion, routes, type OperationId, type Route } from '@keyhold/contract'
import { parseEntry, toOcsf, type LedgerEntry, type ReadableEntry } from '@keyhold/ledger'
import { addPerson } from '../setup/testing/add-person.ts'
import { makeToken, signToken } from '../setup/testing/sign-token.ts'
import { ownerEmail, ownerPassword, setUpOwner, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import {
  factorExamples,
  memberExamples,
  passwordExamples,
  provisioningExamples,
  sessionExamples,
  singleSignOnExamples,
  tokenExamples,
  type Examples,
} from './testing/trail-examples.ts'
import { installationLog } from '../../platform/audit-port.ts'
import { digestView } from '../../platform/digest-view.ts'

let node: TestNode
let owner: TestOwner
let token: string
useNode(async (world) => {
  ;({ node, owner } = world)
  token = (await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }])).secret
})

type Call = Parameters<TestNode['call']>[0]

/** A call of each change that succeeds, and the kind of object that its entry must name. */
const examples: Examples = {
  signIn: async () => ({ call: { path: '/v1/sessions', body: signInBody }, object: 'person' }),
  signOut: async () => {
    const body = { email: ownerEmail, password: ownerPassword }
    const answer = await node.call<{ session: { secret: string } }>({ method: 'POST', path: '/v1/sessions', body })
    return { call: { path: '/v1/sessions/current', bearer: answer.body.session.secret }, object: 'session' }
  },
  createToken: async () => {
    const body = await signToken(node, owner, [{ bucket: 'sales', access: 'read' }], {})
    return { call: { path: '/v1/tokens', body }, object: 'token' }
  },
  revokeToken: async () => {
    const { id } = await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }])
    return { call: { path: `/v1/tokens/${id}` }, object: 'token' }
  },
  createProject: async () => ({ call: { path: '/v1/projects', body: { name: 'Another' } }, object: 'project' }),
  renameProject: async () => ({
    call: { path: `/v1/projects/${owner.project}`, body: { name: 'First' } },
    object: 'project',
  }),
  ensureTable: async () => ({
    call: { path: `/v1/projects/${owner.project}/tables`, body: { bucket: 'sales', table: 'orders' } },
    object: 'table',
  }),
  giveConsent: async () => ({ call: { path: '/v1/me/consents', body: { version: noticeVersion } }, object: 'person' }),
  exportMyData: async () => ({ call: { path: '/v1/me/export' }, object: 'person' }),
  eraseMe: async () => {
    const { bearer } = await addPerson(node, 'viewer', 'gone@example.test')
    return { call: { path: '/v1/me/erase', bearer }, object: 'person' }
  },
  erasePerson: async () => {
    const { id } = await addPerson(node, 'viewer', 'removed@example.test')
    return { call: { path: `/v1/people/${id}/personal-data` }, object: 'person' }
  },
  changeRetention: async () => ({
    call: { path: '/v1/privacy/retention', body: { days: 365 } },
    object: 'organisation',
  }),
  exportEntries: async () => ({ call: { path: '/v1/audit/entries/export?format=ocsf' }, object: 'organisation' }),
  exportLog: async () => ({ call: { path: '/v1/audit/export' }, object: 'organisation' }),
}
const signInBody = { email: ownerEmail, password: ownerPassword }

/** Shown where they are used: set-up makes this very test's organisation, and who reports a token or asks for a reset is nobody. */
const elsewhere: readonly OperationId[] = [
  'setUp',
  'reportLeakedToken',
  'requestReset',
  // With an identity provider: in the tests of single sign-on.
  'beginSingleSignOn',
  'finishSingleSignOn',
  'beginConnect',
  'beginProviderStepUp',
  'finishOwnSingleSignOn',
  'saveIdentityProvider',
  'testIdentityProvider',
  'removeIdentityProvider',
  'checkDomain',
]

async function readLog(organisation: string): Promise<LedgerEntry[]> {
  const rows = await node.database.withTenant({ organisation }, (tx) =>
    tx.sql<{ entry: string }>('SELECT entry FROM ledger_entries ORDER BY index'),
  )
  return rows.map(({ entry }) => parseEntry(entry))
}

/**
 * The entries that a call leaves. A read's is queued: the change that is asked for after it waits for its batch, in which
 * the queued one is too.
 */
async function entriesOf(organisation: string, call: Call): Promise<{ status: number; entries: LedgerEntry[] }> {
  const before = (await readLog(organisation)).length
  const { status } = await node.call(call)
  const bearer = organisation === installationLog ? {} : { bearer: owner.bearer }
  await node.call({ method: 'PUT', path: '/v1/privacy/retention', ...bearer, body: { days: 400 } })
  const entries = (await readLog(organisation)).slice(before)
  const probe = entries.findLastIndex(({ action }) => action === 'privacy.change')
  return { status, entries: entries.toSpliced(probe, 1) }
}

const served = (): Route[] =>
  node.operations.map((name) => routes[name as OperationId] as Route).filter(({ audit }) => audit.kind !== 'none')

test('CLU-13: every change leaves exactly one entry, which names who, what object, and where from', async () => {
  const world = { node, owner }
  const all: Examples = {
    ...memberExamples(world),
    ...tokenExamples(world),
    ...passwordExamples(world),
    ...sessionExamples(world),
    ...singleSignOnExamples(world),
    ...factorExamples(world),
    ...(await provisioningExamples(world)),
    ...examples,
  }
  const changes = served().filter(({ audit }) => audit.kind === 'change')
  for (const { operationId, method, audit } of changes) {
    if (elsewhere.includes(operationId as OperationId)) continue
    const makeExample = all[operationId as OperationId]
    assert.ok(makeExample, `${operationId} has no example`)
    const { call, object } = await makeExample()
    const { status, entries } = await entriesOf(owner.organisation, { bearer: owner.bearer, ...call, method })
    assert.ok(status < 300, `${operationId}: ${status}`)
    const own = entries.filter(({ action }) => action === audit.action)
    assert.equal(own.length, 1, `${operationId} left ${own.length} entries`)
    const [entry] = own
    assert.equal(entry?.outcome, 'success')
    assert.equal(entry.object?.kind, object, operationId)
    assert.match(entry.object.id, /^[0-9a-f-]{36}$/)
    assert.match(entry.actor.id ?? '', /^[0-9a-f-]{36}$/, operationId)
    assert.ok(entry.source, operationId)
  }
})

const idOf = (path: string) => path.replaceAll(/:(\w+)/g, (_, name) => (name === 'index' ? '0' : randomUUIDv7()))

test('CLU-13: every refusal of someone without a credential leaves one denied entry', async () => {
  for (const { operationId, method, path, access, audit } of served()) {
    if (access.kind === 'public') continue
    const { status, entries } = await entriesOf(installationLog, { method, path: idOf(path) })
    assert.equal(status, 401, operationId)
    const own = entries.filter(({ action }) => action === audit.action)
    assert.deepEqual(
      own.map(({ outcome, code, actor }) => [outcome, code, actor.kind]),
      [['denied', 'access.unauthenticated', 'anonymous']],
      operationId,
    )
  }
})

test('CLU-13: every refusal of a token that may not call leaves one denied entry, about what was asked for', async () => {
  for (const { operationId, method, path, access, audit } of served()) {
    if (access.kind !== 'member' || access.token !== 'none') continue
    const asked = idOf(path)
    const { status, entries } = await entriesOf(owner.organisation, { method, path: asked, bearer: token })
    assert.equal(status, 403, operationId)
    // The change that is asked for in between succeeds.
    const own = entries.filter(({ action, outcome }) => action === audit.action && outcome !== 'success')
    assert.deepEqual(
      own.map(({ outcome, code, actor }) => [outcome, code, actor.kind]),
      [['denied', 'access.denied', 'token']],
      operationId,
    )
    const id = asked.split('/').findLast((part) => part.length === 36)
    if (id !== undefined) assert.equal(own[0]?.object?.id, id, operationId)
  }
})

test('CLU-13: sign-ins that fail are in the log of whom they were tried on, with the address', async () => {
  const body = { email: ownerEmail, password: 'surely not this one' }
  const { entries } = await entriesOf(owner.organisation, { method: 'POST', path: '/v1/sessions', body })
  const entry = entries.find(({ action }) => action === 'session.create')
  assert.deepEqual(
    [entry?.action, entry?.outcome, entry?.code, entry?.object?.kind],
    ['session.create', 'denied', 'sign_in.refused', 'person'],
  )
  assert.ok(entry?.source)
})

test('changes say by digest what was before and after', async () => {
  const path = `/v1/projects/${owner.project}`
  const call = { method: 'PATCH', path, bearer: owner.bearer }
  await node.call({ ...call, body: { name: 'One' } })
  const answer = await node.call<{ project: { id: string; name: string; created: string } }>({
    ...call,
    body: { name: 'Two' },
  })
  const entry = (await readLog(owner.organisation)).at(-1)
  const { project } = answer.body
  assert.equal(entry?.after, digestView(project))
  assert.equal(entry.before, digestView({ ...project, name: 'One' }))
})

test('KEB-19: entries are found by words, actor, project and time over the API', async () => {
  const find = async (query: string) => {
    const path = `/v1/audit/entries?last=1000&${query}`
    const { body } = await node.call<{ entries: ReadableEntry[] }>({ method: 'GET', path, bearer: owner.bearer })
    return body.entries.map(({ entry }) => parseEntry(entry))
  }
  const renamed = await find(`text=${owner.project}%20RENAME`)
  assert.ok(renamed.length > 0 && renamed.every(({ action }) => action === 'project.rename'))
  assert.ok((await find('actor=token')).every(({ actor }) => actor.kind === 'token'))
  assert.ok((await find(`project=${owner.project}`)).every(({ project }) => project === owner.project))
  assert.deepEqual(await find('since=2100-01-01T00:00:00.000Z'), [])
  assert.deepEqual(await find('until=2000-01-01T00:00:00.000Z'), [])
  assert.deepEqual(await find("text='%25_%20OR%201=1"), [])
})

test('CLU-13: entries that match are exported as OCSF events and as CSV, each to its line, of one organisation', async () => {
  const other = randomUUIDv7()
  await node.database.withTenant({ organisation: other }, (tx) =>
    tx.sql(`INSERT INTO organisations (id, state, created) VALUES ($1, 'unclaimed', now())`, [other]),
  )
  const stranger = await setUpOwner(node, await node.addOrganisation(other), other)
  const get = async (query: string, bearer = owner.bearer) =>
    (await node.call<string>({ method: 'GET', path: `/v1/audit/entries/export?${query}`, bearer })).body
  const events = (await get('format=ocsf&action=token.create')).trim().split('\n')
  const parsed = events.map((line) => JSON.parse(line) as ReturnType<typeof toOcsf>)
  assert.ok(parsed.length > 0)
  assert.ok(parsed.every((event) => (event['api'] as { operation: string }).operation === 'token.create'))
  const lines = (await get('format=csv&outcome=denied')).trim().split('\r\n')
  assert.ok(lines[0]?.startsWith('index,time,outcome'))
  assert.ok(lines.length > 10 && lines.slice(1).every((line) => line.split(',')[2] === 'denied'))
  const theirs = await get('format=csv', stranger.bearer)
  assert.ok(theirs.includes('organisation.setup') && !theirs.includes(owner.project))
})
