/**
 * Dual control: one administrator alone makes no operator, and gives nobody a role more, where there are two. They ask,
 * and another one approves exactly what was asked, within a day. A request cannot be changed: the database lets nobody.
 */
import { randomUUIDv7 } from 'node:crypto'
import { operatorMay, type OperatorRequest, type OperatorRole } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { applyRoles, lockCaller, requireOther } from './administration.ts'
import { failOperator } from './errors.ts'
import { approveInvitation, deleteInvitation, readOperatorRow } from './operator-store.ts'
import {
  deleteRequest,
  insertRequest,
  listRequestRows,
  readRequestRow,
  type RequestSubject,
  type StoredRequest,
} from './request-store.ts'
import { invitedNameContext, linkLife, nameContext, type OperatorPrincipal, type OperatorSetting } from './setting.ts'

export const requestLife = 24 * 3600_000

/** Newest first. */
export async function listRequests({ platformKey, now }: OperatorSetting, tx: Transaction): Promise<OperatorRequest[]> {
  const rows = await listRequestRows(tx, now().toISOString())
  return rows.map(({ nameSealed, invitation, operator, ...rest }) => {
    const context = invitation === null ? nameContext(operator) : invitedNameContext(invitation)
    return { ...rest, operator, name: platformKey.open('account', context, nameSealed).toString() }
  })
}

type Asked = { readonly name: string; readonly roles: readonly OperatorRole[]; readonly about: RequestSubject }

/** Part of the caller's transaction, under `lockCaller`. */
export async function openRequest(
  { now }: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  { name, roles, about }: Asked,
): Promise<OperatorRequest> {
  const id = randomUUIDv7()
  const created = now().toISOString()
  const expires = new Date(Date.parse(created) + requestLife).toISOString()
  const kept = { id, askedBy: caller.id, roles: [...roles], created, expires }
  await insertRequest(tx, { ...kept, ...about })
  return { ...kept, operator: about.operator, name }
}

/**
 * Does what was asked, in the caller's transaction. `roles`: that the caller has read.
 *
 * @throws `operator.unknown_request`, `operator.own_request`, `operator.request_changed`, `operator.last_administrator`,
 * `access.denied`
 */
export async function approveRequest(
  setting: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  { request: id, roles }: { readonly request: string; readonly roles: readonly OperatorRole[] },
): Promise<StoredRequest> {
  await lockCaller(tx, caller)
  const request = await requireRequest(setting, tx, id)
  if (request.askedBy === caller.id) throw failOperator('operator.own_request')
  // With what they may, what they asked for is gone; so it is should that ever be forgotten.
  const asker = await readOperatorRow(tx, request.askedBy)
  if (asker === undefined || !operatorMay(asker.roles, 'operator.manage'))
    throw failOperator('operator.unknown_request')
  if (!isSame(request.roles, roles)) throw failOperator('operator.request_changed')
  if (request.operator === null) await letIn(setting, tx, caller, request.invitation)
  else {
    await requireOther(tx, request.operator, request.roles.includes('administration'))
    await applyRoles(setting, tx, request.operator, request.roles)
  }
  await deleteRequest(tx, id)
  return request
}

async function letIn(
  { now }: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  invitation: string,
): Promise<void> {
  const expires = new Date(now().getTime() + linkLife).toISOString()
  const approved = await approveInvitation(tx, invitation, { by: caller.id, expires })
  if (!approved) throw failOperator('operator.unknown_request')
}

/** Takes back one's own, or declines another one's, in the caller's transaction. @throws `operator.unknown_request`, `access.denied` */
export async function withdrawRequest(
  setting: OperatorSetting,
  tx: Transaction,
  caller: OperatorPrincipal,
  id: string,
): Promise<StoredRequest> {
  await lockCaller(tx, caller)
  const request = await requireRequest(setting, tx, id)
  // With the invitation goes what was asked about it.
  if (request.invitation === null) await deleteRequest(tx, id)
  else await deleteInvitation(tx, request.invitation)
  return request
}

async function requireRequest({ now }: OperatorSetting, tx: Transaction, id: string): Promise<StoredRequest> {
  const request = await readRequestRow(tx, id, now().toISOString())
  if (request === undefined) throw failOperator('operator.unknown_request')
  return request
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((role) => other.includes(role))
