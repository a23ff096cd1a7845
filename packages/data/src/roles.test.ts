/** What each role may ask of the data plane, whatever the control plane says of who asks. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { after, before, test } from 'node:test'
import { operationRoles, roleMayAsk, roles, type Role } from '@keyhold/contract'
import { drawSigningSeed, importSigningSeed, type SigningKey } from '@keyhold/sealed'
import { operationNames } from './project/operations.ts'
import { startPlanes, type Planes } from './testing/start-planes.ts'
import { TestClient } from './testing/test-client.ts'

type Member = { readonly person: string; readonly key: SigningKey }

let planes: Planes
let client: TestClient
const members = {} as Record<Role, Member>

before(async () => {
  planes = await startPlanes()
  client = await TestClient.setUp(planes.control, planes.data.ready.setupLink ?? '')
  assert.equal(await client.upload(randomUUIDv7(), 'seen', Buffer.from('a\n1\n')), null)
  for (const role of roles) members[role] = await endorse(role)
})
after(() => planes.stop())

async function endorse(role: Role, person: string = randomUUIDv7()): Promise<Member> {
  const key = await importSigningSeed(drawSigningSeed())
  await client.changeRoster(describe(key, person, role))
  return { person, key }
}

function describe(key: SigningKey, person: string, role: Role) {
  const publicKey = Buffer.from(key.publicKey).toString('base64url')
  return { kind: 'device', keyId: key.keyId, publicKey, name: role, person, role } as const
}

/** Asks as this member; `told` is the role that the control plane names. */
async function ask(operation: string, { person, key }: Member, told: Role | undefined, sudo = true) {
  const who = { kind: 'person', id: person, scopes: null } as const
  const principal = { ...who, ...(told && { role: told }), ...(sudo && { sudo }) }
  return (await client.ask(operation, bodies[operation] ?? {}, { key, principal })).meta
}

const bodies: Record<string, unknown> = {
  query: { sql: 'SELECT * FROM main.seen' },
  'document.list': { kind: 'report' },
}

test('KEB-16: the table of operations and roles names exactly the operations that there are', () => {
  assert.deepEqual(Object.keys(operationRoles).sort(), [...operationNames, 'upload.close'].sort())
})

for (const told of roles) {
  for (const device of roles) {
    test(`KH-11: ${device}’s device, called ${told} by the control plane, gets what both may`, async () => {
      for (const operation of operationNames) {
        const { code, message } = await ask(operation, members[device], told)
        const denied = code === 'access.denied' && message?.startsWith('The role') === true
        assert.equal(denied, !(roleMayAsk(told, operation) && roleMayAsk(device, operation)), `${operation}: ${code}`)
      }
    })
  }
}

test('a person of whom the control plane says no role may nothing', async () => {
  assert.equal((await ask('query', members.owner, undefined)).code, 'access.denied')
})

test('KEB-15: who signed in long ago is asked for a fresh proof before a table ends or the kit is given', async () => {
  const asked = await Promise.all(
    operationNames.map(async (operation) => [operation, (await ask(operation, members.owner, 'owner', false)).code]),
  )
  const needed = asked.filter(([, code]) => code === 'access.step_up_needed').map(([operation]) => operation)
  assert.deepEqual(needed, ['recovery.kit', 'table.delete'])
  assert.equal((await ask('table.delete', members.owner, 'owner')).code, 'table.malformed')
  // Who may not is told so, and is asked for nothing.
  assert.equal((await ask('table.delete', members.viewer, 'viewer', false)).code, 'access.denied')
})

test('a device is its person’s: in another person’s name it is refused', async () => {
  const borrowed = { key: members.owner.key, person: members.viewer.person }
  assert.equal((await ask('query', borrowed, 'owner')).code, 'access.denied')
})

test('a viewer whom no device signed for is a viewer still', async () => {
  const stranger = { person: members.viewer.person, key: await importSigningSeed(drawSigningSeed()) }
  assert.equal((await ask('query', stranger, 'viewer')).outcome, 'result')
  assert.equal((await ask('document.save', stranger, 'viewer')).code, 'access.denied')
})

