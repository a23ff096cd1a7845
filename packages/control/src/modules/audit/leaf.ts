/**
 * The leaf hash of the control plane's own entries: what `entryLeafHash` of `ledger` gives, computed in buffers that are
 * kept, as it is done for every call. A test holds the two against each other.
 */
import { hash } from 'node:crypto'

const blockLength = 64
const hashLength = 32
const saltLength = 16
const label = 'keyhold/entry/1\n'
const textAt = blockLength + label.length

// HMAC (RFC 2104): the key's block, the message; then the key's other block and the first hash.
const inner = Buffer.alloc(textAt + 16_384, 0x36)
inner.write(label, blockLength, 'latin1')
const outer = Buffer.alloc(blockLength + hashLength, 0x5c)
// RFC 6962 section 2.1: 0x00 and the leaf's data.
const leaf = Buffer.alloc(1 + hashLength)

/** @param text ASCII, at most 16,384 characters. Not reentrant, and need not be: it never waits. */
export function hashLeaf(salt: Uint8Array, text: string): Uint8Array {
  for (let i = 0; i < saltLength; i += 1) {
    const byte = salt[i] as number
    inner[i] = byte ^ 0x36
    outer[i] = byte ^ 0x5c
  }
  const length = inner.write(text, textAt, 'latin1')
  outer.write(hash('sha256', inner.subarray(0, textAt + length), 'binary'), blockLength, 'latin1')
  leaf.write(hash('sha256', outer, 'binary'), 1, 'latin1')
  return hash('sha256', leaf, 'buffer')
}
