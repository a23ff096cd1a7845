/** The closing statement: the only thing that makes uploaded bytes an import. */
import { roleMayAsk, roleOfDevice, type Signed, type UploadClosing } from '@keyhold/contract'
import { DataError } from '../errors.ts'
import { digest, verifyBody } from '../formats/statements.ts'
import { accessDenied, mayAccess, mayDo, roleDenied } from '../project/asker.ts'
import type { TableState } from '../project/catalogue.ts'
import type { Marks } from '../project/marks.ts'
import type { RosterIndex } from '../project/roster-index.ts'
import type { Standing } from '../roster/member.ts'
import { contentForged, tableMismatch, type ReadResult, type UploadState } from './read-upload.ts'

export type ClosingSetting = {
  readonly organisation: string
  readonly project: string
  readonly roster: RosterIndex
  readonly marks: Marks
  readonly now: number
}

/**
 * Who signed, for what and when; what was signed is what was read; and it has not been loaded before.
 * @throws `upload.closing_forged`, `upload.closing_expired`, `upload.content_forged`, `upload.table_mismatch`,
 * `upload.already_consumed`, `access.denied`
 */
export async function verifyClosing(
  closing: Signed,
  upload: UploadState,
  read: ReadResult,
  current: TableState | undefined,
  setting: ClosingSetting,
): Promise<UploadClosing> {
  const member = setting.roster.find(closing.keyId)
  if (!member) throw setting.roster.isRevoked(closing.keyId) ? accessDenied() : closingForged()
  const body = await verifyBody('upload-closing', Buffer.from(member.publicKey, 'base64url'), closing).catch(
    (cause) => {
      throw closingForged(cause)
    },
  )
  assertSigner(member, body, setting)
  assertRoles(member, upload)
  assertTable(body, upload, current, setting)
  assertContent(body, upload, read)
  if (Date.parse(body.expires) <= setting.now) throw expired()
  assertNew(body, current)
  return body
}

/** Refuses a file that the table's manifest lists as loaded. @throws `upload.already_consumed` */
export function assertNew(
  { file, idempotencyKey }: { file: string; idempotencyKey?: string },
  current: TableState | undefined,
): void {
  const consumed = current?.manifest.consumed ?? []
  if (consumed.some((one) => one.file === file || one.idempotencyKey === idempotencyKey)) throw alreadyConsumed()
}

function assertSigner(member: Standing, body: UploadClosing, { organisation, project, now }: ClosingSetting): void {
  if (body.organisation !== organisation || body.project !== project) throw closingForged()
  if (member.kind !== 'token') return
  const current = member.project === project && Date.parse(member.expires) > now
  if (!current || !mayAccess(member, body.bucket, 'write') || !mayDo(member, ['upload'])) throw accessDenied()
}

/** By the roster's word on the device, and the control plane's on who uploads: the weaker of both. */
function assertRoles(member: Standing, { principal }: UploadState): void {
  if (member.kind === 'token') {
    if (!member.roles.every((role) => roleMayAsk(role, 'upload.close'))) throw roleDenied()
    return
  }
  if (!roleMayAsk(roleOfDevice(member), 'upload.close')) throw roleDenied()
  if (principal.kind !== 'person') return
  if (member.person !== undefined && member.person !== principal.id) throw accessDenied()
  // Uploads from before there were roles name none.
  if (principal.role !== undefined && !roleMayAsk(principal.role, 'upload.close')) throw roleDenied()
}

function assertTable(
  { bucket, table, tableId }: UploadClosing,
  upload: UploadState,
  current: TableState | undefined,
  { marks }: ClosingSetting,
): void {
  const owner = marks.named(bucket, table)
  const known = current?.manifest
  const renamed = known !== undefined && (known.bucket !== bucket || known.table !== table)
  if (tableId !== upload.table || renamed || (owner && owner.tableId !== tableId)) throw tableMismatch()
}

function assertContent(body: UploadClosing, upload: UploadState, read: ReadResult): void {
  const opening = digest(Buffer.from(upload.opening, 'base64url'))
  if (body.file !== upload.file || body.mode !== upload.mode || body.openingDigest !== opening) throw closingForged()
  if (body.ciphertextLength !== read.length || body.ciphertextHash !== read.hash) throw contentForged()
}

/** The statement is not what was signed, or says something else than the sealed opening. */
export function closingForged(cause?: unknown): DataError {
  return new DataError(
    'upload.closing_forged',
    'The upload’s closing statement is not what an endorsed device or token signed.',
    'Upload the file again.',
    { cause },
  )
}

function expired(): DataError {
  return new DataError('upload.closing_expired', 'The upload was closed too long ago.', 'Upload the file again.')
}

function alreadyConsumed(): DataError {
  return new DataError(
    'upload.already_consumed',
    'This upload was loaded before.',
    'Nothing is to be done: the rows are in the table.',
  )
}
