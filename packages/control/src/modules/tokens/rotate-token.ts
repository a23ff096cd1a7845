/** Makes a successor of a token with the same terms, and lets the old one end by itself after an overlap. */
import type { Signed } from '@keyhold/contract'
import { checkEnding, checkEndorsement } from './check-endorsement.ts'
import { checkLife, clockLeeway, storeToken, type CommitToken, type CreatedToken } from './create-token.ts'
import { failToken } from './errors.ts'
import type { Forget } from './revoke-token.ts'
import type { TokenSetting } from './setting.ts'
import { readEndableToken, shortenTokenRow, type EndableToken } from './store.ts'

const longestOverlap = 7 * 24 * 3600_000

export type Rotation = {
  readonly organisation: string
  /** The old token. */
  readonly token: string
  /** The successor's id and end. */
  readonly id: string
  readonly expires: string
  readonly oldExpires: string
  readonly endorsement: Signed
  readonly ending: Signed
  /** Who rotates it; only tokens of this person's own when `own`. */
  readonly by: string
  readonly own: boolean
}

/**
 * Both statements are the data plane's to accept, in order, before anything is stored; the same call again mends one
 * that broke off in between.
 *
 * @throws `token.unknown`, `token.ended`, `token.bad_expiry`, `token.bad_overlap`, `token.endorsement_mismatch`,
 *   `token.exists`, `data_plane.away`, and what the data plane refuses
 */
export async function rotateToken(
  setting: TokenSetting,
  rotation: Rotation,
  commit: CommitToken,
  forget: Forget,
): Promise<CreatedToken> {
  const { organisation, token, id, expires, oldExpires, endorsement, ending, by } = rotation
  const created = setting.now()
  const old = await findRotatable(setting, rotation, created)
  checkLife(expires, created.getTime())
  checkOverlap(oldExpires, old.expires, created.getTime())
  const { project, scopes, actions, person } = old
  const terms = { organisation, id, project, scopes, actions, person, expires }
  const { publicKey } = checkEndorsement(endorsement, terms)
  checkEnding(ending, { organisation, publicKey: old.publicKey, expires: oldExpires })
  const first = await setting.submitRoster(organisation, endorsement)
  const second = await setting.submitRoster(organisation, ending)
  const from = { name: old.name, kind: old.kind, createdBy: by, replaces: token }
  return commit(async (tx) => {
    await setting.insertRoster(tx, organisation, first.number, endorsement)
    await setting.insertRoster(tx, organisation, second.number, ending)
    await setting.addresses.copyRanges(tx, { organisation, token }, { organisation, token: id, by })
    // Revoked while the data plane was asked: who did that wanted no successor.
    const goesOn = await shortenTokenRow(tx, token, { expires: oldExpires, now: created.toISOString() })
    if (!goesOn) throw failToken('token.ended')
    // Its new end is known at once, not only when what is kept of it has run out.
    tx.onCommit(() => forget(token))
    return storeToken(tx, { ...terms, ...from, publicKey, created: created.toISOString() })
  })
}

async function findRotatable(
  { database }: TokenSetting,
  { organisation, token, by, own }: Rotation,
  now: Date,
): Promise<EndableToken> {
  const old = await database.readTenant({ organisation }, (tx) => readEndableToken(tx, token))
  if (old === undefined || (own && old.person !== by)) throw failToken('token.unknown')
  // A person's own token has a secret that only this person may be shown.
  if (!own && old.kind === 'usr') throw failToken('token.unknown')
  if (old.revoked !== null || old.expires <= now.toISOString()) throw failToken('token.ended')
  return old
}

function checkOverlap(oldExpires: string, ends: string, now: number): void {
  const overlap = Date.parse(oldExpires) - now
  const fits = overlap >= -clockLeeway && overlap <= longestOverlap + clockLeeway && oldExpires <= ends
  if (!fits) throw failToken('token.bad_overlap')
}
