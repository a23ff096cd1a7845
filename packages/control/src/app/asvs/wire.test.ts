/** ASVS chapter 4: bytes that clients of flesh and code do not send, and how requests are told apart. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useControl, type OpenControl } from './use-control.ts'

let open: OpenControl
useControl('web', (started) => (open = started))

const host = 'Host: localhost\r\n'
const last = 'Connection: close\r\n\r\n'
const health = `GET /v1/health HTTP/1.1\r\n${host}`

/** How many answers came, and the first one's status and body. */
function readAnswers(text: string): { count: number; status: number; body: string } {
  const count = text.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0
  const body = text.slice(text.indexOf('\r\n\r\n') + 4)
  return { count, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), body }
}

async function assertRefused(name: string, bytes: string | Buffer, statuses: readonly number[]): Promise<void> {
  const text = await open.sendBytes(bytes)
  const { count, status, body } = readAnswers(text)
  assert.equal(count, 1, `${name}: ${text.slice(0, 300)}`)
  assert.ok(statuses.includes(status), `${name}: ${text.slice(0, 300)}`)
  assert.match(text, /content-type: application\/problem\+json/i, name)
  assert.match(text, /x-content-type-options: nosniff/i, name)
  const problem = JSON.parse(body.replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '')) as Record<string, string>
  assert.ok(problem['code'] && problem['remedy'], name)
}

const smuggled = `GET /v1/installation HTTP/1.1\r\n${host}\r\n`
const post = `POST /v1/sessions HTTP/1.1\r\n${host}Content-Type: application/json\r\n`

const ambiguous: Readonly<Record<string, string>> = {
  'length and chunks': `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  'two lengths': `${post}Content-Length: 4\r\nContent-Length: 0\r\n\r\n${smuggled}`,
  'two lengths in one header': `${post}Content-Length: 4, 0\r\n\r\n${smuggled}`,
  'a signed length': `${post}Content-Length: +4\r\n\r\n{}  ${smuggled}`,
  'a length in hexadecimal': `${post}Content-Length: 0x4\r\n\r\n{}  ${smuggled}`,
  'chunked, twice': `${post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  'an unknown coding': `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
  'chunked, then another coding': `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
  'a space before the colon': `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  'a folded header': `${post}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`,
  'a chunk length that is none': `${post}Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n`,
  'lines that end in LF alone': `GET /v1/health HTTP/1.1\nHost: localhost\n\n`,
  'a NUL in a header': `${health}X: a\0b\r\n\r\n`,
  'a bare CR in a header': `${health}X: a\rSet-Cookie: b\r\n\r\n`,
  'a space in the address': `GET /v1/health x HTTP/1.1\r\n${host}\r\n`,
  'an unknown version': `GET /v1/health HTTP/3.7\r\n${host}\r\n`,
  'an unknown method': `GETT /v1/health HTTP/1.1\r\n${host}\r\n`,
  'HTTP/2 without agreement': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'rubbish in TLS': 'rubbish\r\n\r\n',
}

test('V4.2.1: a request whose end could be read in two ways is refused, and nothing behind it is answered', async () => {
  for (const [name, bytes] of Object.entries(ambiguous)) await assertRefused(name, bytes, [400])
})

test('V4.2.1: no host, or two, is refused', async () => {
  await assertRefused('none', `GET /v1/health HTTP/1.1\r\n${last}`, [400])
  await assertRefused('two', `${health}Host: evil.example\r\n${last}`, [400])
})

test('V4.2.1: headers beyond 16 KiB are refused before more is read', async () => {
  await assertRefused('long', `${health}X: ${'y'.repeat(20_000)}\r\n${last}`, [431])
  await assertRefused('many', `${health}${'X: y\r\n'.repeat(5_000)}${last}`, [431])
})

test('V13.4.4: TRACE, CONNECT and methods of other protocols reach nothing', async () => {
  for (const method of ['TRACE', 'OPTIONS', 'PROPFIND', 'SEARCH', 'PURGE', 'LOCK', 'PUT']) {
    await assertRefused(method, `${method} /v1/health HTTP/1.1\r\n${host}X-Secret: echo\r\n${last}`, [404, 405])
  }
  const text = await open.sendBytes(`CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`)
  assert.doesNotMatch(text, /^HTTP\/1\.1 2/)
})

test('V1.1.1: an address is decoded once, and never walks to another', async () => {
  const decoded = await open.get('/v1/%68ealth')
  assert.equal(decoded.status, 200)
  for (const path of [
    '/v1/%2568ealth',
    '/v1%2fhealth',
    '/v1/./health',
    '/v1/x/../health',
    '//v1/health',
    '/V1/health',
  ]) {
    const { status } = readAnswers(await open.sendBytes(`GET ${path} HTTP/1.1\r\n${host}${last}`))
    assert.ok(status === 404 || status === 400, `${path}: ${status}`)
  }
})

test('V3.7.2: no host, forwarded or absolute address makes the server send anyone elsewhere', async () => {
  const tricks = [
    `GET / HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html\r\n${last}`,
    `GET / HTTP/1.1\r\n${host}X-Forwarded-Host: evil.example\r\nAccept: text/html\r\n${last}`,
    `GET //evil.example/ HTTP/1.1\r\n${host}Accept: text/html\r\n${last}`,
    `GET https://evil.example/ HTTP/1.1\r\n${host}Accept: text/html\r\n${last}`,
    `GET /sign-in?next=https://evil.example HTTP/1.1\r\n${host}Accept: text/html\r\n${last}`,
  ]
  for (const bytes of tricks) {
    const text = await open.sendBytes(bytes)
    assert.doesNotMatch(text, /^HTTP\/1\.1 3|\r\nlocation:|evil\.example/i, text.slice(0, 300))
  }
})

test('V4.1.3: no header moves a call to another method or address', async () => {
  const headers = { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE', 'x-http-method': 'DELETE' }
  assert.equal((await open.get('/v1/health', { headers })).status, 200)
  for (const name of ['x-original-url', 'x-rewrite-url']) {
    const { body } = await open.get('/v1/health', { headers: { [name]: '/v1/installation' } })
    assert.match(body.toString(), /"status":"ok"/)
  }
  assert.equal((await open.get('/v1/health?_method=DELETE')).status, 400)
})

test('V4.4.1, V4.4.2: a WebSocket opens on the data plane’s own address only, and for no browser’s page', async () => {
  const upgrade =
    'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
  const elsewhere = await open.sendBytes(`GET /v1/health HTTP/1.1\r\n${host}${upgrade}\r\n`)
  assert.doesNotMatch(elsewhere, /^HTTP\/1\.1 101/)
  const page = await open.sendBytes(`GET /v1/link HTTP/1.1\r\n${host}${upgrade}Origin: https://localhost\r\n\r\n`)
  assert.doesNotMatch(page, /^HTTP\/1\.1 101/)
})
