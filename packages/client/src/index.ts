/**
 * What every client of Keyhold does, in Node and in browsers alike: links and tokens, claiming, the roster, sealing
 * keys, conversations with the data plane, and results. Imports nothing of Node's; storage, clock and network are
 * arguments.
 */
export type { Caller, ProjectCaller } from './caller.ts'
export {
  collectBytes,
  openDataPlane,
  sealedMedia,
  type AnswerOpener,
  type ConversationPorts,
  type DataPlane,
  type OpenedAnswer,
  type Question,
} from './conversation.ts'
export {
  deleteDocument,
  ensureDocument,
  isConflict,
  listDocuments,
  readDocument,
  saveDocument,
  type AskJson,
} from './documents.ts'
export { formatDeviceCode, parseDeviceCode, type DeviceCode } from './device-code.ts'
export { drawId } from './draw-id.ts'
export { ClientError, JobProblem, SealedProblem, type ClientCode } from './errors.ts'
export {
  formatLoginString,
  parseInvitationLink,
  parseLoginString,
  parseSetupLink,
  type InvitationLink,
  type LoginTarget,
  type SetupLink,
} from './links.ts'
export { loadSample, type SampleProgress, type SampleRequest } from './load-sample.ts'
export {
  changeMemberRole,
  findDeviceOwner,
  inviteMember,
  leaveOrganisation,
  listMadeTokens,
  removeMember,
  transferOwnership,
} from './members.ts'
export { listPending, maySettle, settlePending, type Pending } from './pending.ts'
export type { PinStore, SeenSet } from './pins.ts'
export { withProof } from './proof.ts'
export { solveProof } from './solve-proof.ts'
export { formatOf, type Cell, type CellFormat } from './results/cells.ts'
export { maxResultBytes, readResultTable, readText, type ResultTable } from './results/result-table.ts'
export { isNull, listBuffers, readCell, readNumber, type Vector } from './results/vector.ts'
export { scanColumns, type ColumnValues, type ParquetSource, type RowGroup } from './results/parquet-columns.ts'
export {
  fetchRoster,
  listDevices,
  mayChange,
  signChange,
  verifyRoster,
  type Change,
  type Device,
  type Roster,
} from './roster.ts'
export { openSealedAnswer, spoolBytes, type SealedAnswer, type Spool } from './sealed-answer.ts'
export {
  fetchDataPlaneKey,
  fetchDataPlaneKeyId,
  fetchSealingKey,
  fetchSealingSet,
  type KeyReader,
  type SealingKeyChoice,
} from './sealing-keys.ts'
export { assertClaimed, makeClaim, type OwnerChoices } from './setup-claim.ts'
export { formatTokenString, parseTokenString, type TokenParts } from './token-string.ts'
export {
  createToken,
  endorseDevice,
  revokeKey,
  revokeToken,
  rotateToken,
  type MadeToken,
  type NewToken,
  type Token,
} from './tokens.ts'
export { sourceOfBytes } from './upload/byte-source.ts'
export { assertDone, followJob } from './upload/import-job.ts'
export type { Journal, JournalHeader, JournalStore, SegmentRecord, UploadIds } from './upload/journal.ts'
export type { ContentAnswer, ContentCall, SegmentHashing, UploadPorts } from './upload/ports.ts'
export type { Source } from './upload/source.ts'
export {
  forgetUpload,
  uploadFile,
  type FinishedUpload,
  type UploadRequest,
  type UploadTarget,
} from './upload/upload-file.ts'
