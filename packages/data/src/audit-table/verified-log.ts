/** The organisation's log as it is read from the control plane: believed only up to what the log's own key has signed. */
import type { ControlMethods, LedgerListed } from '@keyhold/contract'
import {
  LedgerError,
  LogFollower,
  openCheckpoint,
  parseDisclosure,
  parseVerifierKey,
  readCheckpoint,
  type BundleEntry,
  type FollowedState,
} from '@keyhold/ledger'
import { DataError } from '../errors.ts'

type Page = ControlMethods['ledger.read']['result']

export type VerifiedLogOptions = {
  /** Verifier key of the log, pinned at enrolment. */
  readonly ledgerKey: string
  readonly read: (params: ControlMethods['ledger.read']['params']) => Promise<Page>
  /** The last checkpoint that the data plane itself verified: the log must contain it. */
  readonly known: () => string | null
}

/** What reads along; nothing of it counts until `follow` has returned. */
export type LogReader = {
  readonly take: (entries: readonly LedgerListed[]) => Promise<void>
  /** Everything that was taken is void: from here on it comes again from entry 0. */
  readonly restart: () => void
}

export class VerifiedLog {
  readonly #options: VerifiedLogOptions
  #state: FollowedState | null = null
  #erasures: string | null = null

  constructor(options: VerifiedLogOptions) {
    this.#options = options
  }

  /**
   * Reads what is new and verifies it: every entry, the data planes' chains, and that all entries since the first have
   * the signed root. @throws `ledger.` codes when the log is not the one that was signed; all begins anew then
   */
  async follow(reader: LogReader): Promise<void> {
    try {
      await this.#follow(reader)
    } catch (error) {
      this.#forget(reader)
      throw error instanceof LedgerError ? untrusted(error) : error
    }
  }

  #forget(reader: LogReader): void {
    this.#state = null
    this.#erasures = null
    reader.restart()
  }

  async #follow(reader: LogReader): Promise<void> {
    const first = await this.#readFirst(reader)
    const { ledgerKey, known } = this.#options
    const log = [parseVerifierKey(ledgerKey)]
    const signed = await openCheckpoint(first.checkpoint, { log })
    const seen = known()
    const follower = new LogFollower({
      dataPlanes: first.dataPlanes.map((key) => decode(key)),
      state: this.#state,
      known: seen === null ? null : await openCheckpoint(seen, { log }),
    })
    if (seen !== null && readCheckpoint(seen).size > signed.size) {
      throw new LedgerError('ledger.rolled_back', 'The log is shorter than it was')
    }
    for (let page = first; ; page = await this.#readNext(follower.size, signed.size)) {
      await follower.advance(page.entries.map(toBundleEntry))
      await reader.take(page.entries)
      if (follower.size >= signed.size) break
      if (page.entries.length === 0) throw new LedgerError('ledger.entry_missing', `Entry ${follower.size} is missing`)
    }
    follower.conclude(signed)
    this.#state = follower.state
  }

  /** The next page; after an erasure the first, so that nothing that was erased stays in a copy. */
  async #readFirst(reader: LogReader): Promise<Page> {
    const { read } = this.#options
    const page = await read({ from: this.#state?.frontier.size ?? 0, below: null })
    if (this.#state === null || page.erasures === this.#erasures) {
      this.#erasures = page.erasures
      return page
    }
    this.#forget(reader)
    const again = await read({ from: 0, below: null })
    this.#erasures = again.erasures
    return again
  }

  async #readNext(from: number, below: number): Promise<Page> {
    const page = await this.#options.read({ from, below })
    // Seen the next time: the copy then begins anew.
    if (page.erasures !== this.#erasures) this.#erasures = 'changed while it was read'
    return page
  }
}

function toBundleEntry({ index, salt, entry, disclosures, signature }: LedgerListed): BundleEntry {
  return {
    index,
    salt: decode(salt),
    entry,
    disclosures: disclosures.map(parseDisclosure),
    signature: signature === null ? null : decode(signature),
  }
}

function decode(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64url'))
}

function untrusted(cause: LedgerError): DataError {
  return new DataError(
    cause.code,
    'The log that the control plane gives is not the one that was signed.',
    'Do not rely on it. Keep what you have of it, and run: keyhold audit verify',
    { cause },
  )
}
