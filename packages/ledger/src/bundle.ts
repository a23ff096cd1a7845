import { formatCanonical, parseCanonical, type JsonValue } from './canonical.ts'
import { fromBase64, fromBase64Url, toBase64Url } from './encoding.ts'
import { formatKeyId } from './ed25519.ts'
import { LedgerError } from './errors.ts'
import { hashLength } from './hash.ts'
import { parseDisclosure, saltLength, type Disclosure } from './personal.ts'
import { cutTile, tileWidth, widthInTree } from './tiles.ts'
import type { TileReader } from './tree.ts'
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from './verifier-key.ts'

/** First line: what the exporter says of the keys. Whoever needs more than integrity pins keys of his own. */
export type BundleHeader = {
  readonly origin: string
  readonly log: readonly VerifierKey[]
  readonly witnesses: readonly VerifierKey[]
  /** 32-byte Ed25519 public keys of the data planes that signed entries. */
  readonly dataPlanes: readonly Uint8Array[]
}

/** An entry in a bundle. `signature`: the data plane's, 64 bytes; null on the control plane's own entries. */
export type BundleEntry = {
  readonly index: number
  readonly salt: Uint8Array
  /** Exact text of the entry. */
  readonly entry: string
  readonly disclosures: readonly Disclosure[]
  readonly signature: Uint8Array | null
}

/** One line of a bundle, read. */
export type BundleRecord =
  | ({ readonly kind: 'header' } & BundleHeader)
  | { readonly kind: 'checkpoint'; readonly note: string }
  | { readonly kind: 'tile'; readonly index: number; readonly hashes: Uint8Array }
  | ({ readonly kind: 'entry' } & BundleEntry)

/** Name of the format, in each bundle's first line. */
const bundleFormat = 'keyhold-ledger/1'

/** Longest line that a reader accepts, in characters: far above any that a writer makes. */
export const maximumLineLength = 1_048_576

/**
 * Writes a log as NDJSON lines (each with its newline), with memory for one tile: header, checkpoint, then for each run of
 * 256 entries the level-0 tile and the entries. `readTile` gives the hashes as they were stored when the entries were
 * appended, so that an entry altered since is named. `size` is that of the checkpoint.
 * @throws LedgerError `ledger.entry_missing` if `entries` does not give 0 to size - 1 in order; `ledger.tile_malformed`
 */
export async function* writeBundle(bundle: {
  readonly header: BundleHeader
  readonly checkpoint: string
  readonly size: number
  readonly readTile: TileReader
  readonly entries: AsyncIterable<BundleEntry> | Iterable<BundleEntry>
}): AsyncGenerator<string, void, undefined> {
  yield formatLine(headerLine(bundle.header))
  yield formatLine({ checkpoint: bundle.checkpoint })
  let next = 0
  for await (const entry of bundle.entries) {
    if (entry.index !== next || next >= bundle.size) refuseOrder(next)
    if (next % tileWidth === 0) yield formatLine(await tileLine(bundle.readTile, next / tileWidth, bundle.size))
    yield formatLine(entryLine(entry))
    next++
  }
  if (next !== bundle.size) refuseOrder(next)
}

function formatLine(value: JsonValue): string {
  return `${formatCanonical(value)}\n`
}

function headerLine(header: BundleHeader): JsonValue {
  return {
    format: bundleFormat,
    origin: header.origin,
    log: header.log.map(formatVerifierKey),
    witnesses: header.witnesses.map(formatVerifierKey),
    dataPlanes: header.dataPlanes.map((key) => ({ keyId: formatKeyId(key), publicKey: toBase64Url(key) })),
  }
}

async function tileLine(readTile: TileReader, index: number, size: number): Promise<JsonValue> {
  const width = widthInTree(size, 0, index)
  const hashes = cutTile(await readTile(0, index, width), { level: 0, index, width })
  return { tile: index, hashes: hashes.toBase64() }
}

