/** Starts an upload and, in the same transaction, its import job: importing may begin while bytes arrive. */
import { randomUUIDv7 } from 'node:crypto'
import type { ImportMode, Upload } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failUpload } from './errors.ts'
import type { UploadCaller } from './ports.ts'
import type { UploadSetting } from './setting.ts'
import { insertUpload, readStateByFile } from './store.ts'
import { describeUpload } from './read-upload.ts'

const uploadLife = 7 * 24 * 3600_000
const openingLimit = 1 << 20
const segmentLimit = 4 << 20

export type UploadRequest = {
  readonly table: string
  readonly mode: ImportMode
  readonly file: string
  readonly length: number
  readonly headerLength: number
  readonly segmentLength: number
  readonly opening: string
}

/** @throws `upload.invalid_geometry`, `upload.too_long`, `upload.opening_too_long`, `upload.unknown_table`, `upload.file_reused`, `upload.already_consumed`, `access.denied` */
export async function createUpload(
  setting: UploadSetting,
  tx: Transaction,
  caller: UploadCaller,
  request: UploadRequest,
): Promise<Upload> {
  checkGeometry(request, setting.lengthLimit)
  const opening = Buffer.from(request.opening, 'base64url')
  if (opening.length > openingLimit) throw failUpload('upload.opening_too_long')
  const created = setting.now()
  const upload = {
    ...request,
    opening,
    organisation: caller.organisation,
    project: caller.project,
    principal: caller.principal,
    id: randomUUIDv7(),
    job: randomUUIDv7(),
    created: created.toISOString(),
    expires: new Date(created.getTime() + uploadLife).toISOString(),
  }
  await requireTable(setting, tx, caller, request.table)
  if (!(await insertUpload(tx, upload))) await refuseReuse(tx, request.file)
  const { organisation, project, job: id, id: uploadId, table } = upload
  await setting.jobs.start(tx, { organisation, project, id, upload: uploadId, table })
  return describeUpload({ ...upload, received: 0, state: 'open' })
}

/** @throws `upload.unknown_table`, `access.denied` */
export async function requireTable(
  { catalogue }: UploadSetting,
  tx: Transaction,
  caller: UploadCaller,
  table: string,
): Promise<void> {
  const bucket = await catalogue.findBucket(tx, caller.project, table)
  if (bucket === undefined) throw failUpload('upload.unknown_table')
  caller.requireWrite(bucket)
}

async function refuseReuse(tx: Transaction, file: string): Promise<never> {
  const state = await readStateByFile(tx, file)
  throw failUpload(state === 'consumed' ? 'upload.already_consumed' : 'upload.file_reused')
}

function checkGeometry({ length, headerLength, segmentLength }: UploadRequest, lengthLimit: number): void {
  if (length > lengthLimit) throw failUpload('upload.too_long')
  const fits = headerLength >= 1 && headerLength <= length && segmentLength >= 1 && segmentLength <= segmentLimit
  if (!fits) throw failUpload('upload.invalid_geometry')
}
