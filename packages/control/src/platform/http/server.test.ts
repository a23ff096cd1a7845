/** The server with a few routes of its own: access, audit, idempotency and refusals, over real TLS and PostgreSQL. */
import assert from 'node:assert/strict'
import { randomUUIDv7 } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { Agent, request as tlsRequest } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { anyone, member, type OperationId, type Problem, type Route } from '@keyhold/contract'
import { Type } from 'typebox'
import { startTestPostgres, type TestDatabase, type TestPostgres } from '../../testing/postgres.ts'
import { failAccess, type Principal } from '../access.ts'
import { installationLog, type AuditEvent, type AuditPort } from '../audit-port.ts'
import { defineErrors } from '../errors.ts'
import { createLog } from '../log.ts'
import { createPlatformKey } from '../platform-key.ts'
import { openServerIdentity } from '../tls/authority.ts'
import type { ChangeCall, Handlers } from './call.ts'
import { createFailureCounter } from './failures.ts'
import { createIdempotency } from './idempotency.ts'
import { createHttpServer, type HttpServer } from './server.ts'

type AnyCall = ChangeCall<OperationId>
const strict = { additionalProperties: false }
const Echo = Type.Object({ text: Type.String({ maxLength: 10 }), count: Type.Optional(Type.Integer()) }, strict)
const organisation = randomUUIDv7()
const project = randomUUIDv7()

function route(operationId: string, more: Partial<Route>): Route {
  return {
    operationId,
    method: 'GET',
    path: `/v1/${operationId}`,
    summary: operationId,
    access: member('data.read', 'any'),
    audit: { action: `test.${operationId}`, kind: 'read' },
    response: { status: 200, body: Type.Object({ text: Type.String() }, strict) },
    ...more,
  }
}

const change = { method: 'POST', audit: { action: 'test.change', kind: 'change' } } as const
const routes: Record<string, Route> = {
  open: route('open', { access: anyone, audit: { action: 'test.open', kind: 'none' } }),
  read: route('read', { query: Type.Object({ n: Type.Optional(Type.Integer()) }, strict) }),
  scoped: route('scoped', { access: member('data.read', 'read'), path: '/v1/projects/:project/scoped' }),
  unscoped: route('unscoped', { access: member('data.read', 'read'), path: '/v1/projects/:project/unscoped' }),
  breaks: route('breaks', {}),
  change: route('change', { ...change, body: Echo }),
  uncommitted: route('uncommitted', { ...change, body: Echo }),
  rolledBack: route('rolledBack', { ...change, body: Echo }),
}

const failTest = defineErrors({ 'test.refused': { status: 409, message: 'Refused.', remedy: 'Do not.' } })
let changes = 0

const handlers: Record<string, (call: AnyCall) => Promise<unknown>> = {
  open: async () => ({ text: 'open' }),
  read: async (call) => ({ text: JSON.stringify(call.query), secret: 'stripped' }),
  async scoped(call) {
    call.allow({ project, bucket: 'out' })
    return { text: 'scoped' }
  },
  unscoped: async () => ({ text: 'unchecked' }),
  breaks: () => Promise.reject(new Error('value-of-a-customer')),
  change: (call) =>
    call.commit(async (tx) => {
      changes += 1
      await tx.sql('SELECT 1')
      return { text: `change ${changes}` } as never
    }),
  uncommitted: async () => ({ text: 'done without an entry' }),
  rolledBack: (call) => call.commit(() => Promise.reject(failTest('test.refused'))),
}

const marks = { cookie: true, sudo: true, limited: false }
const owner: Principal = { kind: 'person', id: randomUUIDv7(), organisation, role: 'owner', session: 's', ...marks }
const reader: Principal = {
  kind: 'token',
  id: randomUUIDv7(),
  organisation,
  project,
  scopes: [{ bucket: 'out', access: 'read' }],
}
const principals: Record<string, Principal> = { owner, reader }

let postgres: TestPostgres
let clone: TestDatabase
let server: HttpServer
let port: number
const folder = mkdtempSync(join(tmpdir(), 'keyhold-http-'))
const identity = openServerIdentity(folder)
const agent = new Agent({ ca: identity.authority, keepAlive: true })
const tls = { agent, servername: 'localhost' }
const logged: string[] = []
const access: string[] = []
const plainCredentials: string[] = []
let events: AuditEvent[] = []
const writing = { works: true }

