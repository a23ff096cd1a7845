/** Every failure as a page shows it: a stable code, a sentence, and what the person can do. */
import { ClientError, JobProblem, SealedProblem } from '@keyhold/client'
import { ApiError } from '@keyhold/contract'
import { LedgerError } from '@keyhold/ledger'
import { SealedError } from '@keyhold/sealed'

export type ShownProblem = {
  readonly code: string
  readonly message: string
  readonly remedy: string
  /** What only this person may see: it can quote their own data. Never logged. */
  readonly detail?: string
  /** Number of the server's log line, for a report. */
  readonly incident?: string
}

export type WebCode =
  | 'anchor.changed'
  | 'browser.no_ed25519'
  | 'device.missing'
  | 'setup.incomplete'
  | 'document.malformed'
  | 'passkey.cancelled'
  | 'passkey.unsupported'
  | 'sample.missing'

/** A failure that the web app itself finds. */
export class WebProblem extends Error {
  override readonly name = 'WebProblem'
  readonly code: WebCode
  readonly remedy: string
  constructor(code: WebCode, message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.remedy = remedy
  }
}

const fallback = 'Try again; if it happens again, report it with its code.'

/** What to show for anything that was thrown. */
export function describeProblem(error: unknown): ShownProblem {
  const shown = describeAny(error)
  return { ...shown, message: sentence(shown.message), remedy: sentence(shown.remedy) }
}

function describeAny(error: unknown): ShownProblem {
  if (error instanceof ApiError) return describeApi(error)
  if (error instanceof SealedProblem) {
    const detail = error.detail === undefined ? {} : { detail: error.detail }
    return { code: error.code, message: error.message, remedy: error.remedy ?? fallback, ...detail }
  }
  if (error instanceof ClientError || error instanceof WebProblem) {
    return { code: error.code, message: error.message, remedy: error.remedy }
  }
  if (error instanceof JobProblem) {
    return { code: error.code, message: sentence(error.message), remedy: sentence(error.remedy ?? fallback) }
  }
  if (error instanceof SealedError) {
    return {
      code: error.code,
      message: 'What the server gave does not open with the keys that it should open with',
      remedy: 'Reload the page; if it happens again, something between you and your data plane alters what you ask.',
    }
  }
  if (error instanceof LedgerError) {
    return {
      code: error.code,
      message: error.message,
      remedy:
        'Keep what you exported before and ask the operator: the log was altered after it was signed, or damaged.',
    }
  }
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return {
      code: 'server.away',
      message: 'The server does not answer',
      remedy: 'Check that it runs and that this machine reaches it; this page goes on by itself once it does.',
    }
  }
  return { code: 'web.unexpected', message: 'Something went wrong in this page', remedy: fallback }
}

function describeApi({ problem }: ApiError): ShownProblem {
  const message = [problem.title, problem.detail].filter((part) => part !== undefined && part !== '').join(': ')
  const incident = problem.incident === undefined ? {} : { incident: problem.incident }
  return { code: problem.code, message, remedy: problem.remedy ?? fallback, ...incident }
}

/** Begins with a capital and ends with a stop, whoever wrote it. */
function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
