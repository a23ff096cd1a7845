/** An installation that cannot start, and what whoever starts it can do about that. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly remedy: string

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, { cause })
    this.remedy = remedy
  }
}
