/** What the page and its decoding worker say to each other. */
import { ClientError, type ClientCode, type ResultTable } from '@keyhold/client'
import type { ResponseMeta } from '@keyhold/contract'
import { SealedError, type ContextExpectation, type SealedCode } from '@keyhold/sealed'

export type DecodeRequest = {
  readonly id: number
  readonly sealed: Uint8Array
  readonly fileKey: Uint8Array
  readonly expected: ContextExpectation
}

type Failure =
  | { readonly kind: 'client'; readonly code: ClientCode; readonly message: string; readonly remedy: string }
  | { readonly kind: 'sealed'; readonly code: SealedCode; readonly message: string }
  | { readonly kind: 'other' }

export type DecodeAnswer = { readonly id: number } & (
  | { readonly meta: ResponseMeta; readonly table: ResultTable }
  | { readonly failure: Failure }
)

/** Errors do not pass between threads as what they are. */
export function packFailure(error: unknown): Failure {
  if (error instanceof ClientError) {
    return { kind: 'client', code: error.code, message: error.message, remedy: error.remedy }
  }
  if (error instanceof SealedError) return { kind: 'sealed', code: error.code, message: error.message }
  return { kind: 'other' }
}

export function reviveFailure(failure: Failure): Error {
  if (failure.kind === 'client') return new ClientError(failure.code, failure.message, failure.remedy)
  if (failure.kind === 'sealed') return new SealedError(failure.code, failure.message)
  return new Error('The result could not be decoded')
}