test('an upload that a viewer’s device closed is not imported, whoever the control plane says uploads', async () => {
  const csv = Buffer.from('a\n9\n')
  const code = await client.upload(randomUUIDv7(), 'forged', csv, { signer: members.viewer.key })
  assert.equal(code, 'access.denied')
  // Another person's device closes for the one who uploads.
  assert.equal(await client.upload(randomUUIDv7(), 'forged', csv, { signer: members.analyst.key }), 'access.denied')
  assert.equal((await client.query('SELECT * FROM main.forged')).meta.code, 'query.unknown_table')
})

test('another role holds from the next request on: the roster’s too', async () => {
  const promoted = await endorse('viewer')
  assert.equal((await ask('table.delete', promoted, 'analyst')).code, 'access.denied')
  await client.changeRoster(describe(promoted.key, promoted.person, 'analyst'))
  assert.equal((await ask('table.delete', promoted, 'analyst')).code, 'table.malformed')
  assert.equal((await ask('table.delete', promoted, 'viewer')).code, 'access.denied')
  await client.changeRoster({ kind: 'revoke', keyId: promoted.key.keyId })
  assert.equal((await ask('query', promoted, 'owner')).code, 'access.denied')
})

const both = (['read', 'write'] as const).map((access) => ({ bucket: 'main', access }))
type Token = Awaited<ReturnType<TestClient['makeToken']>>

/** A token of the member's own, for reading and writing whatever the member may. */
function endorseOwn({ person, key }: Member, actions?: ['query']): Promise<Token> {
  return client.makeToken(both, client.project, { person, ...(actions && { actions }) }, key)
}

/** What the token gets: by a query, by deleting a table, and by an upload that it closes. */
async function tryOut({ key, principal }: Token): Promise<(string | null | undefined)[]> {
  const read = await client.ask('query', { sql: 'SELECT * FROM main.seen' }, { key, principal })
  const end = await client.ask('table.delete', {}, { key, principal })
  const loaded = await client.upload(randomUUIDv7(), `own_${loads++}`, Buffer.from('a\n1\n'), { signer: key })
  return [read.meta.code, end.meta.code, loaded]
}
let loads = 0

test('KH-11: a viewer’s own token with a writing scope reads, and writes nothing, whatever it was endorsed for', async () => {
  const viewer = await endorse('viewer')
  const token = await endorseOwn(viewer)
  assert.deepEqual(await tryOut(token), [undefined, 'access.denied', 'access.denied'])
  await client.changeRoster(describe(viewer.key, viewer.person, 'analyst'))
  assert.deepEqual(await tryOut(token), [undefined, 'table.malformed', null])
  await client.changeRoster(describe(viewer.key, viewer.person, 'auditor'))
  assert.deepEqual(await tryOut(token), ['query.unknown_table', 'access.denied', 'access.denied'])
})

test('KH-11: with the device that endorsed it an own token is nothing, also where unattested requests are served', async () => {
  const analyst = await endorse('analyst')
  const token = await endorseOwn(analyst)
  assert.deepEqual(await tryOut(token), [undefined, 'table.malformed', null])
  await client.changeRoster({ kind: 'revoke', keyId: analyst.key.keyId }, analyst.key)
  assert.deepEqual(await tryOut(token), ['access.denied', 'access.denied', 'access.denied'])
})

test('an own token is limited to its actions besides, asks no log, and a program’s is not its endorser’s', async () => {
  const admin = await endorse('admin')
  const own = await endorseOwn(admin, ['query'])
  assert.equal((await client.ask('document.list', { kind: 'report' }, own)).meta.code, 'access.denied')
  assert.equal((await client.query('FROM system.audit', own)).meta.code, 'query.unknown_table')
  const program = await client.makeToken(both, client.project, {}, admin.key)
  await client.changeRoster({ kind: 'revoke', keyId: admin.key.keyId })
  assert.deepEqual(await tryOut(program), [undefined, 'table.malformed', null])
})
