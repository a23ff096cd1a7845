import { encodeCanonical } from './canonical.ts'
import type { Purpose } from './context-header.ts'

/** What a wrapped secret is and which key wraps it: associated data that must be the same on unwrapping. */
export interface WrapContext {
  readonly organisation: string
  /** Null for what belongs to the organisation as a whole. */
  readonly project: string | null
  /** Identifier of the wrapping key. */
  readonly key: string
  /** Version of the wrapping key. */
  readonly version: number
  /** What is wrapped. */
  readonly purpose: Purpose
}

/** FLOE's associated data of a wrap. */
export function encodeWrapContext(context: WrapContext): Uint8Array {
  const { organisation, project, key, version, purpose } = context
  return encodeCanonical({ format: 1, organisation, project, key, version, purpose })
}
