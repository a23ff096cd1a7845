/** Finds the token of a secret, and notes its use at most once a minute. */
import type { HeldToken } from '../../platform/authoriser/protocol.ts'
import type { Found } from '../../platform/database/database.ts'
import type { FindHolder, Holder } from './authenticate.ts'
import { sealBlock } from './describe-token.ts'
import { failToken } from './errors.ts'
import type { TokenSetting } from './setting.ts'
import { touchTokenRow } from './store.ts'

const minute = 60_000

export function createTokenFinder({ authoriser, database, platformKey, now, log }: TokenSetting): FindHolder {
  async function touch(found: Found, lastUsed: string | null, address: string | null): Promise<void> {
    const time = new Date(Math.floor(now().getTime() / minute) * minute).toISOString()
    if (lastUsed !== null && lastUsed >= time) return
    const block = sealBlock(platformKey, found, address)
    await database.withTenant(found, (tx) => touchTokenRow(tx, found.id, time, block))
  }
  return async (hash, address) => {
    const token = await authoriser.find('token', hash)
    if (token === undefined) return undefined
    // Not waited for: whether a use is noted decides nothing.
    touch(token, token.lastUsed, address).catch((cause: unknown) =>
      log.error('token.touch_failed', { token: token.id }, cause),
    )
    return describeHolder(token)
  }
}

function describeHolder(token: HeldToken): Holder {
  const { organisation, id } = token
  const refusal = findRefusal(token)
  if (refusal !== undefined) return { refused: failToken(refusal), organisation, actor: { kind: 'token', id } }
  const { project, scopes, actions, role } = token
  return {
    principal: { kind: 'token', id, organisation, project, scopes, ...(actions && { actions }), ...(role && { role }) },
    expires: Date.parse(token.expires),
    whenExpired: failToken('token.expired'),
  }
}

function findRefusal({ revoked, kind, role }: HeldToken): 'token.revoked' | 'token.owner_gone' | undefined {
  if (revoked !== null) return 'token.revoked'
  return kind === 'usr' && role === null ? 'token.owner_gone' : undefined
}
