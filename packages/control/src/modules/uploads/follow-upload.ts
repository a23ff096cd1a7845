/** Acknowledged ciphertext of an upload as a stream that waits for more: what the data plane imports from. */
import type { FileHandle } from 'node:fs/promises'
import type { UploadState } from './states.ts'

const pieceBytes = 1 << 20

export type UploadStatus = { readonly state: UploadState; readonly received: number; readonly length: number }

export type Following = {
  readonly file: () => Promise<FileHandle>
  readonly offset: number
  /** The status now. */
  readonly status: () => Promise<UploadStatus>
  /** Resolves when the status may have changed, at the latest after so many milliseconds. */
  readonly change: (milliseconds: number) => Promise<void>
  /** How long to wait without a new byte, in milliseconds. */
  readonly patience: number
  readonly clock: () => number
}

/** Yields pieces until the upload's end, its abandonment, or `patience` without news; never an unacknowledged byte. */
export async function* followUpload(following: Following): AsyncGenerator<Buffer, void> {
  const { status, change, patience, clock } = following
  let at = following.offset
  let file: FileHandle | undefined
  let heard = clock()
  try {
    for (;;) {
      // Asked for before the status is read, so that no change falls between the two.
      const changed = change(Math.min(patience, 1_000))
      const { state, received, length } = await status()
      if (state === 'abandoned' || state === 'consumed') return
      if (received > at) {
        file ??= await following.file()
        for await (const piece of readPieces(file, at, received)) yield piece
        at = received
        heard = clock()
      }
      if (at >= length || clock() >= heard + patience) return
      await changed
    }
  } finally {
    await file?.close()
  }
}

async function* readPieces(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer, void> {
  let at = from
  while (at < to) {
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, to - at))
    const { bytesRead } = await file.read(piece, 0, piece.length, at)
    if (bytesRead === 0) throw new Error('the file of an upload is shorter than what was acknowledged')
    yield piece.subarray(0, bytesRead)
    at += bytesRead
  }
}
