/**
 * Entries that a data plane wrote and signed (KH-02): checked against its chain, written once however often they are
 * sent, and answered with proofs, so that it can hold results back until its entries are in the tree.
 */
import {
  createVerifier,
  emptyChain,
  entryDigest,
  entryLeafHash,
  extendChain,
  formatKeyId,
  LedgerError,
  parseDisclosure,
  parseEntry,
  verifyDataPlaneEntry,
  verifyDisclosures,
  type ChainHead,
} from '@keyhold/ledger'
import type { ControlMethods, LedgerAppend } from '@keyhold/contract'
import type { Database } from '../../platform/database/database.ts'
import type { PlatformKey } from '../../platform/platform-key.ts'
import { failAudit } from './errors.ts'
import type { Item } from './item.ts'
import { sealDisclosures } from './personal.ts'
import { proveWritten } from './prove.ts'
import { insertDataPlaneKey, readChainEntries, readChainHead, readHead } from './store.ts'
import type { Writer, Written } from './writer.ts'

type Append = ControlMethods['ledger.append']

/** Who writes: checked by the link when it was opened. */
export type DataPlaneWriter = {
  readonly organisation: string
  readonly dataPlane: string
  /** Raw Ed25519 identity key. */
  readonly publicKey: Uint8Array
}

export type DataPlaneLedger = {
  readonly append: (writer: DataPlaneWriter, params: Append['params']) => Promise<Append['result']>
  readonly readHead: (writer: DataPlaneWriter) => Promise<ControlMethods['ledger.head']['result']>
}

type Parts = {
  readonly database: Database
  readonly platformKey: PlatformKey
  readonly writerOf: (organisation: string) => Writer
}

const mostEntries = 1000
const verify = createVerifier()

export function createDataPlaneLedger(parts: Parts): DataPlaneLedger {
  /** One append of a data plane at a time; each starts where the one before ended. */
  const turns = new Map<string, Promise<unknown>>()
  const registered = new Set<string>()

  async function append(writer: DataPlaneWriter, params: Append['params']): Promise<Append['result']> {
    if (params.entries.length > mostEntries) throw failAudit('audit.entry_refused')
    const before = turns.get(writer.dataPlane) ?? Promise.resolve()
    const turn = before.then(async () => {
      if (!registered.has(writer.dataPlane)) await register(writer)
      return appendInTurn(parts, writer, params)
    })
    turns.set(
      writer.dataPlane,
      turn.catch(() => {}),
    )
    return turn
  }
  async function register({ organisation, dataPlane, publicKey }: DataPlaneWriter): Promise<void> {
    await parts.database.withTenant({ organisation }, (tx) =>
      insertDataPlaneKey(tx, organisation, dataPlane, publicKey),
    )
    registered.add(dataPlane)
  }
  return { append, readHead: (writer) => readDataPlaneHead(parts, writer) }
}

async function appendInTurn(
  parts: Parts,
  writer: DataPlaneWriter,
  params: Append['params'],
): Promise<Append['result']> {
  const { organisation, dataPlane } = writer
  const stored = await parts.database.readTenant({ organisation }, (tx) => readChainHead(tx, organisation, dataPlane))
  const head: ChainHead = stored ? { sequence: stored.sequence, digest: entryDigest(stored.entry) } : emptyChain
  const { known, fresh } = await checkEntries(parts.platformKey, writer, head, params.entries)
  const repeated = await findRepeated(parts.database, writer, known)
  const batch = fresh.length > 0 ? await parts.writerOf(organisation).write(fresh) : await readWritten(parts, writer)
  const indices = [...repeated, ...fresh.map((_, i) => batch.first + i)]
  return proveWritten(parts.database, organisation, batch, indices, params.known)
}

type Known = { readonly sequence: number; readonly entry: string }

