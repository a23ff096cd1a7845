/** Where the control plane’s own calls cannot be led (SSRF). */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AppError } from '../errors.ts'
import { openServerIdentity } from '../tls/authority.ts'
import { createDialler } from './dialler.ts'
import { isPublicAddress } from './public-addresses.ts'
import { noOutgoing, readOutgoingSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhold-dialler-'))
const identity = openServerIdentity(folder)
const get = { method: 'GET', headers: {} }
let server: Server
let origin: string
let calls = 0

before(async () => {
  server = createServer({ cert: identity.chain, key: identity.key }, (request, response) => {
    calls += 1
    if (request.url === '/large') response.end(Buffer.alloc(1024 * 1024 + 1))
    else if (request.url === '/away') response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end()
    else response.end('here')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `https://localhost:${(server.address() as AddressInfo).port}`
})
after(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true })
})

const listed = { ...noOutgoing, ranges: ['127.0.0.1/32'], authorities: identity.authority }
const codeOf = async (work: Promise<unknown>) =>
  work.then(
    () => 'called',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

test('SSRF: private, loopback, link-local, metadata and reserved addresses are refused however they are spelled', async () => {
  const dialler = createDialler(noOutgoing)
  for (const host of [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[fe80::1]',
    '[fc00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::1]',
    '[2001::1]',
    'localhost',
  ]) {
    assert.equal(await codeOf(dialler.call(new URL(`https://${host}/`), get)), 'outgoing.forbidden', host)
  }
  assert.equal(calls, 0)
})

test('SSRF: a name is refused when one of its addresses is, and what was checked is what is dialled', async () => {
  const mixed = createDialler(listed, async () => [
    { address: '127.0.0.1', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ])
  assert.equal(await codeOf(mixed.call(new URL(origin), get)), 'outgoing.forbidden')
  // A name server that answers differently the second time is not asked a second time.
  let asked = 0
  const rebinding = createDialler(listed, async () => {
    asked += 1
    return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]
  })
  assert.equal((await rebinding.call(new URL(origin), get)).body.toString(), 'here')
  assert.equal(asked, 1)
})

test('only https is called, without names and passwords in the address, on usual ports', async () => {
  const public4 = createDialler(noOutgoing, async () => [{ address: '192.0.3.1', family: 4 }])
  for (const [address, code] of [
    ['http://example.com/', 'outgoing.not_https'],
    ['file:///etc/passwd', 'outgoing.not_https'],
    ['https://user:secret@example.com/', 'outgoing.not_https'],
    ['https://example.com:22/', 'outgoing.forbidden'],
    ['https://example.com:6379/', 'outgoing.forbidden'],
  ] as const) {
    assert.equal(await codeOf(public4.call(new URL(address), get)), code, address)
  }
})

test('a redirect is not followed, a large answer is refused, a certificate must be trusted', async () => {
  const dialler = createDialler(listed)
  const away = await dialler.call(new URL(`${origin}/away`), get)
  assert.equal(away.status, 302)
  assert.equal(await codeOf(dialler.call(new URL(`${origin}/large`), get)), 'outgoing.too_large')
  const untrusting = createDialler({ ...listed, authorities: undefined })
  assert.equal(await codeOf(untrusting.call(new URL(origin), get)), 'outgoing.failed')
})

test('public addresses are public', () => {
  for (const address of ['1.1.1.1', '8.8.8.8', '2606:4700::1111', '2a00:1450::1']) {
    assert.ok(isPublicAddress(address), address)
  }
})

test('settings that cannot be used are refused', () => {
  const read = readOutgoingSettings({ KEYHOLD_OUTGOING_ALLOW: '10.1.0.0/24, Login.Example.internal' })
  assert.deepEqual(read, { ...noOutgoing, ranges: ['10.1.0.0/24'], hosts: ['login.example.internal'] })
  for (const wrong of [
    { KEYHOLD_OUTGOING_ALLOW: '10.0.0.5/8' },
    { KEYHOLD_OUTGOING_ALLOW: '*' },
    { KEYHOLD_OUTGOING_CA: '/nowhere/at/all.pem' },
    { KEYHOLD_DNS_SERVERS: 'dns.example' },
  ]) {
    assert.equal(readOutgoingSettings(wrong), undefined)
  }
})
