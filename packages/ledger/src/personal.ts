import { formatCanonical, type JsonValue } from './canonical.ts'
import { copyBytes, encodeText, fromBase64Url, toBase64Url } from './encoding.ts'
import { LedgerError } from './errors.ts'
import { hmacSha256 } from './hash.ts'

/** Bytes of a salt. */
export const saltLength = 16

/** The personal fields of an entry, by the label that their commitment is bound to. */
export const personalLabels = ['actor.name', 'actor.email', 'source', 'device'] as const

/** Label of a personal field. */
export type PersonalLabel = (typeof personalLabels)[number]

/** Opens one commitment. Stored encrypted beside the entry; deleting it erases the value, and the entry still verifies. */
export type Disclosure = { readonly label: PersonalLabel; readonly salt: string; readonly value: JsonValue }

/**
 * Commitment to a personal value: base64url(HMAC-SHA-256(salt, label || 0x00 || canonical JSON of the value)).
 * The salt has 16 random bytes, of its own for each field of each entry: without it nobody can test a guess.
 * @throws LedgerError `ledger.range_invalid` for a salt of another length, `ledger.canonical_malformed`
 */
export function commitPersonal(salt: Uint8Array, label: PersonalLabel, value: JsonValue): string {
  return toBase64Url(hmacSha256(requireSalt(salt), encodeText(`${label}\0${formatCanonical(value)}`)))
}

/** The disclosure that is `source`, strictly. @throws LedgerError `ledger.disclosure_invalid` */
export function parseDisclosure(source: unknown): Disclosure {
  const { label, salt, value, ...rest } = (source ?? {}) as Record<string, unknown>
  const known = personalLabels.find((candidate) => candidate === label)
  const whole = known !== undefined && typeof salt === 'string' && value !== undefined
  if (!whole || Object.keys(rest).length > 0) return refuse()
  return { label: known, salt, value: value as JsonValue }
}

/** Checks that a disclosure opens a commitment. @throws LedgerError `ledger.disclosure_invalid` */
export function verifyDisclosure(commitment: string | null, { label, salt, value }: Disclosure): void {
  const bytes = fromBase64Url(salt)
  if (bytes?.length !== saltLength || commitment !== commitPersonal(bytes, label, value)) refuse()
}

/**
 * A source of salts that draws random bytes in blocks of 256 salts: a call for 16 bytes costs more than all else in an
 * entry. `randomBytes` answers that many bytes from the system's generator.
 */
export function createSaltSource(randomBytes: (count: number) => Uint8Array): () => Uint8Array {
  let block = new Uint8Array()
  let used = 0
  return () => {
    if (used === block.length) {
      block = Uint8Array.from(randomBytes(256 * saltLength))
      used = 0
    }
    const salt = copyBytes(block, used, used + saltLength)
    block.fill(0, used, used + saltLength)
    used += saltLength
    return salt
  }
}

/** A salt, checked for its length. */
export function requireSalt(salt: Uint8Array): Uint8Array {
  if (salt.length === saltLength) return salt
  throw new LedgerError('ledger.range_invalid', `A salt has ${saltLength} bytes`)
}

function refuse(): never {
  throw new LedgerError('ledger.disclosure_invalid', 'A disclosed personal field is not the one committed to')
}
