/** Provisioning tokens: made for an identity provider, found by their secret, ended. */
import { randomUUIDv7 } from 'node:crypto'
import type { ProvisioningToken } from '@keyhold/contract'
import type { HeldProvisioner } from '../../platform/authoriser/protocol.ts'
import type { Found } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { drawSecret, hashSecret, type FindHolder } from '../tokens/index.ts'
import { failProvisioning } from './errors.ts'
import type { ProvisioningSetting } from './setting.ts'
import { insertTokenRow, revokeTokenRow, touchTokenRow } from './store.ts'

const minute = 60_000
const longestLife = 365 * 24 * 60 * minute
/** A client's clock may be this far ahead of ours. */
const leeway = 5 * minute

/** In the caller's transaction. The secret is given this once. @throws `provisioning.bad_expiry` */
export async function createToken(
  setting: ProvisioningSetting,
  tx: Transaction,
  { organisation, by, name, expires }: { organisation: string; by: string; name: string; expires: string },
): Promise<{ readonly token: ProvisioningToken; readonly secret: string }> {
  const now = setting.now()
  const life = Date.parse(expires) - now.getTime()
  if (!(life > 0 && life <= longestLife + leeway)) throw failProvisioning('provisioning.bad_expiry')
  const secret = drawSecret('prv')
  const token = { id: randomUUIDv7(), name, created: now.toISOString(), createdBy: by, expires }
  await insertTokenRow(tx, { ...token, organisation, hash: hashSecret(secret) })
  return { token: { ...token, revoked: null, lastUsed: null }, secret }
}

/** In the caller's transaction; who waits with it is cut off. Ending it twice is no error. @throws `provisioning.token_unknown` */
export async function revokeToken(
  setting: ProvisioningSetting,
  tx: Transaction,
  { organisation, id }: Found,
): Promise<void> {
  if (!(await revokeTokenRow(tx, id, setting.now().toISOString()))) throw failProvisioning('provisioning.token_unknown')
  tx.onCommit(() => setting.onTokenEnded({ organisation, id }))
}

/** Ends the token of a secret that was seen where it should not be, with an entry; nobody's is nothing to end. */
export async function endFoundToken(setting: ProvisioningSetting, secret: string, code: string): Promise<void> {
  const found = await setting.authoriser.find('provisioner', hashSecret(secret))
  if (found === undefined) return
  const { organisation, id } = found
  const inTree = await setting.database.withTenant(found, async (tx) => {
    await revokeToken(setting, tx, found)
    return setting.audit.stage(tx, {
      organisation,
      project: null,
      action: 'provisioning.token_revoke',
      outcome: 'success',
      code,
      actor: { kind: 'system', id: null },
      source: null,
      object: { kind: 'token', id },
      details: {},
    })
  })
  await inTree()
}

/** Finds the token of a secret, and notes its use at most once a minute. */
export function createProvisionerFinder({ authoriser, database, now, log }: ProvisioningSetting): FindHolder {
  async function touch({ organisation, id, lastUsed }: HeldProvisioner): Promise<void> {
    const time = new Date(Math.floor(now().getTime() / minute) * minute).toISOString()
    if (lastUsed !== null && lastUsed >= time) return
    await database.withTenant({ organisation }, (tx) => touchTokenRow(tx, id, time))
  }
  return async (hash) => {
    const token = await authoriser.find('provisioner', hash)
    if (token === undefined) return undefined
    const { organisation, id, expires } = token
    if (token.revoked !== null) {
      return { refused: failProvisioning('provisioning.token_ended'), organisation, actor: { kind: 'token', id } }
    }
    // Not waited for: whether a use is noted decides nothing.
    touch(token).catch((cause: unknown) => log.error('provisioning.touch_failed', { token: id }, cause))
    return {
      principal: { kind: 'provisioner', id, organisation },
      expires: Date.parse(expires),
      whenExpired: failProvisioning('provisioning.token_expired'),
    }
  }
}
