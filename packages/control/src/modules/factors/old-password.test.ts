/** What a password that was changed, or an offer that was replaced, is still good for: nothing. */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { ownerEmail, ownerPassword, publicUrl, type TestNode } from '../setup/testing/test-node.ts'
import { useNode } from '../setup/testing/use-node.ts'
import { addTotp, ask, complete, readCode, type SignedIn } from './testing/factor-person.ts'
import { confirmTotpRow, readTotpRow } from './totp-store.ts'

let node: TestNode
let secret: string
let bearer: string
let password = ownerPassword
useNode(async (world) => {
  ;({ node } = world)
  ;({ bearer } = world.owner)
  ;({ secret } = await addTotp(node, bearer))
})
/** Attempts, links and codes of earlier tests are over then. */
beforeEach(() => node.advance(31 * 60_000))

async function signIn(): Promise<SignedIn> {
  const answer = await ask<SignedIn>(node, 'POST', '/v1/sessions', undefined, { email: ownerEmail, password })
  assert.equal(answer.status, 201, answer.problem?.code)
  return answer.body
}
const totp = () => ({ kind: 'totp', code: readCode(node, secret) }) as const

async function reset(): Promise<void> {
  const before = (await node.readMails()).length
  assert.equal((await ask(node, 'POST', '/v1/password-resets', undefined, { email: ownerEmail })).status, 202)
  const mails = (await node.readMails()).slice(before).join('\n')
  const link = new RegExp(`${publicUrl}/reset-password#(kh_rst_\\w+)`).exec(mails)?.[1] ?? assert.fail(mails)
  password = `${password} again`
  const body = { secret: link, password }
  assert.equal((await ask(node, 'POST', '/v1/password-resets/use', undefined, body)).status, 204)
}

test('V6.4.3: after a reset the new password alone opens no session: the second factor is still asked for', async () => {
  await reset()
  const signedIn = await signIn()
  assert.equal(signedIn.session, null)
  assert.deepEqual(signedIn.pending?.factors, ['totp', 'recovery'])
  assert.equal((await complete(node, signedIn, totp())).status, 201)
})

test('a sign-in that waits for its second factor ends with the password that it rests on: by a reset, by a change', async () => {
  const waiting = await signIn()
  await reset()
  assert.equal((await complete(node, waiting, totp())).problem.code, 'factor.refused')
  node.advance(6 * 60_000)
  const session = await complete(node, await signIn(), totp())
  const again = await signIn()
  node.advance(60_000)
  const body = { current: password, password: `${password} changed` }
  const changed = await ask(node, 'POST', '/v1/me/password', session.body.session?.secret, body)
  assert.equal(changed.status, 204, changed.problem?.code)
  ;({ password } = body)
  assert.equal((await complete(node, again, totp())).problem.code, 'factor.refused')
})

test('an authenticator’s secret counts only if the code was of it: another that was offered meanwhile does not come in', async () => {
  const { organisation } = node
  const confirmed = await node.database.withTenant({ organisation }, async (tx) => {
    const [person] = await tx.sql<{ id: string }>('SELECT id FROM people', [])
    const id = person?.id ?? ''
    await tx.sql('UPDATE totp_factors SET new_secret_sealed = $2, new_expires = now() WHERE person = $1', [id, secret])
    const offered = Buffer.from('another')
    const shown = { offered, step: 1, now: new Date(node.time()).toISOString() }
    return [await confirmTotpRow(tx, id, shown), (await readTotpRow(tx, id))?.newSecret !== null]
  })
  assert.deepEqual(confirmed, [false, true])
})
