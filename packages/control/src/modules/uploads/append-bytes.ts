/** One PATCH: at most one writer an upload; a newer one at the acknowledged offset takes over from a dead one. */
import type { FileHandle } from 'node:fs/promises'
import type { Database } from '../../platform/database/database.ts'
import { failUpload } from './errors.ts'
import { receiveBytes } from './receive-bytes.ts'
import { nextUploadState } from './states.ts'
import { advanceUpload, readUploadRow, type StoredUpload } from './store.ts'
import type { UploadArea } from './upload-area.ts'

export type AppendSetting = {
  readonly database: Database
  readonly area: UploadArea
  readonly now: () => Date
  /** Told of each newly acknowledged offset. */
  readonly onProgress: (upload: string) => void
}

export type Appending = {
  readonly organisation: string
  readonly upload: string
  readonly offset: number
  readonly source: AsyncIterable<Buffer>
  /** Ends a source that another request replaces. */
  readonly endSource: () => void
}

type Writer = { readonly replace: () => Promise<void> }

/** @returns a function that appends and answers the acknowledged offset. Its errors are those of `receiveBytes` and `upload.unknown`, `upload.not_open`, `upload.expired`, `upload.offset_mismatch`, `upload.interrupted`. */
export function createAppender(setting: AppendSetting): (appending: Appending) => Promise<number> {
  const writers = new Map<string, Writer>()

  async function appendBytes(appending: Appending): Promise<number> {
    const { upload, offset } = appending
    checkOffset(await findOpen(setting, appending), offset)
    await writers.get(upload)?.replace()
    if (writers.has(upload)) throw failUpload('upload.taken_over')
    const replaced = new AbortController()
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    const replace = () => {
      replaced.abort()
      appending.endSource()
      return ended
    }
    writers.set(upload, { replace })
    try {
      return await write(appending, replaced.signal)
    } finally {
      writers.delete(upload)
      end()
    }
  }
  async function write(appending: Appending, replaced: AbortSignal): Promise<number> {
    // Again, now that no other writer can move it.
    const row = await findOpen(setting, appending)
    checkOffset(row, appending.offset)
    const file = await setting.area.openToAppend(appending.organisation, appending.upload, row.received)
    try {
      return await receive(appending, row, file, replaced)
    } finally {
      await file.close()
    }
  }
  async function receive(appending: Appending, row: StoredUpload, file: FileHandle, replaced: AbortSignal) {
    const { organisation, upload, offset, source } = appending
    const acknowledge = async (point: number) => {
      const open = await setting.database.withTenant({ organisation }, (tx) => advanceUpload(tx, upload, point))
      if (!open) throw failUpload('upload.not_open')
      setting.onProgress(upload)
    }
    const outcome = await receiveBytes({ source, file, geometry: row, offset, acknowledge, replaced })
    if (!outcome.complete) throw failUpload('upload.interrupted')
    return outcome.acknowledged
  }
  return appendBytes
}

async function findOpen(
  { database, now }: AppendSetting,
  { organisation, upload }: { organisation: string; upload: string },
): Promise<StoredUpload> {
  const row = await database.withTenant({ organisation }, (tx) => readUploadRow(tx, upload))
  if (row === undefined) throw failUpload('upload.unknown')
  if (nextUploadState(row.state, 'append') === null) throw failUpload('upload.not_open')
  if (row.expires <= now().toISOString()) throw failUpload('upload.expired')
  return row
}

function checkOffset(row: StoredUpload, offset: number): void {
  if (row.received !== offset) throw failUpload('upload.offset_mismatch')
}
