/** Makes a token once the data plane has accepted its device's endorsement. */
import type { Signed } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { checkEndorsement, describeScopes, type TokenTerms } from './check-endorsement.ts'
import { failToken } from './errors.ts'
import { drawSecret, hashSecret } from './secret.ts'
import type { TokenSetting } from './setting.ts'
import { insertToken, readTokenRow, type StoredToken } from './store.ts'

const longestLife = 365 * 24 * 3600_000
/** A client's clock may be this far ahead of ours. */
const clockLeeway = 5 * 60_000

export type TokenRequest = TokenTerms & { readonly name: string; readonly endorsement: Signed }
export type CreatedToken = { readonly token: StoredToken; readonly secret: string }
type Commit = (work: (tx: Transaction) => Promise<CreatedToken>) => Promise<CreatedToken>

/**
 * Gives the server's half, this once. Nothing is stored unless the data plane accepted the endorsement; the same
 * endorsement again is accepted alike, so that a repeated call mends one that broke off in between.
 *
 * @throws `token.bad_expiry`, `token.repeated_scope`, `token.endorsement_mismatch`, `token.unknown_project`,
 *   `token.exists`, `data_plane.away`, and what the data plane refuses
 */
export async function createToken(setting: TokenSetting, request: TokenRequest, commit: Commit): Promise<CreatedToken> {
  const { organisation, id, project, name, expires, endorsement } = request
  const created = setting.now()
  checkTerms(request, created.getTime())
  const { publicKey } = checkEndorsement(endorsement, request)
  await setting.database.readTenant(request, (tx) => requireVacancy(setting, tx, request))
  const { number } = await setting.submitRoster(organisation, endorsement)
  const secret = drawSecret('svc')
  const scopes = request.scopes.map(({ bucket, access }) => ({ bucket, access }))
  const token = { id, project, name, scopes, created: created.toISOString(), expires }
  return commit(async (tx) => {
    await setting.insertRoster(tx, organisation, number, endorsement)
    const added = await insertToken(tx, { ...token, organisation, publicKey, hash: hashSecret(secret) })
    if (!added) throw failToken('token.exists')
    return { token: { ...token, revoked: null, lastUsed: null }, secret }
  })
}

async function requireVacancy({ hasProject }: TokenSetting, tx: Transaction, terms: TokenTerms): Promise<void> {
  const [known, taken] = await Promise.all([hasProject(tx, terms.project), readTokenRow(tx, terms.id)])
  if (!known) throw failToken('token.unknown_project')
  if (taken !== undefined) throw failToken('token.exists')
}

function checkTerms({ expires, scopes }: TokenTerms, now: number): void {
  const life = Date.parse(expires) - now
  if (!(life > 0 && life <= longestLife + clockLeeway)) throw failToken('token.bad_expiry')
  const named = describeScopes(scopes).split(' ')
  if (new Set(named).size < named.length) throw failToken('token.repeated_scope')
}