const audit: AuditPort = {
  assertWriting() {
    if (!writing.works) throw failTest('test.refused')
  },
  enqueue: (event) => void events.push(event),
  append: async (event) => void events.push(event),
  async stage(tx, event) {
    tx.onCommit(() => events.push(event))
    return () => Promise.resolve()
  },
}

before(async () => {
  postgres = await startTestPostgres()
  clone = await postgres.create()
  server = await createHttpServer({
    database: clone.database,
    audit,
    idempotency: createIdempotency(clone.database, createPlatformKey(Buffer.alloc(32, 1)), () => new Date()),
    failures: createFailureCounter(30, 60_000, Date.now),
    checkAddress: () => {},
    async authenticate({ secret }) {
      const principal = principals[secret]
      return principal ? { principal } : { refused: failAccess('access.unauthenticated') }
    },
    identity,
    log: createLog((line) => logged.push(line)),
    routes,
    handlers: handlers as unknown as Handlers,
    onPlainCredential: async (credential) => void plainCredentials.push(credential),
    writeAccess: (line) => access.push(line),
  })
  ;({ port } = await server.listen(0, '127.0.0.1'))
})
after(async () => {
  agent.destroy()
  await server.close(500)
  await clone.close()
  await postgres.stop()
  rmSync(folder, { recursive: true })
})

type Sent = {
  readonly headers?: Record<string, string>
  readonly body?: unknown
  readonly as?: string
  readonly plain?: boolean
}
type Got = {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: Problem & { text?: string }
}

function call(method: string, path: string, { headers = {}, body, as, plain }: Sent = {}): Promise<Got> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const all = {
    ...(as !== undefined && { authorization: `Bearer ${as}` }),
    ...(text !== undefined && { 'content-type': 'application/json' }),
    ...headers,
  }
  return new Promise((resolve, reject) => {
    const send = plain ? plainRequest : tlsRequest
    const request = send(
      { host: 'localhost', port, method, path, headers: all as Record<string, string>, ...(!plain && tls) },
      (response) => {
        let answer = ''
        response.on('data', (chunk) => (answer += String(chunk)))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: (answer.startsWith('{') ? JSON.parse(answer) : { text: answer }) as Got['body'],
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(text)
  })
}

async function entriesOf(work: () => Promise<unknown>): Promise<AuditEvent[]> {
  events = []
  await work()
  return events
}

test('CLU-06: a page over plain HTTP is redirected; the API refuses, and tokens seen there are handed over', async () => {
  const page = await call('GET', '/setup', { plain: true })
  assert.equal(page.status, 308)
  assert.equal(page.headers['location'], `https://localhost:${port}/setup`)
  const api = await call('GET', '/v1/read', { plain: true, as: 'reader' })
  assert.equal(api.status, 426)
  assert.equal(api.body.code, 'http.upgrade_required')
  const onPage = await call('GET', '/', { plain: true, as: 'owner' })
  assert.equal(onPage.status, 426)
  assert.deepEqual(plainCredentials, ['reader', 'owner'])
})

test('CLU-06: a redirect repeats no host that is none', async () => {
  const answer = await call('GET', '/x', { plain: true, headers: { host: 'evil.example/@' } })
  assert.equal(answer.status, 426)
})

test('AIV-05: old TLS and unauthenticated ciphers are refused', async () => {
  const { connect: connectTls } = await import('node:tls')
  const attempts = [
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' },
  ] as const
  for (const options of attempts) {
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca: identity.authority, ...options })
    await assert.rejects(once(socket, 'secureConnect'))
  }
})

test('AIV-05: nobody comes back to an old TLS session, by ticket or id: each connection agrees on keys of its own', async () => {
  const { connect: connectTls } = await import('node:tls')
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const common = { port, host: '127.0.0.1', servername: 'localhost', ca: identity.authority }
    const options = { ...common, minVersion: version, maxVersion: version }
    const first = connectTls(options)
    const [session] = (await once(first, 'session')) as [Buffer]
    if (version === 'TLSv1.2') assert.equal(first.getTLSTicket(), undefined)
    first.destroy()
    const again = connectTls({ ...options, session })
    await once(again, 'secureConnect')
    assert.equal(again.isSessionReused(), false, version)
    again.destroy()
  }
})

