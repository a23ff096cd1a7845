/** Dual control: where there are two administrators, none of them alone makes an operator or gives a role more. */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { CallOutput, OperatorRole } from '@keyhold/contract'
import { installationLog } from '../../platform/audit-port.ts'
import { startWorkNode, type WorkNode } from '../jobs/testing/work-node.ts'
import { readJson, startWorkDatabase, type HttpAnswer, type WorkDatabase } from '../jobs/testing/work-world.ts'
import { addOperator, type TestOperator } from './testing/add-operator.ts'
import { askAsOperator, outcomeOf } from './testing/ask-as-operator.ts'
import { enrol } from './testing/enrol-operator.ts'

let database: WorkDatabase
let node: WorkNode
let ada: TestOperator
let bo: TestOperator

before(async () => {
  database = await startWorkDatabase()
  node = await startWorkNode({ ...database, credentials: 'real' })
})
after(async () => {
  await node?.stop()
  await database?.stop()
})
beforeEach(async () => {
  ada = await addOperator(node, ['administration'], 'Ada')
  bo = await addOperator(node, ['administration'], 'Bo')
})
afterEach(() => sql('DELETE FROM operators'))

const sql = (text: string, values: unknown[] = []) =>
  node.database.withTenant({ organisation: installationLog }, (tx) => tx.sql<Record<string, unknown>>(text, values))
const ask = (who: TestOperator, method: string, path: string, body?: object) =>
  askAsOperator(node, who, method, path, body)
const list = async (who: TestOperator) => readJson<CallOutput<'listOperators'>>(await ask(who, 'GET', 'people'))

async function invite(who: TestOperator, roles: OperatorRole[]): Promise<CallOutput<'inviteOperator'>> {
  const answer = await ask(who, 'POST', 'invitations', { name: 'Cy', roles })
  assert.equal(answer.status, 201, answer.body.toString())
  return readJson(answer)
}
async function change(who: TestOperator, { id }: TestOperator, roles: OperatorRole[]) {
  const answer = await ask(who, 'PUT', `people/${id}/roles`, { roles })
  assert.equal(answer.status, 200, answer.body.toString())
  return readJson<CallOutput<'changeOperatorRoles'>>(answer)
}
const approve = (who: TestOperator, request: { id: string } | null, roles: OperatorRole[]): Promise<HttpAnswer> =>
  ask(who, 'POST', `requests/${request?.id ?? ''}/approval`, { roles })
const withdraw = (who: TestOperator, request: { id: string } | null): Promise<HttpAnswer> =>
  ask(who, 'DELETE', `requests/${request?.id ?? ''}`)
const rolesOf = async ({ id }: TestOperator) => (await list(ada)).operators.find((one) => one.id === id)?.roles
const enrolFails = (secret: string) => assert.rejects(enrol(node, secret), /operator\.link_refused/)

async function readLog() {
  const rows = await sql('SELECT entry FROM ledger_entries ORDER BY index')
  return rows.map(({ entry }) => JSON.parse(String(entry)) as Logged)
}
type Logged = {
  action: string
  outcome: string
  code: string | null
  actor: { id: string }
  object: { id: string } | null
  details: Record<string, unknown>
}

const gone = '404 operator.unknown_request'
const recovery: OperatorRole[] = ['administration', 'recovery']

test('with one administrator a link works at once, and the ledger says that nobody else was asked', async () => {
  await sql('DELETE FROM operators WHERE id = $1', [bo.id])
  const { request, secret, invitation } = await invite(ada, recovery)
  assert.equal(request, null)
  assert.ok((await enrol(node, secret)).id)
  const entry = (await readLog()).findLast(({ action }) => action === 'operator.invite')
  assert.deepEqual(
    [entry?.actor.id, entry?.object?.id, entry?.details['recovery'], entry?.details['waits']],
    [ada.id, invitation.id, true, false],
  )
})

test('with two, an invitation waits: its link works once the other one has approved it, for an hour from then', async () => {
  const { request, secret } = await invite(ada, recovery)
  await enrolFails(secret)
  const listed = await list(bo)
  assert.deepEqual(
    listed.requests.map(({ askedBy, name, roles, operator }) => ({ askedBy, name, roles, operator })),
    [{ askedBy: ada.id, name: 'Cy', roles: recovery, operator: null }],
  )
  assert.deepEqual(listed.invitations, [])
  assert.equal(outcomeOf(await approve(bo, request, recovery)), '204')
  const { requests, invitations } = await list(ada)
  assert.equal(requests.length, 0)
  const life = Date.parse(invitations[0]?.expires ?? '') - Date.now()
  assert.ok(life > 59 * 60_000 && life <= 3600_000, String(life))
  assert.ok((await enrol(node, secret)).id)
})

