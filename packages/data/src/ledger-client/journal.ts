/** The data plane's chain on its own disk: entries until they are acknowledged, then only where the chain stands. */
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { LedgerAppend } from '@keyhold/contract'
import { emptyChain, type ChainHead } from '@keyhold/ledger'
import { readLines, writeDurable } from '../platform/durable-file.ts'

/** Where the chain and the log stood when everything up to `sequence` was acknowledged. */
type Acknowledged = { readonly head: ChainHead; readonly checkpoint: string | null }
type Line = { readonly entry: LedgerAppend; readonly head: ChainHead } | Acknowledged
export type Waiting = { readonly entry: LedgerAppend; readonly head: ChainHead }

const compactAbove = 4 << 20

export class Journal {
  readonly #path: string
  #file: FileHandle
  #bytes: number
  #waiting: Waiting[]
  #acknowledged: Acknowledged

  private constructor(path: string, file: FileHandle, lines: readonly Line[]) {
    this.#path = path
    this.#file = file
    this.#bytes = 0
    const ends = lines.filter((line): line is Acknowledged => !('entry' in line))
    this.#acknowledged = ends.at(-1) ?? { head: emptyChain, checkpoint: null }
    const known = this.#acknowledged.head.sequence
    this.#waiting = lines.filter((line) => 'entry' in line).filter((line) => line.head.sequence > known)
  }

  static async open(folder: string): Promise<Journal> {
    const path = join(folder, 'ledger-journal.ndjson')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const lines = readLines(path).map((line) => JSON.parse(line) as Line)
    const journal = new Journal(path, await open(path, 'a', 0o600), lines)
    await journal.#compact()
    return journal
  }

  /** Entries not yet acknowledged, in order. */
  get waiting(): readonly Waiting[] {
    return this.#waiting
  }

  /** Where the next entry continues. */
  get head(): ChainHead {
    return this.#waiting.at(-1)?.head ?? this.#acknowledged.head
  }

  get acknowledgedSequence(): number {
    return this.#acknowledged.head.sequence
  }

  /** The checkpoint that covers everything acknowledged; null before the first. */
  get checkpoint(): string | null {
    return this.#acknowledged.checkpoint
  }

  /** Durable when it resolves: an entry that was sent must never be replaced by another of its sequence. */
  async add(entries: readonly Waiting[]): Promise<void> {
    await this.#write(entries.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await this.#file.datasync()
    this.#waiting.push(...entries)
  }

  /** Everything up to `head` is in the log. Not synced: the control plane takes an entry twice for once. */
  async acknowledge(head: ChainHead, checkpoint: string): Promise<void> {
    this.#acknowledged = { head, checkpoint }
    this.#waiting = this.#waiting.filter((line) => line.head.sequence > head.sequence)
    await this.#write(`${JSON.stringify(this.#acknowledged)}\n`)
    if (this.#bytes > compactAbove && this.#waiting.length === 0) await this.#compact()
  }

  /** Takes up a chain whose journal was lost. The chain must be empty here. */
  async resume(head: ChainHead, checkpoint: string | null): Promise<void> {
    if (this.head.sequence > 0) return
    this.#acknowledged = { head, checkpoint }
    await this.#write(`${JSON.stringify(this.#acknowledged)}\n`)
    await this.#file.datasync()
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #write(text: string): Promise<void> {
    this.#bytes += text.length
    await this.#file.appendFile(text)
  }

  /** Keeps only what still counts. */
  async #compact(): Promise<void> {
    const lines = [this.#acknowledged, ...this.#waiting].map((line) => `${JSON.stringify(line)}\n`).join('')
    writeDurable(this.#path, lines)
    await this.#file.close()
    this.#file = await open(this.#path, 'a', 0o600)
    this.#bytes = lines.length
  }
}
