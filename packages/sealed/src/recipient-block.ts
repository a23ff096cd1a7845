import { primitives } from '#crypto'
import { decodeBase64url, encodeBase64url, encodeText, joinBytes } from './bytes.ts'
import {
  encodeCanonical,
  isObject,
  parseCanonicalObject,
  type CanonicalObject,
  type CanonicalValue,
} from './canonical.ts'
import { SealedError } from './errors.ts'
import { expandKey } from './hkdf.ts'
import { isSuiteName, suites, type SuiteName } from './suites.ts'

/** The file key wrapped under a table key (one-segment FLOE). */
export interface TableKeyStanza {
  readonly kind: 'table-key'
  /** Identifier and version of the table key. */
  readonly key: string
  readonly version: number
  readonly wrapped: Uint8Array
}

/** The file key sealed to a public key. */
export interface HpkeStanza {
  readonly kind: 'hpke'
  readonly suite: SuiteName
  /** Key identifier: base64url SHA-256 of the public key. */
  readonly key: string
  readonly enc: Uint8Array
  readonly wrapped: Uint8Array
}

/** The file key follows from a conversation's exporter: message `number` in the direction of the file's purpose. */
export interface ExporterStanza {
  readonly kind: 'exporter'
  readonly suite: SuiteName
  readonly key: string
  /** Base64url SHA-256 of the encapsulated secret that opened the conversation. */
  readonly context: string
  readonly number: number
  /** The encapsulated secret, in requests only. */
  readonly enc?: Uint8Array
}

export type Stanza = TableKeyStanza | HpkeStanza | ExporterStanza

export interface RecipientBlock {
  readonly stanzas: readonly Stanza[]
  readonly mac: Uint8Array
  /** Exact bytes of the list of recipients, which the MAC covers. */
  readonly listed: Uint8Array
}

/** Longest recipient block, in bytes, and most recipients in it. */
export const maxBlockLength = 65_536
const maxRecipients = 16
/** Messages of one conversation have the numbers 0 … maxMessages - 1. */
export const maxMessages = 65_536

/** Length of `{"mac":"` + 43 characters + `","recipients":`. */
const listOffset = 8 + 43 + 15
const macLabel = encodeText('keyhold/recipients/1\n')
const macKeyInfo = encodeText('keyhold/recipients/1')
const identifier = /^[A-Za-z0-9_.:-]{1,128}$/
const digest = /^[A-Za-z0-9_-]{43}$/
const wrappedKeyLength = 138
const sealedKeyLength = 48

/** Canonical bytes of a block, with its MAC under the file key. Throws `recipient.malformed` or `.mixed_suites`. */
export async function encodeRecipientBlock(
  stanzas: readonly Stanza[],
  fileKey: Uint8Array,
  contextDigest: Uint8Array,
): Promise<Uint8Array> {
  assertTogether(stanzas)
  const listed = encodeCanonical(stanzas.map(encodeStanza))
  const mac = await macRecipients(listed, fileKey, contextDigest)
  return joinBytes([encodeText(`{"mac":"${encodeBase64url(mac)}","recipients":`), listed, encodeText('}')])
}

/**
 * The recipients, not yet authenticated: `verifyRecipientBlock` does that once the file key is known. Throws
 * `recipient.too_long`, `recipient.malformed`, `recipient.mixed_suites` or `recipient.unsupported`.
 */
export function parseRecipientBlock(bytes: Uint8Array): RecipientBlock {
  if (bytes.length > maxBlockLength) throw new SealedError('recipient.too_long', 'The recipient block is too long')
  const block = parseObject(bytes)
  const { recipients, mac } = block
  if (!Array.isArray(recipients) || Object.keys(block).length !== 2) throw malformed()
  const stanzas = (recipients as readonly CanonicalValue[]).map(parseStanza)
  assertTogether(stanzas)
  // The bytes are canonical, so the list lies where `encodeRecipientBlock` puts it.
  return { stanzas, mac: parseBytes(mac, 32), listed: bytes.subarray(listOffset, -1) }
}

/** Throws `recipient.forged` unless the block was made for this file key and this context header. */
export async function verifyRecipientBlock(
  block: RecipientBlock,
  fileKey: Uint8Array,
  contextDigest: Uint8Array,
): Promise<void> {
  const expected = await macRecipients(block.listed, fileKey, contextDigest)
  if (!primitives.equalBytes(expected, block.mac)) {
    throw new SealedError('recipient.forged', 'The recipient block does not belong to this file')
  }
}

