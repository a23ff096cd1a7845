/**
 * The data plane's own chain in the organisation's log. `record` answers when the entries are in the log: signed by us,
 * included by proof in a checkpoint that the log signed and that extends the last one seen.
 */
import { randomBytes } from 'node:crypto'
import type { ControlMethods, LedgerAppend } from '@keyhold/contract'
import {
  createVerifier,
  entryDigest,
  entryLeafHash,
  nextOrigin,
  openCheckpoint,
  parseEntry,
  parseVerifierKey,
  prepareEntry,
  readActivityId,
  readCheckpoint,
  signDataPlaneEntry,
  verifyDataPlaneEntry,
  verifyExtension,
  verifyInclusion,
  type ChainHead,
  type Checkpoint,
} from '@keyhold/ledger'
import type { SigningKey } from '@keyhold/sealed'
import { DataError } from '../errors.ts'
import type { Log } from '../platform/log.ts'
import type { EntryDraft } from './draft.ts'
import { Journal, type Waiting } from './journal.ts'

type AppendResult = ControlMethods['ledger.append']['result']

export type LedgerOptions = {
  readonly folder: string
  readonly organisation: string
  readonly identity: SigningKey
  /** Verifier key of the log, pinned at enrolment. */
  readonly ledgerKey: string
  readonly log: Log
  readonly append: (params: ControlMethods['ledger.append']['params']) => Promise<AppendResult>
}

type Queued = {
  drafts: readonly EntryDraft[]
  time: string
  resolve: (checkpoint: string) => void
  reject: (error: Error) => void
}

const mostInBatch = 1000

export class LedgerClient {
  readonly #options: LedgerOptions
  readonly #journal: Journal
  #queue: Queued[] = []
  #running: Promise<void> | undefined
  #stopped = false

  private constructor(options: LedgerOptions, journal: Journal) {
    this.#options = options
    this.#journal = journal
  }

  static async open(options: LedgerOptions): Promise<LedgerClient> {
    return new LedgerClient(options, await Journal.open(options.folder))
  }

  /** The last checkpoint verified; null before the first entry. */
  get checkpoint(): string | null {
    return this.#journal.checkpoint
  }

