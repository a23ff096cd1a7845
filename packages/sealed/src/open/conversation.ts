import type { ContextExpectation, ContextHeader } from '../context-header.ts'
import {
  deriveMessageKey,
  encodeConversationInfo,
  exporterLabels,
  exporterStanza,
  type Conversation,
  type ConversationInfo,
  type RequestReference,
} from '../conversation.ts'
import { digestBytes } from '../digest.ts'
import { SealedError } from '../errors.ts'
import { loadSuite } from '../hpke-suite.ts'
import type { ExporterStanza } from '../recipient-block.ts'
import { parseSealedHead } from '../sealed-head.ts'
import { openBody, openBytes } from './file-opener.ts'
import type { FileKeys } from './recipients.ts'
import { ReplayWindow } from './replay-window.ts'
import type { SealingKey } from './sealing-key.ts'

/** A conversation on the data plane's side, with the numbers that it has seen. */
export interface ReceivedConversation extends Conversation {
  readonly window: ReplayWindow
}

/** What the other side expects of a message's header besides its purpose. */
export type MessageExpectation = Omit<ContextExpectation, 'purpose' | 'request'>

/** Opens the conversation of a request's `enc` (see `readEnvelope`). Throws `request.context_mismatch`. */
export async function receiveContext(options: {
  readonly key: SealingKey
  readonly enc: Uint8Array
  readonly info: ConversationInfo
}): Promise<ReceivedConversation> {
  const { key, enc } = options
  const suite = await loadSuite(key.suite)
  const info = encodeConversationInfo(options.info, key.keyId)
  const ctx = await suite.SetupRecipient(key.pair, enc, { info }).catch((cause: unknown) => {
    throw new SealedError('request.context_mismatch', 'The encapsulated secret is not one for this key', { cause })
  })
  return {
    contextId: await digestBytes(enc),
    suite: key.suite,
    keyId: key.keyId,
    enc,
    requestSecret: await ctx.Export(exporterLabels.request, 32),
    responseSecret: await ctx.Export(exporterLabels.response, 32),
    window: new ReplayWindow(),
  }
}

/**
 * The plaintext of a request; its number is used up from here on. Throws `request.context_mismatch`,
 * `request.replayed`, and the codes of `openBytes`.
 */
export async function openRequest(
  context: ReceivedConversation,
  sealed: Uint8Array,
  expected: MessageExpectation,
): Promise<RequestReference & { readonly header: ContextHeader; readonly plaintext: Uint8Array }> {
  const head = await parseSealedHead(sealed)
  const stanza = exporterStanza(head)
  assertConversation(stanza, context)
  const fileKey = await deriveMessageKey(context.requestSecret, stanza.number)
  const plaintext = await openBody(sealed, head, { fileKey }, { ...expected, purpose: 'request' })
  const digest = await digestBytes(sealed)
  // Only what verified uses up a number, or anyone could block the real request; nothing is awaited after this.
  context.window.accept(stanza.number)
  return { number: stanza.number, digest, header: head.header, plaintext }
}

/** Keys that open exactly the response to this request; for `openBytes`, `FileOpener` or `FileReader`. */
export function responseKeys(context: Conversation, request: RequestReference): FileKeys {
  return {
    messageKey(stanza, header) {
      assertConversation(stanza, context)
      if (stanza.number !== request.number || header.request !== request.digest) {
        throw new SealedError('response.mismatch', 'The response answers another request')
      }
      return deriveMessageKey(context.responseSecret, stanza.number)
    },
  }
}

/** The plaintext of a whole response. Throws `response.mismatch` and the codes of `openBytes`. */
export async function openResponse(
  context: Conversation,
  request: RequestReference,
  sealed: Uint8Array,
  expected: MessageExpectation,
): Promise<Uint8Array> {
  return openBytes(sealed, responseKeys(context, request), { ...expected, purpose: 'response' })
}

function assertConversation(stanza: ExporterStanza, context: Conversation): void {
  const same = stanza.context === context.contextId && stanza.key === context.keyId && stanza.suite === context.suite
  if (!same) throw new SealedError('request.context_mismatch', 'The message belongs to another conversation')
}
