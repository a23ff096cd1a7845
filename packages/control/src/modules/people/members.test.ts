import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { Invitation, Person, Role } from '@keyhold/contract'
import { insertOrganisation } from '../setup/store.ts'
import { addMember, memberPassword, type TestMember } from '../setup/testing/add-member.ts'
import { makeToken } from '../setup/testing/sign-token.ts'
import { ownerEmail, ownerPassword, setUpOwner, type TestNode, type TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { drawSecret, hashSecret } from '../tokens/index.ts'

let node: TestNode
let owner: TestOwner
let admin: TestMember
useNode(async (world) => {
  ;({ node, owner } = world)
  admin = await addMember(node, owner, 'admin')
})

type Invited = { invitation: Invitation; secret: string }
const invite = (email: string, role: Role, bearer = owner.bearer) =>
  node.call<Invited>({ method: 'POST', path: '/v1/invitations', bearer, body: { email, role } })
const accept = (secret: string, email: string, more = {}) => {
  const body = { organisation: owner.organisation, secret, email, password: memberPassword, ...more }
  return node.call({ method: 'POST', path: '/v1/invitations/accept', body })
}
const changeRole = (person: string, role: Role, bearer = owner.bearer) =>
  node.call<{ person: Person }>({ method: 'PUT', path: `/v1/people/${person}/role`, bearer, body: { role } })
const remove = (person: string, bearer = owner.bearer) =>
  node.call({ method: 'DELETE', path: `/v1/people/${person}`, bearer })
const readSelf = (bearer: string) => node.call<{ role: Role; id: string }>({ method: 'GET', path: '/v1/me', bearer })
const leave = (bearer: string) => node.call({ method: 'DELETE', path: '/v1/me', bearer })
const listPeople = async () =>
  (await node.call<{ people: Person[] }>({ method: 'GET', path: '/v1/people', bearer: owner.bearer })).body.people
const listInvitations = async () =>
  (await node.call<{ invitations: Invitation[] }>({ method: 'GET', path: '/v1/invitations', bearer: owner.bearer }))
    .body.invitations
const refusal = ({ status, problem }: { status: number; problem: { code: string } }) => [status, problem.code]

test('an invited person names the address and a password, is signed in, and has the role of the invitation', async () => {
  const email = 'Vera@example.test'
  const { status, body } = await invite(email, 'viewer')
  assert.equal(status, 201)
  assert.equal(body.invitation.email, 'vera@example.test')
  const answer = await accept(body.secret, 'VERA@example.test', { personName: 'Vera' })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  const { session } = answer.body as { session: { secret: string } }
  assert.equal((await readSelf(session.secret)).body.role, 'viewer')
  const vera = (await listPeople()).find(({ name }) => name === 'Vera')
  assert.deepEqual([vera?.role, vera?.email], ['viewer', 'vera@example.test'])
  assert.deepEqual(await listInvitations(), [])
})

test('the secret is kept as a hash, the address sealed, and both are in one mail', async () => {
  const { invitation, secret } = (await invite('sealed@example.test', 'analyst')).body
  const rows = await node.test.readAsAdmin<{ hash: Buffer; email_sealed: Buffer }>(
    'SELECT hash, email_sealed FROM invitations WHERE id = $1',
    [invitation.id],
  )
  assert.ok(rows[0]?.hash.equals(hashSecret(secret)))
  assert.ok(!rows[0]?.email_sealed.includes('sealed@example'))
  const mail = node.mails.find(({ to }) => to === 'sealed@example.test')
  assert.ok(mail?.text.includes(`/invitation#o=${owner.organisation}&s=${secret}`))
  assert.ok(!JSON.stringify(await listInvitations()).includes(secret))
})

test('an invitation works once, for its address, in its organisation, and not with a changed secret', async () => {
  const { secret } = (await invite('once@example.test', 'viewer')).body
  const refused = [403, 'invitation.refused']
  assert.deepEqual(refusal(await accept(secret, 'other@example.test')), refused)
  assert.deepEqual(refusal(await accept(drawSecret('inv'), 'once@example.test')), refused)
  assert.deepEqual(refusal(await accept(`${secret.slice(0, -1)}~`, 'once@example.test')), refused)
  assert.deepEqual(refusal(await accept(secret, 'once@example.test', { organisation: randomUUIDv7() })), refused)
  assert.deepEqual(refusal(await accept(secret, 'once@example.test', { password: 'aaaaaaaaaaaaaaaaaaaa' })), [
    400,
    'password.too_simple',
  ])
  assert.equal((await accept(secret, 'once@example.test')).status, 201)
  assert.deepEqual(refusal(await accept(secret, 'once@example.test')), refused)
})

test('of two who accept the same invitation at once, one gets in', async () => {
  const { secret } = (await invite('race@example.test', 'viewer')).body
  const answers = await Promise.all([accept(secret, 'race@example.test'), accept(secret, 'race@example.test')])
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [201, 403],
  )
})

