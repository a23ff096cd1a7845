/** Sealing: files, recipients, the client's and the data plane's half of a conversation, small secrets. */
export { createResponseSealer, openContext, sealRequest, sealResponse } from './seal/conversation.ts'
export {
  createFileSealer,
  createSealTransform,
  drawFileKey,
  resumeFileSealer,
  sealBytes,
  type FileSealer,
  type SealFileOptions,
} from './seal/file-sealer.ts'
export type { SealedSegment } from './seal/floe-sealer.ts'
export type { Recipient } from './seal/recipients.ts'
export { wrapSecret } from './seal/wrap.ts'
