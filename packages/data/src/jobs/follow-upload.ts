/** Ciphertext of an upload while it is still arriving; goes on where a lost connection stopped. */
import { setTimeout as delay } from 'node:timers/promises'
import { DataError } from '../errors.ts'

export type FollowSetting = {
  readonly readContent: (offset: number, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>
  readonly readState: () => Promise<'open' | 'closed' | 'consumed' | 'abandoned'>
}

const mostFailures = 8

/** Yields exactly `length` bytes. @throws `upload.abandoned`, or what made reading fail 8 times without a new byte */
export async function* followUpload(
  length: number,
  setting: FollowSetting,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let offset = 0
  let failures = 0
  while (offset < length) {
    signal.throwIfAborted()
    try {
      for await (const chunk of await setting.readContent(offset, signal)) {
        const part = chunk.subarray(0, length - offset)
        offset += part.length
        failures = 0
        yield part
      }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof DataError && error.code.startsWith('upload.')) throw error
      if (++failures >= mostFailures) throw error
      await delay(100 * 2 ** failures, undefined, { signal })
    }
    if (offset < length && (await setting.readState()) === 'abandoned') throw abandoned()
  }
}

function abandoned(): DataError {
  return new DataError('upload.abandoned', 'The upload was given up.', 'Upload the file again.')
}
