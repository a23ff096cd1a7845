import { concatBytes, encodeText, fromBase64, requireCount } from './encoding.ts'
import { createVerifier, type Sign, type VerifySignature } from './ed25519.ts'
import { LedgerError } from './errors.ts'
import { equalKeys, isKeyName, type VerifierKey } from './verifier-key.ts'

/** Someone who signs notes: the public half, and a function for the private one. */
export type NoteSigner = { readonly key: VerifierKey; readonly sign: Sign }

/** A signature line: key name, key ID, and the bytes after it. */
type NoteSignature = { readonly name: string; readonly id: number; readonly bytes: Uint8Array }

/** A note taken apart. `text` ends in a newline. Nothing in it is to be believed before `openNote`. */
export type ParsedNote = { readonly text: string; readonly signatures: readonly NoteSignature[] }

/** A signature that verified; `timestamp` in seconds since 1970, for cosignatures only. */
export type VerifiedSignature = { readonly key: VerifierKey; readonly timestamp: number | null }

const maximumSignatures = 64
const maximumLength = 1_000_000

/** Takes a signed note apart, strictly (signed-note, "Format"). @throws LedgerError `ledger.note_malformed` */
export function parseNote(note: string): ParsedNote {
  if (note.length > maximumLength || !isNoteText(note)) refuseNote()
  const split = note.lastIndexOf('\n\n')
  const block = note.slice(split + 2)
  if (split < 0 || !block.endsWith('\n')) refuseNote()
  const lines = block.slice(0, -1).split('\n')
  if (lines.length > maximumSignatures) refuseNote()
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): NoteSignature {
  const [dash, name = '', encoded = '', ...rest] = line.split(' ')
  const bytes = fromBase64(encoded)
  if (dash !== '—' || !isKeyName(name) || rest.length > 0 || bytes === null || bytes.length < 5) return refuseNote()
  return { name, id: new DataView(bytes.buffer).getUint32(0), bytes: bytes.slice(4) }
}

/** A note of a text (ending in a newline) and signatures. @throws LedgerError `ledger.note_malformed` */
export function formatNote({ text, signatures }: ParsedNote): string {
  if (!text.endsWith('\n') || !isNoteText(text) || signatures.length === 0) refuseNote()
  return `${text}\n${signatures.map(formatSignature).join('')}`
}

function formatSignature(signature: NoteSignature): string {
  const id = new Uint8Array(4)
  new DataView(id.buffer).setUint32(0, signature.id)
  return `— ${signature.name} ${concatBytes(id, signature.bytes).toBase64()}\n`
}

/** Signs a text with plain Ed25519 keys (type 0x01). @throws LedgerError `ledger.note_malformed`, `ledger.key_malformed` */
export async function signNote(text: string, signers: readonly NoteSigner[]): Promise<string> {
  const signatures: NoteSignature[] = []
  for (const { key, sign } of signers) {
    if (key.type !== 'ed25519') throw new LedgerError('ledger.key_malformed', 'A cosigner signs with cosignNote')
    signatures.push({ name: key.name, id: key.id, bytes: await sign(encodeText(text)) })
  }
  return formatNote({ text, signatures })
}

/**
 * Adds a cosignature (type 0x04) to a note that is a checkpoint; an earlier one of the same key gives way.
 * `timestamp` is in seconds since 1970. The caller has checked the note and its consistency, and persisted that.
 */
export async function cosignNote(note: string, { key, sign }: NoteSigner, timestamp: number): Promise<string> {
  if (key.type !== 'cosignature') throw new LedgerError('ledger.key_malformed', 'The key is not a cosigner’s')
  const { text, signatures } = parseNote(note)
  const time = new Uint8Array(8)
  new DataView(time.buffer).setBigUint64(0, BigInt(requireCount(timestamp, 'A timestamp')))
  const bytes = concatBytes(time, await sign(cosignedMessage(text, timestamp)))
  const others = signatures.filter(({ name, id }) => name !== key.name || id !== key.id)
  return formatNote({ text, signatures: [...others, { name: key.name, id: key.id, bytes }] })
}

/**
 * Opens a note: verifies each signature by a known key and ignores those of unknown keys.
 * @throws LedgerError `ledger.note_malformed`; `ledger.note_signature_invalid` if a known key's signature is wrong;
 * `ledger.note_unsigned` if no known key signed; `ledger.key_malformed` if two known keys share name and id.
 */
export async function openNote(
  note: string,
  known: readonly VerifierKey[],
  verify: VerifySignature = createVerifier(),
): Promise<{ readonly text: string; readonly signatures: VerifiedSignature[] }> {
  const { text, signatures } = parseNote(note)
  const verified: VerifiedSignature[] = []
  for (const signature of signatures) {
    const key = findKey(known, signature)
    if (key === null || verified.some((earlier) => earlier.key === key)) continue
    verified.push({ key, timestamp: await verifySignature(text, signature, key, verify) })
  }
  if (verified.length === 0) {
    throw new LedgerError('ledger.note_unsigned', 'No known key has signed this note', {
      remedy: 'Check that the pinned verifier key is this log’s.',
    })
  }
  return { text, signatures: verified }
}

function findKey(known: readonly VerifierKey[], { name, id }: NoteSignature): VerifierKey | null {
  const [key, ...others] = known.filter((candidate) => candidate.name === name && candidate.id === id)
  if (key !== undefined && !others.every((other) => equalKeys(key, other))) {
    throw new LedgerError('ledger.key_malformed', 'Two known keys share a name and an id')
  }
  return key ?? null
}

async function verifySignature(
  text: string,
  { bytes }: NoteSignature,
  key: VerifierKey,
  verify: VerifySignature,
): Promise<number | null> {
  const timestamp = key.type === 'cosignature' ? readTimestamp(bytes) : null
  const message = timestamp === null ? encodeText(text) : cosignedMessage(text, timestamp)
  const signature = timestamp === null ? bytes : bytes.slice(8)
  if (signature.length !== 64 || !(await verify(key.publicKey, message, signature))) refuseSignature()
  return timestamp
}

function readTimestamp(bytes: Uint8Array): number {
  if (bytes.length !== 72) refuseSignature()
  const timestamp = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
  return Number.isSafeInteger(timestamp) ? timestamp : refuseSignature()
}

/** tlog-cosignature, "Ed25519 signed message". */
function cosignedMessage(text: string, timestamp: number): Uint8Array {
  return encodeText(`cosignature/v1\ntime ${timestamp}\n${text}`)
}

function isNoteText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- signed-note forbids exactly these
  return text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text)
}

function refuseNote(): never {
  throw new LedgerError('ledger.note_malformed', 'Not a signed note')
}

function refuseSignature(): never {
  throw new LedgerError('ledger.note_signature_invalid', 'A signature by a known key does not verify')
}
