import { primitives } from '#crypto'
import { joinBytes } from './bytes.ts'
import type { Awaitable, HashName } from './crypto/primitives.ts'

const hashLengths = { sha256: 32, sha384: 48 } as const
const firstCounter = Uint8Array.of(1)

/** HKDF-Expand (RFC 5869, section 2.3); `info` is its parts in a row, `length` at most 255 hash lengths. */
export function expandKey(
  hash: HashName,
  key: Uint8Array,
  info: readonly Uint8Array[],
  length: number,
): Awaitable<Uint8Array> {
  if (length > hashLengths[hash]) return expandBlocks(hash, key, info, length)
  // Every file and message derives several keys of one block: where hashing is synchronous, so is this.
  const block = primitives.hmac(hash, key, [...info, firstCounter])
  return block instanceof Promise ? block.then((bytes) => bytes.subarray(0, length)) : block.subarray(0, length)
}

async function expandBlocks(
  hash: HashName,
  key: Uint8Array,
  info: readonly Uint8Array[],
  length: number,
): Promise<Uint8Array> {
  const blocks = Math.ceil(length / hashLengths[hash])
  if (blocks > 255) throw new RangeError('HKDF-Expand gives at most 255 blocks')
  const output: Uint8Array[] = []
  for (let counter = 1; counter <= blocks; counter++) {
    const previous = output.at(-1) ?? new Uint8Array(0)
    output.push(await primitives.hmac(hash, key, [previous, ...info, Uint8Array.of(counter)]))
  }
  return joinBytes(output).subarray(0, length)
}