async function macRecipients(listed: Uint8Array, fileKey: Uint8Array, contextDigest: Uint8Array): Promise<Uint8Array> {
  const macKey = await expandKey('sha384', fileKey, [macKeyInfo], 32)
  return primitives.hmac('sha256', macKey, [macLabel, contextDigest, listed])
}

function encodeStanza(stanza: Stanza): object {
  const members = Object.entries(stanza) as [string, unknown][]
  return Object.fromEntries(
    members.map(([name, value]) => [name, value instanceof Uint8Array ? encodeBase64url(value) : value]),
  )
}

function parseStanza(value: CanonicalValue): Stanza {
  if (!isObject(value)) throw malformed()
  const { kind } = value
  if (kind === 'table-key') return parseTableKeyStanza(value)
  if (kind === 'hpke') return parseHpkeStanza(value)
  if (kind === 'exporter') return parseExporterStanza(value)
  throw new SealedError('recipient.unsupported', 'The file has a recipient of a kind that this version cannot use')
}

function parseTableKeyStanza(value: CanonicalObject): TableKeyStanza {
  assertFields(value, ['kind', 'key', 'version', 'wrapped'])
  const version = parseCount(value['version'], Number.MAX_SAFE_INTEGER)
  const wrapped = parseBytes(value['wrapped'], wrappedKeyLength)
  return { kind: 'table-key', key: parseText(value['key'], identifier), version, wrapped }
}

function parseHpkeStanza(value: CanonicalObject): HpkeStanza {
  assertFields(value, ['kind', 'suite', 'key', 'enc', 'wrapped'])
  const suite = parseSuite(value['suite'])
  const enc = parseBytes(value['enc'], suites[suite].encLength)
  const wrapped = parseBytes(value['wrapped'], sealedKeyLength)
  return { kind: 'hpke', suite, key: parseText(value['key'], digest), enc, wrapped }
}

function parseExporterStanza(value: CanonicalObject): ExporterStanza {
  const hasEnc = Object.hasOwn(value, 'enc')
  assertFields(value, ['kind', 'suite', 'key', 'context', 'number', ...(hasEnc ? ['enc'] : [])])
  const suite = parseSuite(value['suite'])
  const stanza = {
    kind: 'exporter',
    suite,
    key: parseText(value['key'], digest),
    context: parseText(value['context'], digest),
    number: parseCount(value['number'], maxMessages - 1),
  } as const
  return hasEnc ? { ...stanza, enc: parseBytes(value['enc'], suites[suite].encLength) } : stanza
}

/** Which recipients may share a block: hybrid and classical never, as the weaker would decide; a conversation alone. */
function assertTogether(stanzas: readonly Stanza[]): void {
  if (stanzas.length === 0 || stanzas.length > maxRecipients) throw malformed()
  if (stanzas.length > 1 && stanzas.some((stanza) => stanza.kind === 'exporter')) throw malformed()
  const strengths = new Set(
    stanzas.flatMap((stanza) => (stanza.kind === 'hpke' ? [suites[stanza.suite].postQuantum] : [])),
  )
  if (strengths.size > 1) {
    throw new SealedError('recipient.mixed_suites', 'Hybrid and classical recipients are never in one block')
  }
}

function parseObject(bytes: Uint8Array): CanonicalObject {
  try {
    return parseCanonicalObject(bytes, { maxBytes: maxBlockLength })
  } catch (cause) {
    throw malformed(cause)
  }
}

function assertFields(value: CanonicalObject, fields: readonly string[]): void {
  const keys = Object.keys(value)
  if (keys.length !== fields.length || !fields.every((field) => Object.hasOwn(value, field))) throw malformed()
}

function parseSuite(value: CanonicalValue | undefined): SuiteName {
  if (isSuiteName(value)) return value
  throw new SealedError('recipient.unsupported', 'The file has a recipient with an unknown suite')
}

function parseText(value: CanonicalValue | undefined, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw malformed()
  return value
}

function parseCount(value: CanonicalValue | undefined, max: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > max) throw malformed()
  return value
}

function parseBytes(value: CanonicalValue | undefined, length: number): Uint8Array {
  const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined
  if (bytes?.length !== length) throw malformed()
  return bytes
}

function malformed(cause?: unknown): SealedError {
  return new SealedError('recipient.malformed', 'The recipient block is malformed', { cause })
}
