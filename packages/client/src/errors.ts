/** Codes that clients give themselves; those of the server, the data plane and the formats pass through as they are. */
export type ClientCode =
  | 'anchor.set_expired'
  | 'anchor.set_not_signed'
  | 'anchor.set_rolled_back'
  | 'device.code_malformed'
  | 'device.not_endorsed'
  | 'device.person_unknown'
  | 'import.cancelled'
  | 'link.malformed'
  | 'proof.unsolved'
  | 'response.malformed'
  | 'result.too_large'
  | 'roster.forged'
  | 'setup.answer_forged'
  | 'shell.line_malformed'
  | 'token.malformed'
  | 'token.not_on_roster'
  | 'upload.already_running'
  | 'upload.refused'
  | 'upload.source_changed'

/** A failure with what the user can do about it. Never holds a value of customer data or a secret. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly code: ClientCode
  readonly remedy: string

  constructor(code: ClientCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.remedy = remedy
  }
}

/** A problem that the data plane sealed to the asker: its detail may quote the asker's own data. */
export class SealedProblem extends Error {
  override readonly name = 'SealedProblem'
  readonly code: string
  readonly remedy: string | undefined
  readonly detail: string | undefined
  /** How many bytes of the asker's SQL in UTF-8 are before the fault. */
  readonly position: number | undefined

  constructor(
    code: string,
    message: string,
    remedy: string | undefined,
    detail: string | undefined,
    position?: number,
  ) {
    super(message)
    this.code = code
    this.remedy = remedy
    this.detail = detail
    this.position = position
  }
}

/** A job that ended without committing; message and remedy are the data plane's. */
export class JobProblem extends Error {
  override readonly name = 'JobProblem'
  readonly code: string
  readonly remedy: string | undefined
  readonly job: string | undefined
  /** From the data plane's sealed report. */
  readonly detail: string | undefined

  constructor(code: string, message: string, remedy: string | undefined, more: { job?: string; detail?: string } = {}) {
    super(message)
    this.code = code
    this.remedy = remedy
    this.job = more.job
    this.detail = more.detail
  }

  withDetail(detail: string): JobProblem {
    const { code, message, remedy, job } = this
    return new JobProblem(code, message, remedy, { ...(job !== undefined && { job }), detail })
  }
}
