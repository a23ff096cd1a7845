/** Opening. The control plane must not import this: a test walks its imports. */
export {
  openRequest,
  openResponse,
  receiveContext,
  responseKeys,
  type MessageExpectation,
  type ReceivedConversation,
} from './open/conversation.ts'
export { createOpenTransform, FileOpener, openBytes } from './open/file-opener.ts'
export { FileReader, type SealedSource } from './open/file-reader.ts'
export type { FileKeys } from './open/recipients.ts'
export { replaceRecipients } from './open/replace-recipients.ts'
export { ReplayWindow } from './open/replay-window.ts'
export { exportSealingKey, generateSealingKey, importSealingKey, type SealingKey } from './open/sealing-key.ts'
export { unwrapSecret } from './open/unwrap.ts'