test('ten wrong addresses for one link are all that somebody gets in five minutes', async () => {
  const { secret } = (await invite('guessed@example.test', 'viewer')).body
  const from = (attempt: number) => `127.0.${attempt + 1}.1`
  for (let attempt = 0; attempt < 10; attempt++) {
    const body = {
      organisation: owner.organisation,
      secret,
      email: `g${attempt}@example.test`,
      password: memberPassword,
    }
    const call = { method: 'POST', path: '/v1/invitations/accept', body, from: from(attempt) }
    assert.deepEqual(refusal(await node.call(call)), [403, 'invitation.refused'])
  }
  const body = { organisation: owner.organisation, secret, email: 'guessed@example.test', password: memberPassword }
  const last = await node.call({ method: 'POST', path: '/v1/invitations/accept', body, from: from(20) })
  assert.deepEqual(refusal(last), [429, 'rate.limited'])
})

test('an invitation is no credential: nothing can be called with it', async () => {
  const { secret } = (await invite('bearer@example.test', 'owner')).body
  assert.deepEqual(refusal(await readSelf(secret)), [401, 'access.unauthenticated'])
})

test('inviting again ends the earlier link, a revoked one works no more, and a member is not invited', async () => {
  const first = (await invite('again@example.test', 'viewer')).body
  const second = (await invite('again@example.test', 'analyst')).body
  assert.equal((await accept(first.secret, 'again@example.test')).status, 403)
  const path = `/v1/invitations/${second.invitation.id}`
  assert.equal((await node.call({ method: 'DELETE', path, bearer: admin.bearer })).status, 204)
  assert.deepEqual(refusal(await node.call({ method: 'DELETE', path, bearer: admin.bearer })), [
    404,
    'invitation.unknown',
  ])
  assert.equal((await accept(second.secret, 'again@example.test')).status, 403)
  assert.deepEqual(refusal(await invite(ownerEmail.toUpperCase(), 'viewer')), [409, 'person.exists'])
})

test('only owners make owners, change or remove them', async () => {
  const member = await addMember(node, owner, 'analyst')
  const ownersOnly = [403, 'person.owners_only']
  assert.deepEqual(refusal(await invite('boss@example.test', 'owner', admin.bearer)), ownersOnly)
  assert.deepEqual(refusal(await changeRole(member.id, 'owner', admin.bearer)), ownersOnly)
  const { id } = (await readSelf(owner.bearer)).body
  assert.deepEqual(refusal(await changeRole(id, 'viewer', admin.bearer)), ownersOnly)
  assert.deepEqual(refusal(await remove(id, admin.bearer)), ownersOnly)
  assert.equal((await changeRole(member.id, 'viewer', admin.bearer)).body.person.role, 'viewer')
})

test('nobody changes or removes the own account, and a viewer no account at all', async () => {
  const viewer = await addMember(node, owner, 'viewer')
  assert.deepEqual(refusal(await changeRole(admin.id, 'analyst', admin.bearer)), [409, 'person.self'])
  assert.deepEqual(refusal(await remove(admin.id, admin.bearer)), [409, 'person.self'])
  for (const attempt of [changeRole(viewer.id, 'admin', viewer.bearer), remove(admin.id, viewer.bearer)]) {
    assert.deepEqual(refusal(await attempt), [403, 'access.denied'])
  }
  const transfer = { method: 'POST', path: `/v1/people/${viewer.id}/ownership`, bearer: admin.bearer }
  assert.deepEqual(refusal(await node.call(transfer)), [403, 'access.denied'])
  assert.deepEqual(refusal(await changeRole(randomUUIDv7(), 'viewer')), [404, 'person.unknown'])
})

test('CLU-11: a removed person’s sessions end at once, a changed role holds from the next call on', async () => {
  const member = await addMember(node, owner, 'admin')
  const { id, secret } = await makeToken(node, owner, [{ bucket: 'sales', access: 'read' }])
  assert.equal((await readSelf(member.bearer)).body.role, 'admin')
  await invite('by-the-removed@example.test', 'viewer', member.bearer)
  assert.equal((await changeRole(member.id, 'auditor')).status, 200)
  assert.equal((await readSelf(member.bearer)).body.role, 'auditor')
  assert.equal((await invite('x@example.test', 'viewer', member.bearer)).status, 403)
  assert.ok((await listInvitations()).every(({ email }) => email !== 'by-the-removed@example.test'))
  assert.equal((await remove(member.id)).status, 204)
  assert.deepEqual(refusal(await readSelf(member.bearer)), [401, 'access.unauthenticated'])
  assert.equal((await readSelf(secret)).body.id, id, 'tokens are the organisation’s')
  const body = { email: member.email, password: memberPassword }
  assert.equal((await node.call({ method: 'POST', path: '/v1/sessions', body })).status, 401)
})

