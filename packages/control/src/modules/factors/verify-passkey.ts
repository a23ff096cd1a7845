/** What authenticators answer (WebAuthn level 3), verified: of members and of operators alike. */
import type { PasskeyMade, PasskeyUsed } from '@keyhold/contract'
import { failFactor } from './errors.ts'
import type { RelyingParty } from './relying-party.ts'

/** Loaded when the first passkey comes: some 25 MB that an installation at rest does not hold. */
const loadLibrary = () => import('@simplewebauthn/server')

/** ES256, EdDSA, RS256 (COSE): what authenticators have. */
export const passkeyAlgorithms = [-7, -8, -257]

export type VerifiedPasskey = { readonly id: string; readonly publicKey: Uint8Array; readonly counter: number }

/** The new passkey: its user was verified, and it answers this challenge here. @throws `factor.passkey_refused` */
export async function verifyPasskeyMade(
  { id, transports, ...rest }: PasskeyMade,
  challenge: string,
  party: RelyingParty,
): Promise<VerifiedPasskey> {
  const { verifyRegistrationResponse } = await loadLibrary()
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { ...rest, transports } },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: passkeyAlgorithms,
    })
    if (registrationInfo !== undefined) return registrationInfo.credential
  } catch (cause) {
    throw failFactor('factor.passkey_refused', { cause })
  }
  throw failFactor('factor.passkey_refused')
}

/** The authenticator's counter; undefined when the answer is not right. */
export async function verifyPasskeyUsed(
  { id, ...response }: PasskeyUsed,
  challenge: string,
  party: RelyingParty,
  publicKey: Uint8Array,
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await loadLibrary()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response },
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      // The counter is judged where it is kept, so that two answers at once cannot both pass.
      credential: { id, publicKey: new Uint8Array(publicKey), counter: 0 },
      requireUserVerification: true,
    })
    return verified ? authenticationInfo.newCounter : undefined
  } catch {
    return undefined
  }
}
