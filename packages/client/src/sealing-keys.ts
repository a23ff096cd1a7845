/** The project's public sealing keys, believed only as far as the pinned anchor signed them. */
import type { SealingKeySet, Signed, Suite } from '@keyhold/contract'
import { decodeBase64url, digestBytes, digestStatement, verifyStatement, SealedError } from '@keyhold/sealed'
import type { ProjectCaller } from './caller.ts'
import { ClientError } from './errors.ts'
import { advanceSet, type PinStore } from './pins.ts'

/** What reading keys takes of a caller; nothing is signed. */
export type KeyReader = Omit<ProjectCaller, 'signer'>

export type SealingKeyChoice = { readonly keyId: string; readonly suite: Suite; readonly publicKey: Uint8Array }

/**
 * Fetches the set and picks its strongest key. Throws `anchor.set_not_signed`, `anchor.set_expired` and
 * `anchor.set_rolled_back`.
 */
export async function fetchSealingKey(caller: KeyReader, pins: PinStore, now: number): Promise<SealingKeyChoice> {
  return pickKey(await fetchSealingSet(caller, pins, now))
}

/** Key id of the data plane that the anchor vouches for: it signs manifests and its own entries in the log. */
export async function fetchDataPlaneKeyId(caller: KeyReader, pins: PinStore, now: number): Promise<string> {
  return digestBytes(await fetchDataPlaneKey(caller, pins, now))
}

/** The public key itself: 32 bytes. */
export async function fetchDataPlaneKey(caller: KeyReader, pins: PinStore, now: number): Promise<Uint8Array> {
  const { signer } = await fetchSealingSet(caller, pins, now)
  return decodeBase64url(signer) ?? new Uint8Array()
}

/** The newest set, if the anchor signed it. Throws as `fetchSealingKey` does. */
export async function fetchSealingSet(caller: KeyReader, pins: PinStore, now: number): Promise<SealingKeySet> {
  const { project, organisation, anchor } = caller
  const { set, anchorPublicKey } = await caller.api.call('readKeys', { params: { project } })
  const body = await verifySet(set, anchorPublicKey, anchor)
  if (body.project !== project || body.organisation !== organisation) throw notSigned()
  if (Date.parse(body.expires) <= now) {
    throw new ClientError(
      'anchor.set_expired',
      `the project's sealing keys expired at ${body.expires}`,
      'check this machine’s clock; if it is right, the data plane must issue new keys: see that it runs.',
    )
  }
  await advanceSet(pins, anchor, project, { number: body.number, digest: await digestStatement(set) })
  return body
}

/** The body of a set that the pinned anchor signed. Throws `anchor.set_not_signed`. */
async function verifySet(set: Signed, anchorPublicKey: string, anchor: string): Promise<SealingKeySet> {
  const publicKey = decodeBase64url(anchorPublicKey)
  if (publicKey === undefined || (await digestBytes(publicKey)) !== anchor) throw notSigned()
  try {
    const body: unknown = await verifyStatement(publicKey, 'sealing-key-set', set)
    if (isSealingKeySet(body)) return body
  } catch (error) {
    if (!(error instanceof SealedError)) throw error
  }
  throw notSigned()
}

/** The fields that this client acts on; the anchor's signature stands for the rest. */
function isSealingKeySet(body: unknown): body is SealingKeySet {
  const set = body as Partial<SealingKeySet>
  const named = [set.organisation, set.project, set.expires, set.signer].every((field) => typeof field === 'string')
  if (!named || !Number.isSafeInteger(set.number) || !Array.isArray(set.keys)) return false
  return set.keys.every(
    (key) => typeof key.publicKey === 'string' && (key.suite === 'mlkem768-x25519' || key.suite === 'x25519'),
  )
}

async function pickKey(set: SealingKeySet): Promise<SealingKeyChoice> {
  const found = set.keys.find((key) => key.suite === 'mlkem768-x25519') ?? set.keys[0]
  const publicKey = found === undefined ? undefined : decodeBase64url(found.publicKey)
  if (found === undefined || publicKey === undefined || (await digestBytes(publicKey)) !== found.keyId)
    throw notSigned()
  return { keyId: found.keyId, suite: found.suite, publicKey }
}

function notSigned(): ClientError {
  return new ClientError(
    'anchor.set_not_signed',
    'the server gave sealing keys that your organisation’s anchor did not sign; nothing was sent',
    'do not go on: someone may be trying to read your data. Compare the anchor’s fingerprint with the data plane’s console.',
  )
}
