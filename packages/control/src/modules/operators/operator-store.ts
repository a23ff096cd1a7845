/** The tables of operators and of their invitations. */
import type { OperatorRole } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import { failOperator } from './errors.ts'

export type StoredOperator = {
  id: string
  nameSealed: Buffer
  roles: OperatorRole[]
  created: string
  lastUsed: string | null
  /** When they last took administration from another one. */
  removedAdministrator: string | null
}
export type StoredInvitation = {
  id: string
  nameSealed: Buffer
  roles: OperatorRole[]
  created: string
  expires: string
}

const operatorColumns =
  'id, name_sealed AS "nameSealed", roles, created, last_used AS "lastUsed", removed_administrator AS "removedAdministrator"'
const invitationColumns = 'id, name_sealed AS "nameSealed", roles, created, expires'

export async function listOperatorRows(tx: Transaction): Promise<StoredOperator[]> {
  return tx.sql<StoredOperator>(`SELECT ${operatorColumns} FROM operators ORDER BY created, id LIMIT 1000`)
}

export async function readOperatorRow(tx: Transaction, id: string): Promise<StoredOperator | undefined> {
  return (await tx.sql<StoredOperator>(`SELECT ${operatorColumns} FROM operators WHERE id = $1`, [id]))[0]
}

/** Until the transaction ends nobody else changes what is the operator's own. @throws `operator.session_expired` when removed */
export async function lockOperator(tx: Transaction, id: string): Promise<StoredOperator> {
  const rows = await tx.sql<StoredOperator>(`SELECT ${operatorColumns} FROM operators WHERE id = $1 FOR UPDATE`, [id])
  if (rows[0] === undefined) throw failOperator('operator.session_expired')
  return rows[0]
}

type NewOperator = Omit<StoredOperator, 'lastUsed' | 'removedAdministrator'>

export async function insertOperator(tx: Transaction, { id, nameSealed, roles, created }: NewOperator): Promise<void> {
  await tx.sql('INSERT INTO operators (id, name_sealed, roles, created) VALUES ($1, $2, $3, $4)', [
    id,
    nameSealed,
    JSON.stringify(roles),
    created,
  ])
}

/** Until the transaction ends nobody else changes who the operators are: the last administrator is found by counting. */
export async function lockOperators(tx: Transaction): Promise<void> {
  await tx.sql('LOCK TABLE operators IN SHARE ROW EXCLUSIVE MODE')
}

export async function updateRoles(tx: Transaction, id: string, roles: readonly OperatorRole[]): Promise<void> {
  await tx.sql('UPDATE operators SET roles = $2 WHERE id = $1', [id, JSON.stringify(roles)])
}

export async function noteRemoval(tx: Transaction, id: string, now: string): Promise<void> {
  await tx.sql('UPDATE operators SET removed_administrator = $2 WHERE id = $1', [id, now])
}

/** With it go passkeys, sessions, requests and the invitations that the operator made or approved. */
export async function deleteOperator(tx: Transaction, id: string): Promise<void> {
  await tx.sql('DELETE FROM operators WHERE id = $1', [id])
}

type NewInvitation = StoredInvitation & {
  readonly hash: Buffer
  readonly invitedBy: string | null
  readonly waiting: boolean
}

/** Throws away those that ended a day before. */
export async function insertInvitation(tx: Transaction, invitation: NewInvitation): Promise<void> {
  const { id, hash, nameSealed, roles, invitedBy, waiting, created, expires } = invitation
  await tx.sql("DELETE FROM operator_invitations WHERE expires <= $1::timestamptz - interval '1 day'", [created])
  await tx.sql(
    `INSERT INTO operator_invitations (id, hash, name_sealed, roles, invited_by, waiting, created, expires)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, hash, nameSealed, JSON.stringify(roles), invitedBy, waiting, created, expires],
  )
}

/** Those that still work, newest first. */
export async function listInvitationRows(tx: Transaction, now: string): Promise<StoredInvitation[]> {
  return tx.sql<StoredInvitation>(
    `SELECT ${invitationColumns} FROM operator_invitations
     WHERE expires > $1 AND NOT waiting ORDER BY created DESC, id DESC LIMIT 1000`,
    [now],
  )
}

/** One that works: it has not run out, and waits for nobody. */
export async function readInvitationRow(
  tx: Transaction,
  id: string,
  now: string,
): Promise<StoredInvitation | undefined> {
  const rows = await tx.sql<StoredInvitation>(
    `SELECT ${invitationColumns} FROM operator_invitations WHERE id = $1 AND expires > $2 AND NOT waiting`,
    [id, now],
  )
  return rows[0]
}

/** Lets a link work that waited for it; false when it does not wait, or is gone. */
export async function approveInvitation(
  tx: Transaction,
  id: string,
  { by, expires }: { readonly by: string; readonly expires: string },
): Promise<boolean> {
  const rows = await tx.sql(
    `UPDATE operator_invitations SET waiting = false, approved_by = $2, expires = $3
     WHERE id = $1 AND waiting RETURNING id`,
    [id, by, expires],
  )
  return rows.length === 1
}

/** What somebody offered, or approved, who may not any more. */
export async function deleteInvitationsBy(tx: Transaction, operator: string): Promise<void> {
  await tx.sql('DELETE FROM operator_invitations WHERE invited_by = $1 OR approved_by = $1', [operator])
}

/** Takes an invitation away; false when it was gone. Of two at once one gets it. */
export async function deleteInvitation(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('DELETE FROM operator_invitations WHERE id = $1 RETURNING id', [id])).length === 1
}
