/** Operators over the real port: they enter by passkey, do what their role may, and reach nothing of a tenant. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { operatorRoles, type CallOutput, type OperatorRole, type PasskeyRequest } from '@keyhold/contract'
import { makeTenant, type Tenant } from '../../app/testing/access-world.ts'
import { installationLog } from '../../platform/audit-port.ts'
import { createSoftAuthenticator, type SoftAuthenticator } from '../factors/testing/soft-authenticator.ts'
import { startWorkNode, type WorkNode } from '../jobs/testing/work-node.ts'
import {
  callNode,
  readJson,
  startWorkDatabase,
  type HttpAnswer,
  type WorkDatabase,
} from '../jobs/testing/work-world.ts'
import { addOperator, cookieOf } from './testing/add-operator.ts'
import { enrol, host, inviteFromHost, readOperatorCookie, signIn, type Enrolled } from './testing/enrol-operator.ts'

let database: WorkDatabase
let node: WorkNode
let tenant: Tenant
let admin: Enrolled

before(async () => {
  database = await startWorkDatabase()
  node = await startWorkNode({ ...database, credentials: 'real' })
  tenant = await makeTenant(node, 'eiderdown')
  admin = await enrol(node, await inviteFromHost(node, database, 'Ada Admin', ['administration']))
})
after(async () => {
  await node?.stop()
  await database?.stop()
})

type Body = object | undefined
function ask(method: string, path: string, secret: string, body?: Body): Promise<HttpAnswer> {
  const headers = { ...cookieOf(secret), host }
  return callNode(node, method, path, { bearer: undefined, headers, ...(body && { body }) })
}
const open = (method: string, path: string, body?: Body, headers: Record<string, string> = {}) =>
  callNode(node, method, path, { bearer: undefined, headers: { host, ...headers }, ...(body && { body }) })
const codeOf = (answer: HttpAnswer) => `${answer.status} ${readJson(answer).code}`

async function readLog(organisation: string): Promise<{ action: string; outcome: string; text: string }[]> {
  const rows = await node.database.withTenant({ organisation }, (tx) =>
    tx.sql<{ entry: string }>('SELECT entry FROM ledger_entries ORDER BY index'),
  )
  return rows.map(({ entry }) => ({ ...(JSON.parse(entry) as { action: string; outcome: string }), text: entry }))
}

test('DAT-06: the first operator comes from the host, enrols a passkey by a link, and both are in the ledger', async () => {
  const self = readJson<{ name: string; roles: string[] }>(await ask('GET', '/v1/operators/me', admin.secret))
  assert.deepEqual([self.name, self.roles], ['Ada Admin', ['administration']])
  const log = await readLog(installationLog)
  const invited = log.find(({ action }) => action === 'operator.invite_from_host')
  assert.match(invited?.text ?? '', /"hostUser":\d+/)
  const enrolled = log.find(({ action, outcome }) => action === 'operator.enrol' && outcome === 'success')
  assert.ok(enrolled?.text.includes(admin.id))
  assert.ok(!log.some(({ text }) => text.includes('Ada')))
})

test('a link works once: used, revoked, run out and invented ones are answered alike', async () => {
  const refused = '401 operator.link_refused'
  const begin = (secret: string) => open('POST', '/v1/operators/enrolment/begin', { secret })
  assert.equal(codeOf(await begin(admin.link)), refused)
  assert.equal(codeOf(await begin('kh_opi_nothing')), refused)
  assert.equal(codeOf(await begin(admin.secret)), refused)
  const invite = { name: 'Bo', roles: ['monitoring'] }
  const made = readJson<{ secret: string; invitation: { id: string } }>(
    await ask('POST', '/v1/operators/invitations', admin.secret, invite),
  )
  assert.equal((await ask('DELETE', `/v1/operators/invitations/${made.invitation.id}`, admin.secret)).status, 204)
  assert.equal(codeOf(await begin(made.secret)), refused)
  const late = await inviteFromHost(node, database, 'Late', ['monitoring'])
  await node.database.withTenant({ organisation: installationLog }, (tx) =>
    tx.sql("UPDATE operator_invitations SET expires = '2020-01-01T00:00:00Z'"),
  )
  assert.equal(codeOf(await begin(late)), refused)
})

test('of two enrolments by one link at once, one makes an operator', async () => {
  const link = await inviteFromHost(node, database, 'Twice', ['monitoring'])
  const tries = await Promise.allSettled([enrol(node, link), enrol(node, link)])
  assert.deepEqual(tries.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('files on the host that are not as they must be make no invitation', async () => {
  for (const request of [
    { name: '', roles: ['recovery'] },
    { name: 'X', roles: ['owner'] },
    { name: 'X', roles: [] },
  ]) {
    await assert.rejects(inviteFromHost(node, database, request.name, request.roles as OperatorRole[]), /does not name/)
  }
})

test('an operator signs in by passkey alone; the session is a cookie that no script reads', async () => {
  const answer = await signIn(node, admin.authenticator)
  assert.equal(answer.status, 201)
  const cookie = String(answer.headers['set-cookie'])
  assert.match(cookie, /^__Host-keyhold-operator=kh_ops_\w+; Path=\/; Secure; HttpOnly; SameSite=Strict/)
  assert.ok(!answer.body.toString().includes('kh_ops_'))
})

test('a replayed, foreign, unverified or misdirected answer of a passkey is refused alike', async () => {
  const challenge = await readChallenge()
  const place = { challenge, origin: `https://${host}`, rpId: host }
  const send = (answer: object, given = challenge) =>
    open('POST', '/v1/operators/sessions', { challenge: given, answer })
  const good = admin.authenticator.use(place)
  assert.equal((await send(good)).status, 201)
  const { authenticator } = admin
  const bad: [string, object, string?][] = [
    ['replayed', good],
    ['of nobody', createSoftAuthenticator().use(place)],
    ['for another site', authenticator.use({ ...place, origin: 'https://elsewhere.test' })],
    ['not verified', authenticator.use(place, { verified: false })],
    ['invented challenge', authenticator.use({ ...place, challenge: 'A'.repeat(72) }), 'A'.repeat(72)],
    ['challenge of a step-up', ...(await stepUpChallenge(authenticator))],
  ]
  for (const [what, answer, given] of bad) assert.equal(codeOf(await send(answer, given)), '401 operator.refused', what)
  const old = await readChallenge()
  node.advance(5 * 60_000)
  const late = authenticator.use({ ...place, challenge: old })
  assert.equal(codeOf(await send(late, old)), '401 operator.refused')
  node.advance(-5 * 60_000)
})

async function readChallenge(): Promise<string> {
  return readJson<PasskeyRequest>(await open('GET', '/v1/operators/challenge')).challenge
}
async function stepUpChallenge(authenticator: SoftAuthenticator): Promise<[object, string]> {
  const begun = readJson<PasskeyRequest>(await ask('POST', '/v1/operators/step-up/begin', admin.secret))
  const { challenge } = begun
  return [authenticator.use({ challenge, origin: `https://${host}`, rpId: host }), challenge]
}

test('another site cannot sign an operator in, nor act with the operator’s cookie', async () => {
  const foreign = { origin: 'https://elsewhere.test', 'sec-fetch-site': 'cross-site' }
  const body = { challenge: 'A', answer: { id: 'A', clientDataJSON: 'A', authenticatorData: 'A', signature: 'A' } }
  assert.equal(codeOf(await open('POST', '/v1/operators/sessions', body, foreign)), '403 access.cross_site')
  const headers = { ...cookieOf(admin.secret), ...foreign }
  const answer = await open('POST', '/v1/operators/invitations', { name: 'X', roles: ['recovery'] }, headers)
  assert.equal(codeOf(answer), '403 access.cross_site')
})

test('KEB-18: neither realm’s cookie lends power in the other, together or in the other’s place', async () => {
  const member = tenant.members.owner.bearer
  const both = { cookie: `__Host-keyhold=${member}; __Host-keyhold-operator=${admin.secret}` }
  const swapped = { cookie: `__Host-keyhold=${admin.secret}; __Host-keyhold-operator=${member}` }
  const get = (path: string, headers: Record<string, string>) => open('GET', path, undefined, headers)
  const self = readJson<{ organisation: string }>(await get('/v1/me', both))
  assert.equal(self.organisation, tenant.place.organisation)
  assert.equal(readJson<{ id: string }>(await get('/v1/operators/me', both)).id, admin.id)
  for (const path of ['/v1/me', '/v1/projects', '/v1/operators/me', '/v1/operators/organisations']) {
    assert.equal((await get(path, swapped)).status, 401, path)
  }
  const bearer = (secret: string, path: string) => callNode(node, 'GET', path, { bearer: secret })
  assert.equal((await bearer(member, '/v1/operators/me')).status, 403)
  assert.equal((await bearer(admin.secret, '/v1/operators/me')).status, 403)
  assert.equal((await bearer(admin.secret, '/v1/me')).status, 403)
})

test('what is sensitive takes a fresh proof, by one’s own passkey; the session’s secret is new then', async () => {
  const other = await enrol(node, await inviteFromHost(node, database, 'Other', ['administration']))
  const { secret } = other
  node.advance(11 * 60_000)
  const invite = { name: 'X', roles: ['monitoring'] }
  assert.equal(codeOf(await ask('POST', '/v1/operators/invitations', secret, invite)), '403 access.step_up_needed')
  const { challenge } = readJson<PasskeyRequest>(await ask('POST', '/v1/operators/step-up/begin', secret))
  const asked = { challenge, origin: `https://${host}`, rpId: host }
  const show = (answer: object) => ask('POST', '/v1/operators/step-up', secret, { challenge, answer })
  assert.equal(codeOf(await show(admin.authenticator.use(asked))), '403 operator.step_up_refused')
  const shown = await show(other.authenticator.use(asked))
  assert.equal(shown.status, 201)
  const renewed = readOperatorCookie(shown)
  assert.equal((await ask('POST', '/v1/operators/invitations', renewed, invite)).status, 201)
  assert.equal((await ask('GET', '/v1/operators/me', secret)).status, 401)
  node.advance(61 * 60_000)
  assert.equal(codeOf(await ask('GET', '/v1/operators/me', renewed)), '401 operator.session_expired')
  node.advance(-72 * 60_000)
})

test('nobody raises themselves; the last of administration stays; who is removed is out at once', async () => {
  const lone = await addOperator(node, ['monitoring', 'recovery'], 'Mo')
  const roles = { roles: ['administration', 'recovery'] }
  const path = (id: string) => `/v1/operators/people/${id}`
  assert.equal(codeOf(await ask('PUT', `${path(admin.id)}/roles`, admin.secret, roles)), '403 operator.own_roles')
  assert.equal(codeOf(await ask('PUT', `${path(lone.id)}/roles`, lone.secret, roles)), '403 access.denied')
  assert.equal((await ask('PUT', `${path(lone.id)}/roles`, admin.secret, { roles: ['recovery'] })).status, 200)
  assert.equal((await ask('GET', '/v1/operators/health', lone.secret)).status, 403)
  assert.equal((await ask('DELETE', path(lone.id), admin.secret)).status, 204)
  assert.equal((await ask('GET', '/v1/operators/me', lone.secret)).status, 401)
  await node.database.withTenant({ organisation: installationLog }, (tx) =>
    tx.sql('DELETE FROM operators WHERE id <> $1', [admin.id]),
  )
  assert.equal(codeOf(await ask('DELETE', path(admin.id), admin.secret)), '409 operator.last_administrator')
})

test('KEB-18: a suspended organisation is refused everywhere at once, untouched, and back when it is resumed', async () => {
  const other = await makeTenant(node, 'marzipan')
  const { organisation } = other.place
  const path = `/v1/operators/organisations/${organisation}/suspension`
  const asMember = () => callNode(node, 'GET', '/v1/me', { bearer: other.members.owner.bearer })
  const asToken = () => callNode(node, 'GET', '/v1/me', { bearer: other.tokens.reader.bearer })
  const asPlane = () => callNode(node, 'GET', `/v1/link/objects/${randomUUIDv7()}`, { bearer: other.plane.session })
  assert.equal((await ask('POST', path, admin.secret)).status, 201)
  assert.equal(codeOf(await asMember()), '403 organisation.suspended')
  assert.equal(codeOf(await asToken()), '403 organisation.suspended')
  assert.ok([401, 403].includes((await asPlane()).status))
  assert.equal(node.link.isConnected(organisation), false)
  assert.equal((await callNode(node, 'GET', '/v1/me', { bearer: tenant.members.owner.bearer })).status, 200)
  assert.equal((await ask('DELETE', path, admin.secret)).status, 204)
  assert.equal((await asMember()).status, 200)
  for (const log of [organisation, installationLog]) {
    const acts = (await readLog(log)).filter(
      ({ text }) => (text.includes(admin.id) && text.includes(organisation)) || log === organisation,
    )
    assert.ok(
      acts.some(({ action, text }) => action === 'organisation.suspend' && text.includes('"kind":"operator"')),
      log,
    )
    assert.ok(
      acts.some(({ action }) => action === 'organisation.resume'),
      log,
    )
  }
})

test('an organisation is made with a label and one enrolment; its own log begins with the operator’s act', async () => {
  const made = readJson<{ organisation: string; token: string }>(
    await ask('POST', '/v1/operators/organisations', admin.secret, { label: 'Customer Ltd' }),
  )
  assert.match(made.token, /^kh_enrol_/)
  const listed = readJson<{ organisations: { id: string; label: string | null; state: string }[] }>(
    await ask('GET', '/v1/operators/organisations', admin.secret),
  ).organisations.find(({ id }) => id === made.organisation)
  assert.deepEqual([listed?.label, listed?.state], ['Customer Ltd', 'unclaimed'])
  assert.deepEqual(
    (await readLog(made.organisation)).map(({ action }) => action),
    ['organisation.create'],
  )
  const again = await ask('POST', `/v1/operators/organisations/${made.organisation}/enrolment`, admin.secret)
  assert.equal(again.status, 201)
  const claimed = await ask('POST', `/v1/operators/organisations/${tenant.place.organisation}/enrolment`, admin.secret)
  assert.equal(codeOf(claimed), '409 organisation.claimed')
})

test('recovery gets ciphertext by id, in both logs; no other role does', async () => {
  const { organisation } = tenant.place
  const { stageObject } = await import('../jobs/testing/work-steps.ts')
  const content = Buffer.alloc(500, 7)
  const { object } = await stageObject(node, tenant.plane, content)
  const path = `/v1/operators/organisations/${organisation}/objects`
  for (const role of operatorRoles) {
    const { secret } = await addOperator(node, [role], role)
    const answer = await ask('GET', `${path}/${object}`, secret)
    assert.equal(answer.status, role === 'recovery' ? 200 : 403, role)
    if (role === 'recovery') assert.ok(answer.body.equals(content))
    assert.equal((await ask('GET', path, secret)).status, role === 'recovery' ? 200 : 403, role)
  }
  const entry = (await readLog(organisation)).findLast(({ action }) => action === 'ciphertext.read')
  assert.ok(entry?.text.includes(object) && entry.text.includes('"kind":"operator"'))
})

test('announced work is known to everyone until it is over or taken back', async () => {
  const { secret } = await addOperator(node, ['upgrade'], 'Una')
  const starts = new Date(Date.now() + 60_000).toISOString()
  const ends = new Date(Date.now() + 3600_000).toISOString()
  const read = async () => readJson<{ maintenance: object | null }>(await open('GET', '/v1/installation')).maintenance
  const announce = (body: object) => ask('PUT', '/v1/operators/maintenance', secret, body)
  assert.equal(codeOf(await announce({ starts: ends, ends: starts, message: 'X' })), '400 maintenance.invalid')
  assert.equal((await announce({ starts, ends, message: 'A new version' })).status, 200)
  assert.deepEqual(await read(), { starts, ends, message: 'A new version' })
  assert.equal((await ask('DELETE', '/v1/operators/maintenance', secret)).status, 204)
  assert.equal(await read(), null)
})

test('health says how many mails wait, and since when: of all organisations, and nothing of any mail', async () => {
  const read = async () => {
    const answer = await ask('GET', '/v1/operators/health', admin.secret)
    return readJson<CallOutput<'readInstallationHealth'>>(answer).mails
  }
  assert.deepEqual(await read(), { waiting: 0, oldest: null })
  const { organisation } = tenant.place
  const add = (created: string) =>
    node.database.withTenant({ organisation }, (tx) =>
      tx.sql(
        `INSERT INTO mails (organisation, id, sealed, created, taken_until)
         VALUES ($1, $2, '\\x00', $3, now() + interval '1 hour')`,
        [organisation, randomUUIDv7(), created],
      ),
    )
  await add('2026-01-02T00:00:00.000Z')
  await add('2026-01-01T00:00:00.000Z')
  assert.deepEqual(await read(), { waiting: 2, oldest: '2026-01-01T00:00:00.000Z' })
  await node.database.withTenant({ organisation }, (tx) => tx.sql('DELETE FROM mails'))
})

test('KEB-17: every refusal of an operator is in the installation’s ledger, by their id', async () => {
  const { id, secret } = await addOperator(node, ['monitoring'], 'Nosy')
  await ask('GET', `/v1/operators/organisations/${tenant.place.organisation}/objects`, secret)
  await callNode(node, 'POST', '/v1/projects', { bearer: secret, body: { name: 'Mine' } })
  await ask('POST', '/v1/operators/step-up/begin', secret)
  const denied = (await readLog(installationLog)).filter(
    ({ text, outcome }) => text.includes(id) && outcome === 'denied',
  )
  assert.deepEqual(denied.map(({ action }) => action).sort(), ['ciphertext.list', 'project.create'])
})

test('in the installation’s transactions no tenant’s row is seen, and outside of them no operator’s', async () => {
  const count = (organisation: string, table: string) =>
    node.database.withTenant({ organisation }, async (tx) => {
      const [row] = await tx.sql<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)
      return row?.count
    })
  for (const table of ['organisations', 'people', 'projects', 'buckets', 'tables', 'tokens', 'objects', 'documents']) {
    assert.equal(await count(installationLog, table), 0, table)
  }
  assert.ok(((await count(tenant.place.organisation, 'tables')) ?? 0) > 0)
  for (const table of [
    'operators',
    'operator_passkeys',
    'operator_sessions',
    'organisation_labels',
    'list_operated()',
    'count_waiting_mails() WHERE waiting > 0',
  ])
    assert.equal(await count(tenant.place.organisation, table), 0, table)
})

test('KEB-14: the application cannot read the hashes of operators’ sessions and links', async () => {
  for (const table of ['operator_sessions', 'operator_invitations']) {
    const read = node.database.withTenant({ organisation: installationLog }, (tx) =>
      tx.sql(`SELECT hash FROM ${table}`),
    )
    await assert.rejects(read, /permission denied/)
  }
})
