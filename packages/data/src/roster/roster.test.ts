import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { roles, type Role, type RosterChange } from '@keyhold/contract'
import { drawSigningSeed, importSigningSeed, signStatement, type SigningKey } from '@keyhold/sealed'
import { Roster } from './roster.ts'

const organisation = '01890000-0000-7000-8000-000000000001'
const project = '01890000-0000-7000-8000-000000000002'
const draw = () => importSigningSeed(drawSigningSeed())
const encode = (key: SigningKey) => Buffer.from(key.publicKey).toString('base64url')

function sign(roster: Roster, signer: SigningKey, change: RosterChange['change'], more: Partial<RosterChange> = {}) {
  const created = new Date().toISOString()
  const body = { organisation, number: roster.length + 1, previous: roster.head, change, created, ...more }
  return signStatement(signer, 'roster', body)
}

function describe(kind: 'owner' | 'device', key: SigningKey): RosterChange['change'] {
  return { kind, keyId: key.keyId, publicKey: encode(key), name: kind }
}

async function makeOwned() {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-roster-'))
  const [anchor, owner] = [await draw(), await draw()]
  const roster = await Roster.open(folder, anchor)
  anchors.set(roster, anchor)
  await roster.append(await sign(roster, anchor, describe('owner', owner)), organisation)
  return { folder, anchor, owner, roster }
}

test('the chain is believed again after a restart, without a line that a crash cut short', async () => {
  const { folder, anchor, owner, roster } = await makeOwned()
  const device = await draw()
  await roster.append(await sign(roster, owner, describe('device', device)), organisation)
  appendFileSync(join(folder, 'roster.ndjson'), '{"statement":"cut')
  const again = await Roster.open(folder, anchor)
  assert.equal(again.length, 2)
  assert.deepEqual(
    again.members().map(({ keyId }) => keyId),
    [owner.keyId, device.keyId],
  )
})

test('the same statement is taken once', async () => {
  const { owner, roster } = await makeOwned()
  const statement = await sign(roster, owner, describe('device', await draw()))
  assert.equal(await roster.append(statement, organisation), 2)
  assert.equal(await roster.append(statement, organisation), 2)
  assert.equal(roster.length, 2)
})

test('KH-11: only an endorsed device changes the roster, in order, for its own organisation', async () => {
  const { anchor, owner, roster } = await makeOwned()
  const [stranger, device] = [await draw(), await draw()]
  const change = describe('device', device)
  const cases = [
    { statement: await sign(roster, stranger, change), code: 'roster.forged' },
    { statement: await sign(roster, anchor, change), code: 'roster.forged' },
    { statement: await sign(roster, owner, change, { number: 3 }), code: 'roster.out_of_order' },
    { statement: await sign(roster, owner, change, { previous: null }), code: 'roster.out_of_order' },
    { statement: await sign(roster, owner, describe('owner', device)), code: 'roster.refused' },
    {
      statement: await sign(roster, owner, { ...describe('device', device), keyId: owner.keyId }),
      code: 'roster.refused',
    },
    { statement: await sign(roster, owner, change, { organisation: project }), code: 'roster.refused' },
  ]
  for (const { statement, code } of cases) await assert.rejects(roster.append(statement, organisation), { code })
  assert.equal(roster.length, 1)
})

test('a token endorses nothing, and a revoked key never comes back', async () => {
  const { owner, roster } = await makeOwned()
  const token = await draw()
  const scopes = [{ bucket: 'main', access: 'write' as const }]
  const expires = new Date(Date.now() + 60_000).toISOString()
  const change = {
    kind: 'token' as const,
    id: project,
    keyId: token.keyId,
    publicKey: encode(token),
    project,
    scopes,
    expires,
  }
  await roster.append(await sign(roster, owner, change), organisation)
  const byToken = await sign(roster, token, describe('device', await draw()))
  await assert.rejects(roster.append(byToken, organisation), { code: 'roster.forged' })
  await roster.append(await sign(roster, owner, { kind: 'revoke', keyId: token.keyId }), organisation)
  assert.deepEqual(roster.revoked(), [token.keyId])
  await assert.rejects(
    sign(roster, owner, change).then((again) => roster.append(again, organisation)),
    { code: 'roster.refused' },
  )
})