test('CLU-07: without a credential a call is denied before its body is looked at, and that is in the log', async () => {
  const entries = await entriesOf(async () => {
    const answer = await call('POST', '/v1/change', { body: '{broken' })
    assert.equal(answer.status, 401)
    assert.equal(answer.body.code, 'access.unauthenticated')
  })
  assert.equal(entries.length, 1)
  assert.equal(entries[0]?.outcome, 'denied')
  assert.equal(entries[0]?.organisation, installationLog)
})

test('KEB-17: a read and a change have one entry each, with actor, address, outcome and request', async () => {
  const entries = await entriesOf(async () => {
    assert.equal((await call('GET', '/v1/read?n=5', { as: 'reader' })).body.text, '{"n":5}')
    assert.equal((await call('POST', '/v1/change', { as: 'owner', body: { text: 'x' } })).status, 200)
  })
  assert.deepEqual(
    entries.map(({ action, outcome, actor }) => [action, outcome, actor.id]),
    [
      ['test.read', 'success', reader.id],
      ['test.change', 'success', owner.id],
    ],
  )
  for (const entry of entries) {
    assert.equal(entry.organisation, organisation)
    assert.equal(entry.source, '127.0.0.1')
    assert.match(String(entry.details['request']), /^[0-9a-f-]{36}$/)
  }
})

test('KEB-17: while entries cannot be written every call is refused', async () => {
  writing.works = false
  try {
    assert.equal((await call('GET', '/v1/read', { as: 'reader' })).body.code, 'test.refused')
    assert.equal((await call('GET', '/v1/open')).status, 200)
  } finally {
    writing.works = true
  }
})

test('a change that fails has an entry of its failure and none of its success', async () => {
  const entries = await entriesOf(async () => {
    const answer = await call('POST', '/v1/rolledBack', { as: 'owner', body: { text: 'x' } })
    assert.equal(answer.body.code, 'test.refused')
    assert.equal(answer.body.remedy, 'Do not.')
  })
  assert.deepEqual(
    entries.map(({ outcome, code }) => [outcome, code]),
    [['failure', 'test.refused']],
  )
})

test('a change that its handler did not commit with an entry is not answered as done', async () => {
  const answer = await call('POST', '/v1/uncommitted', { as: 'owner', body: { text: 'x' } })
  assert.equal(answer.status, 500)
  assert.equal(answer.body.code, 'audit.missing')
})

test('KEB-03: a token’s answer is withheld unless the handler checked the bucket', async () => {
  const scoped = `/v1/projects/${project}/scoped`
  assert.equal((await call('GET', scoped, { as: 'reader' })).status, 200)
  const unchecked = await call('GET', `/v1/projects/${project}/unscoped`, { as: 'reader' })
  assert.equal(unchecked.body.code, 'access.unchecked')
  const foreign = await call('GET', `/v1/projects/${randomUUIDv7()}/scoped`, { as: 'reader' })
  assert.equal(foreign.body.code, 'access.denied')
})

test('an error inside has an incident id that the log has, and shows no message, stack or value', async () => {
  const answer = await call('GET', '/v1/breaks', { as: 'owner' })
  assert.equal(answer.status, 500)
  assert.equal(answer.body.code, 'internal')
  assert.ok(answer.body.incident)
  assert.ok(!JSON.stringify(answer.body).includes('value-of-a-customer'))
  const line = logged.find((text) => text.includes(answer.body.incident as string))
  assert.match(line ?? '', /server\.test\.ts/)
  assert.ok(!logged.join('').includes('value-of-a-customer'))
})