/** Splits what was sent into entries that the log has already and new ones, which must continue the chain. */
async function checkEntries(
  key: PlatformKey,
  writer: DataPlaneWriter,
  start: ChainHead,
  entries: readonly LedgerAppend[],
): Promise<{ known: Known[]; fresh: Item[] }> {
  const known: Known[] = []
  const fresh: Item[] = []
  let head = start
  for (const sent of entries) {
    const checked = await checkEntry(key, writer, sent)
    if (checked.sequence <= start.sequence) {
      known.push({ sequence: checked.sequence, entry: sent.entry })
      continue
    }
    head = continueChain(head, sent.entry)
    fresh.push(checked.item)
  }
  return { known, fresh }
}

async function checkEntry(
  key: PlatformKey,
  { organisation, dataPlane, publicKey }: DataPlaneWriter,
  sent: LedgerAppend,
): Promise<{ sequence: number; item: Item }> {
  try {
    const entry = parseEntry(sent.entry)
    const { origin } = entry
    if (origin === 'control' || entry.organisation !== organisation || origin.dataPlane !== formatKeyId(publicKey)) {
      throw failAudit('audit.entry_refused')
    }
    await verifyDataPlaneEntry(publicKey, sent.entry, new Uint8Array(Buffer.from(sent.signature, 'base64url')), verify)
    const disclosures = sent.disclosures.map(parseDisclosure)
    verifyDisclosures(entry, disclosures)
    const salt = new Uint8Array(Buffer.from(sent.salt, 'base64url'))
    const item: Item = {
      time: entry.time,
      action: entry.action,
      outcome: entry.outcome,
      dataPlane,
      sequence: origin.sequence,
      salt,
      entry: sent.entry,
      signature: sent.signature,
      personal: sealDisclosures(key, entry.actor.id, disclosures),
      leafHash: entryLeafHash(salt, sent.entry),
    }
    return { sequence: origin.sequence, item }
  } catch (cause) {
    throw cause instanceof LedgerError ? failAudit('audit.entry_refused', { cause }) : cause
  }
}

function continueChain(head: ChainHead, text: string): ChainHead {
  try {
    return extendChain(head, parseEntry(text), text)
  } catch (cause) {
    throw failAudit('audit.behind_wrong_chain', { cause })
  }
}

/** Indices of entries that were sent before; they must be the very same. */
async function findRepeated(
  database: Database,
  { organisation, dataPlane }: DataPlaneWriter,
  known: readonly Known[],
): Promise<number[]> {
  if (known.length === 0) return []
  const sequences = known.map(({ sequence }) => sequence)
  const stored = await database.readTenant({ organisation }, (tx) =>
    readChainEntries(tx, organisation, dataPlane, Math.min(...sequences), Math.max(...sequences)),
  )
  const bySequence = new Map(stored.map((entry) => [entry.sequence, entry]))
  return known.map(({ sequence, entry }) => {
    const same = bySequence.get(sequence)
    if (same?.entry !== entry) throw failAudit('audit.behind_wrong_chain')
    return same.index
  })
}

/** The log as it stands, for an append that brought nothing new. */
async function readWritten({ database }: Parts, { organisation }: DataPlaneWriter): Promise<Written> {
  const head = await database.readTenant({ organisation }, (tx) => readHead(tx, organisation))
  if (!head) throw failAudit('audit.beyond_log')
  return { first: head.size, note: head.note, size: head.size, tiles: [] }
}

async function readDataPlaneHead(
  { database }: Parts,
  { organisation, dataPlane }: DataPlaneWriter,
): Promise<ControlMethods['ledger.head']['result']> {
  const [stored, head] = await database.readTenant({ organisation }, (tx) =>
    Promise.all([readChainHead(tx, organisation, dataPlane), readHead(tx, organisation)]),
  )
  const last = stored ? { entry: stored.entry, signature: stored.signature ?? '' } : null
  return { sequence: stored?.sequence ?? 0, checkpoint: head?.note ?? '', last }
}
