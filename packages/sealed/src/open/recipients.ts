import { assertExpected, type ContextExpectation, type ContextHeader } from '../context-header.ts'
import type { Awaitable } from '../crypto/primitives.ts'
import { SealedError } from '../errors.ts'
import {
  verifyRecipientBlock,
  type ExporterStanza,
  type HpkeStanza,
  type Stanza,
  type TableKeyStanza,
} from '../recipient-block.ts'
import type { SealedHead } from '../sealed-head.ts'
import type { SealingKey } from './sealing-key.ts'
import { unwrapSecret } from './unwrap.ts'

/** The keys that a reader has; each may answer undefined for what it does not know. */
export interface FileKeys {
  /** A table key (32 bytes) by its identifier and version. */
  tableKey?(id: string, version: number): Awaitable<Uint8Array | undefined>
  /** A sealing key by its identifier. */
  sealingKey?(keyId: string): Awaitable<SealingKey | undefined>
  /** The file key itself, for a message of a conversation. */
  messageKey?(stanza: ExporterStanza, header: ContextHeader): Awaitable<Uint8Array | undefined>
  /** The file key itself, for who drew it. */
  readonly fileKey?: Uint8Array
}

/**
 * The authenticated file key of a head whose context is the expected one. Throws `header.unexpected`,
 * `recipient.no_key`, and `recipient.forged` when no known key opens this block for this file.
 */
export async function openFileKey(head: SealedHead, keys: FileKeys, expected: ContextExpectation): Promise<Uint8Array> {
  assertExpected(head.header, expected)
  const fileKey = keys.fileKey ?? (await firstFileKey(head, keys))
  if (fileKey === undefined) {
    throw new SealedError('recipient.no_key', 'None of the keys at hand is a recipient of this file')
  }
  await verifyRecipientBlock(head.block, fileKey, head.contextDigest)
  return fileKey
}

async function firstFileKey(head: SealedHead, keys: FileKeys): Promise<Uint8Array | undefined> {
  for (const stanza of head.block.stanzas) {
    const fileKey = await openStanza(stanza, head, keys)
    if (fileKey !== undefined) return fileKey
  }
  return undefined
}

async function openStanza(stanza: Stanza, head: SealedHead, keys: FileKeys): Promise<Uint8Array | undefined> {
  if (stanza.kind === 'exporter') return keys.messageKey?.(stanza, head.header)
  if (stanza.kind === 'table-key') {
    const key = await keys.tableKey?.(stanza.key, stanza.version)
    return key === undefined ? undefined : refuseForged(openTableKey(stanza, head, key))
  }
  const key = await keys.sealingKey?.(stanza.key)
  return key === undefined || key.suite !== stanza.suite ? undefined : refuseForged(openHpke(stanza, head, key))
}

async function openTableKey(stanza: TableKeyStanza, head: SealedHead, key: Uint8Array): Promise<Uint8Array> {
  const { organisation, project } = head.header
  const context = { organisation, project, key: stanza.key, version: stanza.version, purpose: 'file-key' } as const
  return unwrapSecret(key, context, stanza.wrapped)
}

async function openHpke(stanza: HpkeStanza, head: SealedHead, key: SealingKey): Promise<Uint8Array> {
  // On demand: pages that open answers by their file key need none of it.
  const { encodeFileKeyInfo, loadSuite } = await import('../hpke-suite.ts')
  const suite = await loadSuite(key.suite)
  const info = encodeFileKeyInfo(head.header, key.suite, key.keyId)
  return suite.Open(key.pair, stanza.enc, stanza.wrapped, { aad: head.contextDigest, info })
}

async function refuseForged(opening: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    const fileKey = await opening
    if (fileKey.length === 32) return fileKey
  } catch (cause) {
    throw new SealedError('recipient.forged', 'The wrapped file key does not belong to this file and key', { cause })
  }
  throw new SealedError('recipient.forged', 'The wrapped file key is not one')
}
