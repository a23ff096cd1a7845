/** An upload's plaintext as it arrives: ciphertext is followed, hashed piece by piece, opened segment by segment. */
import type { ControlMethods } from '@keyhold/contract'
import { ContentDigest, measureHead, SealedError } from '@keyhold/sealed'
import { FileOpener, type FileKeys } from '@keyhold/sealed/open'
import { DataError } from '../errors.ts'
import { followUpload, type FollowSetting } from './follow-upload.ts'

export type UploadState = ControlMethods['uploads.read']['result']

export type ReadSetting = FollowSetting & {
  readonly organisation: string
  readonly project: string
  readonly keys: FileKeys
  readonly onProgress: (bytes: number) => void
}

/** What was read, known once the plaintext has ended. */
export type ReadResult = { readonly length: number; readonly hash: string }

/**
 * Verified plaintext in order; the generator returns length and hash of the ciphertext. It may turn out to be cut short
 * until it has returned. @throws `upload.content_forged`, `upload.table_mismatch`, `upload.abandoned`
 */
export async function* readUpload(
  upload: UploadState,
  setting: ReadSetting,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, ReadResult> {
  const { organisation, project, keys } = setting
  const expected = { organisation, project, table: upload.table, file: upload.file, purpose: 'upload' } as const
  const opener = new FileOpener(keys, expected)
  const content = new ContentDigest(upload.headerLength)
  let length = 0
  try {
    for await (const chunk of withWholeHead(followUpload(upload.length, setting, signal), upload.headerLength)) {
      length += chunk.length
      // The digest may run while the chunk is opened: both only read it.
      const [, plaintexts] = await Promise.all([content.push(chunk), opener.push(chunk)])
      setting.onProgress(length)
      yield* plaintexts
    }
    yield await opener.finish()
  } catch (error) {
    throw asUploadError(error)
  }
  return { length, hash: await content.finish() }
}

/** The first chunk holds the whole head, whose length must be the one that the upload was announced with. */
async function* withWholeHead(chunks: AsyncIterable<Uint8Array>, headLength: number): AsyncGenerator<Uint8Array> {
  let held: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (held === undefined) {
      yield chunk
      continue
    }
    held = Buffer.concat([held, chunk])
    if (held.length < headLength) continue
    if (measureHead(held) !== headLength) throw contentForged()
    yield held
    held = undefined
  }
  if (held !== undefined) throw contentForged()
}

function asUploadError(error: unknown): unknown {
  if (!(error instanceof SealedError)) return error
  if (error.code === 'header.unexpected') return tableMismatch(error)
  return /^(floe|header|recipient|range)\./.test(error.code) ? contentForged(error) : error
}

export function contentForged(cause?: unknown): DataError {
  return new DataError(
    'upload.content_forged',
    'The uploaded bytes are not what one client sealed as one file.',
    'Upload the file again.',
    { cause },
  )
}

export function tableMismatch(cause?: unknown): DataError {
  return new DataError(
    'upload.table_mismatch',
    'The upload was sealed for another table.',
    'Upload the file again to the table that it is meant for.',
    { cause },
  )
}
