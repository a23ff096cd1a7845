/** Who the operators are, decided by those of administration: each act by a person of their own, none on oneself. */
import { randomUUIDv7 } from 'node:crypto'
import type { CallOutput, OperatorRequest, OperatorRole } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { drawSecret, hashSecret } from '../tokens/index.ts'
import { applyRoles, lockCaller, needsSecond, noteTaken, requireOther } from './administration.ts'
import { failOperator } from './errors.ts'
import {
  deleteInvitation,
  deleteOperator,
  insertInvitation,
  listInvitationRows,
  listOperatorRows,
  type StoredOperator,
} from './operator-store.ts'
import { listRequests, openRequest, requestLife } from './requests.ts'
import { forgetSessions } from './sessions.ts'
import {
  invitedNameContext,
  linkLife,
  nameContext,
  type NamedRoles,
  type OperatorPrincipal,
  type OperatorSetting,
} from './setting.ts'

type Listed = CallOutput<'listOperators'>
export type Invited = CallOutput<'inviteOperator'>

export async function listOperators(setting: OperatorSetting, tx: Transaction): Promise<Listed> {
  const { platformKey, now } = setting
  const open = (context: string, sealed: Buffer) => platformKey.open('account', context, sealed).toString()
  const operators = await listOperatorRows(tx)
  const invitations = await listInvitationRows(tx, now().toISOString())
  return {
    operators: operators.map(({ id, nameSealed, roles, created, lastUsed }) => ({
      id,
      name: open(nameContext(id), nameSealed),
      roles,
      created,
      lastUsed,
    })),
    invitations: invitations.map(({ nameSealed, ...rest }) => ({
      ...rest,
      name: open(invitedNameContext(rest.id), nameSealed),
    })),
    requests: await listRequests(setting, tx),
  }
}

/**
 * In the caller's transaction. Where there is another administrator the link waits for one to approve it.
 *
 * @throws `access.denied` when the caller's role is gone meanwhile
 */
export async function inviteOperator(
  setting: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  invited: NamedRoles,
): Promise<Invited> {
  const waiting = await needsSecond(setting, tx, await lockCaller(tx, caller))
  const secret = drawSecret('opi')
  const added = { ...invited, hash: hashSecret(secret), invitedBy: caller.id, waiting }
  const invitation = await addInvitation(setting, tx, added)
  const about = { invitation: invitation.id, operator: null }
  const request = waiting ? await openRequest(setting, tx, caller, { ...invited, about }) : null
  return { invitation, request, secret }
}

type NewInvitation = NamedRoles & {
  readonly hash: Buffer
  readonly invitedBy: string | null
  /** For a second administrator, as long as a request does; what is approved lives as long as any link from then on. */
  readonly waiting: boolean
}

export async function addInvitation(
  { platformKey, now }: OperatorSetting,
  tx: Transaction,
  { name, roles, hash, invitedBy, waiting }: NewInvitation,
): Promise<Invited['invitation']> {
  const id = randomUUIDv7()
  const created = now().toISOString()
  const expires = new Date(Date.parse(created) + (waiting ? requestLife : linkLife)).toISOString()
  const nameSealed = platformKey.seal('account', invitedNameContext(id), name)
  const kept = [...roles]
  await insertInvitation(tx, { id, hash, nameSealed, roles: kept, invitedBy, waiting, created, expires })
  return { id, name, roles: kept, created, expires }
}

/** In the caller's transaction. @throws `operator.unknown_invitation`, `access.denied` */
export async function revokeInvitation(tx: Transaction, caller: OperatorPrincipal, id: string): Promise<void> {
  await lockCaller(tx, caller)
  if (!(await deleteInvitation(tx, id))) throw failOperator('operator.unknown_invitation')
}

type ChangedRoles = { readonly before: StoredOperator; readonly request: OperatorRequest | null }

/**
 * In the caller's transaction. What is only taken away goes at once; a role more waits for another administrator, where
 * there is one: then nothing has changed yet but that it is asked for.
 *
 * @throws `operator.own_roles`, `operator.unknown`, `operator.last_administrator`, `access.denied`
 */
export async function changeRoles(
  setting: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  { operator, roles }: { readonly operator: string; readonly roles: readonly OperatorRole[] },
): Promise<ChangedRoles> {
  const own = await lockCaller(tx, caller)
  if (operator === caller.id) throw failOperator('operator.own_roles')
  const before = await requireOther(tx, operator, roles.includes('administration'))
  const adds = roles.some((role) => !before.roles.includes(role))
  if (adds && (await needsSecond(setting, tx, own))) {
    const name = setting.platformKey.open('account', nameContext(operator), before.nameSealed).toString()
    const about = { invitation: null, operator }
    return { before, request: await openRequest(setting, tx, caller, { name, roles, about }) }
  }
  await applyRoles(setting, tx, operator, roles)
  if (!roles.includes('administration')) await noteTaken(setting, tx, caller, before)
  return { before, request: null }
}

/** In the caller's transaction; oneself too. @throws `operator.unknown`, `operator.last_administrator`, `access.denied` */
export async function removeOperator(
  setting: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  operator: string,
): Promise<void> {
  await lockCaller(tx, caller)
  const removed = await requireOther(tx, operator, false)
  await noteTaken(setting, tx, caller, removed)
  await forgetSessions(setting, tx, operator, true)
  await deleteOperator(tx, operator)
}
