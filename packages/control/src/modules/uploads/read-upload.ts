import type { Upload } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failUpload } from './errors.ts'
import { requireTable } from './create-upload.ts'
import type { UploadCaller } from './ports.ts'
import type { UploadSetting } from './setting.ts'
import { lockUpload, readUploadRow, type StoredUpload } from './store.ts'

/** One upload that the caller may write to. @throws `upload.unknown`, `access.denied` */
export async function readUpload(setting: UploadSetting, caller: UploadCaller, id: string): Promise<StoredUpload> {
  return setting.database.withTenant(caller, async (tx) => {
    return requireUpload(setting, tx, caller, await readUploadRow(tx, id))
  })
}

/** The same, with its row locked until the transaction ends. */
export async function lockOwnUpload(
  setting: UploadSetting,
  tx: Transaction,
  caller: UploadCaller,
  id: string,
): Promise<StoredUpload> {
  return requireUpload(setting, tx, caller, await lockUpload(tx, id))
}

async function requireUpload(
  setting: UploadSetting,
  tx: Transaction,
  caller: UploadCaller,
  upload: StoredUpload | undefined,
): Promise<StoredUpload> {
  if (upload === undefined || upload.project !== caller.project) throw failUpload('upload.unknown')
  await requireTable(setting, tx, caller, upload.table)
  return upload
}

/** An upload as the API shows it. */
export function describeUpload(upload: Omit<StoredUpload, 'closing'>): Upload {
  const { id, table, file, state, length, received, job, expires } = upload
  return { id, table, file, state, length, received, job, expires }
}
