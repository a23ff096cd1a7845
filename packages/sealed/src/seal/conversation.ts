import {
  deriveMessageKey,
  encodeConversationInfo,
  exporterLabels,
  type Conversation,
  type ConversationInfo,
  type MessageHeader,
  type RequestReference,
} from '../conversation.ts'
import { digestBytes } from '../digest.ts'
import { importPublicKey, loadSuite, refuseKey } from '../hpke-suite.ts'
import type { SuiteName } from '../suites.ts'
import { finishFile, startFile, type FileSealer } from './file-sealer.ts'

/** Opens a conversation with the holder of a sealing key, on the client's side. Throws `key.malformed`. */
export async function openContext(options: {
  readonly suite: SuiteName
  readonly publicKey: Uint8Array
  readonly info: ConversationInfo
}): Promise<Conversation> {
  const keyId = await digestBytes(options.publicKey)
  const publicKey = await importPublicKey(options.suite, options.publicKey)
  const suite = await loadSuite(options.suite)
  const info = encodeConversationInfo(options.info, keyId)
  const { encapsulatedSecret: enc, ctx } = await suite.SetupSender(publicKey, { info }).catch(refuseKey)
  return {
    contextId: await digestBytes(enc),
    suite: options.suite,
    keyId,
    enc,
    requestSecret: await ctx.Export(exporterLabels.request, 32),
    responseSecret: await ctx.Export(exporterLabels.response, 32),
  }
}

/**
 * Seals request `number` of a conversation; a number serves once, counted by the caller from 0. Throws
 * `request.number_exhausted` from 65,536 on.
 */
export async function sealRequest(
  context: Conversation,
  number: number,
  header: MessageHeader,
  plaintext: Uint8Array,
): Promise<RequestReference & { readonly sealed: Uint8Array }> {
  const fileKey = await deriveMessageKey(context.requestSecret, number)
  const { suite, keyId: key, contextId, enc } = context
  const stanza = { kind: 'exporter', suite, key, context: contextId, number, enc } as const
  const sealer = await startFile({ ...header, purpose: 'request' }, [{ kind: 'exporter', stanza }], fileKey)
  const sealed = await finishFile(sealer, plaintext)
  return { sealed, number, digest: await digestBytes(sealed) }
}

/** Begins the response to a request, on the data plane's side: only who sent that very request can open it. */
export async function createResponseSealer(
  context: Conversation,
  request: RequestReference,
  header: MessageHeader,
): Promise<FileSealer> {
  const { number, digest } = request
  const fileKey = await deriveMessageKey(context.responseSecret, number)
  const { suite, keyId: key, contextId } = context
  const stanza = { kind: 'exporter', suite, key, context: contextId, number } as const
  return startFile({ ...header, purpose: 'response', request: digest }, [{ kind: 'exporter', stanza }], fileKey)
}

/** `createResponseSealer` for a whole response at once. */
export async function sealResponse(
  context: Conversation,
  request: RequestReference,
  header: MessageHeader,
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  return finishFile(await createResponseSealer(context, request, header), plaintext)
}
