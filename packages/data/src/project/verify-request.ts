/** Everything that must hold before a request is acted on. */
import type { Principal, SignedRequest } from '@keyhold/contract'
import { parseCanonical } from '@keyhold/sealed'
import { DataError } from '../errors.ts'
import { isSigned, readBody, verifyBody } from '../formats/statements.ts'
import type { Signed } from '@keyhold/contract'
import { accessDenied, resolveAsker, type Asker } from './asker.ts'
import type { RosterIndex } from './roster-index.ts'

export type RequestRules = {
  readonly organisation: string
  readonly project: string
  readonly roster: RosterIndex
  readonly demandAttested: boolean
  readonly startedAt: number
  readonly now: number
}

export type VerifiedRequest = { readonly request: SignedRequest; readonly signed: Signed; readonly asker: Asker }

const longestLifeMs = 60_000
const clockSkewMs = 30_000

/**
 * Checks signature, place in the conversation, time and standing, in that order.
 * @throws `request.forged`, `request.stale`, `request.expired`, `request.unattested`, `access.denied`
 */
export async function verifyRequest(
  plaintext: Uint8Array,
  place: { context: string; number: number },
  principal: Principal,
  rules: RequestRules,
): Promise<VerifiedRequest> {
  const signed = parseSigned(plaintext)
  if (rules.roster.isRevoked(signed.keyId)) throw accessDenied()
  const member = rules.roster.find(signed.keyId)
  if (!member && rules.demandAttested) throw unattested()
  const request = member ? await verifySigned(signed, member.publicKey) : readUnsigned(signed)
  assertPlace(request, place, rules)
  assertTime(request, rules)
  return { request, signed, asker: resolveAsker(principal, member, rules.project, rules.now) }
}

function parseSigned(plaintext: Uint8Array): Signed {
  const value = parseCanonical(plaintext, { maxBytes: 8 << 20 })
  if (!isSigned(value)) throw forged()
  return value
}

async function verifySigned(signed: Signed, publicKey: string): Promise<SignedRequest> {
  try {
    return await verifyBody('request', Buffer.from(publicKey, 'base64url'), signed)
  } catch (cause) {
    throw forged(cause)
  }
}

function readUnsigned(signed: Signed): SignedRequest {
  try {
    return readBody('request', signed)
  } catch (cause) {
    throw forged(cause)
  }
}

function assertPlace(request: SignedRequest, place: { context: string; number: number }, rules: RequestRules): void {
  const here = request.organisation === rules.organisation && request.project === rules.project
  if (!here || request.context !== place.context || request.number !== place.number) throw forged()
}

function assertTime(request: SignedRequest, { now, startedAt }: RequestRules): void {
  const [issued, expires] = [Date.parse(request.issued), Date.parse(request.expires)]
  if (issued < startedAt || issued > now + clockSkewMs) throw stale()
  if (expires <= now || expires - issued > longestLifeMs) throw expired()
}

function forged(cause?: unknown): DataError {
  return new DataError(
    'request.forged',
    'The request is not what its signer signed for this conversation.',
    'Send it again with a current client.',
    { cause },
  )
}

function stale(): DataError {
  return new DataError(
    'request.stale',
    'The request was made before the data plane started, or in the future.',
    'Send it again; check the clock of your machine.',
  )
}

function expired(): DataError {
  return new DataError('request.expired', 'The request has expired.', 'Send it again; check the clock of your machine.')
}

function unattested(): DataError {
  return new DataError(
    'request.unattested',
    'This data plane serves only what an endorsed device or token signed.',
    'Endorse this device from one that is on the roster, or use a token.',
  )
}
