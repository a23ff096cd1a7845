/** The running server's TLS as OpenSSL sees it, and what becomes of those who come without TLS. Needs Debian's openssl. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openServerIdentity } from '../../packages/control/src/platform/tls/authority.ts'
import { startTestInstallation, type TestInstallation } from '../testing/shell.ts'
import { ensurePrograms } from './debian.ts'

const missing = ensurePrograms({ openssl: 'openssl' })
let world: TestInstallation
let port: string

before(async () => {
  world = await startTestInstallation()
  port = new URL(world.installation.url).port
})
after(() => world?.end())

type Handshake = { readonly ok: boolean; readonly protocol: string; readonly cipher: string; readonly text: string }

/** One handshake by `openssl s_client`. A failed one says `(NONE)` as its cipher. */
async function shake(...options: string[]): Promise<Handshake> {
  const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost', ...options]
  const child = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => undefined).end()
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  const [, protocol = '', cipher = ''] = /^New, (\S+), Cipher is (.+)$/m.exec(text) ?? []
  return { ok: code === 0 && protocol !== '(NONE)', protocol, cipher, text }
}

/** Ciphers of OpenSSL for TLS 1.2, by their OpenSSL names. */
function listCiphers(selection: string): string[] {
  const { stdout } = spawnSync('openssl', ['ciphers', '-s', '-tls1_2', selection], { encoding: 'utf8' })
  return stdout.trim().split(':')
}

test('AIV-05: the server proves itself under its own authority, for TLS 1.3 and 1.2', async (context) => {
  if (missing !== null) return context.skip(missing)
  const authority = ['-CAfile', join(world.home, 'control', 'tls', 'authority.pem')]
  const strict = [...authority, '-verify_return_error', '-verify_hostname', 'localhost', '-x509_strict']
  for (const [option, protocol] of [
    ['-tls1_3', 'TLSv1.3'],
    ['-tls1_2', 'TLSv1.2'],
  ] as const) {
    const { ok, text, cipher } = await shake(option, ...strict)
    assert.ok(ok, text)
    assert.match(text, /Verify return code: 0 \(ok\)/)
    assert.match(text, new RegExp(`^New, ${protocol},`, 'm'))
    assert.match(cipher, /GCM|CHACHA20/)
    assert.match(text, /^Compression: NONE$/m)
    assert.match(text, /^Server Temp Key: X25519/m)
  }
  const stranger = await shake('-tls1_3', '-no-CAfile', '-no-CApath', '-no-CAstore', '-verify_return_error')
  assert.equal(stranger.ok, false, 'whoever does not know the authority does not believe the server')
  const misnamed = await shake('-tls1_3', ...authority, '-verify_return_error', '-verify_hostname', 'example.org')
  assert.match(misnamed.text, /hostname mismatch/i)
})

test('AIV-05: OpenSSL believes the list of revoked certificates, and refuses one that is on it', async (context) => {
  if (missing !== null) return context.skip(missing)
  const { text } = await shake('-tls1_3')
  const [shown = ''] = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/.exec(text) ?? []
  const [address = ''] = new RegExp(`http://localhost:${port}/authority\\.crl`).exec(
    Buffer.from(new X509Certificate(shown).raw).toString('latin1'),
  ) ?? ['']
  assert.notEqual(address, '', 'the certificate says where the list is')
  const answer = await fetch(address)
  assert.equal(answer.headers.get('content-type'), 'application/pkix-crl')
  const der = Buffer.from(await answer.arrayBuffer())
  assert.equal(judgeByOpenSsl(shown, join(world.home, 'control', 'tls', 'authority.pem'), der), 'OK')
  const folder = join(world.folder, 'lost')
  const lost = openServerIdentity(folder, new Date(), 8443)
  rmSync(join(folder, 'server-key.pem'))
  const { revocationList } = openServerIdentity(folder, new Date(), 8443)
  const judged = judgeByOpenSsl(lost.chain, join(folder, 'authority.pem'), revocationList())
  assert.match(judged, /certificate revoked/)
})

