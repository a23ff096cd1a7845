/** Signing in with e-mail and password, and pinning the organisation's anchor in a browser that is new to it. */
import { parseLoginString, withProof } from '@keyhold/client'
import type { CallOutput, PendingSignIn, Proof, ProofChallenge, SecondProof } from '@keyhold/contract'
import { decodeBase64url, digestBytes, fingerprint } from '@keyhold/sealed'
import { api } from '../../api/client.ts'
import { ensureDevice } from '../../api/device.ts'
import { WebProblem } from '../../api/problem.ts'
import { forgetFetched } from '../../api/session.ts'
import { takeInvitedAnchor } from '../invitation/invited-anchor.ts'
import { readDevice } from '../../api/store.ts'

/** What the server says is the organisation's anchor; a person compares the fingerprint before it is believed. */
export type AnchorClaim = { readonly organisation: string; readonly anchor: string; readonly fingerprint: string }

type Pinned = { readonly known: true } | { readonly known: false; readonly claim: AnchorClaim }

export type SignedIn = CallOutput<'signIn'>

/** What is left of signing in. */
export type SignInStep =
  | { readonly at: 'password' }
  | { readonly at: 'second' | 'demanded'; readonly signedIn: SignedIn }
  | { readonly at: 'anchor'; readonly claim: AnchorClaim }

/** What comes after the password, or after the identity provider; undefined when nothing does. Throws ApiError. */
export async function nextStep(signedIn: SignedIn): Promise<SignInStep | undefined> {
  if (signedIn.pending !== null) return { at: 'second', signedIn }
  return signedIn.factorNeeded ? { at: 'demanded', signedIn } : checkAnchor(signedIn.organisation)
}

/** The anchor is compared in a browser that does not know it; undefined in one that does. Throws ApiError. */
export async function checkAnchor(organisation: string): Promise<SignInStep | undefined> {
  const pinned = await readPinned(organisation)
  return pinned.known ? undefined : { at: 'anchor', claim: pinned.claim }
}

/**
 * Opens a session in this browser's cookie, or gives the sign-in that waits for a second factor. `solve` does work that is
 * asked for. Throws ApiError.
 */
export async function signIn(
  email: string,
  password: string,
  solve: (challenge: ProofChallenge) => Promise<Proof>,
): Promise<SignedIn> {
  const body = { email, password, browser: true }
  const answer = await withProof((proof) => api.call('signIn', { body: { ...body, ...(proof && { proof }) } }), solve)
  forgetFetched()
  return answer
}

/** Opens the session of a sign-in that waited for a second factor. Throws ApiError. */
export async function completeSignIn(organisation: string, pending: PendingSignIn, proof: SecondProof): Promise<void> {
  await api.call('completeSignIn', { body: { organisation, pending: pending.secret, proof, browser: true } })
  forgetFetched()
}

/**
 * Whether this browser knows the organisation's anchor: from before, from a login string in the address, or from the
 * invitation that was accepted at the provider. Throws `anchor.changed` when one of these names another than the server.
 */
export async function readPinned(organisation: string): Promise<Pinned> {
  if ((await readDevice(organisation)) !== undefined) return { known: true }
  const claim = await readClaim(organisation)
  const named = readNamedAnchor(location.href) ?? takeInvitedAnchor(organisation)
  if (named === undefined) return { known: false, claim }
  if (named !== claim.anchor) throw otherAnchor()
  await ensureDevice(organisation, named)
  return { known: true }
}

/** Believes the anchor from now on, and makes this browser's key. */
export async function pinAnchor({ organisation, anchor }: AnchorClaim): Promise<void> {
  await ensureDevice(organisation, anchor)
}

async function readClaim(organisation: string): Promise<AnchorClaim> {
  const { anchorPublicKey } = await api.call('readRoster', {})
  const bytes = decodeBase64url(anchorPublicKey) ?? new Uint8Array()
  return { organisation, anchor: await digestBytes(bytes), fingerprint: await fingerprint(bytes) }
}

/** `https://…/sign-in#p=…&a=…` is a login string with this page's path. */
function readNamedAnchor(address: string): string | undefined {
  try {
    return parseLoginString(address).anchor
  } catch {
    return undefined
  }
}

function otherAnchor(): WebProblem {
  return new WebProblem(
    'anchor.changed',
    'The server names another anchor key than the login string in this address',
    'Do not go on: compare the anchor’s fingerprint with the data plane’s console.',
  )
}