test('the last owner cannot leave; whoever leaves is signed out', async () => {
  assert.deepEqual(refusal(await leave(owner.bearer)), [409, 'person.last_owner'])
  const member = await addMember(node, owner, 'viewer')
  assert.equal((await leave(member.bearer)).status, 204)
  assert.equal((await readSelf(member.bearer)).status, 401)
})

/** Whose session ends while a refusal is on its way loses the connection: that counts as being signed out. */
async function readStatus(call: Promise<{ readonly status: number }>): Promise<number> {
  try {
    return (await call).status
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
    return 401
  }
}

test('two owners who remove each other, or leave, at the same moment leave one behind', async () => {
  for (const attempt of ['remove', 'leave'] as const) {
    const organisation = randomUUIDv7()
    await node.database.withTenant({ organisation }, (tx) =>
      insertOrganisation(tx, organisation, '2026-01-01T00:00:00.000Z'),
    )
    const first = await setUpOwner(node, await node.addOrganisation(organisation), organisation)
    const second = await addMember(node, first, 'owner')
    const { id } = (await readSelf(first.bearer)).body
    const both =
      attempt === 'remove'
        ? [remove(second.id, first.bearer), remove(id, second.bearer)]
        : [leave(first.bearer), leave(second.bearer)]
    const statuses = (await Promise.all(both.map(readStatus))).sort((a, b) => a - b)
    assert.equal(statuses[0], 204, attempt)
    assert.ok([401, 403, 409].includes(statuses[1] ?? 0), `${attempt}: ${statuses[1]}`)
    const left = await node.database.withTenant({ organisation }, (tx) =>
      tx.sql(`SELECT id FROM people WHERE role = 'owner'`),
    )
    assert.equal(left.length, 1, attempt)
  }
})

test('the database itself refuses what would leave an organisation without an owner', async () => {
  const demote = node.database.withTenant(owner, (tx) =>
    tx.sql(`UPDATE people SET role = 'admin' WHERE role = 'owner'`),
  )
  await assert.rejects(demote, /at least one owner/)
})

test('ownership is handed over in one step, and back', async () => {
  const { id } = (await readSelf(owner.bearer)).body
  const transfer = (person: string, bearer: string) =>
    node.call<{ person: Person }>({ method: 'POST', path: `/v1/people/${person}/ownership`, bearer })
  assert.deepEqual(refusal(await transfer(randomUUIDv7(), owner.bearer)), [404, 'person.unknown'])
  const answer = await transfer(admin.id, owner.bearer)
  assert.equal(answer.body.person.role, 'owner')
  assert.equal((await readSelf(owner.bearer)).body.role, 'admin')
  assert.deepEqual(refusal(await transfer(admin.id, owner.bearer)), [403, 'access.denied'])
  assert.equal((await transfer(id, admin.bearer)).status, 200)
  assert.equal((await readSelf(owner.bearer)).body.role, 'owner')
})

test('the same address may have an account in another organisation, with a password and role of its own', async () => {
  const organisation = randomUUIDv7()
  await node.database.withTenant({ organisation }, (tx) =>
    insertOrganisation(tx, organisation, '2026-01-01T00:00:00.000Z'),
  )
  const other = await setUpOwner(node, await node.addOrganisation(organisation), organisation)
  const guest = await addMember(node, owner, 'viewer', 'guest@example.test')
  const same = await addMember(node, other, 'analyst', 'guest@example.test')
  assert.notEqual(guest.id, same.id)
  assert.deepEqual(refusal(await remove(guest.id, other.bearer)), [404, 'person.unknown'])
  assert.deepEqual(refusal(await changeRole(guest.id, 'owner', other.bearer)), [404, 'person.unknown'])
  assert.equal((await readSelf(guest.bearer)).body.role, 'viewer')
})

test('an invitation runs out after seven days', async () => {
  const { secret } = (await invite('late@example.test', 'viewer')).body
  node.advance(7 * 24 * 3600_000)
  const late = await accept(secret, 'late@example.test')
  node.advance(-7 * 24 * 3600_000)
  assert.deepEqual(refusal(late), [410, 'invitation.expired'])
  assert.equal((await accept(secret, 'late@example.test', { password: ownerPassword })).status, 201)
})