/** `OK`, or what OpenSSL says against the first certificate of the chain, by this authority and its list. */
function judgeByOpenSsl(chain: string, authority: string, list: Buffer): string {
  const folder = mkdtempSync(join(world.folder, 'judged-'))
  writeFileSync(join(folder, 'server.pem'), chain)
  writeFileSync(join(folder, 'list.der'), list)
  const files = ['-CAfile', authority, '-CRLfile', join(folder, 'list.der'), '-crl_check', join(folder, 'server.pem')]
  const { stdout, stderr } = spawnSync('openssl', ['verify', '-x509_strict', ...files], { encoding: 'utf8' })
  return stdout.includes(': OK') ? 'OK' : stderr
}

test('CLU-06: TLS 1.1 and older are refused by the server itself', async (context) => {
  if (missing !== null) return context.skip(missing)
  for (const option of ['-tls1_1', '-tls1']) {
    const { ok, text } = await shake(option, '-cipher', 'ALL:@SECLEVEL=0')
    assert.equal(ok, false, text)
    // An alert is the server's answer: OpenSSL did send the old version.
    assert.match(text, /alert (protocol version|handshake failure)/i)
  }
})

test('CLU-06: only authenticated encryption with forward secrecy is spoken', async (context) => {
  if (missing !== null) return context.skip(missing)
  const weak = listCiphers('ALL:COMPLEMENTOFALL:!AESGCM:!CHACHA20:!AESCCM:!ARIAGCM:@SECLEVEL=0')
  assert.ok(weak.includes('ECDHE-ECDSA-AES256-SHA384') && weak.includes('ECDHE-ECDSA-AES128-SHA'))
  const offered = await shake('-tls1_2', '-cipher', `${weak.join(':')}:@SECLEVEL=0`)
  assert.equal(offered.ok, false, offered.text)
  assert.match(offered.text, /alert handshake failure/i)
  const withoutExchange = await shake('-tls1_2', '-cipher', 'kRSA:kPSK:kDHE:@SECLEVEL=0')
  assert.equal(withoutExchange.ok, false, withoutExchange.text)
  for (const cipher of ['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305']) {
    const { ok, cipher: chosen, text } = await shake('-tls1_2', '-cipher', cipher)
    assert.ok(ok, text)
    assert.equal(chosen, cipher)
  }
})

type PlainAnswer = { status: number | undefined; location: string | undefined; body: string }

async function callPlain(method: string, path: string, headers: Record<string, string> = {}): Promise<PlainAnswer> {
  const sent = request({ host: '127.0.0.1', port, method, path, headers: { host: `localhost:${port}`, ...headers } })
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const body = Buffer.concat(await answer.toArray()).toString()
  return { status: answer.statusCode, location: answer.headers.location, body }
}

test('CLU-06: over plain HTTP a page is redirected, and the API is refused', async () => {
  for (const path of ['/', '/setup', '/authority.pem']) {
    const { status, location, body } = await callPlain('GET', path)
    assert.deepEqual([status, location, body], [308, `https://localhost:${port}${path}`, ''])
  }
  for (const [method, path] of [
    ['GET', '/v1/projects'],
    ['POST', '/v1/sign-in'],
    ['POST', '/'],
  ] as const) {
    const { status, location, body } = await callPlain(method, path)
    assert.equal(status, 426)
    assert.equal(location, undefined)
    assert.equal((JSON.parse(body) as { code: string }).code, 'http.upgrade_required')
  }
})

test('CLU-06: a token that was seen in plain HTTP is dead, and the log says why', async () => {
  const create = ['tokens', 'create', 'loader', '--scope', 'main:write']
  const { secret, login } = await world.owner.json<{ secret: string; login: string }>(create)
  const loader = world.newShell('loader', { KEYHOLD_TOKEN: secret, KEYHOLD_LOGIN: login })
  assert.equal((await loader.run(['whoami'])).code, 0, 'the token works before')
  const serverHalf = secret.split('.', 1)[0] ?? ''
  const { status, body } = await callPlain('GET', '/v1/projects', { authorization: `Bearer ${serverHalf}` })
  assert.equal(status, 426)
  assert.equal(body.includes(serverHalf), false)
  let after = await loader.run(['whoami'])
  // The refusal does not wait for the revocation; each look is a process of its own.
  for (let looks = 0; after.code === 0 && looks < 20; looks += 1) after = await loader.run(['whoami'])
  assert.equal(after.code, 1)
  assert.match(after.stderr, /token\.revoked|revoked/)
  const tail = await world.owner.json<unknown>(['audit', 'tail', '--action', 'token.revoke'])
  assert.match(JSON.stringify(tail), /token\.seen_in_plain/)
})
