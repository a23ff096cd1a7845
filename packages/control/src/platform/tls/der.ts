/** Writes ASN.1 DER (X.690): what a certificate needs and no more. */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** One element: tag, definite length, content. */
export function encodeElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.of(tag), encodeLength(body.length), body])
}

export const sequence = (...items: readonly Uint8Array[]) => encodeElement(tags.sequence, ...items)
export const set = (...items: readonly Uint8Array[]) => encodeElement(tags.set, ...items)
export const octets = (bytes: Uint8Array) => encodeElement(tags.octetString, bytes)
export const text = (value: string) => encodeElement(tags.utf8, Buffer.from(value))
export const yes = encodeElement(tags.boolean, Buffer.of(0xff))

/** A BIT STRING; `unused` counts the low bits of the last byte that do not belong to it. */
export const bits = (bytes: Uint8Array, unused = 0) => encodeElement(tags.bitString, Buffer.of(unused), bytes)

/** A non-negative INTEGER from big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const trimmed = first === -1 ? Buffer.of(0) : bytes.subarray(first)
  const needsZero = ((trimmed[0] as number) & 0x80) !== 0
  return encodeElement(tags.integer, needsZero ? Buffer.of(0) : Buffer.alloc(0), trimmed)
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return encodeElement(tags.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(encodeBase128)]))
}

/** A Time: UTCTime until 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const short = date.getUTCFullYear() < 2050
  return encodeElement(short ? tags.utcTime : tags.generalizedTime, Buffer.from(`${short ? digits.slice(2) : digits}Z`))
}

/** A context-specific tag: `[number]`, constructed or primitive. */
export function tagged(number: number, content: Uint8Array, constructed: boolean): Buffer {
  return encodeElement((constructed ? 0xa0 : 0x80) | number, content)
}

function encodeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length)
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

function encodeBase128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}