type Named = { readonly key: SigningKey; readonly person: string; readonly role: Role }
const draft = async (role: Role, person: string = randomUUIDv7()): Promise<Named> => ({
  key: await draw(),
  person,
  role,
})
const deviceOf = ({ key, person, role }: Named): RosterChange['change'] => ({
  kind: 'device',
  keyId: key.keyId,
  publicKey: encode(key),
  name: role,
  person,
  role,
})

test('KH-11: what a device may sign follows from its role', async () => {
  const { owner, roster } = await makeOwned()
  const by = {} as Record<Role, Named>
  for (const role of roles) {
    by[role] = await draft(role)
    await roster.append(await sign(roster, owner, deviceOf(by[role])), organisation)
  }
  const other = await draft('owner')
  await roster.append(await sign(roster, owner, deviceOf(other)), organisation)
  const token = async (): Promise<RosterChange['change']> => {
    const key = await draw()
    const scopes = [{ bucket: 'main', access: 'read' as const }]
    const [id, expires] = [randomUUIDv7(), new Date(Date.now() + 60_000).toISOString()]
    return { kind: 'token', id, keyId: key.keyId, publicKey: encode(key), project, scopes, expires }
  }
  const tries: [
    string,
    readonly Role[],
    (signer: Named) => Promise<RosterChange['change']> | RosterChange['change'],
  ][] = [
    ['revoke an owner’s device', ['owner'], () => ({ kind: 'revoke', keyId: other.key.keyId })],
    ['revoke the first device', ['owner'], () => ({ kind: 'revoke', keyId: owner.keyId })],
    ['make an owner’s device', ['owner'], async () => deviceOf(await draft('owner'))],
    ['name nobody, which counts as an owner’s', ['owner'], async () => describe('device', await draw())],
    ['make an admin’s device', ['owner', 'admin'], async () => deviceOf(await draft('admin'))],
    ['make a token', ['owner', 'admin'], token],
    ['make an own token', roles, async ({ person }) => ({ ...(await token()), person }) as never],
    ['make a token in another’s name', [], async () => ({ ...(await token()), person: other.person }) as never],
    ['revoke the own device', roles, ({ key }) => ({ kind: 'revoke', keyId: key.keyId })],
    ['revoke a viewer’s device', ['owner', 'admin', 'viewer'], () => ({ kind: 'revoke', keyId: by.viewer.key.keyId })],
    ['give a viewer’s device another role', ['owner', 'admin'], () => deviceOf({ ...by.viewer, role: 'analyst' })],
    ['make a viewer’s device an owner’s', ['owner'], () => deviceOf({ ...by.viewer, role: 'owner' })],
    ['give a device to another person', [], () => deviceOf({ ...by.viewer, person: randomUUIDv7() })],
    ['take another’s key for a token', [], async () => ({ ...(await token()), ...keyOf(by.viewer) })],
    ['lower the own device', ['owner'], (signer) => deviceOf({ ...signer, role: 'viewer' })],
    ['give the own device another role', [], (signer) => deviceOf({ ...signer, role: 'owner' })],
    [
      'name a role without a person',
      [],
      async () => ({ ...describe('device', await draw()), role: 'viewer' }) as never,
    ],
    ['endorse a further own device', roles, async ({ person, role }) => deviceOf(await draft(role, person))],
    [
      'endorse another person’s',
      ['owner', 'admin'],
      async ({ role }) => deviceOf(await draft(role === 'owner' ? 'viewer' : role)),
    ],
  ]
  // Each is tried on a roster of its own, which an owner's change would alter for the next.
  for (const [what, allowed, change] of tries) {
    for (const role of roles) {
      const copy = await copyOf(roster)
      const statement = await sign(copy, by[role].key, await change(by[role]))
      if (allowed.includes(role)) await copy.append(statement, organisation)
      else await assert.rejects(copy.append(statement, organisation), { code: 'roster.refused' }, `${role}: ${what}`)
    }
  }
})

