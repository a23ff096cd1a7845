/** Claiming an installation: what the one-time secret of a set-up link proves, and what the answer must prove. */
import type { CallInput, SetupAnswer } from '@keyhold/contract'
import { decodeBase64url, digestBytes, encodeBase64url, encodeCanonical, type SigningKey } from '@keyhold/sealed'
import { ClientError } from './errors.ts'
import type { SetupLink } from './links.ts'
import { verifyRoster } from './roster.ts'

/** What the owner chooses. */
export type OwnerChoices = {
  readonly email: string
  readonly password: string
  /** Name of the organisation. */
  readonly name: string
  /** Name of the first project. */
  readonly project: string
  /** What the owner wants to be called. */
  readonly personName?: string
  /** The session goes into this browser's cookie and not into the answer. */
  readonly browser?: boolean
  /** Name of the device whose key becomes the owner's. */
  readonly device: string
}

/** The body of `setUp`: the device's key, authenticated to the data plane by the link's secret. */
export async function makeClaim(
  link: SetupLink,
  key: SigningKey,
  choices: OwnerChoices,
): Promise<CallInput<'setUp'>['body']> {
  const { device, ...rest } = choices
  const publicKey = encodeBase64url(key.publicKey)
  const mac = await computeMac(link, publicKey)
  return { ...rest, organisation: link.organisation, device: { publicKey, name: device }, mac }
}

async function computeMac({ secret, organisation, anchor }: SetupLink, devicePublicKey: string): Promise<string> {
  const { subtle } = globalThis.crypto
  const bytes = decodeBase64url(secret) ?? new Uint8Array()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await subtle.importKey('raw', bytes as Uint8Array<ArrayBuffer>, algorithm, false, ['sign'])
  const claim = encodeCanonical({ purpose: 'keyhold setup', organisation, devicePublicKey, anchor })
  return encodeBase64url(new Uint8Array(await subtle.sign('HMAC', key, claim as Uint8Array<ArrayBuffer>)))
}

/** Throws `setup.answer_forged` unless the link's anchor signed this very device as the owner's. */
export async function assertClaimed(answer: SetupAnswer, link: SetupLink, key: SigningKey): Promise<void> {
  const anchorKey = decodeBase64url(answer.anchorPublicKey)
  const anchored = anchorKey !== undefined && (await digestBytes(anchorKey)) === link.anchor
  if (!anchored || answer.organisation !== link.organisation) throw forged()
  const roster = await verifyRoster([answer.roster], answer.anchorPublicKey, link.anchor, link.organisation)
  const owner = roster.members.get(key.keyId)
  if (owner?.kind !== 'owner' || owner.publicKey !== encodeBase64url(key.publicKey)) throw forged()
}

function forged(): ClientError {
  return new ClientError(
    'setup.answer_forged',
    'the server’s answer was not signed by the data plane whose link this is',
    'do not use this installation: someone may stand between you and your data plane.',
  )
}
