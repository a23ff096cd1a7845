/** Groups and invitations, by commands against both real planes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestInstallation, type Shell, type TestInstallation } from '../../../tools/testing/shell.ts'

let place: TestInstallation
let owner: Shell
before(async () => {
  place = await startTestInstallation()
  owner = place.owner
})
after(() => place.end())

type Listed = { groups: { id: string; name: string; role: string | null; members: string[] }[] }
type People = { people: { id: string; email: string; role: string }[] }

async function join(email: string, role = 'viewer'): Promise<Shell> {
  const { link } = await owner.json<{ link: string }>(['members', 'invite', email, role])
  const shell = place.newShell(email)
  const accept = ['members', 'accept', link, '--email', email, '--password-stdin']
  const joined = await shell.run(accept, { input: 'nine slow barges drift' })
  assert.equal(joined.code, 0, joined.stderr)
  const code = /kd2\.\S+/.exec(joined.stderr)?.[0] ?? ''
  await owner.json(['devices', 'endorse', code, '--yes'])
  return shell
}

const roleOf = async (email: string) =>
  (await owner.json<People>(['members', 'list'])).people.find((person) => person.email === email)?.role

test('CLU-11: a group’s role reaches its members, devices follow by settling, and all of it ends with the group', async () => {
  await join('ann@example.org')
  assert.match((await owner.run(['groups', 'list'])).stdout, /No groups/)
  await owner.json(['groups', 'create', 'Sales', '--role', 'analyst'])
  assert.match(
    (await owner.run(['groups', 'create', 'Others', '--role', 'owner'])).stderr,
    /no role that a group gives/,
  )
  await owner.json(['groups', 'add', 'sales', 'ann@example.org'])
  assert.equal(await roleOf('ann@example.org'), 'analyst')
  assert.deepEqual(await owner.json(['devices', 'settle']), { signed: 1, others: [] })
  const listed = await owner.run(['groups', 'list'])
  assert.match(listed.stdout, /Sales.*analyst.*ann@example\.org/)

  await owner.json(['groups', 'role', 'Sales', 'none'])
  assert.equal(await roleOf('ann@example.org'), 'viewer')
  await owner.json(['groups', 'rename', 'Sales', 'Field sales'])
  await owner.json(['groups', 'remove', 'Field sales', 'ann@example.org'])
  const { groups } = await owner.json<Listed>(['groups', 'list'])
  assert.deepEqual(
    groups.map(({ name, role, members }) => ({ name, role, members })),
    [{ name: 'Field sales', role: null, members: [] }],
  )
  assert.match((await owner.run(['groups', 'delete', 'Field sales'])).stderr, /--yes/)
  await owner.json(['groups', 'delete', 'Field sales', '--yes'])
  assert.deepEqual((await owner.json<Listed>(['groups', 'list'])).groups, [])
})

test('of several people one of whom is unknown nobody is added; a viewer changes no group', async () => {
  const ben = await join('ben@example.org')
  await owner.json(['groups', 'create', 'Ops'])
  const add = await owner.run(['groups', 'add', 'Ops', 'ben@example.org', 'nobody@example.org'])
  assert.deepEqual([add.code, /person\.unknown/.test(add.stderr)], [1, true])
  const { groups } = await owner.json<Listed>(['groups', 'list'])
  assert.deepEqual(groups[0]?.members, [])
  assert.match((await ben.run(['groups', 'role', 'Ops', 'admin'])).stderr, /access\.denied/)
  assert.match((await owner.run(['groups', 'role', 'Nowhere', 'admin'])).stderr, /group\.unknown/)
})

test('an invitation is listed, and its link works no more once it is withdrawn; a member is signed out', async () => {
  const { link } = await owner.json<{ link: string }>(['members', 'invite', 'eve@example.org', 'viewer'])
  assert.match((await owner.run(['members', 'invitations'])).stdout, /eve@example\.org.*viewer.*until/)
  await owner.json(['members', 'withdraw', 'eve@example.org'])
  assert.deepEqual(await owner.json(['members', 'invitations']), { invitations: [] })
  const accept = ['members', 'accept', link, '--email', 'eve@example.org', '--password-stdin']
  const refused = await place.newShell('eve').run(accept, { input: 'nine slow barges drift' })
  assert.match(refused.stderr, /invitation\.refused/)
  const cid = await join('cid@example.org')
  await owner.json(['members', 'sign-out', 'cid@example.org'])
  assert.equal((await cid.run(['whoami'])).code, 1)
})

test('tokens that a removed member made for programs stay, or end at the server and on the roster, as was asked', async () => {
  await owner.json(['devices', 'settle'])
  const { login } = await owner.json<{ login: string }>(['whoami'])
  const create = ['tokens', 'create', 'loader', '--project', 'First', '--scope', 'main:read']
  type Removed = { endedTokens?: { name: string }[]; remainingTokens?: { name: string }[] }
  for (const [email, flags] of [
    ['dan@example.org', []],
    ['eva@example.org', ['--end-tokens']],
  ] as const) {
    const { secret } = await (await join(email, 'admin')).json<{ secret: string }>(create)
    const program = place.newShell(`program of ${email}`, { KEYHOLD_LOGIN: login, KEYHOLD_TOKEN: secret })
    assert.equal((await program.run(['query', 'select 1'])).code, 0)
    const removed = await owner.json<Removed>(['members', 'remove', email, ...flags])
    const ends = flags.length > 0
    assert.deepEqual(
      (ends ? removed.endedTokens : removed.remainingTokens)?.map(({ name }) => name),
      ['loader'],
    )
    assert.equal((await program.run(['query', 'select 1'])).code, ends ? 1 : 0)
    // Nothing waits for a signature: the roster has all of it.
    assert.deepEqual(await owner.json(['devices', 'settle']), { signed: 0, others: [] })
  }
})
