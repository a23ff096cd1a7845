/** Codes of this package. They are stable: other packages, logs and documents refer to them. */
export type SealedCode =
  | 'canonical.not_canonical'
  | 'canonical.too_deep'
  | 'canonical.too_long'
  | 'canonical.unsupported_value'
  | 'floe.closed'
  | 'floe.header_forged'
  | 'floe.header_malformed'
  | 'floe.segment_forged'
  | 'floe.segment_malformed'
  | 'floe.too_long'
  | 'floe.trailing_data'
  | 'floe.truncated'
  | 'header.malformed'
  | 'header.too_long'
  | 'header.truncated'
  | 'header.unexpected'
  | 'header.unsupported'
  | 'key.malformed'
  | 'keyfile.malformed'
  | 'keyfile.wrong_passphrase'
  | 'range.invalid'
  | 'recipient.forged'
  | 'recipient.malformed'
  | 'recipient.mixed_suites'
  | 'recipient.no_key'
  | 'recipient.too_long'
  | 'recipient.unsupported'
  | 'request.context_mismatch'
  | 'request.number_exhausted'
  | 'request.replayed'
  | 'response.mismatch'
  | 'signature.invalid'
  | 'signature.malformed'
  | 'wrap.forged'
  | 'wrap.malformed'

/** Every refusal of this package. The message says what was refused and never contains a key or customer data. */
export class SealedError extends Error {
  override readonly name = 'SealedError'
  readonly code: SealedCode
  /** What a person can do about it, where there is something. */
  readonly remedy: string | undefined

  constructor(code: SealedCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.remedy = options.remedy
  }
}
