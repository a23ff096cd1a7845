/** Finds the token of a secret, and notes its use at most once a minute. */
import type { Found } from '../../platform/database/database.ts'
import type { FindHolder, Holder } from './authenticate.ts'
import { failToken } from './errors.ts'
import type { TokenSetting } from './setting.ts'
import { readTokenRow, type StoredToken, touchTokenRow } from './store.ts'

const minute = 60_000

export function createTokenFinder({ database, now, log }: TokenSetting): FindHolder {
  async function touch(found: Found, lastUsed: string | null): Promise<void> {
    const time = new Date(Math.floor(now().getTime() / minute) * minute).toISOString()
    if (lastUsed === null || lastUsed < time)
      await database.withTenant(found, (tx) => touchTokenRow(tx, found.id, time))
  }
  return async (hash) => {
    const found = await database.lookUp.token(hash)
    if (found === undefined) return undefined
    const token = await database.readTenant(found, (tx) => readTokenRow(tx, found.id))
    if (token === undefined) return undefined
    // Not waited for: whether a use is noted decides nothing.
    touch(found, token.lastUsed).catch((cause: unknown) => log.error('token.touch_failed', { token: found.id }, cause))
    return describeHolder(found, token)
  }
}

function describeHolder({ organisation, id }: Found, token: StoredToken): Holder {
  if (token.revoked !== null) return { refused: failToken('token.revoked'), organisation, actor: { kind: 'token', id } }
  const { project, scopes } = token
  return {
    principal: { kind: 'token', id, organisation, project, scopes },
    expires: Date.parse(token.expires),
    whenExpired: failToken('token.expired'),
  }
}
