import { concatBytes, encodeText, equalBytes, fromBase64 } from './encoding.ts'
import { LedgerError } from './errors.ts'
import { sha256 } from './hash.ts'

/** Signature types of signed-note: plain Ed25519 (a log's), and timestamped checkpoint cosignatures (a witness's). */
const typeBytes = { ed25519: 0x01, cosignature: 0x04 } as const

/** What a key signs. */
export type KeyType = keyof typeof typeBytes

/** A note's verifier key. `id` is the unsigned 32-bit key ID, derived from all the rest. */
export type VerifierKey = {
  readonly name: string
  readonly id: number
  readonly type: KeyType
  readonly publicKey: Uint8Array
}

/** Whether a text can name a key: not empty, no white space, control character or plus (signed-note, "Format"). */
export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= 255 && name.isWellFormed() && !/[\s\u0085\p{Z}\p{Cc}+]/u.test(name)
}

/**
 * A verifier key of a 32-byte Ed25519 public key; its id is SHA-256(name || "\n" || type || key)[:4].
 * @throws LedgerError `ledger.key_malformed`
 */
export function makeVerifierKey(name: string, type: KeyType, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name) || publicKey.length !== 32) refuse()
  const digest = sha256(concatBytes(encodeText(`${name}\n`), encodeMaterial(type, publicKey)))
  const id = new DataView(digest.buffer).getUint32(0)
  return { name, id, type, publicKey: Uint8Array.from(publicKey) }
}

/** A verifier key as text: `name+hex id+base64(type || key)`. */
export function formatVerifierKey(key: VerifierKey): string {
  const id = key.id.toString(16).padStart(8, '0')
  return `${key.name}+${id}+${encodeMaterial(key.type, key.publicKey).toBase64()}`
}

/** The key that such a text is. @throws LedgerError `ledger.key_malformed`, also if the id does not fit or the type is unknown. */
export function parseVerifierKey(text: string): VerifierKey {
  const [name = '', id = '', material = '', ...rest] = text.split('+')
  // Standard base64 may have plus signs of its own.
  const bytes = fromBase64([material, ...rest].join('+'))
  const type = (['ed25519', 'cosignature'] as const).find((known) => typeBytes[known] === bytes?.[0])
  if (bytes === null || type === undefined) return refuse()
  const key = makeVerifierKey(name, type, bytes.subarray(1))
  return formatVerifierKey(key) === `${name}+${id}+${bytes.toBase64()}` ? key : refuse()
}

/** Whether two keys are the same in name, type and bytes. */
export function equalKeys(a: VerifierKey, b: VerifierKey): boolean {
  return a.name === b.name && a.type === b.type && equalBytes(a.publicKey, b.publicKey)
}

function encodeMaterial(type: KeyType, publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(new Uint8Array([typeBytes[type]]), publicKey)
}

function refuse(): never {
  throw new LedgerError('ledger.key_malformed', 'Not an Ed25519 verifier key', {
    remedy: 'Give it as name+key id+base64 key, as the log prints it.',
  })
}
