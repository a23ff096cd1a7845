/** The recovery kit: everything that this data plane keeps and cannot get back from the control plane. */
import type { RecoveryKit, SignedRequest, Signed } from '@keyhold/contract'
import { fingerprint } from '@keyhold/sealed'
import type { Enrolled } from '../app/enrolment.ts'
import { DataError } from '../errors.ts'
import { digestOf, verifyBody } from '../formats/statements.ts'
import type { KeyProvider } from '../keyring/key-provider.ts'
import type { SigningKeys, WrappedSigningKeys } from '../keyring/signing-keys.ts'
import { accessDenied } from '../project/asker.ts'
import type { Roster } from '../roster/roster.ts'

export type KitParts = {
  readonly enrolled: Enrolled
  readonly custody: RecoveryKit['custody']
  readonly provider: KeyProvider
  readonly keys: SigningKeys
  readonly wrapped: WrappedSigningKeys
  readonly roster: Roster
  readonly projects: readonly string[]
  readonly log: RecoveryKit['log']
  readonly now: Date
}

/**
 * Checks the asker's own signed request, so that a project process cannot ask for a kit by itself: the owner's device
 * signed it, for this operation, within the last minute. Answers the key that signed.
 * @throws `access.denied`
 */
export async function verifyKitRequest(
  signed: Signed,
  place: { readonly organisation: string; readonly project: string },
  roster: Roster,
  now: number,
): Promise<string> {
  const owner = roster.members().find(({ kind, keyId }) => kind === 'owner' && keyId === signed.keyId)
  if (!owner) throw accessDenied()
  const request: SignedRequest = await verifyBody('request', Buffer.from(owner.publicKey, 'base64url'), signed)
  const here = request.organisation === place.organisation && request.project === place.project
  const fresh = Date.parse(request.expires) > now && Date.parse(request.expires) - Date.parse(request.issued) <= 60_000
  if (!here || !fresh || request.operation !== 'recovery.kit') throw accessDenied()
  return owner.keyId
}

/** @throws `key.unavailable` */
export async function makeKit(parts: KitParts): Promise<RecoveryKit> {
  const { enrolled, custody, keys, wrapped, roster, projects, log, now } = parts
  const last = roster.list().at(-1)
  const { organisation, dataPlane, ledgerKey, address } = enrolled
  return {
    format: 1,
    kind: 'keyhold-recovery-kit',
    organisation,
    dataPlane,
    custody,
    anchorPublicKey: Buffer.from(keys.anchor.publicKey).toString('base64url'),
    anchorFingerprint: await fingerprint(keys.anchor.publicKey),
    signingKeys: { anchor: wrapped.anchor, identity: wrapped.identity },
    ...parts.provider.exportRecovery(),
    ledgerKey,
    server: { url: address.url, pin: address.pin },
    projects: [...projects],
    roster: { number: roster.length, digest: last ? digestOf(last) : null },
    log,
    created: now.toISOString(),
  }
}

export function kitMalformed(): DataError {
  return new DataError(
    'recovery.kit_malformed',
    'This is not a whole recovery kit.',
    'Use the kit’s JSON as it was saved; a printed one must be typed without a mistake.',
  )
}
