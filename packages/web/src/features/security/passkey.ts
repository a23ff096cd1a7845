/** This browser's authenticators, by WebAuthn's own JSON (level 3): nothing in between. */
import type { PasskeyCreation, PasskeyMade, PasskeyRequest, PasskeyUsed } from '@keyhold/contract'
import { WebProblem } from '../../api/problem.ts'

/** Whether this browser speaks WebAuthn's JSON. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential === 'function' && 'parseRequestOptionsFromJSON' in PublicKeyCredential
}

/** Throws `passkey.cancelled`, `passkey.unsupported`. */
export async function makePasskey(options: PasskeyCreation): Promise<PasskeyMade> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const { id, response } = await ask(() => navigator.credentials.create({ publicKey }))
  if (!(response instanceof AuthenticatorAttestationResponse)) throw cancelled()
  return {
    id,
    clientDataJSON: encode(response.clientDataJSON),
    attestationObject: encode(response.attestationObject),
    transports: response.getTransports(),
  }
}

/** Throws `passkey.cancelled`, `passkey.unsupported`. */
export async function signByPasskey(options: PasskeyRequest): Promise<PasskeyUsed> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const { id, response } = await ask(() => navigator.credentials.get({ publicKey }))
  if (!(response instanceof AuthenticatorAssertionResponse)) throw cancelled()
  return {
    id,
    clientDataJSON: encode(response.clientDataJSON),
    authenticatorData: encode(response.authenticatorData),
    signature: encode(response.signature),
  }
}

async function ask(call: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!hasPasskeys()) {
    throw new WebProblem(
      'passkey.unsupported',
      'This browser cannot use passkeys',
      'Use an authenticator app, or a browser of 2025 or newer.',
    )
  }
  try {
    const credential = await call()
    if (credential instanceof PublicKeyCredential) return credential
  } catch (cause) {
    throw cancelled(cause)
  }
  throw cancelled()
}

// The browser does not say whether the person cancelled, it took too long, or no passkey was there (WebAuthn, 14.5.1).
function cancelled(cause?: unknown): WebProblem {
  return new WebProblem(
    'passkey.cancelled',
    'No passkey was given',
    'Try again, and answer the browser’s question; or choose another way.',
    cause,
  )
}

function encode(bytes: ArrayBuffer): string {
  return new Uint8Array(bytes).toBase64({ alphabet: 'base64url', omitPadding: true })
}
