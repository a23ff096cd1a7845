/** Shells that are signed in from a browser, and what somebody tries who is not at both. */
import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import { addTotp } from '../factors/testing/factor-person.ts'
import { addMember, memberPassword, type TestMember } from '../setup/testing/add-member.ts'
import type { TestNode, TestOwner } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'

let node: TestNode
let owner: TestOwner
let ann: TestMember
let admin: TestMember
const others: TestMember[] = []
useNode(async (world) => {
  ;({ node, owner } = world)
  ann = await addMember(node, owner, 'analyst')
  admin = await addMember(node, owner, 'admin')
  for (let made = 0; made < 12; made++) others.push(await addMember(node, owner, 'viewer'))
})

async function signInAgain(email: string): Promise<{ bearer: string }> {
  const call = { method: 'POST', path: '/v1/sessions', body: { email, password: memberPassword } }
  return { bearer: (await node.call<{ session: { secret: string } }>(call)).body.session.secret }
}
/** Somebody else each time, who has just signed in. */
async function join(): Promise<TestMember> {
  const member = others.pop()
  assert.ok(member)
  return { ...member, ...(await signInAgain(member.email)) }
}
type Confirmed = { organisation: string; code: string; expires: string }
const drawShell = () => {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
const confirm = async (bearer: string, challenge: string) =>
  node.call<Confirmed>({ method: 'POST', path: '/v1/me/shells', bearer, body: { challenge } })
const signIn = (body: { organisation: string; code: string; verifier: string }, agent = 'keyhold/0.1.0 linux') =>
  node.call<{ organisation: string; session: { secret: string }; email: string }>({
    method: 'POST',
    path: '/v1/sessions/shell',
    headers: { 'user-agent': agent },
    body,
  })
const readSelf = (bearer: string) => node.call<{ id: string }>({ method: 'GET', path: '/v1/me', bearer })
/** A confirmation of Ann's for a new shell. */
async function confirmOne(bearer = ann.bearer) {
  const shell = drawShell()
  const { body } = await confirm(bearer, shell.challenge)
  return { ...shell, organisation: body.organisation, code: body.code }
}
const take = ({ organisation, code, verifier }: Awaited<ReturnType<typeof confirmOne>>) =>
  signIn({ organisation, code, verifier })

test('CLN-07: who is signed in in a browser lets a shell in, which is them from then on', async () => {
  const { status, body } = await take(await confirmOne())
  assert.equal(status, 201)
  assert.equal(body.email, ann.email)
  assert.equal((await readSelf(body.session.secret)).body.id, ann.id)
  const { sessions } = (
    await node.call<{ sessions: { program: string }[] }>({ method: 'GET', path: '/v1/sessions', bearer: ann.bearer })
  ).body
  assert.ok(sessions.some(({ program }) => program === 'Keyhold shell on Linux'))
  const events = await node.listEvents()
  assert.ok(events.some(({ action, actor }) => action === 'shell.confirm' && actor === 'person'))
  assert.ok(events.some(({ action, actor }) => action === 'shell.sign_in' && actor === 'person'))
})

test('the shell’s session is no fresher than the one that confirmed', async () => {
  const ben = await join()
  const confirmed = await confirmOne(ben.bearer)
  node.advance(4 * 60_000)
  const shell = (await take(confirmed)).body.session.secret
  const sensitive = { method: 'POST', path: '/v1/me/single-sign-on/connect', bearer: shell }
  assert.notEqual((await node.call(sensitive)).problem.code, 'access.step_up_needed')
  node.advance(7 * 60_000)
  assert.equal((await node.call(sensitive)).problem.code, 'access.step_up_needed')
})

test('attack: the code alone, seen on the way to the shell, opens nothing and is used up by the try', async () => {
  const cat = await join()
  const confirmed = await confirmOne(cat.bearer)
  const other = await signIn({ ...pick(confirmed), verifier: drawShell().verifier })
  assert.equal(other.problem.code, 'shell.refused')
  assert.equal((await take(confirmed)).problem.code, 'shell.refused')
})

test('attack: what a shell used is worth nothing a second time, nor at the same moment', async () => {
  const { bearer } = await join()
  const confirmed = await confirmOne(bearer)
  const answers = await Promise.all([take(confirmed), take(confirmed), take(confirmed)])
  assert.deepEqual(answers.filter(({ status }) => status === 201).length, 1)
  assert.equal((await take(confirmed)).problem.code, 'shell.refused')
})

test('attack: after five minutes it is too late', async () => {
  const { bearer } = await join()
  const confirmed = await confirmOne(bearer)
  node.advance(5 * 60_000)
  assert.equal((await take(confirmed)).problem.code, 'shell.refused')
})

test('attack: who has a shell’s secret guesses no code: nobody’s, another organisation’s, a wrong one', async () => {
  const { bearer } = await join()
  const confirmed = await confirmOne(bearer)
  const { organisation, code, verifier, challenge } = confirmed
  const guesses = [
    { organisation, code: `kh_shl_${'0'.repeat(43)}_000000`, verifier },
    { organisation, code: challenge, verifier },
    { organisation: randomUUIDv7(), code, verifier },
  ]
  for (const guess of guesses) assert.equal((await signIn(guess)).problem.code, 'shell.refused')
  assert.equal((await take(confirmed)).status, 201)
})

test('attack: another person who confirms the same shell gets a code of their own, and lets nobody in as the first', async () => {
  const [dan, eve] = [await join(), await join()]
  const { verifier, challenge } = drawShell()
  const [first, second] = [await confirm(dan.bearer, challenge), await confirm(eve.bearer, challenge)]
  const asEve = await signIn({ ...pick(second.body), verifier })
  assert.equal((await readSelf(asEve.body.session.secret)).body.id, eve.id)
  // The shell compares it with the address it was asked for.
  assert.equal(asEve.body.email, eve.email)
  const asDan = await signIn({ ...pick(first.body), verifier })
  assert.equal((await readSelf(asDan.body.session.secret)).body.id, dan.id)
})

test('attack: a session that is not fresh, a token and a stranger confirm nothing', async () => {
  const { bearer } = await join()
  node.advance(11 * 60_000)
  assert.equal((await confirm(bearer, drawShell().challenge)).problem.code, 'access.step_up_needed')
  assert.equal((await confirm('kh_ses_none', drawShell().challenge)).status, 401)
})

test('attack: when the session that confirmed ends, its shells that wait do too', async () => {
  const { bearer } = await join()
  const confirmed = await confirmOne(bearer)
  assert.equal((await node.call({ method: 'DELETE', path: '/v1/sessions/current', bearer })).status, 204)
  assert.equal((await take(confirmed)).problem.code, 'shell.refused')
})

test('of one session five shells wait at a time', async () => {
  const fay = await join()
  const all = []
  for (let made = 0; made < 6; made++) {
    all.push(await confirmOne(fay.bearer))
    node.advance(1000)
  }
  assert.equal((await take(all[0]!)).problem.code, 'shell.refused')
  assert.equal((await take(all[1]!)).status, 201)
  assert.equal((await take(all[5]!)).status, 201)
})

test('where a second factor is demanded, who has none lets no shell in', async () => {
  const { bearer } = await join()
  const body = { secondFactor: 'all', idleMinutes: 720, longestMinutes: 10_080 }
  const { bearer: leader } = await signInAgain(admin.email)
  await addTotp(node, leader)
  const call = { method: 'PUT', path: '/v1/organisation/security-policy', bearer: leader, body }
  const { status, problem } = await node.call(call)
  assert.equal(status, 200, problem.code)
  assert.equal((await confirm(bearer, drawShell().challenge)).problem.code, 'access.factor_needed')
})

type Handed = { readonly organisation: string; readonly code: string; readonly verifier?: string }
const pick = ({ organisation, code }: Handed) => ({ organisation, code })
