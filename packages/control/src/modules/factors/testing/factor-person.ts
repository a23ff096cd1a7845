/** A person of the tests' node who has second factors, and what they do with them over the real port. */
import type { PasskeyCreation, PendingSignIn, SecondProof } from '@keyhold/contract'
import { Secret, TOTP } from 'otpauth'
import { ownerEmail, ownerPassword, type TestNode } from '../../setup/testing/test-node.ts'
import { createSoftAuthenticator, type SoftAuthenticator } from './soft-authenticator.ts'

/** The name of its certificate by which tests reach the node. */
const host = 'localhost'
export const place = { origin: `https://${host}`, rpId: host }

type Body = object | undefined
export type SignedIn = {
  organisation: string
  session: { secret: string; expires: string } | null
  pending: PendingSignIn | null
  factorNeeded: boolean
}

/** Calls as the name that passkeys are bound to. */
export function ask<T = unknown>(node: TestNode, method: string, path: string, bearer?: string, body?: Body) {
  return node.call<T>({
    method,
    path,
    headers: { host },
    ...(bearer !== undefined && { bearer }),
    ...(body !== undefined && { body }),
  })
}

export async function signIn(node: TestNode, email = ownerEmail): Promise<SignedIn> {
  const answer = await ask<SignedIn>(node, 'POST', '/v1/sessions', undefined, {
    email,
    password: ownerPassword,
  })
  if (answer.status !== 201) throw new Error(`sign-in was refused: ${answer.problem.code}`)
  return answer.body
}

/** Signs in with the password and whatever second factor the proof is made of. */
export async function complete(node: TestNode, { organisation, pending }: SignedIn, proof: SecondProof) {
  const body = { organisation, pending: pending?.secret ?? '', proof }
  return ask<SignedIn>(node, 'POST', '/v1/sessions/complete', undefined, body)
}

/** The code that an authenticator app shows at the node's time, some steps of 30 s from now. */
export function readCode(node: TestNode, secret: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: node.time() + steps * 30_000 })
}

/** Adds an authenticator app; gives its secret and the recovery codes that came with it. */
export async function addTotp(node: TestNode, bearer: string): Promise<{ secret: string; codes: string[] | null }> {
  const begun = await ask<{ secret: string }>(node, 'POST', '/v1/me/totp', bearer)
  const { secret } = begun.body
  const code = readCode(node, secret)
  const done = await ask<{ recoveryCodes: string[] | null }>(node, 'POST', '/v1/me/totp/confirm', bearer, { code })
  if (done.status !== 201) throw new Error(`the app was refused: ${done.problem.code}`)
  return { secret, codes: done.body.recoveryCodes }
}

export async function beginPasskey(node: TestNode, bearer: string): Promise<PasskeyCreation> {
  return (await ask<PasskeyCreation>(node, 'POST', '/v1/me/passkeys/begin', bearer)).body
}

/** Adds a passkey; gives its authenticator and id. */
export async function addPasskey(
  node: TestNode,
  bearer: string,
  authenticator: SoftAuthenticator = createSoftAuthenticator(),
): Promise<{ authenticator: SoftAuthenticator; id: string }> {
  const { challenge } = await beginPasskey(node, bearer)
  const body = { name: 'a key', answer: authenticator.make({ challenge, ...place }) }
  const done = await ask<{ passkey: { id: string } }>(node, 'POST', '/v1/me/passkeys', bearer, body)
  if (done.status !== 201) throw new Error(`the passkey was refused: ${done.problem.code}`)
  return { authenticator, id: done.body.passkey.id }
}
