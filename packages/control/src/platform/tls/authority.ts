/**
 * TLS of the control plane: a local authority made at the first start and a server certificate under it that renews
 * itself. The server's key stays the same over renewals, so that pins of it hold.
 */
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { writePrivateFile } from '../secret-file.ts'
import { issueAuthority, issueServer, publicKeyInfo, type Names } from './certificate.ts'
import { openRevocationList, revoke } from './revocation-list.ts'

const renewalMilliseconds = 30 * 24 * 3600 * 1000
const checkMilliseconds = 6 * 3600 * 1000

export type ServerIdentity = {
  /** PEM of the server's certificate and its authority's. */
  readonly chain: string
  readonly key: string
  /** PEM of the authority alone, for clients to trust. */
  readonly authority: string
  /** SHA-256 of the authority's DER: upper-case hex with colons, as browsers show it. */
  readonly authorityFingerprint: string
  /** base64url SHA-256 of the server key's SubjectPublicKeyInfo. */
  readonly pin: string
  /** Names of this server that its certificate is for, without addresses. */
  readonly names: readonly string[]
  /** DER of the authority's list of revoked certificates, a day old at most. */
  readonly revocationList: () => Buffer
}

export const revocationListPath = '/authority.crl'

/**
 * Reads the TLS files of a folder (mode 0600), making what is missing and renewing a server certificate that has less
 * than 30 days left, does not fit the authority, or does not say that its list of revoked ones is at `port`. A
 * certificate whose key is gone (that file was deleted, because somebody may have it) is revoked.
 */
export function openServerIdentity(folder: string, now: Date = new Date(), port?: number): ServerIdentity {
  const authorityKey = ensureKey(join(folder, 'authority-key.pem'))
  const serverKey = ensureKey(join(folder, 'server-key.pem'))
  const names = ensureNames(join(folder, 'names.json'))
  const authority = ensureAuthority(join(folder, 'authority.pem'), authorityKey, names, now)
  const parts = { key: serverKey, authorityKey, authority, names, lists: listAddresses(names, port) }
  const server = ensureServer(folder, parts, now)
  return {
    chain: `${server.toString()}${authority.toString()}`,
    key: serverKey.export({ type: 'pkcs8', format: 'pem' }),
    authority: authority.toString(),
    authorityFingerprint: authority.fingerprint256,
    pin: createHash('sha256').update(publicKeyInfo(serverKey)).digest('base64url'),
    names: names.dns,
    revocationList: openRevocationList(folder, authorityKey, makeTitle(authorityKey)),
  }
}

/** By plain HTTP, as RFC 5280 section 4.2.1.13 has it: the list is signed, and who asks for it cannot believe TLS yet. */
function listAddresses({ dns }: Names, port: number | undefined): string[] {
  return port === undefined ? [] : dns.map((name) => `http://${name}:${port}${revocationListPath}`)
}

/**
 * Looks now and every six hours whether the certificate is to be renewed, or made anew for this port, and hands over the
 * new one. Returns how to stop.
 */
export function watchServerIdentity(
  folder: string,
  port: number,
  { chain }: Pick<ServerIdentity, 'chain'>,
  onRenewed: (identity: ServerIdentity) => void,
): () => void {
  let known = chain
  const look = (): void => {
    const identity = openServerIdentity(folder, new Date(), port)
    if (identity.chain === known) return
    known = identity.chain
    onRenewed(identity)
  }
  look()
  const timer = setInterval(look, checkMilliseconds).unref()
  return () => clearInterval(timer)
}

function ensureKey(path: string): KeyObject {
  if (existsSync(path)) return createPrivateKey(readFileSync(path))
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writePrivateFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  return privateKey
}

function ensureAuthority(path: string, key: KeyObject, names: Names, now: Date): X509Certificate {
  const known = readCertificate(path)
  if (known?.checkPrivateKey(key)) return known
  return writeCertificate(path, issueAuthority(key, makeTitle(key), names, now))
}

type ServerParts = {
  readonly key: KeyObject
  readonly authorityKey: KeyObject
  readonly authority: X509Certificate
  readonly names: Names
  readonly lists: readonly string[]
}

function ensureServer(folder: string, parts: ServerParts, now: Date): X509Certificate {
  const { key, authorityKey, authority, names, lists } = parts
  const path = join(folder, 'server.pem')
  const known = readCertificate(path)
  const ours = known?.verify(authority.publicKey) === true
  const lasts = ours && known.validToDate.getTime() - now.getTime() > renewalMilliseconds
  if (lasts && known.checkPrivateKey(key) && lists.every((list) => known.raw.includes(list))) return known
  if (ours && !known.checkPrivateKey(key)) revoke(folder, known, now)
  return writeCertificate(path, issueServer(key, authorityKey, { title: makeTitle(authorityKey), names, lists, now }))
}

/** Each installation's authority has a name of its own: browsers keep several. */
function makeTitle(key: KeyObject): string {
  return `Keyhold local authority ${createHash('sha256').update(publicKeyInfo(key)).digest('hex').slice(0, 8)}`
}

/** The names are kept from the first start: the authority is constrained to them, whatever the host is called later. */
function ensureNames(path: string): Names {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Names
  const name = hostname().toLowerCase()
  const named = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name) && name !== 'localhost'
  const names = { dns: ['localhost', ...(named ? [name] : [])], addresses: ['127.0.0.1', '::1'] }
  writePrivateFile(path, JSON.stringify(names))
  return names
}

function readCertificate(path: string): X509Certificate | undefined {
  return existsSync(path) ? new X509Certificate(readFileSync(path)) : undefined
}

function writeCertificate(path: string, der: Buffer): X509Certificate {
  const certificate = new X509Certificate(der)
  writePrivateFile(path, certificate.toString())
  return certificate
}