test('KH-11: the last owner’s device cannot step down: nobody could sign for owners any more', async () => {
  const { owner, roster } = await makeOwned()
  const last = await draft('owner')
  await roster.append(await sign(roster, owner, deviceOf(last)), organisation)
  await roster.append(await sign(roster, last.key, { kind: 'revoke', keyId: owner.keyId }), organisation)
  const down = await sign(roster, last.key, deviceOf({ ...last, role: 'admin' }))
  await assert.rejects(roster.append(down, organisation), { code: 'roster.refused' })
})

const keyOf = ({ key }: Named) => ({ keyId: key.keyId, publicKey: encode(key) })

const anchors = new WeakMap<Roster, SigningKey>()
async function copyOf(roster: Roster): Promise<Roster> {
  const folder = mkdtempSync(join(tmpdir(), 'keyhold-roster-'))
  writeFileSync(
    join(folder, 'roster.ndjson'),
    roster
      .list()
      .map((signed) => `${JSON.stringify(signed)}\n`)
      .join(''),
  )
  return Roster.open(folder, anchors.get(roster) as SigningKey)
}

test('a chain that was altered on disk is not believed', async () => {
  const { folder, anchor } = await makeOwned()
  const path = join(folder, 'roster.ndjson')
  const signed = JSON.parse(readFileSync(path, 'utf8')) as { statement: string }
  const altered = Buffer.from(signed.statement, 'base64url').toString().replace('"name":"owner"', '"name":"other"')
  writeFileSync(path, `${JSON.stringify({ ...signed, statement: Buffer.from(altered).toString('base64url') })}\n`)
  await assert.rejects(Roster.open(folder, anchor), { code: 'signature.invalid' })
})

function describeToken(key: SigningKey, expires: string): RosterChange['change'] {
  const scopes = [{ bucket: 'sales', access: 'read' as const }]
  return { kind: 'token', id: project, keyId: key.keyId, publicKey: encode(key), project, scopes, expires }
}

test('KEB-03: a token’s end comes nearer, never farther, and is so after a restart; nothing else has an end', async () => {
  const { folder, anchor, owner, roster } = await makeOwned()
  const token = await draw()
  const [early, late] = [new Date(Date.now() + 3600_000).toISOString(), new Date(Date.now() + 7200_000).toISOString()]
  await roster.append(await sign(roster, owner, describeToken(token, late)), organisation)
  await roster.append(await sign(roster, owner, { kind: 'expire', keyId: token.keyId, expires: early }), organisation)
  const refusals = [
    { kind: 'expire', keyId: token.keyId, expires: late },
    { kind: 'expire', keyId: owner.keyId, expires: early },
    { kind: 'expire', keyId: 'A'.repeat(43), expires: early },
  ] as const
  for (const change of refusals) {
    const statement = await sign(roster, owner, change)
    await assert.rejects(roster.append(statement, organisation), { code: 'roster.refused' })
  }
  const own = await sign(roster, token, { kind: 'expire', keyId: token.keyId, expires: early })
  await assert.rejects(roster.append(own, organisation), { code: 'roster.forged' })
  const again = await Roster.open(folder, anchor)
  const member = again.members().find(({ keyId }) => keyId === token.keyId)
  assert.equal(member?.kind === 'token' && member.expires, early)
})

test('KEB-03: a token without an end within a year is refused here too', async () => {
  const { owner, roster } = await makeOwned()
  const expires = new Date(Date.now() + 400 * 24 * 3600_000).toISOString()
  const statement = await sign(roster, owner, describeToken(await draw(), expires))
  await assert.rejects(roster.append(statement, organisation), { code: 'roster.refused' })
})
