/** The commands against both real planes, as processes of their own. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  ownerPassword,
  startTestInstallation,
  type Shell,
  type TestInstallation,
} from '../../../tools/testing/shell.ts'

let place: TestInstallation
let owner: Shell
before(async () => {
  place = await startTestInstallation()
  owner = place.owner
})
after(() => place.end())

type Loaded = { files: { rows: number | null; state: string; resumed: boolean }[] }
type Failure = { error: { code: string; remedy?: string; index?: number } }

async function fail(shell: Shell, args: string[], exitCode: number): Promise<Failure['error']> {
  const { code, stdout, stderr } = await shell.run([...args, '--json'])
  assert.equal(code, exitCode, stderr)
  assert.match(stderr, /^keyhold: /m)
  assert.ok(!stderr.includes('    at '), stderr)
  return (JSON.parse(stdout) as Failure).error
}

function writeCsv(name: string, content: string): string {
  const path = join(place.folder, name)
  writeFileSync(path, content)
  return path
}

test('several files are loaded in order: the first replaces, the others are appended', async () => {
  const first = writeCsv('first.csv', 'id,name\n1,ann\n2,"b,ob"\n')
  const second = writeCsv('second.csv', 'id,name\n3,\n')
  const { files } = await owner.json<Loaded>(['upload', first, second, 'main.people'])
  assert.deepEqual(
    files.map(({ rows, state }) => [rows, state]),
    [
      [2, 'done'],
      [1, 'done'],
    ],
  )
  const again = await owner.json<Loaded>(['upload', second, 'main.people', '--mode', 'append'])
  assert.equal(again.files[0]?.rows, 1)
})

test('a result is the same in every format', async () => {
  const sql = 'select id, name from main.people order by id, name'
  const csv = await owner.run(['query', sql, '--format', 'csv'])
  assert.equal(csv.stdout, 'id,name\r\n1,ann\r\n2,"b,ob"\r\n3,\r\n3,\r\n')
  const json = await owner.run(['query', sql, '--format', 'json'])
  assert.equal((JSON.parse(json.stdout) as unknown[]).length, 4)
  const document = await owner.json<{ rows: unknown[][]; attested: boolean; rowCount: number }>(['query', sql])
  assert.deepEqual(document.rows[0], [1, 'ann'])
  assert.equal(document.rowCount, 4)
  assert.ok(document.attested)
  const table = await owner.run(['query', sql])
  assert.match(table.stdout, /^id {2}name\n.*\n 1 {2}ann\n/)
  const path = join(place.folder, 'result.parquet')
  await owner.json(['query', sql, '--format', 'parquet', '-o', path])
  assert.equal(readFileSync(path).subarray(0, 4).toString(), 'PAR1')
})

test('exact values come through: 64-bit and wider integers, decimals, microseconds', async () => {
  const sql =
    "select 9223372036854775807 as a, 170141183460469231731687303715884105727::hugeint as b, 12345678901234567.891::decimal(20,3) as c, timestamp '2024-01-01 00:00:00.123456' as d, $p as e"
  const { rows } = await owner.json<{ rows: unknown[][] }>(['query', sql, '--param', 'p:decimal=0.10'])
  assert.deepEqual(rows, [
    [
      '9223372036854775807',
      '170141183460469231731687303715884105727',
      '12345678901234567.891',
      '2024-01-01 00:00:00.123456',
      '0.10',
    ],
  ])
})

test('KEB-01: an upload whose client is killed goes on where the server is, and loads each row once', async () => {
  const lines = Array.from({ length: 1_500_000 }, (_, index) => `${index},${(index * 7919) % 1_000_003},x${index % 97}`)
  const path = writeCsv('large.csv', `id,number,name\n${lines.join('\n')}\n`)
  const journals = join(owner.home, 'journals')
  const grown = untilJournal(journals, 40 * 48 + 6_000)
  const started = owner.start(['upload', path, 'main.large'])
  const gone = Promise.withResolvers<void>()
  started.once('close', () => gone.resolve())
  await grown
  started.kill('SIGKILL')
  await gone.promise
  const { files } = await owner.json<Loaded>(['upload', path, 'main.large'])
  assert.equal(files[0]?.resumed, true)
  assert.equal(files[0]?.rows, lines.length)
  const sum = await owner.run(['query', 'select count(*), count(distinct id) from main.large', '--format', 'csv'])
  assert.equal(sum.stdout.split('\r\n')[1], `${lines.length},${lines.length}`)
  assert.deepEqual(readdirSync(journals), [])
})

/** Resolves when a journal in the folder has grown to this many bytes. */
async function untilJournal(folder: string, bytes: number): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for await (const { filename } of watch(folder)) {
    if (filename?.endsWith('.upload') !== true) continue
    if ((statSync(join(folder, filename), { throwIfNoEntry: false })?.size ?? 0) >= bytes) return
  }
}