test('a role more waits, and what is taken away goes at once', async () => {
  const mo = await addOperator(node, ['monitoring', 'upgrade'], 'Mo')
  assert.deepEqual(await change(ada, mo, ['monitoring']), { roles: ['monitoring'], request: null })
  const { roles, request } = await change(ada, mo, ['monitoring', 'recovery'])
  assert.deepEqual(roles, ['monitoring'])
  assert.deepEqual(await rolesOf(mo), ['monitoring'])
  assert.equal(outcomeOf(await approve(bo, request, ['recovery', 'monitoring'])), '204')
  assert.deepEqual(await rolesOf(mo), ['monitoring', 'recovery'])
  assert.equal((await ask(mo, 'GET', 'people')).status, 200, 'the session has the roles of now')
})

test('whose roles it is about may be the second one: two people have agreed', async () => {
  const { request } = await change(ada, bo, recovery)
  assert.equal(outcomeOf(await approve(bo, request, recovery)), '204')
  assert.deepEqual(await rolesOf(bo), recovery)
})

test('each step is in the installation’s ledger: asked, refused, approved, withdrawn', async () => {
  const { request } = await invite(ada, recovery)
  await approve(ada, request, recovery)
  await approve(bo, request, recovery)
  const other = await change(bo, ada, recovery)
  await withdraw(ada, other.request)
  const about = (id: string | undefined) => (entry: Logged) =>
    entry.object?.id === id || entry.details['operatorRequest'] === id
  const steps = (log: Logged[]) => log.map(({ action, outcome, code, actor }) => [action, outcome, code, actor.id])
  const log = await readLog()
  assert.deepEqual(steps(log.filter(about(request?.id))), [
    ['operator.invite', 'success', null, ada.id],
    ['operator.approve', 'denied', 'operator.own_request', ada.id],
    ['operator.approve', 'success', null, bo.id],
  ])
  assert.deepEqual(steps(log.filter(about(other.request?.id))), [
    ['operator.change_roles', 'success', null, bo.id],
    ['operator.withdraw_request', 'success', null, ada.id],
  ])
  const approved = log.filter(about(request?.id)).at(-1)
  assert.equal(approved?.details['askedBy'], ada.id)
  assert.equal(approved.details['recovery'], true)
})

test('attack: nobody approves what they asked for themselves, whatever session they do it in', async () => {
  const { request, secret } = await invite(ada, recovery)
  assert.equal(outcomeOf(await approve(ada, request, recovery)), '403 operator.own_request')
  await enrolFails(secret)
})

test('attack: only who administers approves or withdraws, and only with a fresh proof', async () => {
  const { request } = await invite(ada, recovery)
  for (const role of ['monitoring', 'upgrade', 'recovery'] as const) {
    const other = await addOperator(node, [role], role)
    assert.equal(outcomeOf(await approve(other, request, recovery)), '403 access.denied', role)
    assert.equal(outcomeOf(await withdraw(other, request)), '403 access.denied', role)
  }
  node.advance(11 * 60_000)
  assert.equal(outcomeOf(await approve(bo, request, recovery)), '403 access.step_up_needed')
  node.advance(-11 * 60_000)
})

test('attack: what is approved is what was read, and the database lets nobody change what was asked', async () => {
  const { request, secret } = await invite(ada, recovery)
  assert.equal(outcomeOf(await approve(bo, request, ['administration'])), '409 operator.request_changed')
  assert.equal(outcomeOf(await approve(bo, request, [...recovery, 'upgrade'])), '409 operator.request_changed')
  await assert.rejects(sql(`UPDATE operator_requests SET roles = '["monitoring"]'`), /permission denied/)
  await assert.rejects(sql(`UPDATE operator_invitations SET roles = '["recovery"]'`), /permission denied/)
  await assert.rejects(sql(`UPDATE operator_invitations SET hash = '\\x00'`), /permission denied/)
  // Withdrawn and asked anew with more: the approval of the first is none of the second.
  assert.equal(outcomeOf(await withdraw(ada, request)), '204')
  const second = await invite(ada, [...recovery, 'upgrade'])
  assert.equal(outcomeOf(await approve(bo, request, recovery)), gone)
  await enrolFails(secret)
  await enrolFails(second.secret)
})

test('attack: a request ends after a day, and an approval after that does nothing', async () => {
  const { request, secret } = await invite(ada, recovery)
  const { request: roles } = await change(ada, bo, recovery)
  await sql(`UPDATE operator_sessions SET expires_idle = now() + interval '3 days', expires_absolute = now() + interval '3 days',
    stepped_up = now() + interval '1 day'`)
  node.advance(24 * 3600_000 + 1000)
  assert.equal(outcomeOf(await approve(bo, request, recovery)), gone)
  assert.equal(outcomeOf(await approve(bo, roles, recovery)), gone)
  assert.deepEqual((await list(bo)).requests, [])
  await enrolFails(secret)
  node.advance(-24 * 3600_000 - 1000)
})

test('attack: a request about roles as they were is off once they are others', async () => {
  const mo = await addOperator(node, ['monitoring', 'upgrade'], 'Mo')
  const { request } = await change(ada, mo, ['monitoring', 'upgrade', 'recovery'])
  await change(bo, mo, ['monitoring'])
  assert.equal(outcomeOf(await approve(bo, request, ['monitoring', 'upgrade', 'recovery'])), gone)
  assert.deepEqual(await rolesOf(mo), ['monitoring'])
})

