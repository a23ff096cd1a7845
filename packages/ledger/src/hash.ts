import { sha256Into } from '#crypto'
import { concatBytes, copyBytes } from './encoding.ts'

/** Bytes in a SHA-256 hash. */
export const hashLength = 32

/** SHA-256 of bytes: 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const digest = new Uint8Array(hashLength)
  sha256Into(bytes, digest, 0)
  return digest
}

/** HMAC-SHA-256 (RFC 2104) of the message parts, one after the other: 32 bytes. Keys are salts: at most 64 bytes. */
export function hmacSha256(key: Uint8Array, ...message: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const inner = concatBytes(innerPad, ...message)
  outerInput.fill(0x5c, 0, 64)
  for (let i = 0; i < key.length; i++) {
    inner[i] = key[i]! ^ 0x36
    outerInput[i] = key[i]! ^ 0x5c
  }
  sha256Into(inner, outerInput, 64)
  return sha256(outerInput)
}

const innerPad = new Uint8Array(64).fill(0x36)
const outerInput = new Uint8Array(64 + hashLength)

/** Hash of a leaf: SHA-256(0x00 || data) (RFC 6962 §2.1). */
export function leafHash(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const input = new Uint8Array(1 + data.length)
  input.set(data, 1)
  return sha256(input)
}

/** Hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962 §2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(concatBytes(nodePrefix, left, right))
}

/** Leaf hashes of many leaves, concatenated: 32 bytes each, the form that `appendLeaves` takes. */
export function hashLeaves(leaves: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hashes = new Uint8Array(leaves.length * hashLength)
  leaves.forEach((data, i) => hashes.set(leafHash(data), i * hashLength))
  return hashes
}

/**
 * Root of a perfect subtree: `count` hashes (a power of two) of `hashes`, from hash number `first` on.
 * The hot loop of the tree: one scratch buffer, no allocation for each node.
 */
export function foldPerfect(hashes: Uint8Array, first: number, count: number): Uint8Array<ArrayBuffer> {
  const work = copyBytes(hashes, first * hashLength, (first + count) * hashLength)
  for (let width = count; width > 1; width /= 2) {
    for (let i = 0; i < width / 2; i++) {
      for (let j = 0; j < 64; j++) nodeInput[1 + j] = work[i * 64 + j]!
      sha256Into(nodeInput, work, i * hashLength)
    }
  }
  return work.slice(0, hashLength)
}

const nodePrefix = new Uint8Array([1])
const nodeInput = new Uint8Array(1 + 2 * hashLength)
nodeInput[0] = 1
