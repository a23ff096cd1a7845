import { ChainAudit, type ChainSummary, type KnownHead } from './audit-chains.ts'
import { TreeAudit } from './audit-tree.ts'
import { parseBundleLine, type BundleEntry, type BundleHeader, type BundleRecord } from './bundle.ts'
import { openCheckpoint, type Checkpoint, type OpenedCheckpoint } from './checkpoint.ts'
import { concatBytes } from './encoding.ts'
import { createVerifier, type VerifySignature } from './ed25519.ts'
import { entryLeafHash, parseEntry, verifyDisclosures } from './entry.ts'
import { LedgerError, type LedgerErrorCode } from './errors.ts'
import { hashLength } from './hash.ts'
import { widthInTree } from './tiles.ts'
import type { VerifierKey } from './verifier-key.ts'

/** What the verifier trusts from elsewhere. All optional: without any, only the bundle's agreement with itself is shown. */
export type VerifyOptions = {
  /** Keys of which one must have signed the checkpoint as its log; cosignature keys among them name witnesses. */
  readonly pinnedKeys?: readonly VerifierKey[]
  /** Ids of the data planes' keys that may sign entries. */
  readonly pinnedDataPlanes?: readonly string[]
  /** A checkpoint of this log seen before, already opened: the log must extend it. */
  readonly knownCheckpoint?: Checkpoint
  /** How far each data plane says its chain goes: the log must reach it. */
  readonly knownHeads?: readonly KnownHead[]
  readonly verify?: VerifySignature
}

/** The result. `index` names the entry at fault (0-based), null where the fault is not in one entry. */
export type BundleVerdict =
  | {
      readonly ok: true
      readonly origin: string
      readonly size: number
      /** 32 bytes, base64. */
      readonly root: string
      readonly entries: number
      readonly dataPlanes: readonly ChainSummary[]
      readonly witnesses: readonly { readonly name: string; readonly timestamp: number }[]
      /** Whether the log's key was pinned by the caller; else it is only what the bundle says of itself. */
      readonly pinned: boolean
    }
  | { readonly ok: false; readonly code: LedgerErrorCode; readonly index: number | null; readonly message: string }

/**
 * Verifies an exported log from its lines (without newlines), in one pass with memory for 256 entries: the checkpoint's
 * signature, every entry's hash and the root, disclosed personal fields, data planes' signatures and chains, and that an
 * earlier checkpoint is a prefix. A fault is the result, not an error; what `lines` throws is passed on.
 */
export async function verifyBundle(lines: AsyncIterable<string>, options: VerifyOptions = {}): Promise<BundleVerdict> {
  const reader = new RecordReader(lines)
  try {
    return await verifyRecords(reader, options)
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error
    return { ok: false, code: error.code, index: error.index, message: error.message }
  } finally {
    await reader.close()
  }
}

async function verifyRecords(reader: RecordReader, options: VerifyOptions): Promise<BundleVerdict> {
  const verify = options.verify ?? createVerifier()
  const header = await reader.readHeader()
  const signed = await openSigned(header, await reader.readCheckpoint(), options, verify)
  const tree = new TreeAudit(options.knownCheckpoint ?? null)
  const chains = new ChainAudit({
    keys: header.dataPlanes,
    pinned: options.pinnedDataPlanes ?? null,
    known: options.knownHeads ?? [],
    verify,
  })
  let finding: LedgerError | null = null
  for (let start = 0; start < signed.size; start += reader.lastWidth) {
    const { hashes, entries } = await reader.readRun(start, signed.size)
    tree.advance(hashes, concatBytes(...entries.map(({ salt, entry }) => entryLeafHash(salt, entry))))
    finding ??= await findFault(chains, entries, tree.difference)
  }
  await reader.requireEnd()
  return conclude(tree, chains, signed, finding, options.pinnedKeys !== undefined)
}

async function openSigned(
  header: BundleHeader,
  note: string,
  options: VerifyOptions,
  verify: VerifySignature,
): Promise<OpenedCheckpoint> {
  const keys = { log: options.pinnedKeys ?? header.log, witnesses: options.pinnedKeys ?? header.witnesses }
  const signed = await openCheckpoint(note, keys, verify)
  const known = options.knownCheckpoint
  if (signed.origin !== header.origin || (known !== undefined && known.origin !== signed.origin)) {
    throw new LedgerError('ledger.origin_mismatch', 'The checkpoint is of another log')
  }
  if (known !== undefined && known.size > signed.size) {
    throw new LedgerError('ledger.rolled_back', `The log shrank from ${known.size} to ${signed.size} entries`)
  }
  return signed
}

