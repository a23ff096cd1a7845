/** The one error of the control plane. What people see of it is rendered by `http/problems.ts` and nowhere else. */

import type { ProofChallenge } from '@keyhold/contract'

/** What a code means to a caller: HTTP status, a sentence without any value in it, and what a person can do. */
export type ErrorShape = { readonly status: number; readonly message: string; readonly remedy: string }

export type ErrorOptions = {
  /** Kept for the log's stack, never rendered. */
  readonly cause?: unknown
  /** Where in the request the fault lies, as JSON pointers and rules; never a value. */
  readonly faults?: readonly Fault[]
  /** Seconds after which the same call may work. */
  readonly retryAfter?: number
  /** Work that is asked for before the same call may work. */
  readonly challenge?: ProofChallenge
}

/** One fault of an input: a JSON pointer and the rule it breaks. */
export type Fault = { readonly pointer: string; readonly rule: string }

/** A refusal with a stable dotted code. `message` and `remedy` are fixed texts; they never hold a caller's value. */
export class AppError extends Error {
  readonly code: string
  readonly status: number
  readonly remedy: string
  readonly faults: readonly Fault[]
  readonly retryAfter: number | undefined
  readonly challenge: ProofChallenge | undefined

  constructor(code: string, shape: ErrorShape, options: ErrorOptions = {}) {
    super(shape.message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.status = shape.status
    this.remedy = shape.remedy
    this.faults = options.faults ?? []
    this.retryAfter = options.retryAfter
    this.challenge = options.challenge
  }
}

/**
 * Lists a module's codes once and gives the function that makes its errors.
 *
 * @example const fail = defineErrors({ 'token.expired': { status: 401, message: 'The token has expired.', remedy: '…' } })
 *          throw fail('token.expired')
 */
export function defineErrors<const T extends Record<string, ErrorShape>>(
  shapes: T,
): (code: keyof T & string, options?: ErrorOptions) => AppError {
  return (code, options) => new AppError(code, shapes[code] as ErrorShape, options)
}
