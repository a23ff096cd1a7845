/**
 * The passphrase-protected key file: a secret under a key derived from a passphrase with argon2id. Node only.
 */
import { argon2 } from 'node:crypto'
import { primitives } from '#crypto'
import { decodeBase64url, encodeBase64url, encodeText } from './bytes.ts'
import { encodeCanonical, isObject, parseCanonicalObject, type CanonicalObject } from './canonical.ts'
import { SealedError } from './errors.ts'
import { unwrapFloe } from './open/unwrap.ts'
import { wrapFloe } from './seal/wrap.ts'

/** Cost of argon2id (RFC 9106). */
export interface PassphraseCost {
  /** KiB of memory. */
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

/** RFC 9106, section 4: the second recommended option. */
export const defaultPassphraseCost: PassphraseCost = { memory: 65_536, passes: 3, lanes: 4 }

const maxFileLength = 1 << 20
const maxSecretLength = 262_112
const limits = {
  memory: { min: 19_456, max: 1_048_576 },
  passes: { min: 1, max: 16 },
  lanes: { min: 1, max: 16 },
} as const

/** The file's bytes (canonical JSON) for a secret of at most 262,112 bytes. Throws `keyfile.malformed`. */
export async function sealKeyFile(
  passphrase: string,
  secret: Uint8Array,
  cost: PassphraseCost = defaultPassphraseCost,
): Promise<Uint8Array> {
  return makeKeyFile(passphrase, secret, cost, primitives.randomBytes)
}

/** `sealKeyFile` with randomness that vectors can fix. */
export async function makeKeyFile(
  passphrase: string,
  secret: Uint8Array,
  cost: PassphraseCost,
  random: (length: number) => Uint8Array,
): Promise<Uint8Array> {
  assertCost(cost)
  if (secret.length > maxSecretLength) throw malformed()
  const { memory, passes, lanes } = cost
  const salt = random(16)
  const kdf = { name: 'argon2id', memory, passes, lanes, salt: encodeBase64url(salt) }
  const frame = { format: 1, kind: 'keyhold-key-file', kdf }
  const key = await deriveKey(passphrase, salt, cost)
  const sealed = await wrapFloe(key, encodeCanonical(frame), secret, { random })
  return encodeCanonical({ ...frame, sealed: encodeBase64url(sealed) })
}

/** The secret of a key file. Throws `keyfile.malformed`, or `keyfile.wrong_passphrase` (also for an altered file). */
export async function openKeyFile(passphrase: string, file: Uint8Array): Promise<Uint8Array> {
  const { kdf, sealed } = parseFile(file)
  const salt = parseBytes(kdf['salt'])
  const cost = { memory: kdf['memory'], passes: kdf['passes'], lanes: kdf['lanes'] }
  assertCost(cost)
  if (salt.length !== 16 || kdf['name'] !== 'argon2id' || Object.keys(kdf).length !== 5) throw malformed()
  const key = await deriveKey(passphrase, salt, cost)
  try {
    return await unwrapFloe(key, encodeCanonical({ format: 1, kind: 'keyhold-key-file', kdf }), sealed)
  } catch (cause) {
    throw new SealedError('keyfile.wrong_passphrase', 'The passphrase does not open the key file', {
      remedy: 'Check the passphrase, and that the key file is the original or an unaltered copy of it.',
      cause,
    })
  }
}

function parseFile(file: Uint8Array): { kdf: CanonicalObject; sealed: Uint8Array } {
  let fields: CanonicalObject
  try {
    fields = parseCanonicalObject(file, { maxBytes: maxFileLength })
  } catch (cause) {
    throw malformed(cause)
  }
  const { format, kind, kdf, sealed, ...rest } = fields
  if (format !== 1 || kind !== 'keyhold-key-file' || !isObject(kdf) || Object.keys(rest).length > 0) throw malformed()
  return { kdf, sealed: parseBytes(sealed) }
}

function parseBytes(value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? decodeBase64url(value) : undefined
  if (bytes === undefined) throw malformed()
  return bytes
}

/** Too little would make guessing cheap, too much would let a foreign file exhaust the machine. */
function assertCost(cost: { [name in keyof PassphraseCost]: unknown }): asserts cost is PassphraseCost {
  for (const name of ['memory', 'passes', 'lanes'] as const) {
    const value = cost[name]
    const sound = typeof value === 'number' && Number.isSafeInteger(value)
    if (!sound || value < limits[name].min || value > limits[name].max) throw malformed()
  }
}

function deriveKey(passphrase: string, salt: Uint8Array, cost: PassphraseCost): Promise<Uint8Array> {
  // The same passphrase may be typed composed or decomposed.
  const message = encodeText(passphrase.normalize('NFC'))
  const parameters = {
    message,
    nonce: salt,
    parallelism: cost.lanes,
    tagLength: 32,
    memory: cost.memory,
    passes: cost.passes,
  }
  return new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, key) => (error === null ? resolve(new Uint8Array(key)) : reject(error)))
  })
}

function malformed(cause?: unknown): SealedError {
  return new SealedError('keyfile.malformed', 'The key file is malformed', {
    remedy: 'Restore the key file from your copy of it.',
    cause,
  })
}
