/** What of a sealed file is in clear: its context header (docs/formats.md, "Sealed file"). */

export type SplitFile = {
  /** The header's canonical JSON. */
  readonly header: string
  /** All after it: wrapped keys and ciphertext. */
  readonly rest: Uint8Array
}

const magic = [0x4b, 0x48, 0x4c, 0x44, 0x01]
const prefixLength = 9

/** Null for bytes that are no sealed file, or end inside the header. */
export function splitSealed(bytes: Uint8Array): SplitFile | null {
  if (bytes.length < prefixLength || magic.some((byte, index) => bytes[index] !== byte)) return null
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(magic.length)
  if (prefixLength + length > bytes.length) return null
  const header = new TextDecoder().decode(bytes.subarray(prefixLength, prefixLength + length))
  return { header, rest: bytes.subarray(prefixLength + length) }
}
