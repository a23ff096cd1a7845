/** The endorsement of a token: a roster statement by which a device vouches for the token's public key and scopes. */
import { RosterChange, type Signed } from '@keyhold/contract'
import { readUnverified, SealedError } from '@keyhold/sealed'
import { Compile } from 'typebox/compile'
import { failToken } from './errors.ts'

export type TokenTerms = {
  readonly organisation: string
  readonly id: string
  readonly project: string
  readonly scopes: readonly { readonly bucket: string; readonly access: 'read' | 'write' }[]
  readonly expires: string
}

const rosterShape = Compile(RosterChange)

/**
 * Compares the statement with what is asked, and gives the token's public key. Whose signature it is decides the data
 * plane, which believes nobody here.
 *
 * @throws `token.endorsement_mismatch`
 */
export function checkEndorsement(endorsement: Signed, terms: TokenTerms): { readonly publicKey: string } {
  const body = parseStatement(endorsement)
  if (!rosterShape.Check(body) || body.change.kind !== 'token') throw failToken('token.endorsement_mismatch')
  const { change } = body
  const same =
    body.organisation === terms.organisation &&
    change.id === terms.id &&
    change.project === terms.project &&
    change.expires === terms.expires &&
    describeScopes(change.scopes) === describeScopes(terms.scopes)
  if (!same) throw failToken('token.endorsement_mismatch')
  return { publicKey: change.publicKey }
}

/** Scopes in an order of their own: two lists of the same ones are the same. */
export function describeScopes(scopes: TokenTerms['scopes']): string {
  return scopes
    .map(({ bucket, access }) => `${bucket}:${access}`)
    .sort()
    .join(' ')
}

function parseStatement(endorsement: Signed): unknown {
  try {
    return readUnverified(endorsement)
  } catch (cause) {
    throw cause instanceof SealedError ? failToken('token.endorsement_mismatch', { cause }) : cause
  }
}