test('KEB-03: a token reaches only its bucket, only as its scope says, and nothing once it is revoked', async () => {
  const made = await owner.json<{ secret: string; login: string }>([
    'tokens',
    'create',
    'reader',
    '--scope',
    'main:read',
  ])
  const environment = { KEYHOLD_LOGIN: made.login, KEYHOLD_TOKEN: made.secret }
  const program = place.newShell('program', environment)
  const { rows } = await program.json<{ rows: unknown[][] }>(['query', 'select count(*) from main.people'])
  assert.deepEqual(rows, [[4]])
  const path = writeCsv('third.csv', 'id,name\n9,eve\n')
  assert.equal((await fail(program, ['upload', path, 'main.people'], 1)).code, 'access.denied')
  assert.equal((await fail(program, ['tokens', 'list'], 1)).code, 'access.denied')
  await owner.json(['upload', path, 'other.secret'])
  assert.equal((await fail(program, ['query', 'select * from other.secret'], 1)).code, 'query.unknown_table')
  await owner.json(['tokens', 'revoke', 'reader'])
  assert.equal((await fail(program, ['query', 'select 1'], 1)).code, 'token.revoked')
})

test('AIV-06, KEB-03: a token is limited to addresses and actions, and its successor takes over', async () => {
  type Made = { secret: string; login: string; token: { id: string; kind: string } }
  const create = ['tokens', 'create', 'asker', '--scope', 'main:read', '--kind', 'usr', '--address', '127.0.0.0/8']
  const made = await owner.json<Made>([...create, '--action', 'query'])
  assert.equal(made.token.kind, 'usr')
  const asker = (name: string, { login, secret }: Made) =>
    place.newShell(name, { KEYHOLD_LOGIN: login, KEYHOLD_TOKEN: secret })
  const ask = ['query', 'select count(*) from main.people']
  const first = asker('asker', made)
  await first.json(ask)
  const next = await owner.json<Made>(['tokens', 'rotate', 'asker', '--own', '--overlap', '0'])
  assert.equal((await fail(first, ask, 1)).code, 'token.expired')
  const second = asker('successor', next)
  await second.json(ask)
  await owner.json(['addresses', 'set', `token:${next.token.id}`, '192.0.2.0/24'])
  assert.equal((await fail(second, ask, 1)).code, 'access.address_denied')
  const { lists } = await owner.json<{ lists: { subject: string }[] }>(['addresses', 'list'])
  assert.ok(lists.some(({ subject }) => subject === next.token.id))
  assert.equal((await fail(owner, ['addresses', 'set', 'organisation', '192.0.2.0/24'], 1)).code, 'addresses.locks_out')
})

test('mistakes in data and SQL are told without a stack, and with a remedy', async () => {
  const bad = writeCsv('bad.csv', 'id,name\n1,a\n2,b,TOPSECRET\n')
  const refused = await fail(owner, ['upload', bad, 'main.bad'], 1)
  assert.equal(refused.code, 'import.bad_row')
  assert.ok(!JSON.stringify(refused).includes('TOPSECRET'))
  assert.equal((await fail(owner, ['query', 'selec 1'], 1)).code, 'query.syntax')
  assert.equal((await fail(owner, ['query', 'select * from main.nowhere'], 1)).code, 'query.unknown_table')
  assert.equal((await fail(owner, ['operator-view', 'main.nowhere'], 1)).code, 'table.unknown')
})

test('KH-02: the log verifies online and offline, may only grow, and an altered entry is named', async () => {
  const online = await owner.json<{ ok: boolean; size: number; pinned: boolean }>(['audit', 'verify'])
  assert.ok(online.ok && online.pinned)
  const path = join(place.folder, 'log.ndjson')
  await owner.json(['audit', 'export', path])
  const offline = await owner.json<{ size: number; extended: number }>(['audit', 'verify', path])
  assert.equal(offline.extended, offline.size - online.size)
  const lines = readFileSync(path, 'utf8').split('\n')
  const at = lines.findIndex((line) => line.includes('"action\\":\\"upload.create'))
  const { index } = JSON.parse(lines[at] ?? '') as { index: number }
  const forged = join(place.folder, 'forged.ndjson')
  writeFileSync(forged, lines.with(at, (lines[at] ?? '').replace('upload.create', 'upload.abandon')).join('\n'))
  const named = await fail(owner, ['audit', 'verify', forged], 2)
  assert.equal(named.index, index)
  const cut = join(place.folder, 'cut.ndjson')
  writeFileSync(cut, `${lines.slice(0, -3).join('\n')}\n`)
  assert.match((await fail(owner, ['audit', 'verify', cut], 2)).code, /^ledger\./)
})

