import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { SetupAnswer } from '@keyhold/contract'
import {
  drawSigningSeed,
  encodeBase64url,
  encodeCanonical,
  importSigningSeed,
  signStatement,
  type SigningKey,
} from '@keyhold/sealed'
import { assertClaimed, makeClaim } from './setup-claim.ts'

const organisation = '01890000-0000-7000-8000-000000000001'
const choices = { email: 'a@b.example', password: 'x'.repeat(15), name: 'O', project: 'P', device: 'D', browser: true }

async function makeLink(anchor: SigningKey) {
  const secret = randomBytes(32).toString('base64url')
  return { url: 'https://localhost:8443', pin: 'p', anchor: anchor.keyId, secret, organisation }
}

async function answerOf(anchor: SigningKey, device: SigningKey, kind: 'owner' | 'device'): Promise<SetupAnswer> {
  const publicKey = encodeBase64url(device.publicKey)
  const change = { kind, keyId: device.keyId, publicKey, name: 'D' }
  const body = { organisation, number: 1, previous: null, change, created: new Date(0).toISOString() }
  return {
    organisation,
    project: organisation,
    session: null,
    roster: await signStatement(anchor, 'roster', body),
    anchorPublicKey: encodeBase64url(anchor.publicKey),
  }
}

const drawKey = (): Promise<SigningKey> => importSigningSeed(drawSigningSeed())

test('the claim’s MAC is the HMAC of device key and anchor under the link’s secret, as the data plane computes it', async () => {
  const [anchor, device] = await Promise.all([drawKey(), drawKey()])
  const link = await makeLink(anchor)
  const body = await makeClaim(link, device, choices)
  const devicePublicKey = encodeBase64url(device.publicKey)
  const expected = createHmac('sha256', Buffer.from(link.secret, 'base64url'))
    .update(encodeCanonical({ purpose: 'keyhold setup', organisation, devicePublicKey, anchor: link.anchor }))
    .digest('base64url')
  assert.equal(body.mac, expected)
  assert.deepEqual(body.device, { publicKey: devicePublicKey, name: 'D' })
  assert.equal(body.browser, true)
})

test('an answer is believed only when the link’s anchor signed this very device as the owner’s', async () => {
  const [anchor, device, other] = await Promise.all([drawKey(), drawKey(), drawKey()])
  const link = await makeLink(anchor)
  await assertClaimed(await answerOf(anchor, device, 'owner'), link, device)
  const forged = [
    await answerOf(other, device, 'owner'),
    await answerOf(anchor, other, 'owner'),
    await answerOf(anchor, device, 'device'),
    { ...(await answerOf(other, device, 'owner')), anchorPublicKey: encodeBase64url(anchor.publicKey) },
  ]
  for (const answer of forged) {
    await assert.rejects(assertClaimed(answer, link, device), ({ code }: { code: string }) =>
      ['setup.answer_forged', 'roster.forged'].includes(code),
    )
  }
})
