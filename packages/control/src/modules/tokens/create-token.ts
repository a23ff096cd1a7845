/** Makes a token once the data plane has accepted its device's endorsement. */
import { roleMay, type Role, type Signed } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { checkEndorsement, describeScopes, type TokenTerms } from './check-endorsement.ts'
import type { DescribedToken } from './describe-token.ts'
import { failToken } from './errors.ts'
import { drawSecret, hashSecret } from './secret.ts'
import type { TokenSetting } from './setting.ts'
import { hasToken, insertToken, type NewToken } from './store.ts'

const longestLife = 365 * 24 * 3600_000
/** A client's clock may be this far ahead of ours. */
export const clockLeeway = 5 * 60_000

export type TokenRequest = Omit<TokenTerms, 'person'> & {
  readonly name: string
  readonly addresses?: readonly string[] | undefined
  readonly endorsement: Signed
  /** Who makes it; for a token of their own, with the role that it may not go beyond. */
  readonly by: string
  readonly own?: { readonly role: Role } | undefined
}
export type CreatedToken = { readonly token: DescribedToken; readonly secret: string }
export type CommitToken = (work: (tx: Transaction) => Promise<CreatedToken>) => Promise<CreatedToken>

/**
 * Gives the server's half, this once. Nothing is stored unless the data plane accepted the endorsement; the same
 * endorsement again is accepted alike, so that a repeated call mends one that broke off in between.
 *
 * @throws `token.bad_expiry`, `token.repeated_scope`, `token.beyond_role`, `token.endorsement_mismatch`,
 *   `token.unknown_project`, `token.exists`, `addresses.malformed`, `data_plane.away`, and what the data plane refuses
 */
export async function createToken(
  setting: TokenSetting,
  request: TokenRequest,
  commit: CommitToken,
): Promise<CreatedToken> {
  const { organisation, id, endorsement, by } = request
  const created = setting.now()
  checkLife(request.expires, created.getTime())
  checkScopes(request)
  const ranges = setting.addresses.readRanges(request.addresses ?? [])
  const { publicKey } = checkEndorsement(endorsement, { ...request, person: request.own ? by : null })
  await setting.database.readTenant(request, (tx) => requireVacancy(setting, tx, request))
  const { number } = await setting.submitRoster(organisation, endorsement)
  const kind = request.own ? 'usr' : 'svc'
  const fresh = describeNew(request, publicKey, created, kind)
  return commit(async (tx) => {
    await setting.insertRoster(tx, organisation, number, endorsement)
    if (ranges.length > 0) await setting.addresses.putRanges(tx, { organisation, token: id, by }, ranges)
    return storeToken(tx, fresh)
  })
}

/** Draws the secret and stores its hash. @throws `token.exists` */
export async function storeToken(tx: Transaction, token: Omit<NewToken, 'hash'>): Promise<CreatedToken> {
  const secret = drawSecret(token.kind)
  if (!(await insertToken(tx, { ...token, hash: hashSecret(secret) }))) throw failToken('token.exists')
  const { id, project, name, created, createdBy, expires, kind, person, replaces } = token
  const [scopes, actions] = [[...token.scopes], token.actions && [...token.actions]]
  const unused = { revoked: null, lastUsed: null, lastUsedFrom: null }
  const terms = { id, project, name, scopes, created, createdBy, expires, kind, person, actions, replaces }
  return { token: { ...terms, ...unused }, secret }
}

function describeNew(request: TokenRequest, publicKey: string, created: Date, kind: NewToken['kind']) {
  const { organisation, id, project, name, scopes, actions = null, expires, by, own } = request
  const terms = { organisation, id, project, name, scopes, actions, expires, kind, publicKey }
  return { ...terms, created: created.toISOString(), createdBy: by, person: own ? by : null, replaces: null }
}

async function requireVacancy(
  { hasProject }: TokenSetting,
  tx: Transaction,
  terms: Pick<TokenTerms, 'id' | 'project'>,
): Promise<void> {
  const [known, taken] = await Promise.all([hasProject(tx, terms.project), hasToken(tx, terms.id)])
  if (!known) throw failToken('token.unknown_project')
  if (taken) throw failToken('token.exists')
}

/** @throws `token.bad_expiry` */
export function checkLife(expires: string, now: number): void {
  const life = Date.parse(expires) - now
  if (!(life > 0 && life <= longestLife + clockLeeway)) throw failToken('token.bad_expiry')
}

function checkScopes({ scopes, own }: TokenRequest): void {
  const named = describeScopes(scopes).split(' ')
  if (new Set(named).size < named.length) throw failToken('token.repeated_scope')
  const beyond = own && scopes.some(({ access }) => !roleMay(own.role, access === 'read' ? 'data.read' : 'data.write'))
  if (beyond) throw failToken('token.beyond_role')
}
