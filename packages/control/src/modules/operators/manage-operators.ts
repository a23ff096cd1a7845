/** Who the operators are, decided by those of administration: each act by a person of their own, none on oneself. */
import { randomUUIDv7 } from 'node:crypto'
import { operatorMay, type CallOutput, type OperatorRole } from '@keyhold/contract'
import { failAccess } from '../../platform/access.ts'
import type { Transaction } from '../../platform/database/transaction.ts'
import { drawSecret, hashSecret } from '../tokens/index.ts'
import { failOperator } from './errors.ts'
import {
  deleteInvitation,
  deleteInvitationsBy,
  deleteOperator,
  insertInvitation,
  listInvitationRows,
  listOperatorRows,
  lockOperators,
  readOperatorRow,
  updateRoles,
  type StoredOperator,
} from './operator-store.ts'
import { forgetSessions } from './sessions.ts'
import {
  invitedNameContext,
  nameContext,
  type NamedRoles,
  type OperatorPrincipal,
  type OperatorSetting,
} from './setting.ts'

const linkLife = 3600_000

type Listed = CallOutput<'listOperators'>
export type Invited = CallOutput<'inviteOperator'>

export async function listOperators({ platformKey, now }: OperatorSetting, tx: Transaction): Promise<Listed> {
  const open = (context: string, sealed: Buffer) => platformKey.open('account', context, sealed).toString()
  const operators = await listOperatorRows(tx)
  const invitations = await listInvitationRows(tx, now().toISOString())
  return {
    operators: operators.map(({ nameSealed, ...rest }) => ({ ...rest, name: open(nameContext(rest.id), nameSealed) })),
    invitations: invitations.map(({ nameSealed, ...rest }) => ({
      ...rest,
      name: open(invitedNameContext(rest.id), nameSealed),
    })),
  }
}

/** In the caller's transaction. @throws `access.denied` when the caller's role is gone meanwhile */
export async function inviteOperator(
  setting: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  invited: NamedRoles,
): Promise<Invited> {
  await lockCaller(tx, caller)
  const secret = drawSecret('opi')
  const invitation = await addInvitation(setting, tx, { ...invited, hash: hashSecret(secret), invitedBy: caller.id })
  return { invitation, secret }
}

type NewInvitation = NamedRoles & { readonly hash: Buffer; readonly invitedBy: string | null }

export async function addInvitation(
  { platformKey, now }: OperatorSetting,
  tx: Transaction,
  { name, roles, hash, invitedBy }: NewInvitation,
): Promise<Invited['invitation']> {
  const id = randomUUIDv7()
  const created = now().toISOString()
  const expires = new Date(Date.parse(created) + linkLife).toISOString()
  const nameSealed = platformKey.seal('account', invitedNameContext(id), name)
  const kept = [...roles]
  await insertInvitation(tx, { id, hash, nameSealed, roles: kept, invitedBy, created, expires })
  return { id, name, roles: kept, created, expires }
}

/** In the caller's transaction. @throws `operator.unknown_invitation`, `access.denied` */
export async function revokeInvitation(tx: Transaction, caller: OperatorPrincipal, id: string): Promise<void> {
  await lockCaller(tx, caller)
  if (!(await deleteInvitation(tx, id))) throw failOperator('operator.unknown_invitation')
}

/** In the caller's transaction. @throws `operator.own_roles`, `operator.unknown`, `operator.last_administrator`, `access.denied` */
export async function changeRoles(
  setting: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  { operator, roles }: { readonly operator: string; readonly roles: readonly OperatorRole[] },
): Promise<StoredOperator> {
  await lockCaller(tx, caller)
  if (operator === caller.id) throw failOperator('operator.own_roles')
  const before = await requireOther(tx, operator, roles.includes('administration'))
  await updateRoles(tx, operator, roles)
  // Else a link of their own would give back what was taken from them.
  if (!operatorMay(roles, 'operator.manage')) await deleteInvitationsBy(tx, operator)
  await forgetSessions(setting, tx, operator, false)
  return before
}

/** In the caller's transaction; oneself too. @throws `operator.unknown`, `operator.last_administrator`, `access.denied` */
export async function removeOperator(
  setting: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  operator: string,
): Promise<void> {
  await lockCaller(tx, caller)
  await requireOther(tx, operator, false)
  await forgetSessions(setting, tx, operator, true)
  await deleteOperator(tx, operator)
}

/** What the caller may is read anew: somebody may have taken it away since the call began. */
async function lockCaller(tx: Transaction, caller: OperatorPrincipal): Promise<void> {
  await lockOperators(tx)
  const own = await readOperatorRow(tx, caller.id)
  if (own === undefined || !operatorMay(own.roles, 'operator.manage')) throw failAccess('access.denied')
}

/** The operator, of whom at least one other is of administration, unless they stay so themselves. */
async function requireOther(tx: Transaction, operator: string, staysSo: boolean): Promise<StoredOperator> {
  const all = await listOperatorRows(tx)
  const found = all.find(({ id }) => id === operator)
  if (found === undefined) throw failOperator('operator.unknown')
  const hasOther = all.some(({ id, roles }) => id !== operator && roles.includes('administration'))
  if (!hasOther && !staysSo) throw failOperator('operator.last_administrator')
  return found
}
