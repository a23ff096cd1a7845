import type { ContextExpectation } from '../context-header.ts'
import { joinHead, parseSealedHead } from '../sealed-head.ts'
import { sealRecipients } from '../seal/file-sealer.ts'
import type { Recipient } from '../seal/recipients.ts'
import { openFileKey, type FileKeys } from './recipients.ts'

/**
 * The head of the same file for other recipients: to be stored in place of the first `oldLength` bytes. Header, FLOE
 * header and body stay as they are. Throws the codes of `openFileKey` and of sealing.
 */
export async function replaceRecipients(
  sealedStart: Uint8Array,
  keys: FileKeys,
  expected: ContextExpectation,
  recipients: readonly Recipient[],
): Promise<{ head: Uint8Array; oldLength: number }> {
  const head = await parseSealedHead(sealedStart)
  const fileKey = await openFileKey(head, keys, expected)
  const block = await sealRecipients(recipients, fileKey, head.header, head.contextDigest)
  const context = sealedStart.subarray(0, head.contextLength)
  return { head: joinHead(context, block, head.floeHeader), oldLength: head.length }
}