function entryLine({ index, salt, entry, disclosures, signature }: BundleEntry): JsonValue {
  const line = { index, salt: toBase64Url(salt), entry, disclosures }
  return signature === null ? line : { ...line, signature: toBase64Url(signature) }
}

/** Reads one line (without its newline). @throws LedgerError `ledger.bundle_malformed` and what its parts throw */
export function parseBundleLine(line: string): BundleRecord {
  const fields = parseObject(line)
  if ('format' in fields) return { kind: 'header', ...parseHeader(fields) }
  if ('checkpoint' in fields) return parseCheckpointLine(fields)
  if ('tile' in fields) return parseTileLine(fields)
  return { kind: 'entry', ...parseEntryLine(fields) }
}

type Fields = Readonly<Record<string, unknown>>

function parseObject(line: string): Fields {
  if (line.length > maximumLineLength) refuseLine()
  const value = parseCanonical(line)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : refuseLine()
}

function parseHeader(fields: Fields): BundleHeader {
  requireKeys(fields, ['format', 'origin', 'log', 'witnesses', 'dataPlanes'])
  if (fields['format'] !== bundleFormat || typeof fields['origin'] !== 'string') refuseLine()
  return {
    origin: fields['origin'],
    log: requireList(fields['log']).map((key) => parseVerifierKey(requireText(key))),
    witnesses: requireList(fields['witnesses']).map((key) => parseVerifierKey(requireText(key))),
    dataPlanes: requireList(fields['dataPlanes']).map(parseDataPlane),
  }
}

function parseDataPlane(source: unknown): Uint8Array {
  const fields = (source ?? {}) as Fields
  requireKeys(fields, ['keyId', 'publicKey'])
  const key = requireBytes(fields['publicKey'], 32)
  return formatKeyId(key) === fields['keyId'] ? key : refuseLine()
}

function parseCheckpointLine(fields: Fields): BundleRecord {
  requireKeys(fields, ['checkpoint'])
  return { kind: 'checkpoint', note: requireText(fields['checkpoint']) }
}

function parseTileLine(fields: Fields): BundleRecord {
  requireKeys(fields, ['tile', 'hashes'])
  const hashes = fromBase64(requireText(fields['hashes']))
  const width = (hashes?.length ?? 0) / hashLength
  if (hashes === null || !Number.isInteger(width) || width < 1 || width > tileWidth) return refuseLine()
  return { kind: 'tile', index: requireIndex(fields['tile']), hashes }
}

function parseEntryLine(fields: Fields): BundleEntry {
  const signed = 'signature' in fields
  requireKeys(fields, ['index', 'salt', 'entry', 'disclosures', ...(signed ? ['signature'] : [])])
  return {
    index: requireIndex(fields['index']),
    salt: requireBytes(fields['salt'], saltLength),
    entry: requireText(fields['entry']),
    disclosures: requireList(fields['disclosures']).map(parseDisclosure),
    signature: signed ? requireBytes(fields['signature'], 64) : null,
  }
}

function requireKeys(fields: Fields, allowed: readonly string[]): void {
  const keys = Object.keys(fields)
  if (keys.length !== allowed.length || !allowed.every((key) => Object.hasOwn(fields, key))) refuseLine()
}

function requireText(value: unknown): string {
  return typeof value === 'string' ? value : refuseLine()
}

function requireList(value: unknown): unknown[] {
  return Array.isArray(value) && value.length <= 1024 ? value : refuseLine()
}

function requireIndex(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : refuseLine()
}

function requireBytes(value: unknown, length: number): Uint8Array {
  const bytes = fromBase64Url(requireText(value))
  return bytes?.length === length ? bytes : refuseLine()
}

function refuseLine(): never {
  throw new LedgerError('ledger.bundle_malformed', 'A line of the exported log is not in its format')
}

function refuseOrder(index: number): never {
  throw new LedgerError('ledger.entry_missing', `The log's entry ${index} is missing or out of order`, { index })
}
