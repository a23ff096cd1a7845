/** The tables of operators and of their invitations. */
import type { OperatorRole } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

export type StoredOperator = {
  id: string
  nameSealed: Buffer
  roles: OperatorRole[]
  created: string
  lastUsed: string | null
}
export type StoredInvitation = {
  id: string
  nameSealed: Buffer
  roles: OperatorRole[]
  created: string
  expires: string
}

const operatorColumns = 'id, name_sealed AS "nameSealed", roles, created, last_used AS "lastUsed"'
const invitationColumns = 'id, name_sealed AS "nameSealed", roles, created, expires'

export async function listOperatorRows(tx: Transaction): Promise<StoredOperator[]> {
  return tx.sql<StoredOperator>(`SELECT ${operatorColumns} FROM operators ORDER BY created, id LIMIT 1000`)
}

export async function readOperatorRow(tx: Transaction, id: string): Promise<StoredOperator | undefined> {
  return (await tx.sql<StoredOperator>(`SELECT ${operatorColumns} FROM operators WHERE id = $1`, [id]))[0]
}

type NewOperator = Omit<StoredOperator, 'lastUsed'>

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

/** With it go passkeys, sessions and the invitations that the operator made. */
export async function deleteOperator(tx: Transaction, id: string): Promise<void> {
  await tx.sql('DELETE FROM operators WHERE id = $1', [id])
}

type NewInvitation = StoredInvitation & { readonly hash: Buffer; readonly invitedBy: string | null }

/** Throws away those that ended a day before. */
export async function insertInvitation(tx: Transaction, invitation: NewInvitation): Promise<void> {
  const { id, hash, nameSealed, roles, invitedBy, created, expires } = invitation
  await tx.sql("DELETE FROM operator_invitations WHERE expires <= $1::timestamptz - interval '1 day'", [created])
  await tx.sql(
    `INSERT INTO operator_invitations (id, hash, name_sealed, roles, invited_by, created, expires)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, hash, nameSealed, JSON.stringify(roles), invitedBy, created, expires],
  )
}

/** Those that still work, newest first. */
export async function listInvitationRows(tx: Transaction, now: string): Promise<StoredInvitation[]> {
  return tx.sql<StoredInvitation>(
    `SELECT ${invitationColumns} FROM operator_invitations WHERE expires > $1 ORDER BY created DESC, id DESC LIMIT 1000`,
    [now],
  )
}

/** One that still works. */
export async function readInvitationRow(
  tx: Transaction,
  id: string,
  now: string,
): Promise<StoredInvitation | undefined> {
  const rows = await tx.sql<StoredInvitation>(
    `SELECT ${invitationColumns} FROM operator_invitations WHERE id = $1 AND expires > $2`,
    [id, now],
  )
  return rows[0]
}

/** What somebody offered who may not any more. */
export async function deleteInvitationsBy(tx: Transaction, operator: string): Promise<void> {
  await tx.sql('DELETE FROM operator_invitations WHERE invited_by = $1', [operator])
}

/** Takes an invitation away; false when it was gone. Of two at once one gets it. */
export async function deleteInvitation(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.sql('DELETE FROM operator_invitations WHERE id = $1 RETURNING id', [id])).length === 1
}
