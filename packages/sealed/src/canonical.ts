import { SealedError } from './errors.ts'
import { encodeText } from './bytes.ts'

/** What canonical JSON can say. */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue }

/** A parsed canonical object. */
export type CanonicalObject = { readonly [key: string]: CanonicalValue }

/** Keeps a byte order mark, so that it is refused rather than dropped. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const maxDepth = 32
const defaultMaxBytes = 1 << 20

/**
 * RFC 8785 bytes of a value made of plain objects, arrays, texts, booleans, null and finite numbers. Members that are
 * undefined are left out. Throws `canonical.unsupported_value` (whole numbers beyond 2^53-1, lone surrogates, the key
 * `__proto__`, any other type), or `canonical.too_deep`.
 */
export function encodeCanonical(value: unknown): Uint8Array {
  return encodeText(formatValue(value, 0))
}

/**
 * The value of bytes that are exactly canonical, so that bytes and value determine each other. Throws
 * `canonical.not_canonical` for anything else (other spacing or order, duplicate keys, not UTF-8, a byte order mark,
 * lone surrogates, inexact numbers), `canonical.too_long` and `canonical.too_deep`.
 */
export function parseCanonical(bytes: Uint8Array, limits: { maxBytes?: number } = {}): CanonicalValue {
  if (bytes.length > (limits.maxBytes ?? defaultMaxBytes)) {
    throw new SealedError('canonical.too_long', 'The JSON is longer than allowed')
  }
  const text = decodeText(bytes)
  const value = parseJson(text)
  // Decoding is one to one, so equal texts are equal bytes.
  if (text !== encodeParsed(value)) throw notCanonical()
  return value
}

/** `parseCanonical` for bytes that must hold an object; `canonical.not_canonical` otherwise. */
export function parseCanonicalObject(bytes: Uint8Array, limits: { maxBytes?: number } = {}): CanonicalObject {
  const value = parseCanonical(bytes, limits)
  if (!isObject(value)) throw notCanonical()
  return value
}

/** True for an object, false for an array and everything else. */
export function isObject(value: CanonicalValue | undefined): value is CanonicalObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw notCanonical()
  }
}

function parseJson(text: string): CanonicalValue {
  try {
    return JSON.parse(text) as CanonicalValue
  } catch {
    // The cause would quote the text.
    throw notCanonical()
  }
}

function encodeParsed(value: CanonicalValue): string {
  try {
    return formatValue(value, 0)
  } catch (error) {
    if (error instanceof SealedError && error.code === 'canonical.too_deep') throw error
    throw notCanonical()
  }
}

/** JSON.stringify writes texts and numbers as RFC 8785 (section 3.2.2) demands; order and limits are ours. */
function formatValue(value: unknown, depth: number): string {
  if (depth > maxDepth) throw new SealedError('canonical.too_deep', `The JSON is nested deeper than ${maxDepth}`)
  if (typeof value === 'string') return formatText(value)
  if (typeof value === 'number') return formatNumber(value)
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object') throw unsupported()
  if (Array.isArray(value)) {
    // Unlike map, this visits holes, which are refused.
    return `[${Array.from(value, (item: unknown) => formatValue(item, depth + 1)).join(',')}]`
  }
  return formatObject(value as Record<string, unknown>, depth)
}

function formatText(text: string): string {
  if (!text.isWellFormed()) throw unsupported()
  return JSON.stringify(text)
}

function formatNumber(value: number): string {
  if (Number.isInteger(value) ? !Number.isSafeInteger(value) : !Number.isFinite(value)) throw unsupported()
  return JSON.stringify(value)
}

function formatObject(value: Record<string, unknown>, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) throw unsupported()
  const members: string[] = []
  // The default order is that of UTF-16 units, as section 3.2.3 demands.
  for (const key of Object.keys(value).sort()) {
    const member = value[key]
    if (key === '__proto__') throw unsupported()
    if (member !== undefined) members.push(`${formatText(key)}:${formatValue(member, depth + 1)}`)
  }
  return `{${members.join(',')}}`
}

function unsupported(): SealedError {
  return new SealedError('canonical.unsupported_value', 'The value cannot be written as canonical JSON')
}

function notCanonical(): SealedError {
  return new SealedError('canonical.not_canonical', 'The bytes are not canonical JSON (RFC 8785)')
}
