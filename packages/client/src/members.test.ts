/** A member's devices follow the member's role, also those that appear while they are being changed. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { test } from 'node:test'
import type { ApiClient, Signed } from '@keyhold/contract'
import { drawSigningSeed, encodeBase64url, importSigningSeed, type SigningKey } from '@keyhold/sealed'
import type { Caller } from './caller.ts'
import { changeMemberRole, removeMember } from './members.ts'
import { fetchRoster, listDevices, signChange, type Change } from './roster.ts'

const organisation = randomUUIDv7()
const person = randomUUIDv7()
const now = Date.parse('2026-01-01T00:00:00Z')
const draw = () => importSigningSeed(drawSigningSeed())
const describe = ({ keyId, publicKey }: SigningKey) => ({
  keyId,
  publicKey: encodeBase64url(publicKey),
  name: 'a device',
})
const analystDevice = (key: SigningKey): Change => ({ kind: 'device', ...describe(key), person, role: 'analyst' })

async function submit(caller: Caller, change: Change): Promise<void> {
  const statement = await signChange(caller, await fetchRoster(caller), change, now)
  await caller.api.call('submitRoster', { body: { statement } })
}

/**
 * A server that holds an owner's device and two of an analyst. Right after the owner's first change the analyst's second
 * device endorses a third.
 */
async function openRace() {
  const [anchor, owner, first, second, third] = await Promise.all([draw(), draw(), draw(), draw(), draw()])
  const statements: Signed[] = []
  let submitted = 0
  const call = async (name: string, { body }: { body?: { statement: Signed } }): Promise<unknown> => {
    if (name === 'readRoster')
      return { statements: [...statements], anchorPublicKey: encodeBase64url(anchor.publicKey) }
    if (name === 'changeRole') return { person: { role: 'viewer' } }
    if (name !== 'submitRoster' || body === undefined) return {}
    statements.push(body.statement)
    submitted += 1
    if (submitted === 4) await submit(callerOf(second), analystDevice(third))
    return {}
  }
  const api = { call } as unknown as ApiClient
  const callerOf = (signer: SigningKey): Caller => ({ api, organisation, anchor: anchor.keyId, signer })
  await submit(callerOf(anchor), { kind: 'owner', ...describe(owner) })
  await submit(callerOf(owner), analystDevice(first))
  await submit(callerOf(owner), analystDevice(second))
  const readRoles = async () => {
    const devices = listDevices(await fetchRoster(callerOf(owner)))
    return devices.filter((device) => device.person === person).map(({ role }) => role)
  }
  return { caller: callerOf(owner), readRoles }
}

test('attack: a device that was endorsed while the others were being lowered is lowered too', async () => {
  const { caller, readRoles } = await openRace()
  assert.deepEqual(await changeMemberRole(caller, person, 'viewer', now), [])
  assert.deepEqual(await readRoles(), ['viewer', 'viewer', 'viewer'])
})

test('attack: a device that was endorsed while the others were being revoked is revoked too', async () => {
  const { caller, readRoles } = await openRace()
  assert.deepEqual(await removeMember(caller, person, now), [])
  assert.deepEqual(await readRoles(), [])
})
