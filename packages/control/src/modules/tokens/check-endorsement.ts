/** Roster statements by which a device vouches for a token's public key and terms, or brings its end nearer. */
import { createHash } from 'node:crypto'
import { RosterChange, type Signed, type TokenAction } from '@keyhold/contract'
import { readUnverified, SealedError } from '@keyhold/sealed'
import { Compile } from 'typebox/compile'
import { failToken } from './errors.ts'

export type TokenTerms = {
  readonly organisation: string
  readonly id: string
  readonly project: string
  readonly scopes: readonly { readonly bucket: string; readonly access: 'read' | 'write' }[]
  readonly actions?: readonly TokenAction[] | null | undefined
  readonly expires: string
  /** Whose own it is; null for a program's. */
  readonly person: string | null
}

const rosterShape = Compile(RosterChange)

/**
 * Compares the statement with what is asked, and gives the token's public key. Whose signature it is decides the data
 * plane, which believes nobody here.
 *
 * @throws `token.endorsement_mismatch`
 */
export function checkEndorsement(endorsement: Signed, terms: TokenTerms): { readonly publicKey: string } {
  const { organisation, change } = readRosterChange(endorsement)
  if (change.kind !== 'token') throw failToken('token.endorsement_mismatch')
  const same =
    organisation === terms.organisation &&
    change.id === terms.id &&
    change.project === terms.project &&
    change.expires === terms.expires &&
    (change.person ?? null) === terms.person &&
    describeActions(change.actions) === describeActions(terms.actions) &&
    describeScopes(change.scopes) === describeScopes(terms.scopes)
  if (!same) throw failToken('token.endorsement_mismatch')
  return { publicKey: change.publicKey }
}

/** Whether the statement brings the end of the token with this key to that time. @throws `token.endorsement_mismatch` */
export function checkEnding(
  ending: Signed,
  { organisation, publicKey, expires }: { organisation: string; publicKey: string; expires: string },
): void {
  const body = readRosterChange(ending)
  const { change } = body
  const keyId = createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url')
  const same = change.kind === 'expire' && change.keyId === keyId && change.expires === expires
  if (!same || body.organisation !== organisation) throw failToken('token.endorsement_mismatch')
}

/** Scopes in an order of their own: two lists of the same ones are the same. */
export function describeScopes(scopes: TokenTerms['scopes']): string {
  return scopes
    .map(({ bucket, access }) => `${bucket}:${access}`)
    .sort()
    .join(' ')
}

function describeActions(actions: TokenTerms['actions']): string {
  return actions ? actions.toSorted().join(' ') : 'all'
}

function readRosterChange(statement: Signed): RosterChange {
  const body = parseStatement(statement)
  if (!rosterShape.Check(body)) throw failToken('token.endorsement_mismatch')
  return body
}

function parseStatement(endorsement: Signed): unknown {
  try {
    return readUnverified(endorsement)
  } catch (cause) {
    throw cause instanceof SealedError ? failToken('token.endorsement_mismatch', { cause }) : cause
  }
}
