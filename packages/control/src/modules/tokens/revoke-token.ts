/** Ends tokens: at once in this process, within the second in which others keep what they know. */
import type { AuditEvent } from '../../platform/audit-port.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failToken } from './errors.ts'
import { hashSecret, readSecretKind } from './secret.ts'
import type { TokenSetting } from './setting.ts'
import { revokeTokenRow } from './store.ts'

export type Forget = (hash: Uint8Array) => void

/** Part of the caller's transaction. Ending a token twice is no error. @throws `token.unknown` */
export async function revokeToken(tx: Transaction, id: string, now: Date, forget: Forget): Promise<void> {
  const hash = await revokeTokenRow(tx, id, now.toISOString())
  if (hash === undefined) throw failToken('token.unknown')
  tx.onCommit(() => forget(hash))
}

/**
 * A token that came over plain HTTP may have been read on the way: it is ended, with an entry in the log. Anything else
 * is nothing to end.
 */
export function createSeenTokenEnder(setting: TokenSetting, forget: Forget): (credential: string) => Promise<void> {
  return async (credential) => {
    // A whole token may have been sent; its server half comes first.
    const secret = credential.split('.', 1)[0] ?? ''
    if (readSecretKind(secret) !== 'svc') return
    const found = await setting.database.lookUp.token(hashSecret(secret))
    if (found !== undefined) await endSeenToken(setting, found, forget)
  }
}

async function endSeenToken(
  { database, audit, now }: TokenSetting,
  found: NonNullable<Awaited<ReturnType<Database['lookUp']['token']>>>,
  forget: Forget,
): Promise<void> {
  const { organisation, id } = found
  const event: AuditEvent = {
    organisation,
    project: null,
    action: 'token.revoke',
    outcome: 'success',
    code: 'token.seen_in_plain',
    actor: { kind: 'system', id: null },
    source: null,
    object: { kind: 'token', id },
    details: {},
  }
  const inTree = await database.withTenant(found, async (tx) => {
    await revokeToken(tx, id, now(), forget)
    return audit.stage(tx, event)
  })
  await inTree()
}
