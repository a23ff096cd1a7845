/**
 * Loads the log, verifies all of it against the checkpoint that its pinned key signed, and goes on as it grows. Runs in
 * a worker; network, storage and clock are given.
 */
import {
  LedgerError,
  LogFollower,
  openCheckpoint,
  parseVerifierKey,
  verifyBundle,
  type BundleEntry,
  type Checkpoint,
  type OpenedCheckpoint,
} from '@keyhold/ledger'
import type { SeenLog } from '../../api/store.ts'
import { LogBook, type ListedEntry } from './log-book.ts'
import { firstState, type LogFault, type LogState } from './log-state.ts'

export type KeeperPorts = {
  readCheckpoint(): Promise<{ readonly checkpoint: string; readonly verifierKey: string }>
  /** Entries after an index, or the newest; waits up to `wait` seconds for news. */
  listEntries(
    query: { after?: number; last?: number; limit?: number; wait?: number },
    signal?: AbortSignal,
  ): Promise<readonly ListedEntry[]>
  /** 32-byte public keys of the data planes that may write into the log: the one that the anchor vouches for, or none. */
  readDataPlaneKeys(): Promise<readonly Uint8Array[]>
  /** Lines of the exported log. */
  exportLines(): AsyncIterable<string>
  readSeen(): Promise<SeenLog | undefined>
  writeSeen(seen: SeenLog): Promise<void>
  now(): number
  publish(state: LogState): void
}

const pageLength = 1_000
const firstPage = 300
/** Longer logs are verified from where they were last verified, until the whole is asked for. */
const alwaysWhole = 20_000
const waitSeconds = 25

export class LogKeeper {
  readonly book = new LogBook()
  readonly #ports: KeeperPorts
  #state: LogState = firstState
  #follower: LogFollower | undefined
  #dataPlanes: readonly Uint8Array[] | undefined
  #wantsWhole = false
  #isWhole = false
  /** What this browser had seen when the page was opened. */
  #before: SeenLog | undefined

  constructor(ports: KeeperPorts) {
    this.#ports = ports
  }

