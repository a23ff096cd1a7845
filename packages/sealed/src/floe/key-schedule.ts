import { primitives } from '#crypto'
import { encodeText, joinBytes } from '../bytes.ts'
import type { Awaitable } from '../crypto/primitives.ts'
import { SealedError } from '../errors.ts'
import { expandKey } from '../hkdf.ts'
import { floeHeaderLength, type FloeParameters } from './parameters.ts'

/** The secret state of one FLOE ciphertext (`State` in the specification), the same for both directions. */
export interface FloeState {
  readonly parameters: FloeParameters
  readonly messageKey: Uint8Array
  /** Parameters and IV, with which every derivation begins. */
  readonly prefix: Uint8Array
  readonly aad: Uint8Array
}

const ivLength = 32
const headerTagLength = 32
const messageKeyLength = 48
const aeadKeyLength = 32
const headerTagPurpose = encodeText('HEADER_TAG:')
const messageKeyPurpose = encodeText('MESSAGE_KEY:')
const dataKeyPurpose = encodeText('DEK:')

/** `startEncryption`: draws the IV and makes the header. */
export async function startFloe(
  key: Uint8Array,
  aad: Uint8Array,
  parameters: FloeParameters,
  random: (length: number) => Uint8Array,
): Promise<{ state: FloeState; header: Uint8Array }> {
  assertKey(key)
  const prefix = joinBytes([encodeParameters(parameters), random(ivLength)])
  const tag = await deriveKey(key, prefix, headerTagPurpose, aad, headerTagLength)
  const messageKey = await deriveKey(key, prefix, messageKeyPurpose, aad, messageKeyLength)
  return { state: { parameters, messageKey, prefix, aad }, header: joinBytes([prefix, tag]) }
}

/** `startDecryption`: throws `floe.header_malformed` or, for another key or associated data, `floe.header_forged`. */
export async function resumeFloe(
  key: Uint8Array,
  aad: Uint8Array,
  header: Uint8Array,
  parameters: FloeParameters,
): Promise<FloeState> {
  assertKey(key)
  const encoded = encodeParameters(parameters)
  if (header.length !== floeHeaderLength || !primitives.equalBytes(header.subarray(0, encoded.length), encoded)) {
    throw new SealedError('floe.header_malformed', 'The FLOE header does not have the parameters of this format')
  }
  const prefix = header.slice(0, encoded.length + ivLength)
  const expected = await deriveKey(key, prefix, headerTagPurpose, aad, headerTagLength)
  if (!primitives.equalBytes(expected, header.subarray(prefix.length))) {
    throw new SealedError('floe.header_forged', 'The FLOE header does not belong to this key and context')
  }
  const messageKey = await deriveKey(key, prefix, messageKeyPurpose, aad, messageKeyLength)
  return { parameters, messageKey, prefix, aad }
}

/** `DERIVE_KEY`: the AES key for the segment at `position`. */
export function deriveSegmentKey(state: FloeState, position: number): Awaitable<Uint8Array> {
  const first = keyEpoch(state, position) * 2 ** state.parameters.rotationMask
  const purpose = joinBytes([dataKeyPurpose, encodePosition(first)])
  return deriveKey(state.messageKey, state.prefix, purpose, state.aad, aeadKeyLength)
}

/** Which data key in a row serves `position`. */
export function keyEpoch(state: FloeState, position: number): number {
  return Math.floor(position / 2 ** state.parameters.rotationMask)
}

/** The AEAD's associated data for a segment. */
export function encodeSegmentAad(position: number, final: boolean): Uint8Array {
  const aad = new Uint8Array(9)
  aad.set(encodePosition(position))
  aad[8] = final ? 1 : 0
  return aad
}

function encodePosition(position: number): Uint8Array {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Math.floor(position / 2 ** 32))
  view.setUint32(4, position % 2 ** 32)
  return bytes
}

/** `PARAM_ENCODE`; AEAD and KDF have the identifiers 0 and 0. */
function encodeParameters(parameters: FloeParameters): Uint8Array {
  const bytes = new Uint8Array(10)
  const view = new DataView(bytes.buffer)
  view.setUint32(2, parameters.segmentLength)
  view.setUint32(6, ivLength)
  return bytes
}

/** `FLOE_KDF`. */
function deriveKey(
  key: Uint8Array,
  prefix: Uint8Array,
  purpose: Uint8Array,
  aad: Uint8Array,
  length: number,
): Awaitable<Uint8Array> {
  return expandKey('sha384', key, [prefix, purpose, aad], length)
}

function assertKey(key: Uint8Array): void {
  if (key.length !== aeadKeyLength) throw new SealedError('key.malformed', 'A FLOE key has 32 bytes')
}