test('CLU-13: entries that match are exported as OCSF events and CSV; the verifiable log takes no filter', async () => {
  const events = join(place.folder, 'entries.ndjson')
  await owner.json(['audit', 'export', events, '--format', 'ocsf', '--action', 'upload.create'])
  const operations = readFileSync(events, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { api: { operation: string } }).api.operation)
  assert.deepEqual([...new Set(operations)], ['upload.create'])
  const table = join(place.folder, 'entries.csv')
  await owner.json(['audit', 'export', table, '--format', 'csv', '--since', '2100-01-01'])
  assert.equal(readFileSync(table, 'utf8').trim().split('\r\n').length, 1)
  assert.equal((await fail(owner, ['audit', 'export', table, '--action', 'upload.create'], 1)).code, 'cli.usage')
})

test('DAT-02: the log that both planes wrote is asked with SQL, the control plane’s entries with their address', async () => {
  const sql = `SELECT count(*), count(source), count(signed_by), count(DISTINCT object) FROM system.audit WHERE outcome = 'success'`
  const { rows } = await owner.json<{ rows: [number, number, number, number][] }>(['query', sql])
  const [all = 0, placed = 0, signed = 0, objects = 0] = (rows[0] ?? []).map(Number)
  assert.ok(all > 50 && placed > 20 && signed > 10 && objects > 3, JSON.stringify(rows))
  assert.ok(placed + signed <= all)
})

test('after logging out nothing is done, and logging in again with the same device works', async () => {
  await owner.json(['logout'])
  assert.equal((await fail(owner, ['tables'], 1)).code, 'credentials.missing')
  await owner.json(['login'])
  const { rows, attested } = await owner.json<{ rows: unknown[][]; attested: boolean }>(['query', 'select 1'])
  assert.deepEqual([rows, attested], [[[1]], true])
})

test('KH-11: a new shell says how it is let in, is refused until then, and is shut out again', async () => {
  const other = place.newShell('other')
  const { login, email } = await owner.json<{ login: string; email: string }>(['whoami'])
  const signedIn = await other.run(['login', login, '--email', email, '--password-stdin'], { input: ownerPassword })
  assert.equal(signedIn.code, 0, signedIn.stderr)
  const code = /kd2\.\S+/.exec(signedIn.stderr)?.[0] ?? ''
  const file = writeCsv('other.csv', 'id\n1\n')
  const upload = ['upload', file, 'other.rows', '--project', 'First']
  const refused = await fail(other, upload, 1)
  assert.equal(refused.code, 'device.not_endorsed')
  assert.match(refused.remedy ?? '', /devices list/)
  assert.equal((await fail(owner, ['devices', 'endorse', code], 1)).code, 'device.not_compared')
  const { fingerprint } = await owner.json<{ fingerprint: string }>(['devices', 'endorse', code, '--yes'])
  assert.ok(signedIn.stderr.includes(fingerprint))
  const { self, devices } = await other.json<{ self: string; devices: { keyId: string; kind: string }[] }>([
    'devices',
    'list',
  ])
  assert.deepEqual(
    devices.map(({ kind, keyId }) => [kind, keyId === self]),
    [
      ['owner', false],
      ['device', true],
    ],
  )
  assert.equal((await other.json<Loaded>(upload)).files[0]?.rows, 1)
  await owner.json(['devices', 'remove', self])
  assert.equal((await fail(other, upload, 1)).code, 'device.not_endorsed')
  assert.equal((await fail(owner, ['devices', 'remove', self], 1)).code, 'device.unknown')
})

test('members are invited by a link that pins the anchor, listed, and told apart from who is not there', async () => {
  const { link } = await owner.json<{ link: string }>(['members', 'invite', 'vera@example.org', 'viewer'])
  const { login } = await owner.json<{ login: string }>(['whoami'])
  assert.match(link, /\/invitation#o=[0-9a-f-]{36}&s=kh_inv_\w+&p=[\w-]{43}&a=[\w-]{43}$/)
  assert.equal(link.slice(link.indexOf('&p=') + 1), login.slice(login.indexOf('#') + 1))
  const { people } = await owner.json<{ people: { id: string; email: string; role: string }[] }>(['members', 'list'])
  assert.deepEqual(
    people.map(({ email, role }) => [email, role]),
    [['owner@example.org', 'owner']],
  )
  assert.equal((await fail(owner, ['members', 'role', 'vera@example.org', 'analyst'], 1)).code, 'person.unknown')
  assert.equal((await fail(owner, ['members', 'role', 'owner@example.org', 'viewer'], 1)).code, 'person.self')
  assert.equal((await fail(owner, ['members', 'remove', people[0]?.id ?? ''], 1)).code, 'person.self')
  const misnamed = await owner.run(['members', 'invite', 'x@example.org', 'boss'])
  assert.match(misnamed.stderr, /is not a role/)
})