test('attack: what an operator asked for goes with them, and with their administration', async () => {
  const cy = await addOperator(node, ['administration', 'monitoring'], 'Cy')
  const asked = [await invite(cy, recovery), await invite(cy, recovery)]
  const { request } = await change(cy, bo, recovery)
  await change(ada, cy, ['monitoring'])
  for (const one of [asked[0]?.request ?? null, request])
    assert.equal(outcomeOf(await approve(bo, one, recovery)), gone)
  await sql('UPDATE operators SET roles = $2 WHERE id = $1', [cy.id, JSON.stringify(['administration'])])
  const last = await invite(cy, recovery)
  assert.equal((await ask(ada, 'DELETE', `people/${cy.id}`)).status, 204)
  assert.equal(outcomeOf(await approve(bo, last.request, recovery)), gone)
  for (const { secret } of [...asked, last]) await enrolFails(secret)
})

test('attack: a link that was approved ends with the administration of either of the two', async () => {
  const cy = await addOperator(node, ['administration', 'monitoring'], 'Cy')
  const byCy = await invite(cy, recovery)
  assert.equal(outcomeOf(await approve(bo, byCy.request, recovery)), '204')
  const withCy = await invite(bo, recovery)
  assert.equal(outcomeOf(await approve(cy, withCy.request, recovery)), '204')
  await change(ada, cy, ['monitoring'])
  await enrolFails(byCy.secret)
  await enrolFails(withCy.secret)
})

test('attack: who removes the other administrator is not alone for a day', async () => {
  assert.equal((await ask(ada, 'DELETE', `people/${bo.id}`)).status, 204)
  const { request, secret } = await invite(ada, recovery)
  assert.ok(request)
  await enrolFails(secret)
  const mo = await addOperator(node, ['monitoring'], 'Mo')
  assert.ok((await change(ada, mo, recovery)).request)
  await sql("UPDATE operators SET removed_administrator = now() - interval '25 hours' WHERE id = $1", [ada.id])
  assert.equal((await invite(ada, recovery)).request, null)
})

test('attack: nor is who lowers the other one', async () => {
  await sql('UPDATE operators SET roles = $2 WHERE id = $1', [bo.id, JSON.stringify(['administration', 'monitoring'])])
  await change(ada, bo, ['monitoring'])
  assert.ok((await invite(ada, recovery)).request)
})

test('attack: of two approvals at once one counts', async () => {
  const cy = await addOperator(node, ['administration'], 'Cy')
  const { request, secret } = await invite(ada, recovery)
  const answers = await Promise.all([approve(bo, request, recovery), approve(cy, request, recovery)])
  assert.deepEqual(answers.map(outcomeOf).toSorted(), ['204', gone])
  const { invitations } = await list(ada)
  assert.equal(invitations.length, 1)
  assert.ok((await enrol(node, secret)).id)
})

test('attack: an approval while the approver loses administration, or the request is withdrawn, is before or after', async () => {
  const cy = await addOperator(node, ['administration', 'monitoring'], 'Cy')
  for (let round = 0; round < 5; round += 1) {
    await sql('UPDATE operators SET roles = $2 WHERE id = $1', [
      cy.id,
      JSON.stringify(['administration', 'monitoring']),
    ])
    const { request, secret } = await invite(ada, recovery)
    const [approved] = await Promise.all([approve(cy, request, recovery), change(bo, cy, ['monitoring'])])
    assert.match(outcomeOf(approved), /^(204|403 access\.denied)$/)
    // Before: the link ended with the approver's administration. After: it was never approved.
    await enrolFails(secret)
    const other = await invite(ada, recovery)
    const both = await Promise.all([approve(bo, other.request, recovery), withdraw(ada, other.request)])
    assert.deepEqual(both.map(outcomeOf).toSorted(), ['204', gone])
    if (both[0].status === 204) assert.ok((await enrol(node, other.secret)).id)
    else await enrolFails(other.secret)
  }
})

test('attack: of two administrators who remove each other at once one stays', async () => {
  // Who is removed while they wait is refused, or loses the connection.
  const removals = [ask(ada, 'DELETE', `people/${bo.id}`), ask(bo, 'DELETE', `people/${ada.id}`)]
  const answers = await Promise.allSettled(removals)
  assert.equal(answers.filter((one) => one.status === 'fulfilled' && one.value.status === 204).length, 1)
  const rows = await sql('SELECT id FROM operators')
  assert.equal(rows.length, 1)
})

test('outside the installation’s transactions no request is seen', async () => {
  await invite(ada, recovery)
  const organisation = '01890000-0000-7000-8000-000000000001'
  const rows = await node.database.withTenant({ organisation }, (tx) => tx.sql('SELECT id FROM operator_requests'))
  assert.deepEqual(rows, [])
})
