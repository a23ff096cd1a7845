const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Bytes as hexadecimal in groups of four, which a line may break between. */
export function formatHex(bytes: Uint8Array): string {
  let text = ''
  for (const [index, byte] of bytes.entries()) text += (index > 0 && index % 4 === 0 ? ' ' : '') + (digits[byte] ?? '')
  return text
}