test('what does not fit its description is refused by place and rule, never by value', async () => {
  const wrong: [unknown, string, string][] = [
    [{ text: 'x', extra: 1 }, '/body', 'additionalProperties'],
    [{ text: 5 }, '/body/text', 'type'],
    [{ text: 'x', count: '5' }, '/body/count', 'type'],
    [{ text: 'value-of-a-customer' }, '/body/text', 'maxLength'],
    [{}, '/body/text', 'required'],
    [{ text: 'a\0b' }, '/body/text', 'text'],
    [{ text: '\ud800' }, '/body/text', 'text'],
  ]
  for (const [body, path, rule] of wrong) {
    const answer = await call('POST', '/v1/change', { as: 'owner', body })
    assert.equal(answer.body.code, 'request.invalid')
    assert.deepEqual(answer.body.fields, [{ path, rule }])
    assert.ok(!JSON.stringify(answer.body).includes('value-of-a-customer'))
  }
  const query = await call('GET', '/v1/read?n=x', { as: 'owner' })
  assert.deepEqual(query.body.fields, [{ path: '/querystring/n', rule: 'type' }])
  const unknown = await call('GET', '/v1/open?x=1')
  assert.deepEqual(unknown.body.fields, [{ path: '/querystring', rule: 'additionalProperties' }])
})

test('broken requests get their own codes, as problem documents', async () => {
  const as = 'owner'
  const cases: [Promise<Got>, number, string][] = [
    [call('POST', '/v1/change', { as, body: '{broken' }), 400, 'request.malformed_json'],
    [call('POST', '/v1/change', { as, body: '{"__proto__":{"text":"x"}}' }), 400, 'request.malformed_json'],
    [
      call('POST', '/v1/change', { as, headers: { 'content-type': 'text/plain' }, body: 'x' }),
      415,
      'http.unsupported_media_type',
    ],
    [call('POST', '/v1/change', { as, body: `{"text":"${'x'.repeat(3_000_000)}"}` }), 413, 'http.too_large'],
    [call('GET', '/v1/nothing', { as }), 404, 'http.not_found'],
    [call('DELETE', '/v1/change', { as }), 405, 'http.method_not_allowed'],
    [call('GET', '/%zz', { as }), 400, 'http.malformed'],
  ]
  for (const [sent, status, code] of cases) {
    const answer = await sent
    assert.equal(answer.status, status, code)
    assert.equal(answer.body.code, code)
    assert.equal(answer.headers['content-type'], 'application/problem+json')
  }
  assert.equal((await call('DELETE', '/v1/change', { as })).headers['allow'], 'POST')
})

test('fields that the contract does not have never leave', async () => {
  const answer = await call('GET', '/v1/read', { as: 'owner' })
  assert.deepEqual(Object.keys(answer.body), ['text'])
})

test('the same Idempotency-Key and request gets the same answer and is done once', async () => {
  const send = (text: string, as = 'owner') =>
    call('POST', '/v1/change', { as, body: { text }, headers: { 'idempotency-key': 'key-00000001' } })
  const before = changes
  const first = await send('x')
  const again = await send('x')
  assert.deepEqual(again.body, first.body)
  assert.equal(again.headers['idempotent-replayed'], 'true')
  assert.equal(changes, before + 1)
  assert.equal((await send('y')).body.code, 'idempotency.key_reused')
  assert.notDeepEqual((await send('x', 'reader')).body, first.body)
  const bad = await call('POST', '/v1/change', {
    as: 'owner',
    body: { text: 'x' },
    headers: { 'idempotency-key': 'no' },
  })
  assert.equal(bad.body.code, 'idempotency.bad_key')
})

test('the same key sent many times at once is done once', async () => {
  const before = changes
  const headers = { 'idempotency-key': 'key-00000002' }
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => call('POST', '/v1/change', { as: 'owner', body: { text: 'x' }, headers })),
  )
  assert.equal(changes, before + 1)
  assert.equal(new Set(answers.map(({ body }) => body.text)).size, 1)
})

test('an answer kept for repeating is not readable in the database', async () => {
  const [row] = await clone.database.withTenant({ organisation }, (tx) =>
    tx.sql<{ answer_sealed: Buffer }>('SELECT answer_sealed FROM idempotency_keys LIMIT 1'),
  )
  assert.ok(row && !row.answer_sealed.includes('change'))
})

