import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { Role, Signed } from '@keyhold/contract'
import {
  digestStatement,
  drawSigningSeed,
  encodeBase64url,
  importSigningSeed,
  signStatement,
  type SigningKey,
} from '@keyhold/sealed'
import { listDevices, verifyRoster, type Change } from './roster.ts'

const organisation = randomUUIDv7()
const draw = () => importSigningSeed(drawSigningSeed())
const describe = (key: SigningKey, kind: 'owner' | 'device', more: { person?: string; role?: Role } = {}): Change => ({
  kind,
  keyId: key.keyId,
  publicKey: encodeBase64url(key.publicKey),
  name: kind,
  ...more,
})

async function chain(...links: { by: SigningKey; change: Change }[]): Promise<Signed[]> {
  const signed: Signed[] = []
  for (const { by, change } of links) {
    const last = signed.at(-1)
    const previous = last === undefined ? null : await digestStatement(last)
    const body = { organisation, number: signed.length + 1, previous, change, created: new Date().toISOString() }
    signed.push(await signStatement(by, 'roster', body))
  }
  return signed
}

async function openChain() {
  const [anchor, owner, viewer] = [await draw(), await draw(), await draw()]
  const person = randomUUIDv7()
  const links = [
    { by: anchor, change: describe(owner, 'owner') },
    { by: owner, change: describe(viewer, 'device', { person, role: 'viewer' }) },
  ]
  const verify = async (...more: typeof links) =>
    verifyRoster(await chain(...links, ...more), encodeBase64url(anchor.publicKey), anchor.keyId, organisation)
  return { owner, viewer, person, verify }
}

test('devices come with their person and role; one that names neither is an owner’s', async () => {
  const { person, verify } = await openChain()
  const shown = listDevices(await verify()).map((device) => [device.person, device.role])
  assert.deepEqual(shown, [
    [null, 'owner'],
    [person, 'viewer'],
  ])
})

test('KH-11: a browser refuses a roster on which a viewer’s device made more than its own person’s', async () => {
  const { owner, viewer, person, verify } = await openChain()
  const further = await draw()
  const own = describe(further, 'device', { person, role: 'viewer' })
  assert.equal((await verify({ by: viewer, change: own })).members.size, 3)
  const refused: Change[] = [
    describe(further, 'device'),
    describe(further, 'device', { person, role: 'admin' }),
    describe(further, 'device', { person: randomUUIDv7(), role: 'viewer' }),
    describe(viewer, 'device', { person, role: 'owner' }),
    { kind: 'revoke', keyId: owner.keyId },
  ]
  for (const change of refused) await assert.rejects(verify({ by: viewer, change }), { code: 'roster.forged' })
})