  /** Resolves with a checkpoint that covers the entries. @throws `ledger.unavailable`, `ledger.` codes of a bad proof */
  record(...drafts: EntryDraft[]): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) return reject(unavailable())
      this.#queue.push({ drafts, time: new Date().toISOString(), resolve, reject })
      this.#wake()
    })
  }

  /** Sequence of the last entry that the log has acknowledged. */
  get sequence(): number {
    return this.#journal.acknowledgedSequence
  }

  /**
   * Takes up the chain where the log says that it ended, after this folder was lost. From then on the log must continue
   * `checkpoint`. @throws `ledger.signature_invalid` when the entry is not our own
   */
  async resume(last: { entry: string; signature: string }, checkpoint: string | null): Promise<void> {
    const { identity } = this.#options
    const origin = parseEntry(last.entry).origin
    const signature = Buffer.from(last.signature, 'base64url')
    await verifyDataPlaneEntry(identity.publicKey, last.entry, signature, createVerifier())
    if (origin === 'control' || origin.dataPlane !== identity.keyId) throw unavailable()
    await this.#journal.resume({ sequence: origin.sequence, digest: entryDigest(last.entry) }, checkpoint)
  }

  /** Sends what an earlier run or a lost connection left. */
  resend(): void {
    this.#wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running
    await this.#journal.close()
  }

  #wake(): void {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined
      // Whoever came between the last look at the queue and here found the drain still running.
      if (this.#queue.length > 0) this.#wake()
    })
  }

  /** One append is in flight at a time; what comes meanwhile gathers for the next. */
  async #drain(): Promise<void> {
    // Entries of the same turn of the event loop share a batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0 || this.#journal.waiting.length > 0) {
      const batch = this.#takeBatch()
      try {
        await this.#journal.add(await this.#sign(batch))
        const checkpoint = await this.#send()
        for (const { resolve } of batch) resolve(checkpoint)
      } catch (error) {
        this.#options.log('ledger.append_failed', { waiting: this.#journal.waiting.length }, error)
        for (const { reject } of batch) reject(unavailable(error))
        if (this.#queue.length === 0) return
      }
    }
  }

  #takeBatch(): Queued[] {
    let entries = 0
    const end = this.#queue.findIndex((item) => (entries += item.drafts.length) > mostInBatch)
    return this.#queue.splice(0, end <= 0 ? (end === 0 ? 1 : this.#queue.length) : end)
  }

  async #sign(batch: readonly Queued[]): Promise<Waiting[]> {
    const made: Waiting[] = []
    let head = this.#journal.head
    for (const { drafts, time } of batch) {
      for (const draft of drafts) {
        const next = await this.#signOne(draft, time, head)
        made.push(next)
        head = next.head
      }
    }
    return made
  }

  async #signOne(draft: EntryDraft, time: string, head: ChainHead): Promise<Waiting> {
    const { identity, organisation } = this.#options
    const origin = nextOrigin(identity.keyId, head)
    const { text, salt } = prepareEntry({ ...completeDraft(draft), organisation, time, origin }, {}, () =>
      randomBytes(16),
    )
    const signature = await signDataPlaneEntry(text, (message) => identity.sign(message))
    const entry = { salt: salt.toBase64(urlSafe), entry: text, signature: signature.toBase64(urlSafe), disclosures: [] }
    return { entry, head: { sequence: origin.sequence, digest: entryDigest(text) } }
  }

  async #send(): Promise<string> {
    const waiting = this.#journal.waiting.slice(0, mostInBatch)
    const last = waiting.at(-1)
    if (!last) return this.#journal.checkpoint ?? ''
    const older = this.#journal.checkpoint === null ? undefined : readCheckpoint(this.#journal.checkpoint)
    const entries = waiting.map((line) => line.entry)
    const reply = await this.#options.append({ entries, known: older?.size ?? 0 })
    await this.#verify(entries, reply, older)
    await this.#journal.acknowledge(last.head, reply.checkpoint)
    return this.#journal.waiting.length > 0 ? this.#send() : reply.checkpoint
  }

  async #verify(entries: readonly LedgerAppend[], reply: AppendResult, older: Checkpoint | undefined): Promise<void> {
    const newer = await openCheckpoint(reply.checkpoint, { log: [parseVerifierKey(this.#options.ledgerKey)] })
    if (older) verifyExtension(older, newer, reply.consistency.map(decode))
    for (const [index, entry] of entries.entries()) {
      const proof = reply.proofs[index]
      if (!proof)
        throw new DataError(
          'ledger.proof_missing',
          'The log gave no proof for an entry.',
          'Look into the control plane’s log.',
        )
      verifyInclusion(newer, proof.index, entryLeafHash(decode(entry.salt), entry.entry), proof.inclusion.map(decode))
    }
  }
}

const urlSafe = { alphabet: 'base64url', omitPadding: true } as const

/** OCSF 1.x: API Activity (6003) of the category Application Activity (6); the activity follows our action's verb. */
function completeDraft(draft: EntryDraft) {
  const { action, outcome, code, project, actor, object, before = null, after = null, details = {} } = draft
  const shape = { class_uid: 6003, activity_id: readActivityId(draft.action), category_uid: 6 } as const
  return {
    ...shape,
    action,
    outcome,
    code,
    project,
    actor: actor ?? { kind: 'data_plane', id: null },
    object,
    before,
    after,
    details,
  }
}

/** Hashes come in base64url, or in the plain base64 of tlog proofs. */
function decode(text: string): Uint8Array {
  return Buffer.from(text, 'base64')
}

function unavailable(cause?: unknown): DataError {
  return new DataError(
    'ledger.unavailable',
    'The audit log could not take the entry, so nothing is released.',
    'Try again; if it goes on, look into the logs of both planes.',
    { cause },
  )
}
