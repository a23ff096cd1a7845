/** The one renderer of refusals: RFC 9457 problem documents. No stack traces, no values. */
import { STATUS_CODES } from 'node:http'
import type { Problem } from '@keyhold/contract'
import { AppError, type Fault } from '../errors.ts'
import { failHttp } from './errors.ts'

export const problemType = 'application/problem+json'

export function renderProblem(error: AppError, incident?: string): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[error.status] ?? 'Refused',
    status: error.status,
    code: error.code,
    detail: error.message,
    remedy: error.remedy,
    ...(incident !== undefined && { incident }),
    ...(error.faults.length > 0 && { fields: error.faults.map(({ pointer, rule }) => ({ path: pointer, rule })) }),
    ...(error.challenge !== undefined && { challenge: error.challenge }),
  }
}

/** Our own errors as they are; the framework's by their meaning; anything else is `internal`. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const { code, statusCode, validation, validationContext } = error as FrameworkError
  if (validation) {
    return failHttp('request.invalid', { faults: validation.map((fault) => describeFault(fault, validationContext)) })
  }
  switch (code ?? '') {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return failHttp('http.too_large')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return failHttp('http.unsupported_media_type')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return failHttp('request.malformed_json')
    default:
      if (error instanceof SyntaxError && statusCode === 400) return failHttp('request.malformed_json')
      return explainStatus(statusCode, error)
  }
}

/** Of an error of the framework without a code of ours: the caller's, or our own. */
function explainStatus(status: number | undefined, cause: unknown): AppError {
  if (status === 414) return failHttp('http.address_too_long', { cause })
  const isCallers = status !== undefined && status >= 400 && status < 500
  return failHttp(isCallers ? 'http.malformed' : 'internal', { cause })
}

type Violation = {
  readonly instancePath?: string
  readonly keyword?: string
  readonly params?: { readonly missingProperty?: string; readonly additionalProperty?: string }
}
type FrameworkError = {
  readonly code?: string
  readonly statusCode?: number
  readonly validation?: readonly Violation[]
  readonly validationContext?: string
}

/** Where and which rule. An unknown field is not named: names of unknown fields are a caller's text. */
function describeFault({ instancePath = '', keyword = 'invalid', params }: Violation, context = 'body'): Fault {
  const missing = params?.missingProperty === undefined ? '' : `/${params.missingProperty}`
  return { pointer: `/${context}${instancePath}${missing}`, rule: keyword }
}
