/** Ends tokens: at once in this process, within the second in which others keep what they know. */
import type { AuditEvent } from '../../platform/audit-port.ts'
import type { Found } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failToken } from './errors.ts'
import { hashSecret, readSecretKind } from './secret.ts'
import type { TokenSetting } from './setting.ts'
import { readEndableToken, revokeTokenRow } from './store.ts'

export type Forget = (id: string) => void
export type EndToken = { readonly organisation: string; readonly id: string; readonly ownOf?: string }

/** Part of the caller's transaction. Ending a token twice is no error; who waits with it is cut off. @throws `token.unknown` */
export async function revokeToken(
  { now, openCalls }: Pick<TokenSetting, 'now' | 'openCalls'>,
  tx: Transaction,
  { organisation, id, ownOf }: EndToken,
  forget: Forget,
): Promise<void> {
  if (ownOf !== undefined && (await readEndableToken(tx, id))?.person !== ownOf) throw failToken('token.unknown')
  if (!(await revokeTokenRow(tx, id, now().toISOString()))) throw failToken('token.unknown')
  tx.onCommit(() => {
    forget(id)
    openCalls.judge(organisation, ({ principal }) => (principal.id === id ? failToken('token.revoked') : undefined))
  })
}

/** Ends the token of a server half, with an entry; undefined when nobody has it. */
export async function endFoundToken(
  setting: TokenSetting,
  secret: string,
  code: 'token.seen_in_plain' | 'token.reported',
  forget: Forget,
): Promise<Found | undefined> {
  const kind = readSecretKind(secret)
  if (kind !== 'svc' && kind !== 'usr') return undefined
  const found = await setting.authoriser.find('token', hashSecret(secret))
  if (found === undefined) return undefined
  const event = describeEnd(found.organisation, 'token.revoke', code, { kind: 'token', id: found.id })
  const inTree = await setting.database.withTenant(found, async (tx) => {
    await revokeToken(setting, tx, found, forget)
    return setting.audit.stage(tx, event)
  })
  await inTree()
  return found
}

/**
 * A token or session that came over plain HTTP may have been read on the way: it is ended, with an entry in the log.
 * Anything else is nothing to end.
 */
export function createSeenCredentialEnder(
  setting: TokenSetting,
  forget: Forget,
): (credential: string) => Promise<void> {
  return async (credential) => {
    // A whole token may have been sent; its server half comes first.
    const secret = credential.split('.', 1)[0] ?? ''
    if (readSecretKind(secret) === 'ses') await endSeenSession(setting, secret)
    else await endFoundToken(setting, secret, 'token.seen_in_plain', forget)
  }
}

async function endSeenSession(setting: TokenSetting, secret: string): Promise<void> {
  const found = await setting.authoriser.find('session', hashSecret(secret))
  if (found === undefined) return
  const event = describeEnd(found.organisation, 'session.end', 'session.seen_in_plain', {
    kind: 'session',
    id: found.id,
  })
  const inTree = await setting.database.withTenant(found, async (tx) => {
    await setting.endSession(tx, found.id)
    return setting.audit.stage(tx, event)
  })
  await inTree()
}

function describeEnd(organisation: string, action: string, code: string, object: AuditEvent['object']): AuditEvent {
  const actor = { kind: 'system', id: null } as const
  return { organisation, project: null, action, outcome: 'success', code, actor, source: null, object, details: {} }
}
