import type { ContextHeader } from '../context-header.ts'
import { digestBytes } from '../digest.ts'
import { encodeFileKeyInfo, importPublicKey, loadSuite, refuseKey } from '../hpke-suite.ts'
import type { ExporterStanza, HpkeStanza, Stanza, TableKeyStanza } from '../recipient-block.ts'
import type { SuiteName } from '../suites.ts'
import type { FloeOptions } from './floe-sealer.ts'
import { encodeWrapContext } from '../wrap-context.ts'
import { wrapFloe } from './wrap.ts'

/** Who can open a file. A symmetric table key, or a public key; hybrid and classical ones never together. */
export type Recipient =
  | { readonly kind: 'table-key'; readonly id: string; readonly version: number; readonly key: Uint8Array }
  | { readonly kind: 'hpke'; readonly suite: SuiteName; readonly publicKey: Uint8Array }

/** Recipients and what the file key comes from in a conversation. */
export type AnyRecipient = Recipient | { readonly kind: 'exporter'; readonly stanza: ExporterStanza }

/** Wraps the file key for one recipient. Throws `key.malformed`. */
export async function sealStanza(
  recipient: AnyRecipient,
  fileKey: Uint8Array,
  header: ContextHeader,
  contextDigest: Uint8Array,
  options: FloeOptions,
): Promise<Stanza> {
  if (recipient.kind === 'exporter') return recipient.stanza
  if (recipient.kind === 'table-key') return sealToTableKey(recipient, fileKey, header, options)
  return sealToPublicKey(recipient, fileKey, header, contextDigest)
}

async function sealToTableKey(
  recipient: Recipient & { kind: 'table-key' },
  fileKey: Uint8Array,
  header: ContextHeader,
  options: FloeOptions,
): Promise<TableKeyStanza> {
  const { organisation, project } = header
  const { id, version } = recipient
  const context = { organisation, project, key: id, version, purpose: 'file-key' } as const
  const wrapped = await wrapFloe(recipient.key, encodeWrapContext(context), fileKey, options)
  return { kind: 'table-key', key: id, version, wrapped }
}

async function sealToPublicKey(
  recipient: Recipient & { kind: 'hpke' },
  fileKey: Uint8Array,
  header: ContextHeader,
  contextDigest: Uint8Array,
): Promise<HpkeStanza> {
  const { suite: name, publicKey } = recipient
  const key = await digestBytes(publicKey)
  const imported = await importPublicKey(name, publicKey)
  const suite = await loadSuite(name)
  const info = encodeFileKeyInfo(header, name, key)
  const sealed = await suite.Seal(imported, fileKey, { aad: contextDigest, info }).catch(refuseKey)
  return { kind: 'hpke', suite: name, key, enc: sealed.encapsulatedSecret, wrapped: sealed.ciphertext }
}
