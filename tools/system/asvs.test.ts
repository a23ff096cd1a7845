/** ASVS on a whole installation: logs that cannot be forged, parameters given twice, secrets that stay out of files. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { prepareTarget, type Target } from '../attack/target.ts'
import { ownerPassword } from '../testing/shell.ts'
import { openSender, type Sender } from './requests/send-request.ts'

let target: Target
let sender: Sender
before(async () => {
  target = await prepareTarget()
  sender = openSender(target)
})
after(async () => {
  sender?.close()
  await target?.end()
})

type Ask = {
  readonly as?: 'owner' | 'nobody'
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string
}

async function ask(method: string, path: string, { as = 'owner', headers = [], body }: Ask = {}) {
  const json = body === undefined ? [] : [['content-type', 'application/json'] as const]
  const bytes = body === undefined ? undefined : Buffer.from(body)
  const answer = await sender.send({
    operation: '',
    as,
    method,
    target: path,
    headers: [...headers, ...json],
    body: bytes,
  })
  return {
    status: answer.status,
    code: answer.status < 400 ? null : (JSON.parse(answer.body.toString()) as { code: string }).code,
  }
}

/** Of the control plane itself; PostgreSQL writes its own beside them. */
function readLogs(kind = /^(control|access)/): string[] {
  const folder = join(target.world.home, 'control', 'logs')
  return readdirSync(folder)
    .filter((name) => kind.test(name))
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    )
}

test('V15.3.7: a parameter given twice, as a list or as an object is refused, not chosen from', async () => {
  const jobs = `/v1/projects/${target.known['project']}/jobs`
  assert.equal((await ask('GET', `${jobs}?limit=1`)).status, 200)
  for (const query of ['limit=1&limit=2', 'limit[]=1', 'limit[$gt]=1', 'limit=1&other=2', 'Limit=1']) {
    assert.deepEqual(await ask('GET', `${jobs}?${query}`), { status: 400, code: 'request.invalid' }, query)
  }
})

test('V16.4.1, V16.2.1, V16.2.2, V16.2.4: whatever is sent, a log line is one JSON object with its time in UTC', async () => {
  const forged = '\r\n{"time":"2000-01-01T00:00:00.000Z","level":"info","event":"forged"}'
  await ask('POST', '/v1/sessions', { as: 'nobody', body: JSON.stringify({ email: `x${forged}@y`, password: forged }) })
  await ask('GET', `/v1/${encodeURIComponent(forged)}`)
  await ask('GET', '/%zz%0d%0aforged')
  await ask('POST', '/v1/projects', { body: JSON.stringify({ name: `P${forged}` }) })
  const lines = readLogs()
  assert.ok(lines.length > 5)
  for (const line of lines) {
    const entry = JSON.parse(line) as { time: string; event?: string }
    assert.match(entry.time, /^20(?!00)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.notEqual(entry.event, 'forged')
  }
})

test('V16.2.5, V16.2.3, V14.2.4: no password, session, token, address or query is in any log file', () => {
  const text = [...readLogs(/./), ...target.world.log].join('\n')
  for (const secret of [ownerPassword, target.bearers.owner, target.bearers.token, 'owner@example.org', 'limit=1']) {
    assert.ok(!text.includes(secret))
  }
})

test('V16.2.3: logs are written to the documented places only', () => {
  const rules = readFileSync(new URL('../../docs/security-rules.md', import.meta.url), 'utf8')
  const { home } = target.world
  const written = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.log|\blogs\/./.test(path),
  )
  assert.ok(written.length > 2)
  const places = new Set(written.map((path) => path.replace(/^(control\/logs\/[a-z]+).*$/, '$1')))
  for (const place of places) assert.ok(rules.includes(`\`${place}\``), `${place} is in no row of "Logs"`)
})

test('V16.3.1, V16.3.2, V16.3.3: sign-ins, refusals and malformed calls are entries with who, where and why', async () => {
  await ask('POST', '/v1/sessions', { as: 'nobody', body: '{"email":"a@b.example","password":"wrong wrong wrong"}' })
  await ask('GET', '/v1/projects/01a21442-e3ae-7473-99c5-d4ea2bfc324e/tables')
  await ask('POST', '/v1/projects', { body: '{"name":5}' })
  const tail = JSON.stringify(await target.world.owner.json(['audit', 'tail', '--last', '100']))
  for (const code of ['project.unknown', 'request.invalid']) assert.ok(tail.includes(code), code)
})

test('V16.4.2, V13.3.2, V13.2.2: each plane’s secrets and logs are its user’s alone', () => {
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? walk(path) : [path]
    })
  const parts = ['control/keys', 'control/logs', 'control/tls', 'data']
  for (const file of parts.flatMap((part) => walk(join(target.world.home, part)))) {
    if (statSync(file).isFile()) assert.equal(statSync(file).mode & 0o077, 0, file)
  }
})

test('V7.4.1: a session that was ended, and one that never was, are the same to the server', async () => {
  const { send } = sender
  const asked = { operation: '', as: 'nobody', method: 'GET', target: '/v1/me', body: undefined } as const
  const session = JSON.stringify({ email: 'owner@example.org', password: ownerPassword })
  const made = await send({
    ...asked,
    method: 'POST',
    target: '/v1/sessions',
    headers: [['content-type', 'application/json']],
    body: Buffer.from(session),
  })
  const { secret } = (JSON.parse(made.body.toString()) as { session: { secret: string } }).session
  const headers = [['authorization', `Bearer ${secret}`]] as const
  assert.equal((await send({ ...asked, headers })).status, 200)
  assert.equal((await send({ ...asked, method: 'DELETE', target: '/v1/sessions/current', headers })).status, 204)
  assert.equal((await send({ ...asked, headers })).status, 401)
})