// After the first fault the rest need not be judged: what follows an altered entry fails with it.
async function findFault(
  chains: ChainAudit,
  entries: readonly BundleEntry[],
  difference: number | null,
): Promise<LedgerError | null> {
  const sound = difference === null ? entries : entries.filter(({ index }) => index < difference)
  const results = await Promise.allSettled(sound.map((entry) => checkEntry(chains, entry)))
  const failed = results.findIndex(({ status }) => status === 'rejected')
  const result = results[failed]
  if (result?.status !== 'rejected') return null
  const reason: unknown = result.reason
  if (!(reason instanceof LedgerError)) throw reason
  return new LedgerError(reason.code, reason.message, { index: sound[failed]!.index, cause: reason })
}

async function checkEntry(chains: ChainAudit, { entry: text, disclosures, signature }: BundleEntry): Promise<void> {
  const entry = parseEntry(text)
  verifyDisclosures(entry, disclosures)
  await chains.advance(entry, text, signature)
}

function conclude(
  tree: TreeAudit,
  chains: ChainAudit,
  signed: OpenedCheckpoint,
  finding: LedgerError | null,
  pinned: boolean,
): BundleVerdict {
  tree.conclude(signed)
  if (finding !== null) throw finding
  return {
    ok: true,
    origin: signed.origin,
    size: signed.size,
    root: signed.root.toBase64(),
    entries: signed.size,
    dataPlanes: chains.conclude(),
    witnesses: signed.witnesses.map(({ key, timestamp }) => ({ name: key.name, timestamp })),
    pinned,
  }
}

/** Reads a bundle's records in the order they must have. Each fault in reading names the entry that was due. */
class RecordReader {
  lastWidth = 0
  private readonly lines: AsyncIterator<string>
  private due: number | null = null

  constructor(lines: AsyncIterable<string>) {
    this.lines = lines[Symbol.asyncIterator]()
  }

  async readHeader(): Promise<BundleHeader> {
    const record = await this.read()
    return record?.kind === 'header'
      ? record
      : this.refuse('ledger.bundle_malformed', 'It does not begin with a header')
  }

  async readCheckpoint(): Promise<string> {
    const record = await this.read()
    if (record?.kind === 'checkpoint') return record.note
    return this.refuse('ledger.bundle_malformed', 'It has no checkpoint after its header')
  }

  /** The tile of the run that begins at `start`, and its entries. */
  async readRun(start: number, size: number): Promise<{ hashes: Uint8Array; entries: BundleEntry[] }> {
    this.due = start
    const width = widthInTree(size, 0, start / 256)
    const tile = await this.read()
    if (tile === null) return this.refuseEnd(size)
    if (tile.kind !== 'tile' || tile.index !== start / 256 || tile.hashes.length !== width * hashLength) {
      return this.refuse(
        'ledger.bundle_malformed',
        `The hashes of the entries from ${start} on are not where they belong`,
      )
    }
    const entries: BundleEntry[] = []
    for (this.due = start; this.due < start + width; this.due++) entries.push(await this.readEntry(this.due, size))
    this.lastWidth = width
    return { hashes: tile.hashes, entries }
  }

  private async readEntry(index: number, size: number): Promise<BundleEntry> {
    const record = await this.read()
    if (record === null) return this.refuseEnd(size)
    if (record.kind === 'entry' && record.index === index) return record
    return this.refuse('ledger.entry_missing', `Entry ${index} is missing`)
  }

  async requireEnd(): Promise<void> {
    this.due = null
    if ((await this.read()) !== null) this.refuse('ledger.bundle_malformed', 'It has more than its checkpoint signs')
  }

  async close(): Promise<void> {
    await this.lines.return?.()
  }

  private async read(): Promise<BundleRecord | null> {
    const { done, value } = await this.lines.next()
    if (done === true) return null
    try {
      return parseBundleLine(value)
    } catch (error) {
      if (!(error instanceof LedgerError) || this.due === null) throw error
      throw new LedgerError(error.code, error.message, { index: this.due, cause: error })
    }
  }

  private refuseEnd(size: number): never {
    return this.refuse('ledger.bundle_truncated', `It ends before entry ${this.due ?? 0} of ${size}`)
  }

  private refuse(code: LedgerErrorCode, what: string): never {
    throw new LedgerError(code, `The exported log is damaged. ${what}`, this.due === null ? {} : { index: this.due })
  }
}
