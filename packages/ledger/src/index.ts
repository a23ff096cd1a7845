/**
 * The transparency log: tree, tiles, signed checkpoints, proofs, entries with erasable personal fields, exported logs and
 * their verification. Owns the formats of docs/formats-ledger.md; does no I/O and holds no private key: tiles are read,
 * and notes signed, by functions that the caller gives. Runs in Node and in browsers. Refuses whatever is not exactly in
 * its one form, with a `LedgerError`.
 */
export { readActivityId, type ActivityId } from './activity.ts'
export { writeBundle, type BundleEntry, type BundleHeader } from './bundle.ts'
export { encodeCanonical, formatCanonical, parseCanonical, type JsonValue } from './canonical.ts'
export {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  readCheckpoint,
  signCheckpoint,
  verifyExtension,
  type Checkpoint,
  type OpenedCheckpoint,
} from './checkpoint.ts'
export {
  emptyChain,
  entryDigest,
  extendChain,
  nextOrigin,
  signDataPlaneEntry,
  verifyDataPlaneEntry,
  type ChainHead,
} from './data-plane-chain.ts'
export { createVerifier, formatKeyId, type Sign, type VerifySignature } from './ed25519.ts'
export {
  commitEntry,
  entryLeafHash,
  formatEntry,
  parseEntry,
  prepareEntry,
  verifyDisclosures,
  type DataPlaneOrigin,
  type Detail,
  type EntryDraft,
  type LedgerEntry,
  type PersonalValues,
  type PreparedEntry,
} from './entry.ts'
export { entryCsvHeader, formatEntryCsv } from './entry-csv.ts'
export { LedgerError, type LedgerErrorCode } from './errors.ts'
export { LogFollower, type FollowedState, type FollowOptions } from './follow.ts'
export { hashLeaves, leafHash, nodeHash } from './hash.ts'
export { cosignNote, formatNote, openNote, parseNote, signNote, type NoteSigner } from './note.ts'
export { readEntryFacts, toOcsf, type EntryFacts, type ReadableEntry } from './ocsf.ts'
export {
  commitPersonal,
  createSaltSource,
  parseDisclosure,
  personalLabels,
  type Disclosure,
  type PersonalLabel,
} from './personal.ts'
export { verifyConsistency, verifyInclusion, type TreeHead } from './proof.ts'
export { createProver, proveConsistency, proveInclusion, readRoot } from './prove.ts'
export { splitLines } from './split-lines.ts'
export {
  decodeEntryBundle,
  encodeEntryBundle,
  formatEntriesPath,
  formatTilePath,
  parseTilePath,
  tileWidth,
  type Tile,
  type TileCoordinates,
} from './tiles.ts'
export { appendLeaves, emptyFrontier, frontierRoot, readFrontier, type Frontier, type TileReader } from './tree.ts'
export { formatVerifierKey, makeVerifierKey, parseVerifierKey, type VerifierKey } from './verifier-key.ts'
export { verifyBundle, type BundleVerdict, type VerifyOptions } from './verify.ts'
