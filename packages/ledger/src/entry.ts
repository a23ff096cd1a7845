import { formatCanonical, parseCanonical, type JsonValue } from './canonical.ts'
import { encodeText, toBase64Url } from './encoding.ts'
import { entryFields } from './entry-schema.ts'
import { LedgerError } from './errors.ts'
import { hmacSha256, leafHash } from './hash.ts'
import {
  commitPersonal,
  personalLabels,
  requireSalt,
  verifyDisclosure,
  type Disclosure,
  type PersonalLabel,
} from './personal.ts'

/** Longest entry, in UTF-8 bytes. */
const maximumEntryLength = 16_384

/** A value among an entry's details: ids, counts and sizes, never text of people or of data. */
export type Detail = string | number | boolean | null

/** Where a data plane's entry stands in that data plane's own chain; its signature covers the exact entry bytes. */
export type DataPlaneOrigin = {
  /** base64url(SHA-256(raw Ed25519 public key)) of the data plane's identity key. */
  readonly dataPlane: string
  /** From 1, without gaps. */
  readonly sequence: number
  /** Digest of the previous entry's bytes; null for the first. */
  readonly previous: string | null
}

/**
 * An entry as it is stored and hashed: OCSF-shaped (`class_uid` 6003 is API Activity, in category 6), with a commitment
 * (base64url, 43 characters) in place of each personal field, null where there was none. Digests are base64url(SHA-256).
 */
export type LedgerEntry = {
  readonly format: 1
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string
  /** Null in the installation's own log. */
  readonly organisation: string | null
  readonly project: string | null
  readonly class_uid: number
  readonly activity_id: number
  readonly category_uid: number
  /** Our operation id, such as `tokens.create`. */
  readonly action: string
  readonly outcome: 'success' | 'failure' | 'denied'
  readonly code: string | null
  readonly actor: {
    readonly kind: string
    readonly id: string | null
    readonly name: string | null
    readonly email: string | null
  }
  readonly source: string | null
  readonly device: string | null
  readonly object: { readonly kind: string; readonly id: string } | null
  readonly before: string | null
  readonly after: string | null
  readonly origin: 'control' | DataPlaneOrigin
  readonly details: { readonly [key: string]: Detail | readonly Detail[] }
}

/** Personal values in the clear, by label; null or left out where there is none. */
export type PersonalValues = { readonly [label in PersonalLabel]?: JsonValue }

/** An entry with everything but its personal fields. */
export type EntryDraft = Omit<LedgerEntry, 'format' | 'actor' | 'source' | 'device'> & {
  readonly actor: { readonly kind: string; readonly id: string | null }
}

/** An entry ready to append: its exact text, its salt, what opens its commitments, and the hash of its leaf. */
export type PreparedEntry = {
  readonly entry: LedgerEntry
  /** Canonical JSON; its UTF-8 bytes are what is hashed and signed. */
  readonly text: string
  readonly salt: Uint8Array
  readonly disclosures: readonly Disclosure[]
  readonly leafData: Uint8Array
  readonly leafHash: Uint8Array
}

/**
 * Makes an entry: commits to the personal values, each with its own salt from `drawSalt` (16 random bytes a call; see `createSaltSource`), checks
 * and encodes it. @throws LedgerError `ledger.entry_malformed`, naming the field
 */
export function prepareEntry(draft: EntryDraft, personal: PersonalValues, drawSalt: () => Uint8Array): PreparedEntry {
  const disclosures: Disclosure[] = []
  const commitments = new Map<PersonalLabel, string>()
  for (const label of personalLabels) {
    const value = personal[label] ?? null
    if (value === null) continue
    const salt = drawSalt()
    commitments.set(label, commitPersonal(salt, label, value))
    disclosures.push({ label, salt: toBase64Url(salt), value })
  }
  const committed = (label: PersonalLabel) => commitments.get(label) ?? null
  const entry: LedgerEntry = {
    ...draft,
    format: 1,
    actor: { ...draft.actor, name: committed('actor.name'), email: committed('actor.email') },
    source: committed('source'),
    device: committed('device'),
  }
  const text = formatEntry(entry)
  const salt = drawSalt()
  const leafData = commitEntry(salt, encodeText(text))
  return { entry, text, salt, disclosures, leafData, leafHash: leafHash(leafData) }
}

/** The exact text of an entry: canonical JSON. @throws LedgerError `ledger.entry_malformed`, naming the field */
export function formatEntry(entry: LedgerEntry): string {
  requireEntry(entry)
  return requireLength(formatCanonical(entry))
}

/** The entry of an exact text, strictly. @throws LedgerError `ledger.canonical_malformed`, `ledger.entry_malformed` */
export function parseEntry(text: string): LedgerEntry {
  const entry = parseCanonical(requireLength(text)) as LedgerEntry
  requireEntry(entry)
  return entry
}

function requireEntry(entry: LedgerEntry): void {
  const fields: Readonly<Record<string, JsonValue | undefined>> = Object.assign(Object.create(null), entry)
  const unknown = Object.keys(fields).length - Object.keys(entryFields).length
  const wrong = Object.entries(entryFields).find(([name, check]) => !check(fields[name]))
  if (wrong !== undefined)
    throw new LedgerError('ledger.entry_malformed', `The entry's field "${wrong[0]}" is not allowed`)
  if (unknown !== 0) throw new LedgerError('ledger.entry_malformed', 'The entry has a field that no entry has')
}

function requireLength(text: string): string {
  if (text.length <= maximumEntryLength) return text
  throw new LedgerError('ledger.entry_malformed', `An entry is longer than ${maximumEntryLength} bytes`)
}

/** Leaf data of an entry: HMAC-SHA-256(salt, "keyhold/entry/1\n" || entry bytes), 32 bytes: what tiles and proofs show. */
export function commitEntry(salt: Uint8Array, entryBytes: Uint8Array): Uint8Array {
  return hmacSha256(requireSalt(salt), entryLabel, entryBytes)
}

const entryLabel = encodeText('keyhold/entry/1\n')

/** Leaf hash of an entry's exact text and its salt. */
export function entryLeafHash(salt: Uint8Array, text: string): Uint8Array {
  return leafHash(commitEntry(salt, encodeText(text)))
}

function readCommitments(entry: LedgerEntry): Readonly<Record<PersonalLabel, string | null>> {
  const { actor, source, device } = entry
  return { 'actor.name': actor.name, 'actor.email': actor.email, source, device }
}

/**
 * Checks what is disclosed of an entry against its commitments. Fields that are not disclosed, or were erased, need
 * nothing. @throws LedgerError `ledger.disclosure_invalid`, also for two of one label
 */
export function verifyDisclosures(entry: LedgerEntry, disclosures: readonly Disclosure[]): void {
  const commitments = readCommitments(entry)
  for (const disclosure of disclosures) verifyDisclosure(commitments[disclosure.label], disclosure)
  if (new Set(disclosures.map(({ label }) => label)).size !== disclosures.length) {
    throw new LedgerError('ledger.disclosure_invalid', 'A personal field is disclosed twice')
  }
}
