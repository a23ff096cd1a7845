/** What the browser is asked to make a passkey by: one that names its operator, whom it signs in alone. */
import type { PasskeyCreation } from '@keyhold/contract'
import { passkeyAlgorithms } from '../factors/index.ts'
import { challengeLife } from './challenge.ts'
import type { StoredPasskey } from './passkey-store.ts'

type Offer = {
  readonly challenge: string
  /** Name of this server that it will be bound to. */
  readonly host: string
  readonly operator: string
  readonly name: string
  /** That the operator has: an authenticator with one of them makes no other. */
  readonly known: readonly StoredPasskey[]
}

export function describeOffer({ challenge, host, operator, name, known }: Offer): PasskeyCreation {
  return {
    challenge,
    rp: { id: host, name: 'Keyhold operators' },
    // The operator's id: nothing personal (WebAuthn, section 14.6.1).
    user: { id: Buffer.from(operator).toString('base64url'), name, displayName: name },
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: challengeLife,
    attestation: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known
      .filter((passkey) => passkey.host === host)
      .map(({ credential, transports }) => ({ id: credential, type: 'public-key', transports })),
  }
}
