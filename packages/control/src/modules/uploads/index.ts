/**
 * Uploads: ciphertext arriving in pieces (tus 1.0.0), kept until its import commits. Guarantees that what it
 * acknowledged is whole segments and survives a crash, and that one writer at a time adds to an upload. Refuses
 * changed offsets, reused file ids and closings of other uploads; what a closing says is the data plane's to check.
 */
import { Readable } from 'node:stream'
import type { Signed, Upload } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { DataPlanePeer, RegisterControlMethod } from '../link/index.ts'
import type { Signals } from '../jobs/index.ts'
import { type Appending, createAppender } from './append-bytes.ts'
import { createUpload, type UploadRequest } from './create-upload.ts'
import { abandonUpload, closeUpload, consumeUpload, markAbandoned } from './end-upload.ts'
import { failUpload } from './errors.ts'
import { followUpload } from './follow-upload.ts'
import { registerUploadMethods } from './link-methods.ts'
import type { UploadCaller } from './ports.ts'
import { describeUpload, readUpload } from './read-upload.ts'
import { createUploadHandlers } from './routes.ts'
import type { UploadSetting } from './setting.ts'
import { readUploadRow } from './store.ts'
import { sweepUploads } from './sweep-uploads.ts'

export { openUploadArea } from './upload-area.ts'

const followPatience = 20_000

export type UploadsModule = {
  readonly handlers: ReturnType<typeof createUploadHandlers>
  readonly create: (tx: Transaction, caller: UploadCaller, request: UploadRequest) => Promise<Upload>
  readonly read: (caller: UploadCaller, upload: string) => Promise<Upload>
  /** @returns the acknowledged offset */
  readonly append: (caller: UploadCaller, appending: Omit<Appending, 'organisation'>) => Promise<number>
  /** @returns the import job */
  readonly close: (tx: Transaction, caller: UploadCaller, upload: string, closing: Signed) => Promise<string>
  readonly abandon: (tx: Transaction, caller: UploadCaller, upload: string) => Promise<void>
  /** Acknowledged ciphertext from an offset on; waits for more. @throws `upload.unknown` */
  readonly follow: (peer: DataPlanePeer, upload: string, offset: number) => Promise<Readable>
  /** In a commit's transaction: the upload was imported. */
  readonly consume: (
    tx: Transaction,
    organisation: string,
    upload: string,
    files: readonly string[],
  ) => Promise<boolean>
  /** In the transaction that ends its job: the upload was given up. */
  readonly markAbandoned: (tx: Transaction, organisation: string, upload: string) => Promise<void>
  /** Ends expired uploads and deletes leftovers. Call it every few minutes. */
  readonly sweep: () => Promise<void>
}

export function createUploads(
  given: Omit<UploadSetting, 'onChange'> & { readonly signals: Signals },
  register: RegisterControlMethod,
): UploadsModule {
  const setting: UploadSetting = { ...given, onChange: given.signals.raise }
  const { database, area, now, signals } = given
  const appendBytes = createAppender({ database, area, now, onProgress: signals.raise })
  registerUploadMethods(register, setting)

  async function follow({ organisation }: DataPlanePeer, upload: string, offset: number) {
    const status = async () => {
      const row = await database.readTenant({ organisation }, (tx) => readUploadRow(tx, upload))
      if (row === undefined) throw failUpload('upload.unknown')
      return row
    }
    await status()
    const pieces = followUpload({
      file: () => area.openToRead(organisation, upload),
      offset,
      status,
      change: (milliseconds) => signals.wait(upload, milliseconds),
      patience: followPatience,
      clock: () => performance.now(),
    })
    return Readable.from(pieces, { objectMode: false, highWaterMark: 2 << 20 })
  }
  const uploads = {
    create: (tx, caller, request) => createUpload(setting, tx, caller, request),
    read: async (caller, upload) => describeUpload(await readUpload(setting, caller, upload)),
    async append(caller, appending) {
      await readUpload(setting, caller, appending.upload)
      return appendBytes({ ...appending, organisation: caller.organisation })
    },
    close: (tx, caller, upload, closing) => closeUpload(setting, tx, caller, upload, closing),
    abandon: (tx, caller, upload) => abandonUpload(setting, tx, caller, upload),
    follow,
    consume: (tx, organisation, upload, files) => consumeUpload(setting, tx, organisation, upload, files),
    markAbandoned: (tx, organisation, upload) => markAbandoned(setting, tx, organisation, upload),
    sweep: () => sweepUploads(setting),
  } satisfies Omit<UploadsModule, 'handlers'>
  return { ...uploads, handlers: createUploadHandlers(uploads) }
}
