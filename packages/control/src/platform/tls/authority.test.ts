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
    issueServer(createPrivateKey(identity.key), authorityKey, title, names, new Date()),
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
  assert.deepEqual(openServerIdentity(folder), identity)
})

test('a certificate with less than 30 days left is renewed under the same key, so that pins hold', () => {
  const kept = openServerIdentity(folder, new Date(Date.now() + 366 * day))
  assert.equal(kept.chain, identity.chain)
  const renewed = openServerIdentity(folder, new Date(Date.now() + 368 * day))
  assert.notEqual(renewed.chain, identity.chain)
  assert.equal(renewed.pin, identity.pin)
  assert.equal(renewed.authorityFingerprint, identity.authorityFingerprint)
})
