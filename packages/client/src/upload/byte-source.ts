import { joinBytes } from '../bytes.ts'
import type { Source } from './source.ts'

/** A source whose bytes are in memory and stay as they are. */
export function sourceOfBytes(identity: string, parts: readonly Uint8Array[]): Source {
  const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : joinBytes(parts)
  return {
    identity,
    length: bytes.length,
    read: async (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    assertUnchanged: () => undefined,
    close: async () => undefined,
  }
}
