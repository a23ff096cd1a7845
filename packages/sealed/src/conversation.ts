import { encodeText } from './bytes.ts'
import { encodeCanonical } from './canonical.ts'
import type { ContextHeader } from './context-header.ts'
import type { Awaitable } from './crypto/primitives.ts'
import { SealedError } from './errors.ts'
import { expandKey } from './hkdf.ts'
import { maxMessages, type ExporterStanza } from './recipient-block.ts'
import { parseSealedHead, type SealedHead } from './sealed-head.ts'
import type { SuiteName } from './suites.ts'

/** The keys of one HPKE context between a client and a data plane, the same on both sides. */
export interface Conversation {
  /** Base64url SHA-256 of `enc`. */
  readonly contextId: string
  readonly suite: SuiteName
  /** Base64url SHA-256 of the data plane's sealing key. */
  readonly keyId: string
  readonly enc: Uint8Array
  readonly requestSecret: Uint8Array
  readonly responseSecret: Uint8Array
}

/** A sent or received request, as its response must name it. */
export interface RequestReference {
  readonly number: number
  /** Base64url SHA-256 of the whole sealed request. */
  readonly digest: string
}

/** What a conversation's context says of who may speak; both sides must give the same. */
export interface ConversationInfo {
  readonly organisation: string
  readonly project: string
}

/** Where a message belongs; purpose and request follow from its direction. */
export type MessageHeader = Omit<ContextHeader, 'purpose' | 'request'>

/** Exporter contexts (RFC 9180, section 5.3). */
export const exporterLabels = {
  request: encodeText('keyhold request 1'),
  response: encodeText('keyhold response 1'),
} as const

/** HPKE's `info` of a conversation. */
export function encodeConversationInfo(info: ConversationInfo, keyId: string): Uint8Array {
  return encodeCanonical({ format: 1, organisation: info.organisation, project: info.project, keyId })
}

/** The file key of message `number` in one direction. Throws `request.number_exhausted` beyond the last number. */
export function deriveMessageKey(secret: Uint8Array, number: number): Awaitable<Uint8Array> {
  if (!Number.isSafeInteger(number) || number < 0 || number >= maxMessages) {
    throw new SealedError('request.number_exhausted', 'A conversation has at most 65,536 messages', {
      remedy: 'Open a new conversation.',
    })
  }
  return expandKey('sha384', secret, [encodeCanonical({ number })], 32)
}

/** Reads whom a sealed request or response is for, without opening it. */
export interface Envelope {
  readonly header: ContextHeader
  readonly contextId: string
  readonly suite: SuiteName
  readonly keyId: string
  readonly number: number
  /** The encapsulated secret that opens the conversation; in requests only. */
  readonly enc: Uint8Array | undefined
}

/** Throws `request.context_mismatch` when the file is no message of a conversation, and the codes of heads. */
export async function readEnvelope(sealed: Uint8Array): Promise<Envelope> {
  const head = await parseSealedHead(sealed)
  const stanza = exporterStanza(head)
  const { context: contextId, suite, key: keyId, number, enc } = stanza
  return { header: head.header, contextId, suite, keyId, number, enc }
}

/** The one stanza of a conversation's message. */
export function exporterStanza(head: SealedHead): ExporterStanza {
  const stanza = head.block.stanzas[0]
  if (stanza?.kind === 'exporter') return stanza
  throw new SealedError('request.context_mismatch', 'The file is not a message of a conversation')
}
