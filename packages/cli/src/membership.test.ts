/** Memberships and what the roster knows of them, by commands against both real planes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestInstallation, type Shell, type TestInstallation } from '../../../tools/testing/shell.ts'

let place: TestInstallation
let owner: Shell
before(async () => {
  place = await startTestInstallation({}, 'sources')
  owner = place.owner
})
after(() => place.end())

type Listed = { devices: { keyId: string; name: string; role: string; person: string | null }[] }
const devicesOf = async (shell: Shell) => (await shell.json<Listed>(['devices', 'list'])).devices

/** A shell of somebody new, whose device the owner endorsed. */
async function joinAs(email: string, role: string): Promise<Shell> {
  const { link } = await owner.json<{ link: string }>(['members', 'invite', email, role])
  const shell = place.newShell(email)
  const accept = ['members', 'accept', link, '--email', email, '--name', email, '--password-stdin']
  const joined = await shell.run(accept, { input: 'nine slow barges drift' })
  assert.equal(joined.code, 0, joined.stderr)
  const code = /kd2\.\S+/.exec(joined.stderr)?.[0] ?? ''
  await owner.json(['devices', 'endorse', code, '--yes'])
  return shell
}

test('KH-11: a viewer’s own token asks and writes nothing; leaving takes device and token off the roster', async () => {
  const vera = await joinAs('vera.lee@example.org', 'viewer')
  const { login } = await owner.json<{ login: string }>(['whoami'])
  const create = ['tokens', 'create', 'notebook', '--kind', 'usr', '--project', 'First', '--scope', 'main:read']
  const { secret } = await vera.json<{ secret: string }>(create)
  const program = place.newShell('notebook', { KEYHOLD_LOGIN: login, KEYHOLD_TOKEN: secret })
  const asked = await program.json<{ attested: boolean }>(['query', 'select 1'])
  assert.equal(asked.attested, true)
  assert.equal((await vera.run([...create, '--scope', 'main:write'])).code, 1)
  const before = (await devicesOf(owner)).length
  assert.match((await vera.run(['members', 'leave'])).stderr, /--yes/)
  const left = await vera.json<{ remainingDevices: unknown[] }>(['members', 'leave', '--yes'])
  assert.deepEqual(left.remainingDevices, [])
  assert.equal((await devicesOf(owner)).length, before - 1)
  assert.equal((await program.run(['query', 'select 1'])).code, 1)
  assert.deepEqual(await owner.json(['devices', 'settle']), { signed: 0, others: [] })
})

test('CLU-11: handing ownership over raises and lowers devices on the roster; the last owner cannot leave', async () => {
  const refused = await owner.run(['members', 'leave', '--yes', '--json'])
  assert.match(refused.stdout, /person\.last_owner/)
  const olga = await joinAs('olga@example.org', 'owner')
  const adam = await joinAs('adam@example.org', 'admin')
  const transfer = ['members', 'transfer', 'adam@example.org', '--yes', '--password-stdin', '--json']
  const done = await olga.run(transfer, { input: 'nine slow barges drift' })
  assert.equal(done.code, 0, done.stderr)
  assert.deepEqual((JSON.parse(done.stdout) as { unchangedDevices: unknown[] }).unchangedDevices, [])
  const { people } = await owner.json<{ people: { id: string; email: string }[] }>(['members', 'list'])
  const roleOf = async (email: string) => {
    const id = people.find((person) => person.email === email)?.id
    return (await devicesOf(owner)).find(({ person }) => person === id)?.role
  }
  assert.deepEqual([await roleOf('olga@example.org'), await roleOf('adam@example.org')], ['admin', 'owner'])
  assert.deepEqual(await adam.json(['devices', 'settle']), { signed: 0, others: [] })
})
