/** A person's own sessions: listed, and ended at once. */
import type { OpenSession } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failPeople } from './errors.ts'
import { deleteOwnSessions, listSessionRows } from './session-store.ts'
import type { PeopleSetting } from './setting.ts'
import { addressContext, programContext } from './sessions.ts'

type Owner = { readonly organisation: string; readonly id: string; readonly session: string }

/** Newest use first; those that have ended by themselves are left out. */
export async function listOwnSessions(setting: PeopleSetting, owner: Owner): Promise<OpenSession[]> {
  const { platformKey, database, now } = setting
  const rows = await database.readTenant(owner, (tx) => listSessionRows(tx, owner.id, now().toISOString()))
  const open = (context: string, sealed: Buffer) => platformKey.open('account', context, sealed).toString()
  return rows.map(({ id, created, lastUsed, expires, addressSealed, programSealed }) => ({
    id,
    program: programSealed === null ? 'A program' : open(programContext(owner.organisation, id), programSealed),
    address: open(addressContext(owner.organisation, id), addressSealed),
    created,
    lastUsed,
    expires,
    current: id === owner.session,
  }))
}

/** Part of the caller's transaction. @throws `session.unknown` for one that has ended or is another person's */
export async function endOwnSession(
  setting: PeopleSetting,
  tx: Transaction,
  person: string,
  session: string,
): Promise<void> {
  const ended = await deleteOwnSessions(tx, { person, only: session })
  if (ended.length === 0) throw failPeople('session.unknown')
  tx.onCommit(() => ended.forEach((id) => setting.onSessionEnded(id, 'ended')))
}

/** Part of the caller's transaction. Gives how many ended. */
export async function endOtherSessions(setting: PeopleSetting, tx: Transaction, owner: Owner): Promise<number> {
  const ended = await deleteOwnSessions(tx, { person: owner.id, except: owner.session })
  tx.onCommit(() => ended.forEach((id) => setting.onSessionEnded(id, 'ended')))
  return ended.length
}
