/**
 * The form of server-checked secrets: `kh_<kind>_<random>_<crc>`. 256 random bits and a CRC-32 of everything before the
 * last underscore, both in base62, so that a mistyped or cut secret is refused without asking the database and so that
 * scanners of repositories find lost ones without false alarms.
 */
import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * Server's halves of tokens: `svc` of a program, `usr` of a person, `end` of a data endpoint (reserved: there are none
 * yet). `prv`: an identity provider's, to keep people with. `ses`: a session, `ops`: an operator's. `inv`: an invitation,
 * `opi`: an operator's, `rst`: a mailed link to choose a password; none of these three is a credential.
 */
export const secretKinds = ['svc', 'usr', 'end', 'prv', 'ses', 'ops', 'inv', 'opi', 'rst'] as const
export type SecretKind = (typeof secretKinds)[number]
/** `pen`: a sign-in that waits for its second factor; `shl`: what a browser hands to a shell that it confirmed. No bearers. */
type DrawnKind = SecretKind | 'pen' | 'shl'

/** What a lost token looks like, for scanners; the checksum is not in it. */
export const tokenPattern = /\bkh_(?:svc|usr|end|prv)_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}\b/

const secretForm = /^kh_(svc|usr|end|prv|ses|ops|inv|opi|rst)_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 43
const checkLength = 6

/** A new secret; to be given out once and kept only as its hash. */
export function drawSecret(kind: DrawnKind, random: Uint8Array = randomBytes(32)): string {
  const body = `kh_${kind}_${encodeBase62(BigInt(`0x${Buffer.from(random).toString('hex')}`), randomLength)}`
  return `${body}_${checksum(body)}`
}

/** The kind of a well-formed secret; undefined for anything else, a wrong checksum included. */
export function readSecretKind(text: string): SecretKind | undefined {
  const kind = secretForm.exec(text)?.[1] as SecretKind | undefined
  const end = text.length - checkLength - 1
  return kind !== undefined && text.slice(end + 1) === checksum(text.slice(0, end)) ? kind : undefined
}

/** What is kept of a secret. Plain SHA-256 will do: nobody can guess 256 random bits. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function checksum(body: string): string {
  return encodeBase62(BigInt(crc32(body)), checkLength)
}

function encodeBase62(value: bigint, length: number): string {
  let text = ''
  for (let left = value; left > 0n; left /= 62n) text = digits.charAt(Number(left % 62n)) + text
  return text.padStart(length, '0')
}