test('a session cookie counts only in calls that this site made', async () => {
  const cookie = '__Host-keyhold=owner'
  const own = `https://localhost:${port}`
  const read = (headers: Record<string, string>) => call('GET', '/v1/read', { headers: { cookie, ...headers } })
  const write = (headers: Record<string, string>) =>
    call('POST', '/v1/change', { headers: { cookie, ...headers }, body: { text: 'x' } })
  assert.equal((await read({ 'sec-fetch-site': 'same-origin' })).status, 200)
  assert.equal((await read({ 'sec-fetch-site': 'cross-site' })).body.code, 'access.cross_site')
  assert.equal((await write({})).body.code, 'access.cross_site')
  assert.equal((await write({ origin: 'https://evil.example' })).body.code, 'access.cross_site')
  assert.equal((await write({ origin: own, 'sec-fetch-site': 'same-site' })).body.code, 'access.cross_site')
  assert.equal((await write({ origin: own, 'sec-fetch-site': 'same-origin' })).status, 200)
})

test('answers have the security headers; HSTS is kept from localhost, where it would hit other programs', async () => {
  const local = await call('GET', '/v1/open')
  assert.equal(local.headers['x-content-type-options'], 'nosniff')
  assert.equal(local.headers['cache-control'], 'no-store')
  assert.match(String(local.headers['content-security-policy']), /default-src 'none'/)
  assert.equal(local.headers['strict-transport-security'], undefined)
  const named = await call('GET', '/v1/open', { headers: { host: 'keyhold.example' } })
  assert.match(String(named.headers['strict-transport-security']), /max-age=/)
})

test('the access log has operation and status, and no token, query string, address or body', async () => {
  access.length = 0
  await call('GET', '/v1/read?n=12345', { as: 'reader' })
  await call('POST', '/v1/change', { as: 'owner', body: { text: 'quiet' } })
  const text = access.join('')
  assert.match(text, /"operation":"read","method":"GET","status":200/)
  for (const secret of ['12345', 'quiet', 'Bearer', '127.0.0.1']) assert.ok(!text.includes(secret), secret)
})

test('too many failed credentials from one address are slowed down, without an entry each', async () => {
  let answer = await call('GET', '/v1/read', { as: 'wrong' })
  for (let i = 0; i < 40 && answer.status === 401; i += 1) answer = await call('GET', '/v1/read', { as: 'wrong' })
  assert.equal(answer.body.code, 'rate.limited')
  assert.ok(answer.headers['retry-after'])
  assert.deepEqual(await entriesOf(() => call('GET', '/v1/read', { as: 'wrong' })), [])
  assert.equal((await call('GET', '/v1/read', { as: 'reader' })).status, 200)
})

test('bytes that are neither TLS nor HTTP end the connection and nothing else', async () => {
  for (const bytes of ['\x16\x03garbage', 'GARBAGE\r\n\r\n', '\0\0\0\0']) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(bytes)
    socket.resume()
    await once(socket, 'close')
  }
  assert.equal((await call('GET', '/v1/open')).status, 200)
})

test('closing finishes the running call and refuses later ones', async () => {
  const other = await createHttpServer({
    database: clone.database,
    audit,
    idempotency: createIdempotency(clone.database, createPlatformKey(Buffer.alloc(32, 1)), () => new Date()),
    failures: createFailureCounter(30, 60_000, Date.now),
    checkAddress: () => {},
    authenticate: async () => ({ principal: owner }),
    identity,
    log: createLog(() => {}),
    routes: { read: routes['read'] as Route },
    handlers: { read: () => running.promise.then(() => ({ text: 'late' })) } as unknown as Handlers,
    onPlainCredential: async () => {},
    writeAccess: () => {},
  })
  const running = Promise.withResolvers<void>()
  const address: AddressInfo = await other.listen(0, '127.0.0.1')
  const started = once(other.server, 'request')
  const fresh = new Agent({ ca: identity.authority })
  const answer = new Promise<number | undefined>((resolve, reject) => {
    const options = { host: 'localhost', port: address.port, path: '/v1/read', agent: fresh }
    tlsRequest({ ...options, headers: { authorization: 'Bearer x' } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
  await started
  const closed = other.close()
  running.resolve()
  assert.equal(await answer, 200)
  await closed
  const late = connect(address.port, '127.0.0.1')
  await assert.rejects(once(late, 'connect'), { code: 'ECONNREFUSED' })
})