  /** Every entry is wanted here, however long the log. True when that is news. */
  askWhole(): boolean {
    this.#wantsWhole = true
    if (this.#isWhole || this.#follower === undefined) return false
    this.#follower = undefined
    return true
  }

  /** Brings everything up to the newest checkpoint and verifies it. A fault of the log is the state, not an error. */
  async verify(): Promise<void> {
    try {
      await this.#verifyOnce()
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error
      await this.#condemn(error)
    }
  }

  /** Waits for entries after those that are here. */
  async waitForNews(signal: AbortSignal): Promise<void> {
    const after = this.book.length - 1
    this.#add(await this.#ports.listEntries({ after, wait: waitSeconds, limit: pageLength }, signal))
  }

  publishAway(): void {
    if (this.#state.phase !== 'altered') this.#publish({ phase: 'away' })
  }

  async #verifyOnce(): Promise<void> {
    // Read before the checkpoint is asked for: another tab may verify a newer one meanwhile.
    const seen = await this.#ports.readSeen()
    const newest = await this.#ports.readCheckpoint()
    const verifierKey = seen?.verifierKey ?? newest.verifierKey
    const head = await openCheckpoint(newest.checkpoint, { log: [parseVerifierKey(verifierKey)] })
    if (seen !== undefined && seen.size > head.size) {
      throw new LedgerError('ledger.rolled_back', `The log shrank from ${seen.size} to ${head.size} entries`)
    }
    this.#publish({ size: head.size })
    const follower = (this.#follower ??= await this.#begin(head, seen))
    await this.#bringTo(follower, head.size)
    follower.conclude(head)
    await this.#remember(head, follower, verifierKey, newest.checkpoint)
  }

  async #begin(head: OpenedCheckpoint, seen: SeenLog | undefined): Promise<LogFollower> {
    this.#before ??= seen
    const dataPlanes = (this.#dataPlanes ??= await this.#ports.readDataPlaneKeys())
    this.#isWhole = this.#wantsWhole || head.size <= alwaysWhole || seen?.followed === undefined
    if (!this.#isWhole) return new LogFollower({ dataPlanes, state: seen?.followed ?? null })
    // What people look at first is there at once, before the whole is checked.
    this.#add(await this.#ports.listEntries({ last: firstPage }))
    return new LogFollower({ dataPlanes, known: seen === undefined ? null : readKnown(seen) })
  }

  /** The next page is fetched while one is verified. */
  async #bringTo(follower: LogFollower, size: number): Promise<void> {
    let coming = this.#fetchRun(follower.size, size)
    while (follower.size < size) {
      const entries = await coming
      const from = follower.size + entries.length
      coming = from < size ? this.#fetchRun(from, size) : coming
      // When verifying fails nobody waits for it any more.
      coming.catch(() => undefined)
      await follower.advance(entries.map(decodeEntry))
      this.#publish({ checked: follower.size })
    }
  }

  async #fetchRun(from: number, size: number): Promise<readonly ListedEntry[]> {
    if (from >= size) return []
    const limit = Math.min(pageLength, size - from)
    const here = this.book.run(from, from + limit)
    if (here.length > 0) return here
    const entries = await this.#ports.listEntries({ after: from - 1, limit })
    if (entries.length === 0) throw new LedgerError('ledger.entry_missing', `Entry ${from} is missing`, { index: from })
    this.#add(entries)
    return entries
  }

  async #remember(head: OpenedCheckpoint, follower: LogFollower, verifierKey: string, note: string): Promise<void> {
    const root = encodeRoot(head.root)
    const { state } = follower
    const { origin, size } = head
    await this.#ports.writeSeen({ origin, verifierKey, size, root, followed: state })
    const before = this.#before
    this.#publish({
      phase: 'verified',
      verified: {
        size: head.size,
        root: head.root.toBase64(),
        checkpoint: note,
        verifierKey,
        time: new Date(this.#ports.now()).toISOString(),
        whole: this.#isWhole,
        dataPlane: state.chains.reduce((sum, [, { sequence }]) => sum + sequence, 0),
        added: before === undefined ? null : head.size - before.size,
      },
    })
  }

  /** Says that the log was altered, with the entry where it can be told, and loads the rest so that it can be looked at. */
  async #condemn(error: LedgerError): Promise<void> {
    const first: LogFault = { code: error.code, message: error.message, index: error.index }
    this.#publish({ phase: 'altered', fault: first })
    if (first.index === null) this.#publish({ fault: (await this.#locate()) ?? first })
    while (this.book.run(0, this.#state.size).length < this.#state.size) {
      const from = this.book.run(0, this.#state.size).length
      const entries = await this.#ports.listEntries({ after: from - 1, limit: pageLength })
      if (entries[0]?.index !== from) return
      this.#add(entries)
    }
  }

  /** Entries alone do not say which of them is wrong; the exported log has the hashes as they were stored. */
  async #locate(): Promise<LogFault | null> {
    const seen = await this.#ports.readSeen()
    const verdict = await verifyBundle(this.#ports.exportLines(), {
      ...(seen !== undefined && {
        pinnedKeys: [parseVerifierKey(seen.verifierKey)],
        knownCheckpoint: readKnown(seen),
      }),
    })
    return verdict.ok ? null : { code: verdict.code, message: verdict.message, index: verdict.index }
  }

  #add(entries: readonly ListedEntry[]): void {
    this.book.add(entries)
    this.#publish({ length: this.book.length })
  }

  #publish(change: Partial<LogState>): void {
    this.#state = { ...this.#state, ...change }
    this.#ports.publish(this.#state)
  }
}

function readKnown({ origin, size, root }: SeenLog): Checkpoint {
  return { origin, size, root: decode(root) }
}

function decodeEntry({ index, salt, entry, disclosures, signature }: ListedEntry): BundleEntry {
  return {
    index,
    salt: decode(salt),
    entry,
    disclosures: disclosures as BundleEntry['disclosures'],
    signature: signature === null ? null : decode(signature),
  }
}

const base64url = { alphabet: 'base64url' } as const

/** A text that is not base64url is as wrong as one that is: the hash over it differs. */
function decode(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, base64url)
  } catch {
    return new Uint8Array()
  }
}

function encodeRoot(root: Uint8Array): string {
  return root.toBase64({ ...base64url, omitPadding: true })
}
