/** The table of what operators asked for and a second one has yet to approve. */
import type { OperatorRole } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'

/** Either an invitation that is to work, or an operator whose roles are to change. */
export type RequestSubject =
  | { readonly invitation: string; readonly operator: null }
  | { readonly invitation: null; readonly operator: string }
export type StoredRequest = RequestSubject & {
  id: string
  askedBy: string
  roles: OperatorRole[]
  created: string
  expires: string
}
/** `nameSealed`: of the invitation or the operator, in that row's context. */
export type NamedRequest = StoredRequest & { nameSealed: Buffer }

const columns = 'r.id, r.asked_by AS "askedBy", r.invitation, r.operator, r.roles, r.created, r.expires'

/** Those that have not run out, newest first. */
export async function listRequestRows(tx: Transaction, now: string): Promise<NamedRequest[]> {
  return tx.sql<NamedRequest>(
    `SELECT ${columns}, coalesce(i.name_sealed, o.name_sealed) AS "nameSealed" FROM operator_requests r
       LEFT JOIN operator_invitations i ON i.id = r.invitation LEFT JOIN operators o ON o.id = r.operator
     WHERE r.expires > $1 ORDER BY r.created DESC, r.id DESC LIMIT 1000`,
    [now],
  )
}

/** One that has not run out. */
export async function readRequestRow(tx: Transaction, id: string, now: string): Promise<StoredRequest | undefined> {
  const rows = await tx.sql<StoredRequest>(
    `SELECT ${columns} FROM operator_requests r WHERE r.id = $1 AND r.expires > $2`,
    [id, now],
  )
  return rows[0]
}

/** Throws away those that have run out. */
export async function insertRequest(tx: Transaction, request: StoredRequest): Promise<void> {
  const { id, askedBy, invitation, operator, roles, created, expires } = request
  await tx.sql('DELETE FROM operator_requests WHERE expires <= $1', [created])
  await tx.sql(
    `INSERT INTO operator_requests (id, asked_by, invitation, operator, roles, created, expires)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, askedBy, invitation, operator, JSON.stringify(roles), created, expires],
  )
}

export async function deleteRequest(tx: Transaction, id: string): Promise<void> {
  await tx.sql('DELETE FROM operator_requests WHERE id = $1', [id])
}

/** What was asked about an operator's roles as they were. */
export async function deleteRequestsAbout(tx: Transaction, operator: string): Promise<void> {
  await tx.sql('DELETE FROM operator_requests WHERE operator = $1', [operator])
}

/** What somebody asked for who may not any more. */
export async function deleteRequestsBy(tx: Transaction, operator: string): Promise<void> {
  await tx.sql('DELETE FROM operator_requests WHERE asked_by = $1', [operator])
}
