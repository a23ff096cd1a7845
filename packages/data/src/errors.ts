/** The one error of the data plane. `message` and `remedy` are fixed texts and never hold a customer's value. */

export type DataErrorExtras = {
  /** May quote SQL or values: sealed to the asker, never logged, never sent over the link. */
  readonly detail?: string
  readonly cause?: unknown
}

/** A refusal or failure with a stable dotted code. */
export class DataError extends Error {
  override readonly name = 'DataError'
  readonly code: string
  readonly remedy: string
  readonly detail: string | undefined

  constructor(code: string, message: string, remedy: string, extras: DataErrorExtras = {}) {
    super(message, { cause: extras.cause })
    this.code = code
    this.remedy = remedy
    this.detail = extras.detail
  }
}

/** What may be told of any thrown thing without quoting values: errors of ours as they are, others by a fixed text. */
export type Refusal = { code: string; message: string; remedy: string; detail?: string; position?: number }

/** Renders a thrown thing. An error counts as ours when it has a dotted `code`; its own message may be shown then. */
export function describeRefusal(error: unknown): Refusal {
  if (!hasStableCode(error)) return { ...unexpected }
  const remedy = 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : ''
  const detail = 'detail' in error && typeof error.detail === 'string' ? { detail: error.detail } : {}
  const position =
    'position' in error && Number.isSafeInteger(error.position) ? { position: Number(error.position) } : {}
  return { code: error.code, message: error.message, remedy, ...detail, ...position }
}

const unexpected: Refusal = {
  code: 'internal.failed',
  message: 'The data plane failed unexpectedly.',
  remedy: 'Try again; if it happens again, look into the data plane’s log.',
}

function hasStableCode(error: unknown): error is Error & { code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[a-z_]+\.[a-z_.]+$/.test(error.code)
  )
}
