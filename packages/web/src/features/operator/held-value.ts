/** How a value of the control plane's database is shown. */
import { decodeBase64url } from '@keyhold/sealed'

export type Held = { readonly kind: 'plain' | 'bytes' | 'nothing'; readonly text: string }

const shownBytes = 28

/** Bytes as hex with their length; everything else as it is, JSON for what is nested. */
export function describeHeld(value: unknown): Held {
  if (value === null || value === undefined) return { kind: 'nothing', text: 'null' }
  if (isBytes(value)) {
    const bytes = decodeBase64url(value.base64url) ?? new Uint8Array()
    const hex = Array.from(bytes.subarray(0, shownBytes), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    return { kind: 'bytes', text: value.length > shownBytes ? `${hex} … ${value.length} bytes` : hex }
  }
  return { kind: 'plain', text: typeof value === 'string' ? value : JSON.stringify(value) }
}

function isBytes(value: unknown): value is { base64url: string; length: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'base64url' in value &&
    typeof value.base64url === 'string' &&
    'length' in value &&
    typeof value.length === 'number'
  )
}
