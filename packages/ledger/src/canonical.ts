import { decodeText, encodeText } from './encoding.ts'
import { LedgerError } from './errors.ts'

/** A value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

const maximumDepth = 32

/**
 * Canonical JSON (RFC 8785) of a value, as text.
 * @throws LedgerError `ledger.canonical_malformed` for anything that JSON cannot hold exactly: non-finite numbers, integers
 * beyond 2^53 - 1, lone surrogates, undefined, class instances, more than 32 levels.
 */
export function formatCanonical(value: unknown): string {
  return formatValue(value, 0)
}

function formatValue(value: unknown, depth: number): string {
  if (depth > maximumDepth) refuse('too deep')
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return formatString(value)
  if (typeof value === 'number') return formatNumber(value)
  if (Array.isArray(value)) return `[${value.map((item) => formatValue(item, depth + 1)).join(',')}]`
  if (typeof value === 'object' && isPlain(value)) return formatObject(value, depth)
  return refuse('not a JSON value')
}

function formatObject(value: Readonly<Record<string, unknown>>, depth: number): string {
  // The default order is by UTF-16 code unit, as RFC 8785 §3.2.3 asks.
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${formatString(key)}:${formatValue(value[key], depth + 1)}`).join(',')}}`
}

function formatString(text: string): string {
  // Nearly all strings need no escape, and finding that out is four times faster than JSON.stringify.
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`
  return text.isWellFormed() ? JSON.stringify(text) : refuse('a lone surrogate')
}

// JSON.stringify writes numbers as RFC 8785 §3.2.2.3 asks, -0 as 0 included.
function formatNumber(value: number): string {
  const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  return exact ? JSON.stringify(value) : refuse('a number that JSON readers would change')
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Canonical JSON as UTF-8 bytes. @throws LedgerError as `formatCanonical` */
export function encodeCanonical(value: unknown): Uint8Array<ArrayBuffer> {
  return encodeText(formatCanonical(value))
}

/**
 * The value of canonical JSON, given as text or bytes.
 * @throws LedgerError `ledger.canonical_malformed` for any text that is not its value's one canonical form.
 */
export function parseCanonical(source: string | Uint8Array): JsonValue {
  const text = typeof source === 'string' ? source : decodeText(source)
  if (text === null) return refuse('not UTF-8')
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return refuse('not JSON')
  }
  return formatCanonical(value) === text ? value : refuse('not in its canonical form')
}

function refuse(why: string): never {
  throw new LedgerError('ledger.canonical_malformed', `Not canonical JSON: ${why}`)
}
