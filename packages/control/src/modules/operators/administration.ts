/** What holds for every act on who the operators are: who may, who stays, and when a second administrator is asked. */
import { operatorMay, type OperatorRole } from '@keyhold/contract'
import { failAccess } from '../../platform/access.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failOperator } from './errors.ts'
import {
  deleteInvitationsBy,
  listOperatorRows,
  lockOperators,
  noteRemoval,
  readOperatorRow,
  updateRoles,
  type StoredOperator,
} from './operator-store.ts'
import { deleteRequestsAbout, deleteRequestsBy } from './request-store.ts'
import { forgetSessions } from './sessions.ts'
import type { OperatorPrincipal, OperatorSetting } from './setting.ts'

/** For so long who took administration from another one cannot act as if alone, in ms. */
const removalWeighs = 24 * 3600_000

/**
 * Until the caller's transaction ends nobody else changes who the operators are. What the caller may is read anew:
 * somebody may have taken it away since the call began. @throws `access.denied`
 */
export async function lockCaller(tx: Transaction, caller: OperatorPrincipal): Promise<StoredOperator> {
  await lockOperators(tx)
  const own = await readOperatorRow(tx, caller.id)
  if (own === undefined || !operatorMay(own.roles, 'operator.manage')) throw failAccess('access.denied')
  return own
}

/**
 * Whether a second administrator is to be asked: where there is one, and where the caller has just made themselves the
 * only one. To be called under `lockCaller`.
 */
export async function needsSecond(
  { now }: OperatorSetting,
  tx: Transaction,
  { removedAdministrator }: StoredOperator,
): Promise<boolean> {
  const administrators = (await listOperatorRows(tx)).filter(({ roles }) => operatorMay(roles, 'operator.manage'))
  if (administrators.length > 1) return true
  return removedAdministrator !== null && Date.parse(removedAdministrator) > now().getTime() - removalWeighs
}

/**
 * The operator, of whom at least one other is of administration, unless they stay so themselves.
 *
 * @throws `operator.unknown`, `operator.last_administrator`
 */
export async function requireOther(tx: Transaction, operator: string, staysSo: boolean): Promise<StoredOperator> {
  const all = await listOperatorRows(tx)
  const found = all.find(({ id }) => id === operator)
  if (found === undefined) throw failOperator('operator.unknown')
  const hasOther = all.some(({ id, roles }) => id !== operator && roles.includes('administration'))
  if (!hasOther && !staysSo) throw failOperator('operator.last_administrator')
  return found
}

/** Gives the operator the roles. What was asked about the earlier ones is off, and what they offered who may not any more. */
export async function applyRoles(
  setting: OperatorSetting,
  tx: Transaction,
  operator: string,
  roles: readonly OperatorRole[],
): Promise<void> {
  await updateRoles(tx, operator, roles)
  await deleteRequestsAbout(tx, operator)
  if (!operatorMay(roles, 'operator.manage')) {
    await deleteRequestsBy(tx, operator)
    // Else a link of their own would give back what was taken from them.
    await deleteInvitationsBy(tx, operator)
  }
  await forgetSessions(setting, tx, operator, false)
}

/** Notes that the caller alone took administration from another one. */
export async function noteTaken(
  { now }: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  from: StoredOperator,
): Promise<void> {
  if (from.id === caller.id || !operatorMay(from.roles, 'operator.manage')) return
  await noteRemoval(tx, caller.id, now().toISOString())
}
