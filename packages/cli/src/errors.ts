import { ClientError, JobProblem, SealedProblem } from '@keyhold/client'
import { ApiError } from '@keyhold/contract'
import type { LedgerErrorCode } from '@keyhold/ledger'

/** 0: done. 1: the user can mend it. 2: something failed. */
export const exitCodes = { done: 0, mendable: 1, failed: 2 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Codes that this package gives itself; the server's, the data plane's and the verifier's pass through as they are. */
export type CliCode =
  | 'anchor.not_pinned'
  | 'audit.rolled_back'
  | 'cli.interrupted'
  | 'cli.unexpected'
  | 'cli.usage'
  | 'credentials.missing'
  | 'credentials.unreadable'
  | 'device.not_compared'
  | 'device.unknown'
  | 'factor.browser_only'
  | 'group.unknown'
  | 'invitation.unknown'
  | 'person.unknown'
  | 'input.unreadable'
  | 'output.unwritable'
  | 'project.unknown'
  | 'sample.missing'
  | 'server.away'
  | 'server.pin_mismatch'
  | 'table.unknown'
  | 'token.unknown'
  | 'upload.already_running'
  | 'upload.source_empty'

/** A failure with what the user can do about it. Never holds a value of customer data or a secret. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly remedy: string | undefined
  readonly exitCode: ExitCode

  constructor(
    code: CliCode | LedgerErrorCode,
    message: string,
    remedy?: string,
    more: { exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.remedy = remedy
    this.exitCode = more.exitCode ?? exitCodes.mendable
  }
}

export type ErrorDescription = {
  code: string
  message: string
  remedy?: string
  detail?: string
  incident?: string
  exitCode: ExitCode
}

/** The client's codes that another input, or a right clock, mends. */
const clientMendable: ReadonlySet<string> = new Set([
  'anchor.set_expired',
  'device.code_malformed',
  'device.not_endorsed',
  'import.cancelled',
  'link.malformed',
  'token.malformed',
  'upload.already_running',
  'upload.source_changed',
])

/** What to show for any thrown value; unknown errors get one line and no stack. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof CliError) return describe(error.code, error.message, error.exitCode, { remedy: error.remedy })
  if (error instanceof ClientError) {
    const exitCode = clientMendable.has(error.code) ? exitCodes.mendable : exitCodes.failed
    return describe(error.code, error.message, exitCode, { remedy: error.remedy })
  }
  if (error instanceof ApiError) return describeProblem(error)
  if (error instanceof SealedProblem) {
    return describe(error.code, error.message, codeExit(error.code), { remedy: error.remedy, detail: error.detail })
  }
  if (error instanceof JobProblem) {
    return describe(error.code, error.message, codeExit(error.code), { remedy: error.remedy, detail: error.detail })
  }
  return describeUnknown(error)
}

function describeProblem(error: ApiError): ErrorDescription {
  const { problem } = error
  const exitCode = problem.status >= 500 ? exitCodes.failed : exitCodes.mendable
  const message = [problem.title, problem.detail].filter((part) => part !== undefined && part !== '').join(': ')
  return describe(problem.code, message, exitCode, { remedy: problem.remedy, incident: problem.incident })
}

/** Codes of faults inside the product, which no other input would mend. */
function codeExit(code: string): ExitCode {
  return /^(engine\.(crashed|ended|unavailable|bad_request)|internal|job\.|ledger\.|link\.|key\.)/.test(code)
    ? exitCodes.failed
    : exitCodes.mendable
}

function describeUnknown(error: unknown): ErrorDescription {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const remedy =
    error instanceof Error && 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : undefined
  if (code !== undefined && /^[a-z_]+\.[a-z_]+$/.test(code)) {
    return describe(code, message, exitCodes.failed, { remedy })
  }
  return describe('cli.unexpected', message, exitCodes.failed, {
    remedy: remedy ?? 'run it again with KEYHOLD_DEBUG=1 to see where it failed, and report it.',
  })
}

function describe(
  code: string,
  message: string,
  exitCode: ExitCode,
  more: { remedy?: string | undefined; detail?: string | undefined; incident?: string | undefined },
): ErrorDescription {
  return {
    code,
    message,
    exitCode,
    ...(more.remedy === undefined ? {} : { remedy: more.remedy }),
    ...(more.detail === undefined ? {} : { detail: more.detail }),
    ...(more.incident === undefined ? {} : { incident: more.incident }),
  }
}
