/** X.509 certificates of the local authority and of the server (RFC 5280), ECDSA P-256 with SHA-256. */
import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { bits, integer, objectId, octets, sequence, set, tagged, text, time, yes } from './der.ts'

const day = 24 * 3600 * 1000
const authorityDays = 3650
/** The most that browsers accept of a server's certificate is 398. */
const serverDays = 397
/** Clocks of clients may be a little behind. */
const backdated = 5 * 60 * 1000

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))
const keyUsage = { digitalSignature: 0x80, keyCertSign: 0x04, crlSign: 0x02 } as const

export type Names = { readonly dns: readonly string[]; readonly addresses: readonly string[] }

/** A self-signed authority that may sign servers of these names only (critical name constraints). */
export function issueAuthority(key: KeyObject, title: string, names: Names, now: Date): Buffer {
  const permitted = [
    ...names.dns.map((name) => tagged(2, Buffer.from(name), false)),
    ...names.addresses.map((address) => tagged(7, Buffer.concat(networkOf(address)), false)),
  ]
  return issue({
    key,
    issuerKey: key,
    issuer: title,
    subject: title,
    days: authorityDays,
    now,
    extensions: [
      extension('2.5.29.19', true, sequence(yes, integer(Buffer.of(0)))),
      extension('2.5.29.15', true, bits(Buffer.of(keyUsage.keyCertSign | keyUsage.crlSign), 1)),
      extension('2.5.29.14', false, octets(keyIdentifier(key))),
      extension('2.5.29.30', true, sequence(tagged(0, Buffer.concat(permitted.map((name) => sequence(name))), true))),
    ],
  })
}

/** What a server's certificate says besides its key. */
export type ServerTerms = {
  /** The authority's name. */
  readonly title: string
  readonly names: Names
  /** Where the authority's list of revoked certificates is; any of them will do. */
  readonly lists: readonly string[]
  readonly now: Date
}

/** A server certificate, signed by the authority. */
export function issueServer(
  key: KeyObject,
  authorityKey: KeyObject,
  { title, names, lists, now }: ServerTerms,
): Buffer {
  const alternatives = [
    ...names.dns.map((name) => tagged(2, Buffer.from(name), false)),
    ...names.addresses.map((address) => tagged(7, addressBytes(address), false)),
  ]
  return issue({
    key,
    issuerKey: authorityKey,
    issuer: title,
    subject: 'Keyhold control plane',
    days: serverDays,
    now,
    extensions: [
      extension('2.5.29.19', true, sequence()),
      extension('2.5.29.15', true, bits(Buffer.of(keyUsage.digitalSignature), 7)),
      extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
      extension('2.5.29.14', false, octets(keyIdentifier(key))),
      extension('2.5.29.35', false, sequence(tagged(0, keyIdentifier(authorityKey), false))),
      extension('2.5.29.17', false, sequence(...alternatives)),
      ...(lists.length === 0 ? [] : [extension('2.5.29.31', false, sequence(sequence(distributionPoint(lists))))]),
    ],
  })
}

/** A certificate that is not to be believed any more, though it has not ended. */
export type Revoked = { readonly serial: string; readonly at: Date }

/** The authority's signed list of revoked certificates (RFC 5280 section 5), good until `until`. */
export function issueRevocationList(
  authorityKey: KeyObject,
  title: string,
  revoked: readonly Revoked[],
  { now, until }: { readonly now: Date; readonly until: Date },
): Buffer {
  const entries = revoked.map(({ serial, at }) => sequence(integer(Buffer.from(serial, 'hex')), time(at)))
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(now.getTime()))
  const body = sequence(
    integer(Buffer.of(1)),
    ecdsaWithSha256,
    commonName(title),
    time(new Date(now.getTime() - backdated)),
    time(until),
    // An empty list is left out altogether (section 5.1.2.6).
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    tagged(
      0,
      sequence(
        extension('2.5.29.35', false, sequence(tagged(0, keyIdentifier(authorityKey), false))),
        extension('2.5.29.20', false, integer(number)),
      ),
      true,
    ),
  )
  return sequence(body, ecdsaWithSha256, bits(sign('sha256', body, authorityKey)))
}

/** One place by several addresses (RFC 5280 section 4.2.1.13). */
function distributionPoint(addresses: readonly string[]): Buffer {
  const names = addresses.map((address) => tagged(6, Buffer.from(address), false))
  return tagged(0, tagged(0, Buffer.concat(names), true), true)
}

/** DER of the SubjectPublicKeyInfo of a private key: what pins are made of. */
export function publicKeyInfo(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' })
}

type Issue = {
  readonly key: KeyObject
  readonly issuerKey: KeyObject
  readonly issuer: string
  readonly subject: string
  readonly days: number
  readonly now: Date
  readonly extensions: readonly Buffer[]
}

function issue({ key, issuerKey, issuer, subject, days, now, extensions }: Issue): Buffer {
  const start = now.getTime() - backdated
  const body = sequence(
    tagged(0, integer(Buffer.of(2)), true),
    serialNumber(),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(new Date(start)), time(new Date(start + days * day))),
    commonName(subject),
    publicKeyInfo(key),
    tagged(3, sequence(...extensions), true),
  )
  return sequence(body, ecdsaWithSha256, bits(sign('sha256', body, issuerKey)))
}

/** 127 random bits, positive and never zero. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40
  return integer(bytes)
}

function commonName(value: string): Buffer {
  return sequence(set(sequence(objectId('2.5.4.3'), text(value))))
}

function extension(oid: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(objectId(oid), ...(critical ? [yes] : []), octets(value))
}

/** The first 160 bits of the key's SHA-256 (RFC 7093 section 2). */
function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha256').update(publicKeyInfo(key)).digest().subarray(0, 20)
}

/** Address and mask: all of 127/8, else the one address. */
function networkOf(address: string): Buffer[] {
  if (address === '127.0.0.1') return [Buffer.of(127, 0, 0, 0), Buffer.of(255, 0, 0, 0)]
  const bytes = addressBytes(address)
  return [bytes, Buffer.alloc(bytes.length, 0xff)]
}

/** Bytes of a literal IPv4 address, or of the IPv6 loopback: the only ones that a local certificate names. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  return Buffer.from('00000000000000000000000000000001', 'hex')
}
