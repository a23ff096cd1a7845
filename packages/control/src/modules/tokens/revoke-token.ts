/** Ends tokens: at once in this process, within the second in which others keep what they know. */
import type { AuditActor, AuditEvent } from '../../platform/audit-port.ts'
import type { Found } from '../../platform/database/database.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failToken } from './errors.ts'
import { hashSecret, readSecretKind } from './secret.ts'
import type { TokenSetting } from './setting.ts'
import { readEndableToken, revokeMadeTokens, revokeTokenRow, revokeTokensOf } from './store.ts'

export type Forget = (id: string) => void
export type EndMadeTokens = {
  readonly organisation: string
  /** Who made them. */
  readonly person: string
  /** Who ends them, and from where. */
  readonly actor: AuditActor
  readonly source: string | null
}
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

/** Ends all tokens of a person's own, in the caller's transaction; who waits with one is cut off. */
export async function endTokensOf(
  { now, openCalls }: Pick<TokenSetting, 'now' | 'openCalls'>,
  tx: Transaction,
  { organisation, person }: { readonly organisation: string; readonly person: string },
  forget: Forget,
): Promise<void> {
  const ended = await revokeTokensOf(tx, person, now().toISOString())
  cutOff(openCalls, tx, { organisation, ended }, forget)
}

/**
 * Ends the tokens of programs that a person made, in the caller's transaction, each with an entry of its own; who waits
 * with one is cut off. Gives how many.
 */
export async function endMadeTokens(
  { now, openCalls, audit }: Pick<TokenSetting, 'now' | 'openCalls' | 'audit'>,
  tx: Transaction,
  { organisation, person, actor, source }: EndMadeTokens,
  forget: Forget,
): Promise<number> {
  const ended = await revokeMadeTokens(tx, person, now().toISOString())
  for (const id of ended) {
    const event = describeEnd(organisation, 'token.revoke', null, { kind: 'token', id })
    // The entry of the removal itself follows in the same transaction, and is waited for.
    await audit.stage(tx, { ...event, actor, source })
  }
  cutOff(openCalls, tx, { organisation, ended }, forget)
  return ended.length
}

function cutOff(
  openCalls: TokenSetting['openCalls'],
  tx: Transaction,
  { organisation, ended }: { readonly organisation: string; readonly ended: readonly string[] },
  forget: Forget,
): void {
  const ids = new Set(ended)
  tx.onCommit(() => {
    for (const id of ended) forget(id)
    openCalls.judge(organisation, ({ principal }) => (ids.has(principal.id) ? failToken('token.revoked') : undefined))
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
  if (kind === 'prv') await setting.endProvisioningToken(secret, code)
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

function describeEnd(
  organisation: string,
  action: string,
  code: string | null,
  object: AuditEvent['object'],
): AuditEvent {
  const actor = { kind: 'system', id: null } as const
  return { organisation, project: null, action, outcome: 'success', code, actor, source: null, object, details: {} }
}
