/** How an upload ends: closed by its signed statement, or given up. Its bytes go once no import needs them. */
import { type Signed, UploadClosing } from '@keyhold/contract'
import { readUnverified, SealedError } from '@keyhold/sealed'
import { Compile } from 'typebox/compile'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failUpload } from './errors.ts'
import type { UploadCaller } from './ports.ts'
import { lockOwnUpload } from './read-upload.ts'
import type { UploadSetting } from './setting.ts'
import { nextUploadState } from './states.ts'
import { lockUpload, setClosing, setUploadState, type StoredUpload } from './store.ts'

const closingShape = Compile(UploadClosing)

/**
 * Hands the closing statement over; whether it is true is the data plane's to say. The same one again changes nothing.
 *
 * @returns the import job
 * @throws `upload.unknown`, `upload.incomplete`, `upload.not_open`, `upload.already_closed`, `upload.closing_malformed`,
 *   `upload.closing_mismatch`, `upload.table_mismatch`, `access.denied`
 */
export async function closeUpload(
  setting: UploadSetting,
  tx: Transaction,
  caller: UploadCaller,
  id: string,
  closing: Signed,
): Promise<string> {
  const body = readClosing(closing)
  const upload = await lockOwnUpload(setting, tx, caller, id)
  if (body.tableId !== upload.table) throw failUpload('upload.table_mismatch')
  if (body.file !== upload.file) throw failUpload('upload.closing_mismatch')
  if (upload.closing !== null) return repeatClose(upload, closing)
  if (nextUploadState(upload.state, 'close') === null) throw failUpload('upload.not_open')
  if (upload.received !== upload.length) throw failUpload('upload.incomplete')
  await setClosing(tx, id, closing)
  tx.onCommit(() => setting.onChange(id))
  return upload.job
}

function repeatClose(upload: StoredUpload, closing: Signed): string {
  if (upload.closing?.statement !== closing.statement) throw failUpload('upload.already_closed')
  return upload.job
}

function readClosing(closing: Signed): UploadClosing {
  try {
    const body: unknown = readUnverified(closing)
    if (closingShape.Check(body)) return body
  } catch (cause) {
    if (!(cause instanceof SealedError)) throw cause
  }
  throw failUpload('upload.closing_malformed')
}

/** Gives an unfinished upload up, with its job. @throws `upload.unknown`, `upload.not_open`, `access.denied` */
export async function abandonUpload(
  setting: UploadSetting,
  tx: Transaction,
  caller: UploadCaller,
  id: string,
): Promise<void> {
  const upload = await lockOwnUpload(setting, tx, caller, id)
  if (upload.state === 'abandoned') return
  if (nextUploadState(upload.state, 'abandon') === null) throw failUpload('upload.not_open')
  await setting.jobs.giveUp(tx, caller.organisation, upload.job, 'upload.abandoned')
}

/** Marks an upload as abandoned if it has not ended; its bytes are deleted after the commit. */
export async function markAbandoned(
  setting: UploadSetting,
  tx: Transaction,
  organisation: string,
  id: string,
): Promise<void> {
  const upload = await lockUpload(tx, id)
  if (upload === undefined || nextUploadState(upload.state, 'abandon') === null) return
  await setUploadState(tx, id, 'abandoned')
  dropBytes(setting, tx, organisation, id)
}

/** Marks a closed upload as imported; false when it is not closed, or its file is not among those imported. */
export async function consumeUpload(
  setting: UploadSetting,
  tx: Transaction,
  organisation: string,
  id: string,
  files: readonly string[],
): Promise<boolean> {
  const upload = await lockUpload(tx, id)
  if (upload === undefined || nextUploadState(upload.state, 'consume') === null) return false
  if (!files.includes(upload.file)) return false
  await setUploadState(tx, id, 'consumed')
  dropBytes(setting, tx, organisation, id)
  return true
}

/** What a crash leaves behind here, the sweeper finds. */
function dropBytes(setting: UploadSetting, tx: Transaction, organisation: string, id: string): void {
  tx.onCommit(() => {
    setting.onChange(id)
    setting.area.remove(organisation, id).catch(() => {})
  })
}
