import { ClientError, type Source } from '@keyhold/client'

/** A source of a file that a person chose, or of bytes that were made here. */
export function sourceOfBlob(identity: string, blob: Blob): Source {
  return {
    identity,
    length: blob.size,
    async read(offset, into) {
      const bytes = await readSlice(blob, offset, into.length)
      if (bytes.byteLength !== into.length) throw changed()
      into.set(new Uint8Array(bytes))
    },
    // A browser refuses to read a file that was written to since it was chosen: `read` finds out.
    assertUnchanged: () => undefined,
    close: async () => undefined,
  }
}

async function readSlice(blob: Blob, offset: number, length: number): Promise<ArrayBuffer> {
  try {
    return await blob.slice(offset, offset + length).arrayBuffer()
  } catch (cause) {
    throw changed(cause)
  }
}

function changed(cause?: unknown): ClientError {
  return new ClientError(
    'upload.source_changed',
    'the file was changed while it was being uploaded, or cannot be read any more',
    'let whatever writes it finish, then choose it again.',
    cause,
  )
}
