import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { checkServerIdentity, connect, createServer, type PeerCertificate, type TLSSocket } from 'node:tls'
import { openServerIdentity, type ServerIdentity } from './authority.ts'
import { issueServer } from './certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'keyhold-tls-'))
const day = 24 * 3600 * 1000
after(() => rmSync(folder, { recursive: true }))

const identity = openServerIdentity(folder)
const [server, authority] = identity.chain
  .split(/(?<=-----END CERTIFICATE-----\n)/)
  .filter(Boolean)
  .map((pem) => new X509Certificate(pem)) as [X509Certificate, X509Certificate]

/** A handshake against a server with this identity; rejects as a client would. */
async function shake(shown: Pick<ServerIdentity, 'chain' | 'key'>, host: string): Promise<TLSSocket> {
  const listener = createServer({ cert: shown.chain, key: shown.key })
  listener.listen(0)
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo
  const check = (_name: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate)
  const servername = /^[\d.:]+$/.test(host) ? '' : host
  const socket = connect({ port, host: '127.0.0.1', servername, ca: identity.authority, checkServerIdentity: check })
  try {
    await once(socket, 'secureConnect')
    return socket
  } finally {
    socket.destroy()
    listener.close()
  }
}

test('AIV-05: clients that trust the local authority connect by each local name', async () => {
  for (const host of ['localhost', '127.0.0.1', '::1']) assert.ok(await shake(identity, host))
  await assert.rejects(shake(identity, 'example.org'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
})

test('the authority may sign local names only: a certificate of it for another host is not accepted', async () => {
  const authorityKey = createPrivateKey(readFileSync(join(folder, 'authority-key.pem')))
  const title = authority.subject.replace('CN=', '')
  const names = { dns: ['example.org'], addresses: [] }
  const forged = new X509Certificate(
    issueServer(createPrivateKey(identity.key), authorityKey, { title, names, lists: [], now: new Date() }),
  )
  assert.ok(forged.verify(authority.publicKey))
  const chain = `${forged.toString()}${authority.toString()}`
  await assert.rejects(shake({ chain, key: identity.key }, 'example.org'), /permitted subtree violation/)
})

test('the certificates have the lifetimes, uses and names that they should', () => {
  const lifetime = (certificate: X509Certificate) =>
    (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / day
  assert.equal(lifetime(authority), 3650)
  assert.equal(lifetime(server), 397)
  assert.equal(authority.ca, true)
  assert.equal(server.ca, false)
  assert.ok(server.verify(authority.publicKey) && server.checkIssued(authority))
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.match(server.subjectAltName ?? '', /DNS:localhost/)
})

test('keys and certificates are readable by their owner only', () => {
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
})

test('a second start changes nothing', () => {
  assert.equal(openServerIdentity(folder).chain, identity.chain)
})

test('a certificate with less than 30 days left is renewed under the same key, so that pins hold', () => {
  const kept = openServerIdentity(folder, new Date(Date.now() + 366 * day))
  assert.equal(kept.chain, identity.chain)
  const renewed = openServerIdentity(folder, new Date(Date.now() + 368 * day))
  assert.notEqual(renewed.chain, identity.chain)
  assert.equal(renewed.pin, identity.pin)
  assert.equal(renewed.authorityFingerprint, identity.authorityFingerprint)
})

test('the certificate says where the list of revoked ones is; on another port it is made anew, under the same key', () => {
  const here = openServerIdentity(folder, new Date(), 8443)
  const shown = new X509Certificate(here.chain)
  assert.ok(shown.raw.includes('http://localhost:8443/authority.crl'))
  assert.equal(openServerIdentity(folder).chain, here.chain)
  assert.equal(openServerIdentity(folder, new Date(), 8443).chain, here.chain)
  const there = openServerIdentity(folder, new Date(), 9443)
  assert.ok(new X509Certificate(there.chain).raw.includes('http://localhost:9443/authority.crl'))
  assert.equal(there.pin, here.pin)
  // What was replaced under the same key is no danger, and not on the list.
  assert.ok(!there.revocationList().includes(Buffer.from(shown.serialNumber, 'hex')))
})

test('a server key that was deleted, because somebody may have it, is made anew, and its certificate is revoked', () => {
  const lost = openServerIdentity(folder, new Date(), 9443)
  const { serialNumber } = new X509Certificate(lost.chain)
  rmSync(join(folder, 'server-key.pem'))
  const found = openServerIdentity(folder, new Date(), 9443)
  assert.notEqual(found.pin, lost.pin)
  assert.ok(found.revocationList().includes(Buffer.from(serialNumber, 'hex')))
  assert.ok(!found.revocationList().includes(Buffer.from(new X509Certificate(found.chain).serialNumber, 'hex')))
  // Still after the next start, and gone from the list when it has ended.
  assert.ok(openServerIdentity(folder, new Date(), 9443).revocationList().includes(Buffer.from(serialNumber, 'hex')))
  rmSync(join(folder, 'server-key.pem'))
  const later = new Date(Date.now() + 398 * day)
  assert.ok(!openServerIdentity(folder, later, 9443).revocationList().includes(Buffer.from(serialNumber, 'hex')))
})
